# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .common import ContractCase


@tagged("post_install", "-at_install")
class TestBillingScenarios(ContractCase):
    """Changes of orders that are billed in part, in full, in advance, or in a draft."""

    def _down_payment(self, order, percent):
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": "percentage",
                "amount": percent,
            }
        )
        wizard.create_invoices()
        return order.invoice_ids.sorted("id")[-1:]

    def _down_payment_line(self, order):
        return order.order_line.filtered(
            lambda line: line.is_downpayment and not line.display_type
        )

    # === DOWN PAYMENT ===#
    def test_down_payment_up_down_zero_and_new_line_bill_exactly_the_new_total(self):
        order = self._make_order((self.desk, 10), (self.chair, 5), (self.lamp, 4))
        advance = self._down_payment(order, 20)
        advance.action_post()
        self._deliver(order, {self.desk: 4, self.chair: 2})
        successor = self._succeed(
            order, {self.desk: 12, self.chair: 3, self.lamp: 0}, new=[(self.shelf, 2)]
        )
        self.assertEqual(self._down_payment_line(successor).qty_invoiced, 1)
        self.assertIn(advance, successor.invoice_ids)
        self.assertEqual(
            self._open_demand(successor), {self.desk: 8, self.chair: 1, self.shelf: 2}
        )
        self._deliver(successor)
        self._invoice(successor)
        self.assertAlmostEqual(self._billed(successor), successor.amount_total)
        self.assertAlmostEqual(
            successor.amount_total, (12 * 100 + 3 * 40 + 2 * 60) * 1.15
        )
        self.assertEqual(successor.billing_status, "full")

    def test_an_advance_billed_in_full_becomes_a_credit_when_less_is_left(self):
        order = self._make_order((self.desk, 10))
        self._down_payment(order, 20).action_post()
        self._invoice(order, final=False)
        successor = self._succeed(order, {self.desk: 6})
        credit = self._invoice(successor)
        self.assertEqual(credit.mapped("move_type"), ["out_refund"])
        self.assertAlmostEqual(self._billed(successor), 6 * 115.0)

    def test_an_advance_posted_after_the_change_counts_for_the_successor_only(self):
        order = self._make_order((self.desk, 10))
        advance = self._down_payment(order, 20)
        successor = self._succeed(order, {self.desk: 12})
        self.assertEqual(advance.state, "draft")
        advance.action_post()
        line = self._down_payment_line(successor)
        self.assertEqual((line.qty_invoiced, line.price_unit), (1, 200.0))
        self.assertEqual(self._down_payment_line(order).qty_invoiced, 0)
        self._deliver(successor)
        self._invoice(successor)
        self.assertAlmostEqual(self._billed(successor), successor.amount_total)

    def test_an_advance_cancelled_after_the_change_is_gone_from_the_successor(self):
        order = self._make_order((self.desk, 10))
        advance = self._down_payment(order, 20)
        successor = self._succeed(order, {self.desk: 12})
        advance.button_cancel()
        self.assertEqual(self._down_payment_line(successor).qty_invoiced, 0)
        self._finish(successor)

    # === INVOICES ===#
    def test_a_draft_invoice_stays_a_draft_and_follows(self):
        order = self._make_order((self.desk, 10))
        draft = self._invoice(order, post=False)
        successor = self._succeed(order, {self.desk: 12})
        self.assertEqual((draft.state, successor.invoice_ids), ("draft", draft))
        self.assertEqual(draft.invoice_line_ids.sale_line_ids, successor.order_line)
        self._finish(successor)

    def test_less_than_billed_needs_a_credit_note_which_settles_the_order(self):
        order = self._make_order((self.desk, 10))
        self._deliver(order, {self.desk: 4})
        self._invoice(order)
        request = self._change(order, {self.desk: 6}, apply=False)
        impact = {row["code"]: row["text"] for row in request.offer_id.change_impact}
        self.assertIn("400", impact["credit_needed"])
        successor = request._apply()
        self.assertEqual(successor.billing_status, "over")
        self._deliver(successor)
        credit = self._invoice(successor)
        self.assertEqual(
            (credit.move_type, credit.amount_untaxed), ("out_refund", 400.0)
        )
        self._finish(successor)

    def test_a_credit_note_made_before_the_change_stays_counted(self):
        order = self._make_order((self.desk, 10))
        invoice = self._invoice(order)
        reversal = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = reversal.create({"journal_id": invoice.journal_id.id})
        credit = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        credit.invoice_line_ids.quantity = 3
        credit.action_post()
        self.assertEqual(order.order_line.qty_invoiced, 7)
        successor = self._succeed(order, {self.desk: 12})
        self.assertEqual(successor.order_line.qty_invoiced, 7)
        self.assertEqual(successor.order_line.qty_to_invoice, 5)
        self._finish(successor)

    def test_an_invoice_of_two_orders_follows_only_for_the_changed_one(self):
        first, second = (
            self._make_order((self.desk, 5)),
            self._make_order((self.desk, 3)),
        )
        invoice = (first | second)._create_invoices()
        self.assertEqual(len(invoice), 1)
        invoice.action_post()
        successor = self._succeed(first, {self.desk: 6})
        self.assertEqual(
            (successor.invoice_ids, second.invoice_ids), (invoice, invoice)
        )
        self.assertEqual(
            (successor.order_line.qty_invoiced, second.order_line.qty_invoiced), (5, 3)
        )

    def test_hashed_journal_and_lock_dates_do_not_stand_in_the_way(self):
        order = self._make_order((self.desk, 10))
        self._deliver(order, {self.desk: 4})
        invoice = self._invoice(order, post=False)
        invoice.journal_id.restrict_mode_hash_table = True
        invoice.invoice_date = fields.Date.today() - timedelta(days=40)
        invoice.action_post()
        sealed = (invoice.inalterable_hash, invoice.delivery_date, invoice.date)
        self.assertTrue(invoice.inalterable_hash)
        locked = fields.Date.today() - timedelta(days=1)
        self.company.write({"fiscalyear_lock_date": locked, "tax_lock_date": locked})
        successor = self._succeed(order, {self.desk: 12})
        invoice.invalidate_recordset()
        self.assertEqual(
            (invoice.inalterable_hash, invoice.delivery_date, invoice.date), sealed
        )
        self._finish(successor)

    # === CURRENCY, COMPANY ===#
    def test_an_order_in_a_foreign_currency_is_billed_in_it_to_the_end(self):
        foreign = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search(
                [
                    ("name", "in", ("EUR", "CHF")),
                    ("id", "!=", self.company.currency_id.id),
                ],
                limit=1,
            )
        )
        foreign.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": foreign.id, "rate": 0.5, "company_id": self.company.id}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": foreign.id}
        )
        order = self._make_order((self.desk, 10, 50.0), pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, foreign)
        self._deliver(order, {self.desk: 4})
        self._invoice(order)
        successor = self._succeed(order, {self.desk: 8})
        self.assertEqual(
            (successor.currency_id, successor.currency_rate),
            (foreign, order.currency_rate),
        )
        self._finish(successor)
        self.assertAlmostEqual(self._billed(successor), 8 * 50.0 * 1.15)

    def test_an_order_of_another_company_keeps_everything_in_that_company(self):
        company = self.env["res.company"].create(
            {"name": "Second", "bop_contracts": True}
        )
        self._open_books(company)
        self.env.user.company_ids = [Command.link(company.id)]
        self.env.user.company_id = company
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        self.desk.taxes_id = False
        self.env["stock.quant"]._update_available_quantity(
            self.desk, warehouse.lot_stock_id, 100
        )
        self.assertEqual(self.env.company, company)
        order = self._make_order(
            (self.desk, 10), company_id=company.id, warehouse_id=warehouse.id
        )
        self._deliver(order, {self.desk: 4})
        self._invoice(order)
        successor = self._succeed(order, {self.desk: 12})
        self.assertEqual(
            (successor.company_id, successor.warehouse_id), (company, warehouse)
        )
        documents = self._documents(successor)
        self.assertEqual(
            (
                documents["stock.picking"] | self._open_moves(successor).picking_id
            ).company_id,
            company,
        )
        self.assertEqual(documents["account.move"].company_id, company)
        self._finish(successor)

    # === CHAINS ===#
    def test_three_changes_in_a_row_count_everything_once(self):
        order = self._make_order((self.desk, 10), (self.chair, 5))
        self._deliver(order, {self.desk: 4})
        self._invoice(order)
        second = self._succeed(order, {self.desk: 12})
        self._deliver(second, {self.desk: 3, self.chair: 2})
        third = self._succeed(second, {self.desk: 8, self.chair: 6})
        self._invoice(third)
        self._deliver(third, {self.chair: 1})
        fourth = self._succeed(third, {self.chair: 4}, new=[(self.lamp, 2)])
        self.assertEqual(self._sums(order)[self.desk], (7, 8))
        self.assertEqual(
            fourth._contract_chain().mapped("contract_version"), [1, 2, 3, 4]
        )
        self.assertEqual(len(set(fourth._contract_chain().mapped("name"))), 4)
        for version in fourth._contract_chain() - fourth:
            self._assert_owns_nothing(version)
        self._finish(fourth)

    def test_all_quantities_zero_cancel_the_order_and_make_no_successor(self):
        order = self._make_order((self.desk, 10), (self.chair, 5))
        deliveries = order.picking_ids
        result = self._change(order, {self.desk: 0, self.chair: 0})
        self.assertEqual(
            (result, order.state, order.business_status), (order, "cancel", "cancelled")
        )
        self.assertEqual(set(deliveries.mapped("state")), {"cancel"})
        self.assertFalse(order.successor_id)
        self.assertTrue(order._contract_verify()["valid"])

    def test_cancelling_a_billed_order_is_settled_by_a_credit_note(self):
        order = self._make_order((self.desk, 10), (self.lamp, 1))
        self._invoice(order)
        successor = self._succeed(order, {self.desk: 0})
        self._deliver(successor)
        self._invoice(successor)
        self.assertAlmostEqual(self._billed(successor), 25 * 1.15)
        self.assertEqual(self._line(successor, self.desk).qty_invoiced, 0)
