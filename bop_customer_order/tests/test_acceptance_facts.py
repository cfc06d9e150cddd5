# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from ..rules.acceptance import Deviation, PaymentRecord
from .acceptance_common import AcceptanceCase

D = Decimal


@tagged("post_install", "-at_install", "bop")
class TestPaymentRecord(AcceptanceCase):
    """How the customer paid, and what is overdue."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.acceptance_policy_id = cls.policy

    def _record(self, partner=None):
        order = self._quote(partner_id=(partner or self.partner).id)
        return self._facts(order).record

    def test_a_stranger_has_no_record(self):
        self.assertEqual(self._record(), PaymentRecord())

    def test_the_record_is_over_what_was_paid(self):
        self._bill(100, due=90, paid=-10)
        self._bill(100, due=60, paid=0)
        self._bill(100, due=40, paid=6)
        record = self._record()
        self.assertEqual(record.paid_invoices, 3)
        self.assertEqual(record.on_time_share, D("0.6667"))
        self.assertEqual(record.average_days_late, D("2"))
        self.assertEqual(record.worst_days_late, 6)
        self.assertEqual((record.overdue_amount, record.overdue_days), (D(0), 0))

    def test_what_is_overdue_is_what_is_left_to_pay(self):
        self._pay(self._bill(100, due=20), amount=70)
        self._bill(50, due=5)
        self._bill(1000, due=0)
        self._bill(1000, due=-5)
        record = self._record()
        self.assertEqual((record.overdue_amount, record.overdue_days), (D(80), 20))
        self.assertEqual(record.paid_invoices, 0)

    def test_an_open_credit_note_counts_against_what_is_overdue(self):
        self._bill(100, due=20)
        self._bill(60, refund=True)
        record = self._record()
        self.assertEqual((record.overdue_amount, record.overdue_days), (D(40), 20))
        self._bill(60, refund=True)
        record = self._record()
        self.assertEqual((record.overdue_amount, record.overdue_days), (D(0), 0))

    def test_an_invoice_that_was_reversed_was_not_paid(self):
        invoice, refund = self._bill(100, due=20), self._bill(100, refund=True)
        (invoice | refund).line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        ).reconcile()
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual(self._record(), PaymentRecord())

    def test_a_credit_note_that_came_late_makes_no_late_payer(self):
        invoice, refund = self._bill(100, due=50), self._bill(30, refund=True)
        self._pay(invoice, amount=70, on=self.today - timedelta(days=52))
        (invoice | refund).line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        ).reconcile()
        record = self._record()
        self.assertEqual((record.paid_invoices, record.worst_days_late), (1, 0))

    def test_a_payment_under_way_is_owed_but_not_overdue(self):
        invoice = self._bill(100, due=20)
        invoice.payment_state = "in_payment"
        facts = self._facts(self._quote())
        self.assertEqual(facts.record.overdue_amount, D(0))
        self.assertEqual(facts.exposure, D(100))

    def test_a_disputed_invoice_is_owed_but_not_overdue(self):
        invoice = self._bill(100, due=20)
        invoice.payment_state = "blocked"
        facts = self._facts(self._quote())
        self.assertEqual(facts.record.overdue_amount, D(0))
        self.assertEqual(facts.exposure, D(100))

    def test_an_invoice_that_is_no_more_than_drafted_is_not_overdue(self):
        invoice = self._bill(100, due=20)
        invoice.button_draft()
        self.assertEqual(self._record(), PaymentRecord())

    def test_what_was_paid_long_ago_is_no_record(self):
        self._bill(100, due=400, paid=0)
        self.assertEqual(self._record().paid_invoices, 0)

    def test_an_instalment_is_late_by_itself(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half and half",
                "line_ids": [
                    Command.create({"value_amount": 50, "nb_days": 0}),
                    Command.create({"value_amount": 50, "nb_days": 30}),
                ],
            }
        )
        invoice = self._bill(
            100,
            due=20,
            invoice_date=self.today - timedelta(days=20),
            invoice_payment_term_id=term.id,
            invoice_date_due=False,
        )
        record = self._record()
        self.assertEqual((record.overdue_amount, record.overdue_days), (D(50), 20))
        first = invoice.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        ).sorted("date_maturity")[:1]
        self.assertEqual(first.date_maturity, self.today - timedelta(days=20))

    def test_contacts_share_the_record_of_their_company(self):
        self._bill(100, due=20, partner=self.contact)
        self._bill(100, due=60, paid=3, partner=self.contact)
        self.assertEqual(self._record(self.contact), self._record(self.partner))
        self.assertEqual(self._record(self.contact).overdue_amount, D(100))
        self.assertEqual(self._record(self.contact).paid_invoices, 1)

    def test_another_customer_is_another_record(self):
        self._bill(100, due=20, partner=self.vendor)
        self.assertEqual(self._record(), PaymentRecord())

    def test_a_vendor_bill_is_no_receivable(self):
        self._bill(100, due=20, move_type="in_invoice")
        self.assertEqual(self._record(), PaymentRecord())


@tagged("post_install", "-at_install", "bop")
class TestExposure(AcceptanceCase):
    """What the customer owes and has on order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.order_limit = 0
        cls.partner.acceptance_policy_id = cls.policy
        for product in (cls.desk, cls.chair, cls.lamp, cls.shelf):
            product.taxes_id = False

    def _exposure(self, **values):
        return self._facts(self._quote(**values)).exposure

    def test_nothing_is_owed(self):
        self.assertEqual(self._exposure(), D(0))

    def test_an_order_counts_from_confirmation_to_payment(self):
        order = self._make_order((self.chair, 10, 40.0))
        self.assertEqual(self._exposure(), D(400))
        self._deliver(order)
        self.assertEqual(self._exposure(), D(400))
        invoice = self._invoice(order, post=False)
        self.assertEqual(self._exposure(), D(400))
        invoice.action_post()
        self.assertEqual(self._exposure(), D(400))
        self._pay(invoice, amount=100)
        self.assertEqual(self._exposure(), D(300))
        self._pay(invoice)
        self.assertEqual(self._exposure(), D(0))

    def test_what_is_billed_in_part_counts_once(self):
        order = self._make_order((self.chair, 10, 40.0))
        self._deliver(order, {self.chair: 4})
        self._invoice(order)
        self.assertEqual(self._exposure(), D(400))

    def test_what_was_delivered_on_top_counts(self):
        order = self._make_order((self.chair, 10, 40.0))
        self._deliver(order, {self.chair: 12})
        self.assertEqual(self._exposure(), D(480))

    def test_what_was_delivered_on_top_of_a_billed_order_counts(self):
        order = self._make_order((self.chair, 10, 40.0), (self.desk, 1, 100.0))
        self._deliver(order, {self.chair: 12, self.desk: 1})
        invoice = self._invoice(order, post=False)
        invoice.invoice_line_ids.filtered(
            lambda line: line.product_id == self.chair
        ).quantity = 10
        invoice.action_post()
        self._pay(invoice)
        self.assertEqual(self._exposure(), D(80))

    def test_a_down_payment_counts_once(self):
        order = self._make_order((self.desk, 10, 100.0))
        self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": "fixed",
                "fixed_amount": 300.0,
            }
        ).create_invoices()
        order.invoice_ids.action_post()
        self.assertEqual(self._exposure(), D(1000))
        self._pay(order.invoice_ids)
        self.assertEqual(self._exposure(), D(700))

    def test_quotations_and_cancelled_orders_do_not_count(self):
        self._make_order((self.desk, 10, 100.0), confirm=False)
        cancelled = self._make_order((self.desk, 10, 100.0), confirm=False)
        cancelled.action_cancel()
        self.assertEqual(self._exposure(), D(0))

    def test_a_changed_order_counts_once_and_its_offer_not(self):
        order = self._make_order((self.desk, 10, 100.0))
        request = self._change(order, {self.desk: 15}, apply=False)
        self.assertEqual(self._exposure(), D(1000))
        request._apply()
        self.assertEqual(self._exposure(), D(1500))

    def test_a_change_adds_its_difference(self):
        order = self._make_order((self.desk, 10, 100.0))
        offer = self._change(order, {self.desk: 15}, apply=False).offer_id
        facts = self._facts(offer)
        self.assertTrue(facts.is_change)
        self.assertEqual(
            (facts.amount, facts.delta, facts.exposure), (D(1500), D(500), D(1000))
        )

    def test_an_order_does_not_count_against_itself(self):
        order = self._make_order((self.desk, 10, 100.0))
        self.assertEqual(self._facts(order).exposure, D(0))
        self.assertEqual(self._exposure(), D(1000))

    def test_a_payment_in_advance_makes_room(self):
        invoice = self._bill(500, refund=True)
        self.assertEqual(invoice.state, "posted")
        self._make_order((self.desk, 3, 100.0))
        self.assertEqual(self._exposure(), D(-200))

    def test_orders_of_contacts_count_for_their_company(self):
        self._make_order((self.desk, 10, 100.0), partner_id=self.contact.id)
        self.assertEqual(self._exposure(), D(1000))

    def test_who_pays_is_whose_credit_is_taken_up(self):
        """What is ordered for a subsidiary and paid by its holding is owed by the
        holding, from the acceptance on.
        """
        holding = self.env["res.partner"].create(
            {"name": "Holding AG", "is_company": True}
        )
        accounts = self.env["res.partner"].create(
            {"name": "Accounts", "parent_id": holding.id, "type": "invoice"}
        )
        order = self._make_order((self.chair, 10, 40.0), partner_invoice_id=accounts.id)
        self.assertEqual(self._exposure(), D(0))
        self.assertEqual(self._exposure(partner_invoice_id=holding.id), D(400))
        self._deliver(order)
        invoice = self._invoice(order)
        self.assertEqual(invoice.commercial_partner_id, holding)
        self.assertEqual(self._exposure(), D(0))
        self.assertEqual(self._exposure(partner_invoice_id=holding.id), D(400))
        self._pay(invoice)
        self.assertEqual(self._exposure(partner_invoice_id=holding.id), D(0))

    def test_the_record_is_that_of_who_pays(self):
        holding = self.env["res.partner"].create(
            {"name": "Holding AG", "is_company": True}
        )
        self._bill(100, due=20, partner=holding)
        own = self._facts(self._quote()).record
        paid = self._facts(self._quote(partner_invoice_id=holding.id)).record
        self.assertEqual((own.overdue_amount, paid.overdue_amount), (D(0), D(100)))

    def test_two_customers_of_one_payer_take_up_the_same_credit(self):
        holding = self.env["res.partner"].create(
            {"name": "Holding AG", "is_company": True}
        )
        self.policy.write({"exposure_limit": 500.0})
        self.vendor.acceptance_policy_id = self.policy
        orders = self._quote(300.0, partner_invoice_id=holding.id) | self._quote(
            300.0, partner_id=self.vendor.id, partner_invoice_id=holding.id
        )
        outcomes = [found.outcome for found in orders._acceptance_decide().values()]
        self.assertEqual(outcomes, ["accept", "ask"])

    def test_orders_accepted_in_one_call_count_for_each_other(self):
        self.policy.write({"exposure_limit": 500.0})
        orders = self.env["sale.order"].union(*[self._quote(200.0) for _n in range(4)])
        outcomes = [found.outcome for found in orders._acceptance_decide().values()]
        self.assertEqual(outcomes, ["accept", "accept", "ask", "ask"])


