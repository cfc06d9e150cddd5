# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What waited for a credit hold goes on by itself when the hold is gone; and holds reach
branches, and the orders somebody else pays for.
"""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..models import sale_order_release
from .credit_hold_common import CreditHoldCase


class ReleaseCase(CreditHoldCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env["bop.acceptance.policy"].create(
            {
                "name": "Test policy",
                "currency_id": cls.company.currency_id.id,
                "order_limit": 1000,
            }
        )
        cls.company.acceptance_policy_id = cls.policy
        cls.cron = cls.env.ref("bop_customer_order.cron_decide_released")

    def _run(self):
        """What the scheduled action does; its transactions are none in a test."""
        with (
            patch.object(
                self.registry["ir.cron"],
                "_commit_progress",
                lambda *_args, **_values: 1,
            ),
            patch.object(sale_order_release, "retrying", lambda call, _env: call()),
        ):
            self.env["sale.order"].sudo()._cron_decide_released()
        self.env.invalidate_all()

    def _codes(self, order):
        return [reason["code"] for reason in order.acceptance_reasons]

    def _triggers(self):
        return self.env["ir.cron.trigger"].search_count(
            [("cron_id", "=", self.cron.id)]
        )


@tagged("post_install", "-at_install")
class TestDecidedAnew(ReleaseCase):
    def test_what_waited_only_for_the_hold_comes_into_force(self):
        self._hold(self.partner)
        order = self._make_order((self.desk, 5))
        self.assertEqual(order.acceptance_state, "waiting")
        self._run()
        self.assertEqual(order.acceptance_state, "waiting", "it is on hold")
        before = self._triggers()
        self._unhold(self.partner)
        self.assertGreater(self._triggers(), before, "it is decided at once")
        self._run()
        self.assertEqual(
            (order.state, order.acceptance_state, order.acceptance_mode),
            ("sale", "accepted", "auto"),
        )
        self.assertTrue(order.picking_ids)
        self.assertFalse(order.activity_ids)
        log = order.acceptance_decision_ids.sorted("id").mapped("outcome")
        self.assertEqual(log, ["waiting", "accepted"])

    def test_the_customer_is_told_that_it_is_accepted_now(self):
        self._can_be_written_to()
        self._hold(self.partner)
        order = self._make_order((self.desk, 5))
        told = order.message_ids
        self._unhold(self.partner)
        self._run()
        news = (order.message_ids - told).filtered(
            lambda message: self.partner in message.partner_ids
        )
        self.assertEqual(len(news), 1)

    def test_what_waits_for_other_reasons_as_well_goes_on_waiting_for_those(self):
        self._hold(self.partner)
        order = self._make_order((self.desk, 50))
        self.assertEqual(set(self._codes(order)), {"on_hold", "above_order_limit"})
        self._unhold(self.partner)
        self._run()
        self.assertEqual(order.acceptance_state, "waiting")
        self.assertEqual(self._codes(order), ["above_order_limit"])
        self.assertEqual(len(order.activity_ids), 1)

    def test_what_never_waited_for_a_hold_is_left_alone(self):
        order = self._make_order((self.desk, 50))
        self.policy.order_limit = 0
        self._hold(self.partner)
        self._unhold(self.partner)
        self._run()
        self.assertEqual(order.acceptance_state, "waiting")

    def test_what_was_edited_while_it_waited_is_left_to_its_editor(self):
        self._hold(self.partner)
        order = self._make_order((self.desk, 5))
        order.order_line.product_uom_qty = 6
        self._unhold(self.partner)
        self._run()
        self.assertEqual((order.state, order.acceptance_state), ("draft", "waiting"))
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_one_that_cannot_come_into_force_says_why_and_keeps_no_other_waiting(self):
        self._hold(self.partner)
        bad = self._make_order((self.desk, 5))
        good = self._make_order((self.desk, 4))
        self._unhold(self.partner)
        confirm, error = type(bad)._action_confirm, "No analytic account."

        def fail(orders):
            if bad in orders:
                raise UserError(error)
            return confirm(orders)

        with patch.object(type(bad), "_action_confirm", fail):
            self._run()
            self._run()
        self.assertEqual((good.state, bad.state), ("sale", "draft"))
        self.assertEqual(self._codes(bad), ["not_in_force"])
        self.assertIn("No analytic account.", bad.intake_reason)
        notes = [body for body in bad.message_ids.mapped("body") if "analytic" in body]
        self.assertEqual(len(notes), 1)
        bad._acceptance_accept()
        self.assertEqual(bad.state, "sale")

    def test_those_that_waited_longest_have_the_first_claim_on_the_limit(self):
        self.policy.write({"order_limit": 0, "exposure_limit": 1000})
        self._hold(self.partner)
        first, second = (self._make_order((self.desk, 5)) for _n in range(2))
        self._unhold(self.partner)
        self._run()
        self.assertEqual((first.state, second.state), ("sale", "draft"))
        self.assertEqual(self._codes(second), ["above_exposure_limit"])

    def test_a_change_that_waited_for_the_hold_is_applied(self):
        order = self._make_order((self.desk, 5))
        self._hold(self.partner)
        request = self._change(order, {self.desk: {"price_unit": 110}}, apply=False)
        request._apply()
        self.assertEqual(request.offer_id.acceptance_state, "waiting")
        self._unhold(self.partner)
        self._run()
        self.assertEqual(request.state, "applied")
        self.assertEqual(order.successor_id.order_line.price_unit, 110)

    def test_a_released_order_goes_on_and_one_under_another_hold_does_not(self):
        both = self._make_order((self.desk, 5), confirm=False)
        self._hold(both)
        self._hold(self.partner)
        both.action_confirm()
        self._unhold(both)
        self._run()
        self.assertEqual(both.acceptance_state, "waiting")
        self._unhold(self.partner)
        self._run()
        self.assertEqual(both.acceptance_state, "accepted")

    def test_where_contracts_are_switched_off_nothing_is_confirmed(self):
        self._hold(self.partner)
        order = self._make_order((self.desk, 5))
        self.company.bop_contracts = False
        self._run()
        self.assertEqual(order.state, "draft")

    def test_the_end_of_an_automatic_hold_is_one(self):
        self.company.write({"auto_credit_hold": True, "credit_hold_overdue_days": 30})
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner.id,
                "invoice_date": self._days_ago(40),
                "invoice_date_due": self._days_ago(40),
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Goods", "price_unit": 200, "tax_ids": False}
                    )
                ],
            }
        )
        move.action_post()
        holds = self.env["bop.credit.hold"].sudo()
        holds._judge(self.company, self.partner.ids)
        order = self._make_order((self.desk, 5))
        self.assertEqual(order.acceptance_state, "waiting")
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({})._create_payments()
        before = self._triggers()
        holds._judge(self.company, self.partner.ids)
        self.assertGreater(self._triggers(), before)
        self._run()
        self.assertEqual(order.state, "sale")


@tagged("post_install", "-at_install")
class TestBranches(ReleaseCase):
    """A hold in a company is one in its branches: it is one legal person that is not
    paid. A hold in a branch is that branch's own.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].create(
            {"name": "North", "parent_id": cls.company.id, "bop_contracts": True}
        )
        users = cls.env.user | cls.controller
        users.sudo().company_ids |= cls.branch

    def _order_of(self, company):
        orders = self.env["sale.order"].with_company(company)
        line = {"product_id": self.desk.id, "product_uom_qty": 1, "tax_ids": False}
        return orders.create(
            {
                "partner_id": self.partner.id,
                "company_id": company.id,
                "order_line": [Command.create(line)],
            }
        )

    def test_a_hold_in_the_company_reaches_its_branches_and_so_does_its_release(self):
        self._hold(self.partner)
        order = self._order_of(self.branch)
        self.assertTrue(order.credit_hold)
        self.assertIn(order, order.search([("credit_hold", "=", True)]))
        order.action_confirm()
        self.assertIn("on_hold", self._codes(order))
        with self.assertRaisesRegex(UserError, "release it there"):
            self.partner.with_user(self.controller).with_company(
                self.branch
            ).release_credit_hold("Paid")
        self._unhold(self.partner)
        self._run()
        self.assertEqual(order.acceptance_state, "accepted")
        self.assertEqual(order.state, "sale")

    def test_a_hold_in_a_branch_is_its_own(self):
        here, there = self._order_of(self.company), self._order_of(self.branch)
        customer = self.partner.with_user(self.controller)
        customer.with_company(self.branch).place_credit_hold("Three reminders")
        self.env.invalidate_all()
        self.assertEqual((here.credit_hold, there.credit_hold), (False, True))
        held = [("id", "in", (here | there).ids), ("credit_hold", "=", True)]
        self.assertEqual(here.search(held), there)
        (here | there).action_confirm()
        self.assertEqual(
            (here | there).mapped("acceptance_state"), ["accepted", "waiting"]
        )
        customer.with_company(self.branch).release_credit_hold("Paid")
        self.env.invalidate_all()
        self._run()
        self.assertEqual(there.state, "sale")


