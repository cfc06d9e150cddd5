# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a purchase order in force says cannot be changed through the ORM, whoever tries,
in whatever way.
"""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .guard_common import GuardCase

#: Context keys with which Odoo lets code pass a check of its own.
PASSES = ("force", "install_mode", "import_file", "skip_uom_conversion", "no_check")


@tagged("post_install", "-at_install")
class TestGuard(GuardCase):
    # === TERMS ===#
    def test_nobody_can_change_a_term_of_the_header(self):
        names = [*self.order._contract_term_fields(), "state"]
        for login, order in self._people(self.order):
            for name in names:
                with self.subTest(login=login, field=name):
                    value = self._other_value(self.order, name)
                    self._assert_refused(
                        self.order,
                        lambda order=order, vals={name: value}: order.write(vals),
                        self._label(order, name),
                    )

    def test_nobody_can_change_a_term_of_a_position(self):
        for login, line in self._people(self.line):
            for name in line._contract_term_fields():
                with self.subTest(login=login, field=name):
                    value = self._other_value(self.line, name)
                    self._assert_refused(
                        self.order,
                        lambda line=line, vals={name: value}: line.write(vals),
                        self._label(line, name),
                    )

    def test_no_column_of_the_order_changes_what_it_says(self):
        self._assert_columns_say_nothing(self.order)

    def test_no_column_of_a_position_changes_what_the_order_says(self):
        self._assert_columns_say_nothing(self.line)

    def test_writing_what_is_there_already_is_no_change(self):
        self.order.write(
            {
                "note": self.order.note,
                "partner_id": self.partner.id,
                "date_order": self.order.date_order,
            }
        )
        self.line.write(
            {"product_qty": 10, "tax_ids": [Command.set(self.tax.ids)]},
        )
        self.assertEqual(self.line.product_qty, 10)

    def test_no_context_opens_a_contract(self):
        for key in PASSES:
            with self.subTest(key=key):
                order = self.order.with_context(**{key: True})
                self._assert_refused(
                    self.order, lambda order=order: order.write({"note": "x"})
                )

    def test_what_carries_the_order_out_stays_open(self):
        """The vendor tells his number when he likes; who buys is our own business."""
        self.order.with_user(self.buyer).write(
            {
                "partner_ref": "SO 4711",
                "user_id": self.purchase_manager.id,
                "priority": "1",
                "acknowledged": True,
            }
        )
        self.assertEqual(self.order.partner_ref, "SO 4711")
        self.assertTrue(self.order._contract_verify()["valid"])

    # === LINES ===#
    def test_no_line_can_be_added(self):
        values = {"product_id": self.lamp.id, "product_qty": 1}
        other = self._make_order((self.lamp, 1), confirm=False)
        for login, order in self._people(self.order):
            lines = order.env["purchase.order.line"]
            attempts = {
                "create": lambda order=order, lines=lines: lines.create(
                    {**values, "order_id": order.id}
                ),
                "command": lambda order=order: order.write(
                    {"order_line": [Command.create(values)]}
                ),
                "default": lambda order=order, lines=lines: lines.with_context(
                    default_order_id=order.id
                ).create(values),
                "note": lambda order=order, lines=lines: lines.create(
                    {
                        "order_id": order.id,
                        "display_type": "line_note",
                        "name": "By the way",
                        "product_qty": 0,
                    }
                ),
                "move": lambda order=order: other.sudo().order_line.write(
                    {"order_id": order.id}
                ),
            }
            for way, attempt in attempts.items():
                with self.subTest(login=login, way=way):
                    self._assert_refused(self.order, attempt, "no line can be added")

    def test_no_line_can_be_removed(self):
        for login, order in self._people(self.order):
            line = self.line.with_env(order.env)
            attempts = {
                "unlink": line.unlink,
                "command": lambda order=order, line=line: order.write(
                    {"order_line": [Command.delete(line.id)]}
                ),
                "clear": lambda order=order: order.write(
                    {"order_line": [Command.clear()]}
                ),
            }
            for way, attempt in attempts.items():
                with self.subTest(login=login, way=way):
                    self._assert_refused(self.order, attempt)
                    self.assertEqual(
                        set(self.order.picking_ids.move_ids.mapped("state")),
                        {"assigned"},
                        "the refused attempt cancelled a receipt",
                    )

    def test_a_note_cannot_be_removed_although_odoo_allows_it(self):
        order = self._make_order((self.desk, 1), confirm=False)
        note = self.env["purchase.order.line"].create(
            {
                "order_id": order.id,
                "display_type": "line_note",
                "name": "Ring twice",
                "product_qty": 0,
            }
        )
        order.button_confirm()
        self._assert_refused(order, note.unlink, "Ring twice")

    def test_a_bill_cannot_add_what_nobody_ordered(self):
        """Odoo's bill matching adds billed products to a confirmed order."""
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.partner.id,
                "invoice_line_ids": [
                    Command.create({"product_id": self.lamp.id, "quantity": 3})
                ],
            }
        )
        wizard = (
            self.env["bill.to.po.wizard"]
            .with_context(active_ids=[-line.id for line in bill.invoice_line_ids])
            .create({"purchase_order_id": self.order.id, "partner_id": self.partner.id})
        )
        self._assert_refused(
            self.order, wizard.action_add_to_po, "no line can be added"
        )

    # === WHAT ODOO COMPUTES ===#
    def test_master_data_computes_nothing_anew(self):
        self.env["product.supplierinfo"].create(
            {
                "partner_id": self.partner.id,
                "product_id": self.desk.id,
                "price": 1.0,
                "delay": 30,
                "discount": 50,
            }
        )
        before = self._facts(self.order)
        for name in self.line._contract_agreed_computes:
            getattr(self.line.sudo(), name)()
        for name in self.order._contract_agreed_computes:
            getattr(self.order.sudo(), name)()
        self.env.flush_all()
        self.assertEqual(self._facts(self.order), before)

    # === BUTTONS ===#
    def test_odoos_buttons_do_not_reopen_or_cancel_a_contract(self):
        buttons = {
            "button_cancel": "Cancel",
            "button_draft": "Set to Draft",
            "button_unlock": "Unlock",
        }
        for login, order in self._people(self.order):
            for button, label in buttons.items():
                with self.subTest(login=login, button=button):
                    self._assert_refused(self.order, getattr(order, button), label)

    def test_approving_a_contract_again_does_nothing(self):
        """Odoo would order again what was cancelled on a receipt."""
        self._receive(self.order, {self.desk: 4, self.chair: 5})
        self.order.picking_ids.filtered(
            lambda picking: picking.state == "assigned"
        ).action_cancel()
        moves, approved = self.order.picking_ids.move_ids, self.order.date_approve
        for button in (self.order.button_approve, self.order.button_confirm):
            button()
        self.assertEqual(self.order.picking_ids.move_ids, moves)
        self.assertEqual(self.order.date_approve, approved)

    def test_a_contract_cannot_be_deleted(self):
        for login, order in self._people(self.order):
            with self.subTest(login=login):
                self._assert_refused(self.order, order.unlink, "deleted")

    # === OTHER DOORS ===#
    def test_a_vendor_cannot_rewrite_the_dates_from_the_portal(self):
        before = self._facts(self.order)
        with self.assertRaisesRegex(UserError, f"{self.order.name}.*bop_buyer"):
            self.order.sudo()._update_date_planned_for_lines(
                [(self.line, "2031-01-02 12:00:00")]
            )
        self.assertEqual(self._facts(self.order), before)
        self.assertFalse(self.order.activity_ids)

    def test_a_vendor_still_proposes_dates_for_a_request_for_quotation(self):
        rfq = self._make_order((self.desk, 1), confirm=False)
        rfq._update_date_planned_for_lines(
            [(rfq.order_line, rfq.order_line._convert_to_middle_of_day(rfq.date_order))]
        )
        self.assertEqual(rfq.order_line.date_planned.date(), rfq.date_order.date())

    def test_an_import_cannot_change_a_contract(self):
        line = [str(self.order.id), str(self.line.id), "77"]
        for fields, row in (
            ([".id", "note"], [str(self.order.id), "imported"]),
            ([".id", "order_line/.id", "order_line/product_qty"], line),
        ):
            before = self._facts(self.order)
            for login, order in self._people(self.order):
                with self.subTest(login=login, fields=fields):
                    result = order.env["purchase.order"].load(fields, [row])
                    self.assertFalse(result["ids"])
                    self.assertIn(self.order.name, result["messages"][0]["message"])
                    self.assertEqual(self._facts(self.order), before)

    def test_the_older_of_two_tabs_cannot_save_over_a_confirmed_order(self):
        order = self._make_order((self.desk, 3), confirm=False, user_id=self.buyer.id)
        tab = order.with_user(self.buyer)
        stale = {
            "note": "stale",
            "order_line": [Command.update(order.order_line.id, {"product_qty": 30})],
        }
        order.button_confirm()
        self._assert_refused(order, lambda: tab.web_save(stale, {"name": {}}))

    def test_a_server_action_cannot_change_a_contract(self):
        model = self.env["ir.model"]._get("purchase.order")
        for code in (
            "records.write({'note': 'x'})",
            "records.sudo().button_draft()",
            "records.unlink()",
        ):
            with self.subTest(code=code):
                action = self.env["ir.actions.server"].create(
                    {
                        "name": "Try",
                        "model_id": model.id,
                        "state": "code",
                        "code": code,
                    }
                )
                run = action.with_context(
                    active_model="purchase.order", active_ids=self.order.ids
                ).run
                self._assert_refused(self.order, run)

    def test_a_copy_of_a_contract_is_a_plain_request_for_quotation(self):
        copy = self.order.copy()
        self.assertEqual(
            (copy.state, copy.is_contract, copy.predecessor_id, copy.contract_version),
            ("draft", False, copy.browse(), 1),
        )
        self.assertFalse(
            set(copy.order_line.mapped("position_uid"))
            & set(self.order.order_line.mapped("position_uid"))
        )
        copy.order_line[0].product_qty = 99
        self.assertEqual(self.line.product_qty, 10)

    def test_an_order_written_into_force_is_a_contract_as_well(self):
        order = self._make_order((self.desk, 3), confirm=False)
        order.write({"state": "purchase"})
        self.assertTrue(order.is_contract)
        self.assertTrue(order._contract_seals())
        created = self.env["purchase.order"].create(
            {"partner_id": self.partner.id, "state": "purchase"}
        )
        self.assertTrue(created.is_contract)

    def test_nobody_writes_the_place_in_the_chain(self):
        draft = self._make_order((self.desk, 1), confirm=False)
        for record in (self.order, self.line, draft, draft.order_line):
            for name in record._contract_system_fields():
                value = self._other_value(record, name)
                with (
                    self.subTest(record=record, field=name),
                    self.assertRaisesRegex(UserError, "set by the system"),
                ):
                    record.sudo().write({name: value})

    def test_a_default_of_the_client_does_not_reach_the_place_in_the_chain(self):
        values = {
            f"default_{name}": self._other_value(self.order, name)
            for name in self.order._contract_system_fields()
        }
        order = (
            self.env["purchase.order"]
            .with_context(**values)
            .create({"partner_id": self.partner.id})
        )
        self.assertFalse(order.is_contract)
        self.assertFalse(order.vendor_acceptance_state)
        self.assertEqual(order.contract_version, 1)

    # === WHAT ODOO ADDS ===#
    def test_a_down_payment_is_no_term(self):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.partner.id,
                "invoice_date": "2026-01-15",
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Deposit", "quantity": 1, "price_unit": 200}
                    )
                ],
            }
        )
        before = self._facts(self.order)[0]
        wizard = (
            self.env["bill.to.po.wizard"]
            .with_context(active_ids=[-line.id for line in bill.invoice_line_ids])
            .create({"purchase_order_id": self.order.id, "partner_id": self.partner.id})
        )
        wizard.action_add_downpayment()
        bill.action_post()
        advance = self.order.order_line.filtered("is_downpayment")
        self.assertEqual(set(advance.mapped("is_execution")), {True})
        self.assertEqual(len(advance), 2, "a section and the down payment")
        self.assertEqual(self._facts(self.order)[0], before)
        self.assertTrue(self.order._contract_verify()["valid"])

    def test_goods_received_on_top_are_no_term(self):
        before = self._facts(self.order)[0]
        picking = self.order.picking_ids
        self.env["stock.move"].create(
            {
                "product_id": self.lamp.id,
                "product_uom_qty": 2,
                "product_uom": self.lamp.uom_id.id,
                "picking_id": picking.id,
                "location_id": picking.location_id.id,
                "location_dest_id": picking.location_dest_id.id,
                "quantity": 2,
                "picked": True,
            }
        )
        self._receive(self.order)
        extra = self.order.order_line.filtered(
            lambda line: line.product_id == self.lamp
        )
        self.assertEqual((extra.is_execution, extra.qty_received), (True, 2))
        self.assertEqual(self._facts(self.order)[0], before)
        self.assertTrue(self.order._contract_verify()["valid"])
        self._assert_refused(
            self.order, lambda: extra.write({"product_qty": 7}), "Quantity"
        )

    # === SWITCHED OFF ===#
    def test_without_contracts_a_purchase_order_is_plain_odoo(self):
        self.company.bop_contracts = False
        order = self._make_order((self.desk, 3))
        self.assertFalse(order.is_contract)
        order.order_line.product_qty = 4
        order.button_cancel()
        self.assertEqual(order.state, "cancel")
        order.button_draft()
        self.assertEqual(order.state, "draft")
