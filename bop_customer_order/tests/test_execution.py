# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Carrying a contract out stays as easy as in plain Odoo: what is delivered, billed and
said about it is no term.
"""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .guard_common import GuardCase


@tagged("post_install", "-at_install")
class TestExecution(GuardCase):
    def setUp(self):
        super().setUp()
        self.terms = self.order._contract_terms().to_dict()

    def tearDown(self):
        self.env.invalidate_all()
        self.assertEqual(
            self.order._contract_terms().to_dict(),
            self.terms,
            "what was agreed is as it was",
        )
        result = self.order._contract_verify()
        self.assertTrue(result["valid"], result)
        super().tearDown()

    # === DELIVER AND BILL ===#
    def test_it_is_delivered_billed_and_credited(self):
        self._deliver(self.order, {self.desk: 4, self.chair: 2})
        invoice = self._invoice(self.order)
        self.assertEqual(self.line.qty_delivered, 4)
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        credit = self.env["account.move"].browse(
            wizard.create({"journal_id": invoice.journal_id.id}).reverse_moves()[
                "res_id"
            ]
        )
        credit.action_post()
        self.assertEqual(self.line.qty_invoiced, 0)
        self.assertEqual(self.order.fulfilment_status, "partial")

    def test_delivering_the_items_of_a_combo_lets_the_combo_be_billed(self):
        """Odoo computes what is to bill of a combo while it does so for its items, and
        writes it past their own records.
        """
        items = self.chair | self.shelf
        combos = self.env["product.combo"].create(
            [
                {
                    "name": item.name,
                    "combo_item_ids": [Command.create({"product_id": item.id})],
                }
                for item in items
            ]
        )
        menu = self._make_product(
            "Set",
            100.0,
            quantity=0,
            type="combo",
            is_storable=False,
            combo_ids=[Command.set(combos.ids)],
        )
        order = self._make_order((menu, 3, 0.0), confirm=False)
        combo_line = order.order_line
        order.order_line = [
            Command.create(
                {
                    "product_id": combo.combo_item_ids.product_id.id,
                    "product_uom_qty": 3,
                    "combo_item_id": combo.combo_item_ids.id,
                    "linked_line_id": combo_line.id,
                }
            )
            for combo in combos
        ]
        order.action_confirm()
        self.assertTrue(order.is_contract)
        self._deliver(order)
        self.assertEqual(combo_line.qty_to_invoice, 3)

    def test_a_down_payment_is_billed_and_deducted(self):
        values = {
            "advance_payment_method": "percentage",
            "amount": 20,
            "sale_order_ids": [Command.set(self.order.ids)],
        }
        self.env["sale.advance.payment.inv"].create(values).create_invoices()
        self.order.invoice_ids.action_post()
        advance = self.order.order_line.filtered("is_downpayment")
        self.assertTrue(advance)
        self.assertEqual(set(advance.mapped("is_execution")), {True})
        self._deliver(self.order)
        self._invoice(self.order)
        self.assertAlmostEqual(
            sum(self.order.invoice_ids.mapped("amount_total_signed")),
            self.order.amount_total,
        )

    def test_goods_delivered_on_top_are_billed_as_execution_line(self):
        picking = self.order.picking_ids
        values = {
            "product_id": self.shelf.id,
            "product_uom_qty": 2,
            "quantity": 2,
            "picked": True,
        }
        places = {
            "location_id": picking.location_id.id,
            "location_dest_id": picking.location_dest_id.id,
        }
        picking.move_ids = [
            Command.create({**values, **places, "product_uom": self.shelf.uom_id.id})
        ]
        self._deliver(self.order)
        extra = self.order.order_line.filtered(
            lambda line: line.product_id == self.shelf
        )
        self.assertEqual((extra.is_execution, extra.qty_delivered), (True, 2))
        self.assertIn(extra, self._invoice(self.order).invoice_line_ids.sale_line_ids)

    def test_an_expense_is_reinvoiced_as_execution_line(self):
        expense = self._make_product(
            "Taxi",
            30.0,
            quantity=0,
            type="service",
            is_storable=False,
            expense_policy="cost",
        )
        plan = self.env["account.analytic.plan"].create({"name": "Plan"})
        analytic = self.env["account.analytic.account"].create(
            {"name": "Project", "plan_id": plan.id}
        )
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.vendor.id,
                "invoice_date": "2026-01-31",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": expense.id,
                            "price_unit": 30,
                            "tax_ids": [Command.clear()],
                            "analytic_distribution": {str(analytic.id): 100},
                        }
                    )
                ],
            }
        )
        self._reinvoice(bill)
        line = self.order.order_line.filtered(lambda line: line.product_id == expense)
        self.assertEqual((line.is_execution, line.is_expense), (True, True))

    def _reinvoice(self, bill):
        """Post a vendor bill whose costs go to the order, whichever app would have
        found the order.
        """
        lines = type(self.env["account.move.line"])
        self.patch(
            lines,
            "_sale_determine_order",
            lambda records: dict.fromkeys(records.ids, self.order),
        )
        bill.action_post()

    def test_the_quantity_of_a_service_is_delivered_by_hand(self):
        service = self._make_product(
            "Advice",
            90.0,
            policy="delivery",
            quantity=0,
            type="service",
            is_storable=False,
        )
        order = self._make_order((service, 8))
        order.order_line.with_user(self.sales_manager).qty_delivered = 3
        self.assertEqual(order.order_line.position_status, "partially_delivered")
        self.assertEqual(self._invoice(order).invoice_line_ids.quantity, 3)

    # === WHAT AN EXECUTION LINE MAY DO ===#
    def _make_execution_line(self):
        self.test_goods_delivered_on_top_are_billed_as_execution_line()
        return self.order.order_line.filtered(
            lambda line: line.product_id == self.shelf
        )

    def test_the_price_of_goods_delivered_on_top_can_be_agreed_later(self):
        line = self._make_execution_line()
        line.price_unit = 55
        self.assertEqual(line.price_unit, 55)

    def test_an_execution_line_orders_nothing(self):
        line = self._make_execution_line()
        other = self._make_order((self.lamp, 1), confirm=False)
        for values in (
            {"product_uom_qty": 20},
            {"product_id": self.lamp.id},
            {"order_id": other.id},
        ):
            with self.subTest(values=values):
                self._assert_refused(
                    self.order, lambda values=values: line.sudo().write(values)
                )

    def test_a_line_that_only_calls_itself_an_expense_or_down_payment_is_a_term(self):
        order = self._make_order((self.desk, 2), (self.lamp, 3), confirm=False)
        order.order_line[0].is_expense = True
        order.order_line[1].is_downpayment = True
        order.action_confirm()
        self.assertEqual(order.order_line.mapped("is_execution"), [False, False])
        for line in order.order_line:
            self._assert_refused(order, lambda line=line: line.write({"price_unit": 1}))

    # === TALK ABOUT IT ===#
    def test_chatter_activities_followers_and_files_stay_open(self):
        order = self.order.with_user(self.salesman)
        order.message_post(
            body="Called the customer", attachments=[("note.txt", b"text")]
        )
        order.activity_schedule("mail.mail_activity_data_todo", summary="Follow up")
        order.message_subscribe(self.other_partner.ids)
        order.activity_ids.action_feedback(feedback="Done")
        self.assertIn(self.other_partner, order.message_partner_ids)
        self.assertTrue(order.message_ids.filtered("attachment_ids"))

    def test_salesperson_team_tags_and_internal_fields_stay_open(self):
        tag = self.env["crm.tag"].create({"name": "Key account"})
        order = self.order.with_user(self.sales_manager)
        order.write(
            {
                "user_id": self.sales_manager.id,
                "tag_ids": [Command.link(tag.id)],
                "origin": "Fair",
            }
        )
        self.assertEqual(
            (order.user_id, order.tag_ids, order.origin),
            (self.sales_manager, tag, "Fair"),
        )
        order.action_lock()
        self.assertTrue(order.locked)

    def test_the_form_saves_what_is_no_term(self):
        form = Form(self.order.with_user(self.sales_manager))
        form.origin = "Fair"
        form.save()
        self.assertEqual(self.order.origin, "Fair")

    def test_the_form_does_not_save_a_term(self):
        with self.assertRaisesRegex((UserError, AssertionError), "contract|readonly"):
            form = Form(self.order.with_user(self.sales_manager))
            form.client_order_ref = "PO 78"
            form.save()

    def test_the_order_is_sent_to_the_customer_again(self):
        self._can_be_written_to()
        self.terms = self.order._contract_terms().to_dict()
        action = self.order.action_quotation_send()
        composer = Form(
            self.env["mail.compose.message"].with_context(**action["context"])
        ).save()
        composer._action_send_mail()
        self.assertEqual(self.order.state, "sale")

    # === MASTER DATA ===#
    def test_the_customer_is_merged_into_another(self):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.partner | self.other_partner).ids, self.other_partner)
        self.env.invalidate_all()
        self.assertEqual(self.order.partner_id, self.other_partner)
        self.terms = self.order._contract_terms().to_dict()

    def test_product_customer_and_tax_are_renamed_and_archived(self):
        self.desk.write(
            {
                "name": "Standing desk",
                "default_code": "SD",
                "list_price": 5,
                "active": False,
            }
        )
        self.partner.write(
            {"name": "Nordwind AG", "street": "New street 1", "active": False}
        )
        self.tax.write({"name": "Renamed VAT", "active": False})
        self.assertFalse(self.desk.active or self.partner.active or self.tax.active)
        self.assertTrue(self.order._contract_verify()["valid"])
        self.terms = self.order._contract_terms().to_dict()

    def test_the_company_is_edited(self):
        self.company.write({"name": "Renamed GmbH", "email": "info@renamed.example"})
        self.assertEqual(self.order.company_id.name, "Renamed GmbH")
        self.terms = self.order._contract_terms().to_dict()

    def test_contracts_switched_off_for_the_company_leave_new_orders_plain_and_contracts_guarded(
        self,
    ):
        self.company.bop_contracts = False
        plain = self._make_order((self.desk, 2))
        plain.client_order_ref = "edited"
        plain.order_line.product_uom_qty = 3
        plain.action_cancel()
        self.assertEqual((plain.is_contract, plain.state), (False, "cancel"))
        self._assert_refused(
            self.order, lambda: self.order.write({"client_order_ref": "x"})
        )