@tagged("post_install", "-at_install", "bop")
class TestCurrencies(AcceptanceCase):
    """The policy in one currency, the order in another, the company in a third."""

    def test_policy_order_and_company_in_three_currencies(self):
        silver, gold = self._make_currency("XSI", 10.0), self._make_currency("XGO", 0.1)
        policy = self._make_policy(
            "In silver",
            currency_id=silver.id,
            order_limit=1000.0,
            exposure_limit=9999.0,
        )
        self.partner.acceptance_policy_id = policy
        self._bill(50, due=20)
        self._bill(2, due=20, currency_id=gold.id)
        pricelist = self.env["product.pricelist"].create(
            {"name": "Gold", "currency_id": gold.id}
        )
        other = self._quote(3.0, pricelist_id=pricelist.id)
        other.action_confirm()
        order = self._quote(2.0, pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, gold)
        facts = self._facts(order)
        self.assertEqual(facts.amount, D(200))
        self.assertEqual(facts.record.overdue_amount, D(700))
        self.assertEqual(facts.exposure, D(700) + D(300))
        self.assertEqual(self._judge(order), ("accept", {"within_order_limit"}))
        order.order_line.price_unit = 10.01
        self.assertEqual(self._judge(order), ("ask", {"above_order_limit"}))

    def test_an_own_threshold_is_in_the_currency_of_the_policy(self):
        silver = self._make_currency("XSI", 10.0)
        policy = self._make_policy("In silver", currency_id=silver.id, order_limit=1.0)
        self.partner.write({"acceptance_policy_id": policy.id, "acceptance_limit": 500})
        self.assertEqual(self.partner.acceptance_currency_id, silver)
        self.assertEqual(self._judge(self._quote(50.0))[0], "accept")
        self.assertEqual(self._judge(self._quote(50.01))[0], "ask")