@tagged("post_install", "-at_install")
class TestPayer(ReleaseCase):
    """Who pays for an order is trusted, or not, as who orders it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payer = cls.env["res.partner"].create(
            {"name": "Holding AG", "is_company": True, "city": "Bern"}
        )
        cls.accounts = cls.env["res.partner"].create(
            {"name": "Accounts", "parent_id": cls.payer.id, "type": "invoice"}
        )

    def _make_paid_order(self, **values):
        """An order that the accounts of the holding pay."""
        values = {"partner_invoice_id": self.accounts.id, **values}
        return self._make_order((self.desk, 1), **values)

    def test_what_a_held_payer_pays_is_held_and_the_rest_is_not(self):
        paid, other = self._make_paid_order(), self._make_order((self.desk, 1))
        self._hold(self.payer)
        self.assertEqual((paid.credit_hold, other.credit_hold), (True, False))
        self.assertIn("Holding AG", paid.credit_hold_text)
        both = [("id", "in", (paid | other).ids)]
        held = paid.search([*both, ("credit_hold", "=", True)])
        self.assertEqual(held, paid)
        self._assert_not_delivered(self._ready(paid), "Holding AG")
        self._deliver(other)
        row = paid.credit_hold_id
        self.assertEqual((row.order_count, row.order_amount), (1, paid.amount_total))
        self.assertFalse(self.partner.credit_hold)

    def test_an_order_waits_for_its_payer_and_goes_on_when_he_is_released(self):
        self._hold(self.payer)
        order = self._make_paid_order()
        self.assertIn("on_hold", self._codes(order))
        with self.assertRaisesRegex(UserError, "on credit hold"):
            order._acceptance_accept()
        self._unhold(self.payer)
        self._run()
        self.assertEqual(order.state, "sale")

    def test_another_payer_frees_the_order_when_it_is_confirmed_again(self):
        self._hold(self.payer)
        order = self._make_paid_order()
        order.partner_invoice_id = self.partner
        self.assertFalse(order.credit_hold)
        self._run()
        self.assertEqual(order.state, "draft", "it was edited")
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_good_payer_does_not_free_a_held_customer(self):
        self._hold(self.partner)
        self.assertTrue(self._make_paid_order(confirm=False).credit_hold)

    def test_a_customer_who_may_not_see_the_payer_reads_the_same(self):
        self._hold(self.payer)
        order = self._make_paid_order(user_id=self.salesman.id, confirm=False)
        seller = new_test_user(
            self.env, login="bop_seller", groups="sales_team.group_sale_salesman"
        )
        order.user_id = seller
        self.assertTrue(order.with_user(seller).credit_hold)
