# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import Command, fields
from odoo.exceptions import UserError

from .network_common import NetworkCase


class TestBillSent(NetworkCase):
    """Each invoice and credit note of an order with a twin is sent to the customer's
    database, as BIS Billing 3.
    """

    def _total(self, bill):
        """What a bill asks for, as its document adds it up."""
        parts = (*bill.lines, *bill.taxes)
        return float(
            sum(Decimal(part.amount) for part in parts) + Decimal(bill.rounding)
        )

    def _bill(self, order, **values):
        """Post the invoice of an order; the one document that was sent."""
        invoice = self._invoice(order, post=False)
        invoice.write({"invoice_date": "2026-02-01", **values})
        invoice.action_post()
        self.assertFalse(invoice.bop_send_error)
        return invoice, self._sent(order.pair_id)[-1]

    # === WHAT IT SAYS ===#
    def test_an_invoice_names_order_positions_prices_and_taxes(self):
        order = self._make_network_order((self.desk, 3, 99.99), (self.lamp, 1))
        invoice, bill = self._bill(order)
        self.assertFalse(bill.credit)
        self.assertEqual(
            (bill.envelope.id, bill.order, bill.sales_order, bill.envelope.issue_date),
            (invoice.name, "P00007", order.name, "2026-02-01"),
        )
        line = bill.lines[0]
        self.assertEqual(
            (line.uid, line.quantity, line.unit, line.price, line.amount),
            (self._position(order, self.desk), "3", "C62", "99.99", "299.97"),
        )
        self.assertEqual((line.category, line.rate, line.sku), ("S", "15", "DESK"))
        (tax,) = bill.taxes
        self.assertEqual((tax.base, tax.amount), ("324.97", "48.75"))
        self.assertEqual(self._total(bill), invoice.amount_total)
        self.assertEqual(bill.extras, ())

    def test_a_discount_is_in_the_price(self):
        order = self._make_order((self.desk, 3), confirm=False)
        order.order_line.discount = 12.5
        order.action_confirm()
        self._pair(order)
        _invoice, bill = self._bill(order)
        self.assertEqual(
            (bill.lines[0].price, bill.lines[0].amount), ("87.5", "262.50")
        )

    def test_what_takes_away_has_a_negative_quantity(self):
        bonus = self._make_product("Bonus", -20.0, quantity=0, type="service")
        order = self._make_network_order((self.desk, 3), (bonus, 1))
        _invoice, bill = self._bill(order)
        self.assertEqual(
            [(line.quantity, line.price, line.amount) for line in bill.lines],
            [("3", "100", "300.00"), ("-1", "20", "-20.00")],
        )

    def test_a_tax_in_the_price_is_taken_out(self):
        included = self.tax.copy(
            {"name": "in", "price_include_override": "tax_included"}
        )
        self.desk.taxes_id = included
        order = self._make_network_order((self.desk, 3, 115.0))
        invoice, bill = self._bill(order)
        self.assertEqual((bill.lines[0].price, bill.lines[0].amount), ("100", "300.00"))
        self.assertEqual(self._total(bill), invoice.amount_total)

    def test_amounts_are_those_that_are_booked(self):
        """Rounding per line or in all: the document repeats what the books say."""
        for method in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = method
            order = self._make_network_order(
                (self.desk, 3, 33.33), (self.lamp, 7, 0.11), (self.chair, 1, 9.99)
            )
            self._deliver(order)
            invoice, bill = self._bill(order)
            self.assertAlmostEqual(self._total(bill), invoice.amount_total)
            self.assertAlmostEqual(
                float(sum(Decimal(tax.amount) for tax in bill.taxes)),
                invoice.amount_tax,
            )

    def test_cash_is_rounded_in_the_open(self):
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Five cents",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "profit_account_id": self.company.income_account_id.id,
                "loss_account_id": self.company.expense_account_id.id,
            }
        )
        order = self._make_network_order((self.desk, 1, 10.02))
        invoice, bill = self._bill(order, invoice_cash_rounding_id=rounding.id)
        self.assertEqual((invoice.amount_total, bill.rounding), (11.5, "-0.02"))
        self.assertEqual(self._total(bill), 11.5)

    def test_a_foreign_currency_stays_what_it_is(self):
        currency = self.env.ref("base.CHF")
        currency.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "rate": 0.5, "name": "2020-01-01"}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "CHF", "currency_id": currency.id}
        )
        order = self._make_network_order(
            (self.desk, 2, 80.0), pricelist_id=pricelist.id
        )
        invoice, bill = self._bill(order)
        self.assertEqual((bill.currency, bill.lines[0].amount), ("CHF", "160.00"))
        self.assertEqual(self._total(bill), invoice.amount_total)

    def test_a_currency_without_cents_is_sent_with_a_price_that_gives_its_amounts(self):
        currency = self.env.ref("base.JPY")
        currency.active = True
        pricelist = self.env["product.pricelist"].create(
            {"name": "JPY", "currency_id": currency.id}
        )
        order = self._make_network_order(
            (self.desk, 3, 33.5), pricelist_id=pricelist.id
        )
        invoice, bill = self._bill(order)
        self.assertEqual(bill.lines[0].amount, f"{invoice.amount_untaxed:.2f}")

    def test_down_payment_and_final_invoice_add_up(self):
        order = self._make_network_order((self.desk, 4))
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "advance_payment_method": "percentage",
                "amount": 25,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        advance = wizard._create_invoices(order)
        advance.invoice_date = "2026-02-01"
        advance.action_post()
        final, bill = self._bill(order)
        first = self._sent(order.pair_id)[0]
        self.assertEqual(self._total(first), advance.amount_total)
        self.assertEqual(self._total(bill), final.amount_total)
        (deducted,) = [line for line in bill.lines if line.quantity.startswith("-")]
        self.assertEqual(deducted.uid, first.lines[0].uid)
        self.assertNotEqual(deducted.uid, self._position(order, self.desk))

    def test_a_credit_note_names_the_invoice_it_credits(self):
        order = self._make_network_order((self.desk, 3))
        invoice, _bill = self._bill(order)
        refund = invoice._reverse_moves([{"invoice_date": "2026-02-02"}])
        refund.invoice_line_ids.quantity = 1
        refund.action_post()
        credit = self._sent(order.pair_id)[-1]
        self.assertTrue(credit.credit)
        self.assertEqual(
            (credit.preceding, credit.due_date, credit.lines[0].quantity),
            (invoice.name, "", "1"),
        )
        self.assertEqual(self._total(credit), refund.amount_total)

    def test_what_went_back_is_credited_to_its_position(self):
        order = self._make_network_order((self.chair, 3))
        self._deliver(order)
        self._bill(order)
        self._return(order, self.chair, 2)
        refund = self._invoice(order)
        credit = self._sent(order.pair_id)[-1]
        self.assertEqual(refund.move_type, "out_refund")
        self.assertEqual(
            (credit.lines[0].uid, credit.lines[0].quantity),
            (self._position(order, self.chair), "2"),
        )

    def test_one_invoice_over_two_orders_is_sent_once(self):
        first = self._make_network_order((self.desk, 1))
        second = self._make_network_order((self.lamp, 1), number="P00008")
        invoice = (first | second)._create_invoices()
        invoice.invoice_date = "2026-02-01"
        invoice.action_post()
        (bill,) = self._sent(first.pair_id)
        self.assertEqual(self._sent(second.pair_id), [])
        self.assertEqual(
            {line.uid for line in bill.lines},
            {self._position(first, self.desk), self._position(second, self.lamp)},
        )
        self.assertEqual(bill.order, "P00007")
        self.assertIn("P00008", bill.note)

    def test_orders_of_two_network_partners_need_two_invoices(self):
        other = self.partner.copy({"name": "Other", "vat": "ATU57780814"})
        first = self._make_network_order((self.desk, 1))
        second = self._make_network_order(
            (self.desk, 1), number="P00008", peer=self._make_peer(other)
        )
        invoice = (first | second)._create_invoices()
        invoice.action_post()
        self.assertRegex(invoice.bop_send_error, "bill each of them by itself")
        self.assertFalse(self._messages(first.pair_id))

    def test_the_bill_of_a_changed_order_belongs_to_the_same_contract(self):
        order = self._make_network_order((self.desk, 5))
        pair = order.pair_id
        self._bill(order)
        request = order._contract_request_change()
        request.offer_id.order_line.product_uom_qty = 7
        successor = order._contract_succeed(request.offer_id)
        _invoice, bill = self._bill(successor)
        self.assertEqual(successor.pair_id, pair)
        self.assertEqual(
            [(line.uid, line.quantity) for line in bill.lines],
            [(self._position(successor, self.desk), "2")],
        )

    def test_goods_within_the_union_say_why_there_is_no_tax(self):
        self.partner.write(
            {"country_id": self.env.ref("base.de").id, "vat": "DE123456788"}
        )
        free = self.tax.copy({"name": "0 %", "amount": 0.0})
        self.desk.taxes_id = free
        order = self._make_network_order((self.desk, 1))
        self._deliver(order)
        _invoice, bill = self._bill(order)
        self.assertEqual(bill.lines[0].category, "K")
        self.assertTrue(bill.taxes[0].reason)

    # === ONCE, AND NOT LOST ===#
    def test_what_is_missing_is_said_and_the_invoice_is_posted(self):
        order = self._make_network_order((self.desk, 1))
        two = self.tax.copy({"name": "Second", "amount": 2.0})
        invoice = self._invoice(order, post=False)
        invoice.invoice_line_ids.tax_ids = self.tax | two
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")
        self.assertRegex(invoice.bop_send_error, "Desk.*Second")
        self.assertFalse(self._messages(order.pair_id))

    def test_a_german_invoice_says_what_german_rules_miss(self):
        germany = self.env.ref("base.de")
        self.company.partner_id.write({"country_id": germany.id, "vat": "DE123456788"})
        self.partner.write({"country_id": germany.id, "vat": "DE136695976"})
        order = self._make_network_order((self.desk, 1))
        invoice = self._invoice(order)
        self.assertRegex(invoice.bop_send_error, "bank account.*phone")
        bank = self.env["res.partner.bank"].create(
            {
                "acc_number": "DE89370400440532013000",
                "partner_id": self.company.partner_id.id,
                "allow_out_payment": True,
            }
        )
        invoice.partner_bank_id = bank
        invoice.invoice_user_id.partner_id.write(
            {"phone": "+49 40 1234", "email": "sales@example.com"}
        )
        invoice.action_bop_send()
        self.assertEqual(self._sent(order.pair_id)[0].account, "DE89370400440532013000")

    def test_an_invoice_is_sent_once_and_stays_as_it_was_sent(self):
        order = self._make_network_order((self.desk, 1))
        invoice, _bill = self._bill(order)
        invoice.action_bop_send()
        for act in (invoice.button_draft, invoice.button_cancel):
            with self.assertRaisesRegex(UserError, "credit note"), self.cr.savepoint():
                act()
        with self.assertRaisesRegex(UserError, "credit note"), self.cr.savepoint():
            invoice.sudo().write({"state": "draft"})
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(len(self._sent(order.pair_id)), 1)

    def test_a_bill_that_is_refused_can_be_corrected_and_sent_again(self):
        order = self._make_network_order((self.desk, 1))
        invoice, _bill = self._bill(order)
        self._messages(order.pair_id)._on_refused("We take no bills.")
        self.assertEqual(invoice.bop_send_error, "We take no bills.")
        self.assertTrue(invoice.bop_to_send)
        invoice.action_bop_send()
        self.assertEqual(len(self._sent(order.pair_id)), 2)
        self._messages(order.pair_id)[1]._on_refused("Wrong price.")
        invoice.button_draft()
        self.assertEqual(invoice.state, "draft")

    def test_an_invoice_without_a_twin_is_as_in_plain_odoo(self):
        order = self._make_order((self.desk, 1))
        invoice = self._invoice(order)
        self.assertFalse(invoice.bop_sent_at or invoice.bop_send_error)
        invoice.button_draft()
        self.assertEqual(invoice.state, "draft")

    def test_an_accountant_posts_and_does_not_write_what_is_sent(self):
        order = self._make_network_order((self.desk, 1))
        invoice = self._invoice(order, post=False)
        self.salesman.group_ids |= self.env.ref("account.group_account_invoice")
        invoice = invoice.with_user(self.salesman)
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")
        self.assertFalse(invoice.bop_send_error)
        self.assertTrue(invoice.bop_sent_at)
        with self.assertRaisesRegex(UserError, "by the system alone"):
            invoice.write({"bop_sent_at": False})

    def test_a_company_without_contracts_sends_nothing(self):
        order = self._make_network_order((self.desk, 1))
        self.company.bop_contracts = False
        invoice = self._invoice(order)
        self.assertFalse(invoice.bop_sent_at or invoice.bop_send_error)

    def test_queries_do_not_grow_with_the_lines(self):
        counts = []
        for size in (3, 30):
            products = [
                self._make_product(f"Part {size} {number}", 1.0)
                for number in range(size)
            ]
            order = self._make_order(*((product, 1) for product in products))
            invoice = self._invoice(order)
            self._pair(order, f"P{size}")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            invoice.action_bop_send()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_the_delivery_date_is_told(self):
        order = self._make_network_order((self.chair, 1))
        self._deliver(order)
        invoice, bill = self._bill(order)
        self.assertEqual(
            bill.delivered, fields.Date.to_string(invoice.delivery_date) or ""
        )