@tagged("post_install", "-at_install", "bop")
class TestCompanies(AcceptanceCase):
    """Each company has its own customers' records; its branches share them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.acceptance_policy_id = cls.policy
        cls.other = cls.env["res.company"].create(
            {"name": "Other Ltd", "currency_id": cls.currency.id}
        )
        cls._open_books(cls.other)

    def _bill_other(self, *args, **values):
        journal = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.other.id)], limit=1
        )
        return self._bill(
            *args, company_id=self.other.id, journal_id=journal.id, **values
        )

    def test_what_is_overdue_in_another_company_does_not_count(self):
        self._bill_other(100, due=20)
        facts = self._facts(self._quote())
        self.assertEqual(facts.record, PaymentRecord())
        self.assertEqual(facts.exposure, D(0))

    def test_what_is_overdue_here_does_not_count_in_another_company(self):
        self._bill(100, due=20)
        self._bill_other(30, due=10)
        order = self._quote()
        order = self.env["sale.order"].create(
            {"partner_id": self.partner.id, "company_id": self.other.id}
        )
        self.partner.with_company(self.other).acceptance_policy_id = self.policy
        facts = self._facts(order)
        self.assertEqual(facts.record.overdue_amount, D(30))
        self.assertEqual(facts.exposure, D(30))

    def test_the_policy_is_chosen_for_each_company(self):
        self.assertFalse(self.partner.with_company(self.other).acceptance_policy_id)
        order = self.env["sale.order"].create(
            {"partner_id": self.partner.id, "company_id": self.other.id}
        )
        orders = order | self._quote()
        self.assertEqual(
            [policy.id for policy in orders._acceptance_policies().values()],
            [False, self.policy.id],
        )

    def test_a_branch_shares_the_record(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self._bill(100, due=20)
        self.partner.with_company(branch).acceptance_policy_id = self.policy
        order = self.env["sale.order"].create(
            {"partner_id": self.partner.id, "company_id": branch.id}
        )
        self.assertEqual(self._facts(order).record.overdue_amount, D(100))


@tagged("post_install", "-at_install", "bop")
class TestSameFigures(AcceptanceCase):
    """Who asks makes no difference, nor how much there is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.write({"exposure_limit": 9000, "ask_on_deviation": True})
        cls.partner.acceptance_policy_id = cls.policy

    def test_a_salesperson_who_reads_no_invoice_gets_the_same_figures(self):
        self._bill(100, due=20)
        self._bill(100, due=60, paid=4)
        self._make_order((self.desk, 3, 100.0), user_id=self.sales_manager.id)
        order = self._quote(90.0, user_id=self.salesman.id)
        self.assertFalse(
            self.env["account.move.line"].with_user(self.salesman).has_access("read")
            and self.env["account.move"].with_user(self.salesman).search([]) == []
        )
        mine = order.with_user(self.salesman)
        self.assertEqual(mine._acceptance_facts(), order._acceptance_facts())
        self.assertEqual(mine._acceptance_decide(), order._acceptance_decide())

    def test_a_language_changes_no_fact(self):
        self.env["res.lang"]._activate_lang("de_DE")
        order = self._quote(90.0)
        german = order.with_context(lang="de_DE")
        self.assertEqual(german._acceptance_decide(), order._acceptance_decide())

    def _queries(self, orders):
        """How many it takes with warm caches of the registry and none of records."""
        for _warm in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            orders._acceptance_decide()
        return self.cr.sql_log_count - before

    def test_the_number_of_queries_does_not_grow_with_the_history(self):
        order = self._quote()
        for _n in range(3):
            self._bill(10, due=30, paid=1)
        few = self._queries(order)
        for _n in range(12):
            self._bill(10, due=30, paid=1)
        for _n in range(4):
            self._make_order((self.desk, 1))
        self.assertEqual(self._queries(order), few)

    def test_the_number_of_queries_does_not_grow_with_the_orders(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {n}", "city": "Kiel"} for n in range(10)]
        )
        partners.acceptance_policy_id = self.policy
        orders = self.env["sale.order"].union(
            *[
                self._make_order(
                    (self.desk, n + 1),
                    (self.chair, n + 2),
                    partner_id=partner.id,
                    confirm=False,
                )
                for n, partner in enumerate(partners)
            ]
        )
        self.assertEqual(self._queries(orders), self._queries(orders[:1]))

    def test_where_nothing_is_set_nothing_is_looked_up(self):
        self.partner.acceptance_policy_id = False
        self._bill(100, due=20)
        facts = self._facts(self._quote())
        self.assertEqual(facts.record, PaymentRecord())
        self.assertEqual(self._judge(self._quote(10**9)), ("accept", set()))


