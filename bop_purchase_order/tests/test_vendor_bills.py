# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError

from odoo.addons.bop_contract.ubl.billing import tax_subtotals
from odoo.addons.bop_network.exceptions import MessageRefused

from .network_common import NetworkCase


class TestVendorBills(NetworkCase):
    """The vendor's invoice becomes a vendor bill: posted when it is what was ordered and
    received, else a draft that says what differs.
    """

    # === EQUAL ===#
    def test_what_was_ordered_and_received_is_posted_by_itself(self):
        order = self._make_network_order((self.chair, 5))
        self._receive(order, {self.chair: 3})
        invoice = self._prepare_bill(order, (self.chair, "3", "40"))
        bill = self._take(order, invoice)
        self.assertEqual((bill.state, bill.bop_differences), ("posted", False))
        self.assertEqual((bill.move_type, bill.ref), ("in_invoice", "INV/1"))
        self.assertEqual(str(bill.invoice_date), "2026-02-01")
        self.assertEqual((bill.amount_untaxed, bill.amount_total), (120, 138))
        line = self._line(order, self.chair)
        self.assertEqual(bill.invoice_line_ids.purchase_line_id, line)
        self.assertEqual(line.qty_invoiced, 3)

    def test_the_document_is_kept_with_the_bill(self):
        order = self._make_network_order((self.desk, 1))
        bill = self._take(order, self._prepare_bill(order, (self.desk, "1", "100")))
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", bill.id)]
        )
        self.assertIn(b"<cbc:ID>INV/1</cbc:ID>", attachment.raw)

    def test_a_discount_is_the_agreed_price(self):
        order = self._make_order((self.desk, 3), confirm=False)
        order.order_line.discount = 12.5
        order = self._pair(order)
        bill = self._take(order, self._prepare_bill(order, (self.desk, "3", "87.5")))
        self.assertEqual((bill.state, self._codes(bill)), ("posted", []))
        self.assertEqual(bill.invoice_line_ids.discount, 12.5)

    def test_a_tax_in_the_price_is_equal_to_the_net_price(self):
        self.desk.supplier_taxes_id = self.tax.copy(
            {"name": "in", "price_include_override": "tax_included"}
        )
        order = self._make_network_order((self.desk, 2, 115.0))
        bill = self._take(order, self._prepare_bill(order, (self.desk, "2", "100")))
        self.assertEqual((bill.state, bill.amount_total), ("posted", 230))

    def test_a_tax_that_we_owe_ourselves_is_not_billed(self):
        reverse = self.env["account.tax"].create(
            {
                "name": "Reverse",
                "amount": 15,
                "type_tax_use": "purchase",
                "invoice_repartition_line_ids": [
                    Command.create({"repartition_type": "base"}),
                    Command.create({"repartition_type": "tax", "factor_percent": 100}),
                    Command.create({"repartition_type": "tax", "factor_percent": -100}),
                ],
                "refund_repartition_line_ids": [
                    Command.create({"repartition_type": "base"}),
                    Command.create({"repartition_type": "tax", "factor_percent": 100}),
                    Command.create({"repartition_type": "tax", "factor_percent": -100}),
                ],
            }
        )
        self.desk.supplier_taxes_id = reverse
        order = self._make_network_order((self.desk, 1))
        free = {"category": "K", "rate": "0"}
        invoice = self._prepare_bill(order, (self.desk, "1", "100", free))
        bill = self._take(order, invoice)
        self.assertEqual((bill.state, self._codes(bill)), ("posted", []))
        self.assertEqual(bill.invoice_line_ids.tax_ids, reverse)

    def test_a_foreign_currency_is_billed_in_it(self):
        currency = self.env.ref("base.CHF")
        currency.active = True
        order = self._make_network_order((self.desk, 2, 80.0), currency_id=currency.id)
        bill = self._take(order, self._prepare_bill(order, (self.desk, "2", "80")))
        self.assertEqual((bill.state, bill.currency_id), ("posted", currency))

    def test_another_unit_of_the_position_is_its_unit(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._make_order((self.desk, 2), confirm=False)
        order.order_line.write({"product_uom_id": dozen.id, "price_unit": 1200.0})
        order = self._pair(order)
        line = (self.desk, "2", "1200", {"unit": "DZN"})
        bill = self._take(order, self._prepare_bill(order, line))
        self.assertEqual((bill.state, self._codes(bill)), ("posted", []))
        self.assertEqual(order.order_line.qty_invoiced, 2)

    def test_what_went_back_is_credited_by_itself(self):
        order = self._make_network_order((self.chair, 3))
        self._receive(order)
        self._take(order, self._prepare_bill(order, (self.chair, "3", "40")))
        self._give_back(order, 2)
        credit = self._prepare_bill(
            order, (self.chair, "2", "40"), number="CN/1", credit=True
        )
        refund = self._take(order, credit)
        self.assertEqual((refund.move_type, refund.state), ("in_refund", "posted"))
        self.assertEqual(self._line(order, self.chair).qty_invoiced, 1)

    def _give_back(self, order, quantity):
        """Send goods back to the vendor, to be credited."""
        picking = order.picking_ids.filtered(lambda picking: picking.state == "done")
        context = {"active_id": picking.id, "active_model": "stock.picking"}
        wizard = self.env["stock.return.picking"].with_context(**context).create({})
        wizard.product_return_moves.write({"quantity": quantity, "to_refund": True})
        returned = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        returned.move_ids.write({"quantity": quantity, "picked": True})
        returned._action_done()

    def test_one_bill_of_two_orders(self):
        first = self._make_network_order((self.desk, 1))
        second = self._make_network_order((self.lamp, 2))
        invoice = self._prepare_bill(first, (self.desk, "1", "100"))
        lines = (*invoice.lines, self._prepare_line(second, self.lamp, "2", "25"))
        invoice = replace(invoice, lines=lines, taxes=tax_subtotals(lines))
        bill = self._take(first, invoice)
        self.assertEqual((bill.state, self._codes(bill)), ("posted", []))
        self.assertEqual(bill.invoice_origin, f"{first.name}, {second.name}")
        self.assertEqual(second.order_line.qty_invoiced, 2)

    def test_after_a_change_the_order_in_force_is_billed(self):
        order = self._make_network_order((self.desk, 5))
        successor = self._agree_on(order, {self.desk: 7})
        bill = self._take(
            successor, self._prepare_bill(successor, (self.desk, "7", "100"))
        )
        self.assertEqual((bill.state, self._codes(bill)), ("posted", []))
        self.assertEqual(bill.invoice_line_ids.purchase_line_id.order_id, successor)

    def test_what_was_billed_before_a_change_is_billed_once(self):
        order = self._make_network_order((self.desk, 5))
        first = self._take(order, self._prepare_bill(order, (self.desk, "3", "100")))
        successor = self._agree_on(order, {self.desk: 7})
        self.assertEqual(first.invoice_line_ids.purchase_line_id.order_id, successor)
        rest = self._take(
            successor,
            self._prepare_bill(successor, (self.desk, "4", "100"), number="INV/2"),
        )
        self.assertEqual((rest.state, self._codes(rest)), ("posted", []))
        again = self._take(
            successor,
            self._prepare_bill(successor, (self.desk, "1", "100"), number="INV/3"),
        )
        self._assert_differs(again, "above_ordered")

    # === BEFORE THE GOODS ===#
    def test_a_bill_that_comes_before_the_goods_is_posted_when_they_are_here(self):
        order = self._make_network_order((self.chair, 3))
        bill = self._take(order, self._prepare_bill(order, (self.chair, "3", "40")))
        self.assertEqual((bill.state, self._codes(bill)), ("draft", ["above_received"]))
        self._receive(order, {self.chair: 2})
        self.assertEqual(bill.state, "draft")
        self.assertIn("2 is received", bill.bop_differences_text)
        self._receive(order)
        self.assertEqual((bill.state, bill.bop_differences), ("posted", False))

    def test_it_stays_a_draft_when_the_vendor_may_not_bill_any_more(self):
        order = self._make_network_order((self.chair, 3))
        bill = self._take(order, self._prepare_bill(order, (self.chair, "3", "40")))
        self.peer.may_bill = False
        self._receive(order)
        self.assertEqual((bill.state, self._codes(bill)), ("draft", []))

    # === DIFFERENT ===#
    def _assert_differs(self, bill, *codes):
        """The bill is a draft that says why, and its buyer is asked."""
        self.assertEqual(bill.state, "draft")
        self.assertEqual(self._codes(bill), list(codes))
        self.assertEqual(len(bill.bop_differences_text.split("\n")), len(codes))
        self.assertTrue(bill.activity_ids)

    def test_another_price_is_shown(self):
        order = self._make_network_order((self.desk, 2))
        bill = self._take(order, self._prepare_bill(order, (self.desk, "2", "100.01")))
        self._assert_differs(bill, "price")
        self.assertIn("100.01", bill.bop_differences_text)
        self.assertEqual(bill.amount_untaxed, 200.02)

    def test_more_than_ordered_is_shown(self):
        order = self._make_network_order((self.desk, 2))
        bill = self._take(order, self._prepare_bill(order, (self.desk, "3", "100")))
        self._assert_differs(bill, "above_ordered")

    def test_the_same_goods_twice_are_shown(self):
        order = self._make_network_order((self.desk, 2))
        self._take(order, self._prepare_bill(order, (self.desk, "2", "100")))
        again = self._prepare_bill(order, (self.desk, "2", "100"), number="INV/2")
        self._assert_differs(self._take(order, again), "above_ordered")

    def test_another_tax_is_taken_and_shown(self):
        seven = self.tax.copy({"name": "Seven", "amount": 7.0})
        order = self._make_network_order((self.desk, 1))
        line = (self.desk, "1", "100", {"rate": "7"})
        bill = self._take(order, self._prepare_bill(order, line))
        self._assert_differs(bill, "tax_rate")
        self.assertEqual(bill.invoice_line_ids.tax_ids, seven)

    def test_a_tax_that_we_do_not_have_is_shown(self):
        order = self._make_network_order((self.desk, 1))
        line = (self.desk, "1", "100", {"rate": "3.21"})
        bill = self._take(order, self._prepare_bill(order, line))
        self._assert_differs(bill, "tax_rate", "tax", "total")

    def test_a_cent_of_tax_is_a_difference(self):
        order = self._make_network_order((self.desk, 1))
        invoice = self._prepare_bill(order, (self.desk, "1", "100"))
        tax = replace(invoice.taxes[0], amount="15.01")
        bill = self._take(order, replace(invoice, taxes=(tax,)))
        self._assert_differs(bill, "tax", "total")

    def test_another_unit_is_shown(self):
        order = self._make_network_order((self.desk, 1))
        line = (self.desk, "1", "100", {"unit": "DZN"})
        self._assert_differs(self._take(order, self._prepare_bill(order, line)), "unit")

    def test_what_was_not_ordered_is_not_lost(self):
        order = self._make_network_order((self.desk, 1))
        freight = {"uid": "", "name": "Freight", "id": "2"}
        advance = {"uid": "unknown", "name": "Down payment", "id": "3"}
        invoice = self._prepare_bill(
            order,
            (self.desk, "1", "100"),
            (self.lamp, "1", "9.90", freight),
            (self.lamp, "-1", "20", advance),
        )
        bill = self._take(order, invoice)
        self._assert_differs(bill, "no_position", "unknown_position")
        self.assertAlmostEqual(bill.amount_untaxed, 89.9)
        self.assertIn("Freight", bill.invoice_line_ids.mapped("name")[1])

    def test_an_earlier_due_date_than_agreed_is_shown(self):
        term = self.env.ref("account.account_payment_term_30days")
        order = self._make_network_order((self.desk, 1), payment_term_id=term.id)
        invoice = self._prepare_bill(
            order, (self.desk, "1", "100"), due_date="2026-02-15"
        )
        self._assert_differs(self._take(order, invoice), "due_date")

    def test_without_an_agreed_payment_term_the_vendor_says_when(self):
        order = self._make_network_order((self.desk, 1), payment_term_id=False)
        invoice = self._prepare_bill(
            order, (self.desk, "1", "100"), due_date="2026-02-15"
        )
        bill = self._take(order, invoice)
        self.assertEqual(
            (bill.state, str(bill.invoice_date_due)), ("posted", "2026-02-15")
        )

    def test_what_the_books_refuse_stays_a_draft_with_the_reason(self):
        order = self._make_network_order((self.desk, 1))
        closed = patch.object(
            type(self.env["account.move"]), "_post", side_effect=UserError("Closed.")
        )
        with closed:
            bill = self._take(order, self._prepare_bill(order, (self.desk, "1", "100")))
        self._assert_differs(bill, "not_booked")
        self.assertIn("Closed.", bill.bop_differences_text)

    def test_a_person_posts_what_he_has_looked_at(self):
        order = self._make_network_order((self.desk, 2))
        bill = self._take(order, self._prepare_bill(order, (self.desk, "2", "101")))
        bill.action_post()
        self.assertEqual(bill.state, "posted")

    def test_a_bill_is_checked_again_after_the_order_was_changed(self):
        order = self._make_network_order((self.desk, 2))
        bill = self._take(order, self._prepare_bill(order, (self.desk, "3", "100")))
        self._assert_differs(bill, "above_ordered")
        self._agree_on(order, {self.desk: 3})
        bill.action_bop_check()
        self.assertEqual((bill.state, self._codes(bill)), ("posted", []))

    # === REFUSED ===#
    def test_who_may_not_bill_is_refused(self):
        self.peer.may_bill = False
        order = self._make_network_order((self.desk, 1))
        with self.assertRaisesRegex(MessageRefused, "takes no bills"):
            self._take(order, self._prepare_bill(order, (self.desk, "1", "100")))
        self.assertFalse(order.invoice_ids)

    def test_a_number_that_is_here_is_refused(self):
        order = self._make_network_order((self.desk, 2))
        invoice = self._prepare_bill(order, (self.desk, "1", "100"))
        first = self._take(order, invoice)
        with self.assertRaisesRegex(MessageRefused, f"INV/1 .*{first.name}"):
            self._take(order, invoice)
        self.assertEqual(order.invoice_ids, first)

    def test_a_currency_that_is_not_in_use_waits_for_somebody(self):
        self.env.ref("base.CHF").active = False
        order = self._make_network_order((self.desk, 2))
        invoice = self._prepare_bill(order, (self.desk, "1", "100"), currency="CHF")
        with self.assertRaisesRegex(UserError, "CHF.*Activate"):
            self._take(order, invoice)
        self.assertFalse(order.invoice_ids)

    def test_nobody_says_himself_that_a_bill_came_over_the_network(self):
        order = self._make_network_order((self.desk, 2))
        bill = self._take(order, self._prepare_bill(order, (self.desk, "3", "100")))
        for name in ("bop_pair_id", "bop_message_id", "bop_differences"):
            with self.assertRaisesRegex(UserError, "by the system alone"):
                bill.write({name: False})
        copy = bill.copy()
        self.assertFalse(copy.bop_pair_id or copy.bop_differences)

    def test_an_account_is_not_trusted_because_a_bill_states_it(self):
        order = self._make_network_order((self.desk, 2))
        known = self.env["res.partner.bank"].create(
            {"acc_number": "AT611904300234573201", "partner_id": self.partner.id}
        )
        stated = self._prepare_bill(
            order, (self.desk, "1", "100"), account="AT61 1904 3002 3457 3201"
        )
        self.assertEqual(self._take(order, stated).partner_bank_id, known)
        strange = self._prepare_bill(
            order,
            (self.desk, "1", "100"),
            number="INV/2",
            account="DE89370400440532013000",
        )
        self.assertFalse(self._take(order, strange).partner_bank_id)

    def test_another_company_is_billed_in_its_own_books(self):
        other = self.env["res.company"].create({"name": "Other", "bop_contracts": True})
        self._open_books(other)
        self.peer = self._make_peer_of(other)
        order = self._make_order_of(other)
        invoice = self._prepare_bill(order, (self.desk, "1", "100"))
        line = replace(invoice.lines[0], rate="0", category="E")
        taxes = tax_subtotals((line,), "Exempt")
        bill = self._take(order, replace(invoice, lines=(line,), taxes=taxes))
        self.assertEqual((bill.company_id, bill.state), (other, "posted"))

    def _make_peer_of(self, company):
        digital = self.env["bop.digital"].create(
            {"company_id": company.id, "is_live": False}
        )
        return self.peer.copy(
            {
                "digital_id": digital.id,
                "identifier": "other",
                "state": "confirmed",
                "may_bill": True,
            }
        )

    def _make_order_of(self, company):
        env = self.env(context={**self.env.context, "allowed_company_ids": company.ids})
        order = env["purchase.order"].create(
            {
                "partner_id": self.partner.id,
                "company_id": company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.desk.id,
                            "product_qty": 1,
                            "price_unit": 100,
                            "tax_ids": [],
                        }
                    )
                ],
            }
        )
        return self._pair(order)

    def test_queries_do_not_grow_much_with_the_lines(self):
        """What grows is Odoo's own posting; the check itself does not."""
        counts = []
        for size in (3, 30):
            products = [
                self._make_product(f"Part {size} {number}", 1.0)
                for number in range(size)
            ]
            order = self._make_network_order(*((product, 1) for product in products))
            invoice = self._prepare_bill(
                order,
                *((product, "1", "2") for product in products),
                number=f"INV/{size}",
            )
            bill = self._take(order, invoice)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            bill._prepare_bill_check()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)