@tagged("post_install", "-at_install", "bop")
class TestConformity(AcceptanceCase):
    """What the order says, beside the price list, the contract and what it must say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.write({"order_limit": 0, "ask_on_deviation": True})
        cls.partner.acceptance_policy_id = cls.policy
        cls.pricelist = cls.env["product.pricelist"].create(
            {
                "name": "Tiered",
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "1_product",
                            "product_tmpl_id": cls.desk.product_tmpl_id.id,
                            "compute_price": "percentage",
                            "percent_price": 20,
                            "min_quantity": 10,
                        }
                    )
                ],
            }
        )

    def _deviations(self, *items, **values):
        order = self._make_order(*items, confirm=False, **values)
        return self._facts(order).deviations

    def test_list_prices_deviate_from_nothing(self):
        self.assertEqual(self._deviations((self.desk, 1), (self.chair, 2)), ())

    def test_a_higher_price_is_no_deviation(self):
        self.assertEqual(self._deviations((self.desk, 1, 120.0)), ())

    def test_a_lower_price_is_one(self):
        self.assertEqual(
            self._deviations((self.desk, 1, 99.0), (self.chair, 1)),
            (Deviation("price_below_list", "DESK", "100", "99"),),
        )

    def test_a_discount_is_one(self):
        order = self._make_order((self.desk, 1), confirm=False)
        order.order_line.discount = 12.5
        self.assertEqual(
            self._facts(order).deviations,
            (Deviation("discount_above_list", "DESK", "0", "12.5"),),
        )
        self.assertEqual(self._judge(order), ("ask", {"discount_above_list"}))

    def test_the_price_list_of_the_order_decides_by_quantity(self):
        values = {"pricelist_id": self.pricelist.id}
        self.assertEqual(self._deviations((self.desk, 10, 80.0), **values), ())
        self.assertEqual(
            self._deviations((self.desk, 9, 80.0), **values),
            (Deviation("price_below_list", "DESK", "100", "80"),),
        )

    def _use_price_lists(self):
        """Everybody may choose a price list; the customer's is the one with tiers."""
        group = self.env.ref("product.group_product_pricelist")
        self.env.ref("base.group_user")._apply_group(group)
        self.partner.property_product_pricelist = self.pricelist

    def _make_price_list(self, percent, **values):
        rule = {"compute_price": "percentage", "percent_price": percent}
        return self.env["product.pricelist"].create(
            {"name": "Friends", "item_ids": [Command.create(rule)], **values}
        )

    def test_a_cheaper_price_list_chosen_for_the_order_is_a_deviation(self):
        self._use_price_lists()
        friends = self._make_price_list(50)
        order = self._make_order((self.desk, 10), confirm=False)
        self.assertEqual(order.pricelist_id, self.pricelist)
        self.assertEqual(self._facts(order).deviations, ())
        order.pricelist_id = friends
        order.action_update_prices()
        self.assertEqual(order.order_line.price_unit, 50)
        self.assertEqual(
            self._facts(order).deviations,
            (Deviation("price_below_list", "DESK", "80", "50"),),
        )
        self.assertEqual(self._judge(order), ("ask", {"price_below_list"}))
        self.partner.property_product_pricelist = friends
        self.assertEqual(self._facts(order).deviations, (), "it is the customer's own")

    def test_a_dearer_price_list_chosen_for_the_order_is_none(self):
        self._use_price_lists()
        surcharge = self._make_price_list(-20)
        order = self._make_order(
            (self.desk, 1), confirm=False, pricelist_id=surcharge.id
        )
        self.assertEqual(order.order_line.price_unit, 120)
        self.assertEqual(self._facts(order).deviations, ())

    def test_price_lists_in_different_currencies_are_compared_in_that_of_the_order(
        self,
    ):
        self._use_price_lists()
        silver = self._make_currency("XSI", 10.0)
        self.pricelist.item_ids.write({"compute_price": "fixed", "fixed_price": 80})
        chosen = self._make_price_list(0, currency_id=silver.id)
        order = self._make_order(
            (self.desk, 10, 799.0), confirm=False, pricelist_id=chosen.id
        )
        self.assertEqual(order.currency_id, silver)
        self.assertEqual(
            self._facts(order).deviations,
            (Deviation("price_below_list", "DESK", "800", "799"),),
        )
        order.order_line.price_unit = 800
        self.assertEqual(self._facts(order).deviations, ())

    def test_a_customer_of_a_contact_is_compared_with_the_list_of_the_company(self):
        self._use_price_lists()
        order = self._make_order(
            (self.desk, 10, 80.0), confirm=False, partner_id=self.contact.id
        )
        self.assertEqual(self._facts(order).deviations, ())

    def test_a_rule_of_another_time_does_not_count(self):
        self.pricelist.item_ids.date_end = "2020-01-01"
        values = {"pricelist_id": self.pricelist.id}
        self.assertTrue(self._deviations((self.desk, 10, 80.0), **values))

    def test_rounding_of_a_discount_is_no_deviation(self):
        self.pricelist.item_ids.percent_price = 66.666
        order = self._make_order(
            (self.desk, 10, 100.0), confirm=False, pricelist_id=self.pricelist.id
        )
        order.order_line.discount = 66.67
        self.assertEqual(self._facts(order).deviations, ())

    def test_the_unit_of_the_line_counts(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._make_order((self.desk, 1), confirm=False)
        order.order_line.write({"product_uom_id": dozen.id, "price_unit": 1200.0})
        self.assertEqual(self._facts(order).deviations, ())
        order.order_line.price_unit = 1100.0
        self.assertEqual(len(self._facts(order).deviations), 1)

    def test_a_price_that_is_agreed_is_no_deviation_of_the_change(self):
        self.policy.ask_on_deviation = False
        order = self._make_order((self.desk, 10, 90.0))
        self.policy.ask_on_deviation = True
        offer = self._change(order, {self.desk: 15}, apply=False).offer_id
        self.assertEqual(self._facts(offer).deviations, ())
        offer.order_line.price_unit = 85.0
        self.assertEqual(len(self._facts(offer).deviations), 1)

    def test_what_an_order_must_say(self):
        order = self._make_order(confirm=False)
        self.assertEqual(self._facts(order).missing, ("lines",))
        order = self._make_order((self.desk, 1, 0.0), confirm=False)
        self.assertEqual(self._facts(order).missing, ("price",))
        nowhere = self.env["res.partner"].create({"name": "Nowhere"})
        nowhere.acceptance_policy_id = self.policy
        order = self._make_order((self.desk, 1), confirm=False, partner_id=nowhere.id)
        self.assertEqual(self._facts(order).missing, ("delivery_address",))

    def test_without_a_payment_term_it_is_paid_at_once(self):
        order = self._make_order((self.desk, 1), confirm=False, payment_term_id=False)
        self.assertEqual(self._facts(order).missing, ())

    def test_a_free_product_needs_no_price(self):
        free = self._make_product("Leaflet", 0.0)
        order = self._make_order((free, 1), confirm=False)
        self.assertEqual(self._facts(order).missing, ())
