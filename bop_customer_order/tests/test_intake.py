# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.bop_contract.models.capability import SYSTEM, hold

from .decision_common import DecisionCase


@tagged("post_install", "-at_install")
class TestIntake(DecisionCase):
    """What waits, is on hold or incomplete stands on the board, with the reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.waiting = cls._make_waiting_order(user_id=cls.salesman.id)
        cls.board = cls.env["sale.order"].with_user(cls.approver)

    def _on_board(self, status=None, user=None):
        condition = ("=", status) if status else ("!=", False)
        domain = [
            ("intake_status", *condition),
            ("partner_id", "=", self.partner.id),
        ]
        return self.board.with_user(user or self.approver).search(domain).sudo()

    def _hold_customer(self):
        with hold(self.env, SYSTEM):
            return self.env["bop.credit.hold"].create(
                {
                    "partner_id": self.partner.id,
                    "target_name": self.partner.name,
                    "company_id": self.company.id,
                    "reason": "Three invoices open",
                    "placed_by": self.env.uid,
                    "placed_at": fields.Datetime.now(),
                }
            )

    def test_what_waits_is_on_the_board_with_the_reason_and_the_rest_is_not(self):
        self._make_order((self.desk, 1))
        self._make_order((self.desk, 1), confirm=False)
        self.assertEqual(self._on_board(), self.waiting)
        row = self.waiting.with_user(self.approver)
        self.assertEqual(
            (row.intake_status, row.intake_subject), ("waiting", "New order")
        )
        self.assertIn("above the order limit", row.intake_reason)
        self.assertEqual(row.intake_since, self.waiting.acceptance_requested_at)
        self.assertEqual(row.acceptance_reason_kind, "amount")

    def test_a_change_that_waits_names_its_order(self):
        order = self._make_order((self.desk, 1))
        request = self._change(order, {self.desk: 30}, apply=False)
        request._apply()
        offer = request.offer_id.with_user(self.approver)
        self.assertIn(offer.sudo(), self._on_board("waiting"))
        self.assertEqual(offer.intake_subject, f"Change of {order.name}")

    def test_what_is_on_hold_says_who_and_why(self):
        order = self._make_order((self.desk, 1))
        self._hold_customer()
        self.env.invalidate_all()
        self.assertEqual(self._on_board("on_hold"), self.waiting | order)
        self.assertFalse(self._on_board("waiting"))
        for row in (self.waiting | order).with_user(self.approver):
            self.assertEqual(row.intake_status, "on_hold")
            self.assertIn("Three invoices open", row.intake_reason)

    def test_an_order_without_positions_is_incomplete(self):
        empty = self._make_order(confirm=False)
        self.assertEqual(self._on_board("incomplete"), empty)
        self.assertIn("no positions", empty.intake_reason)

    def test_a_price_given_to_the_product_later_is_missing_in_its_quotations(self):
        self.desk.list_price = 0.0
        order = self._make_order((self.desk, 1, 0.0), confirm=False)
        self.assertEqual(order.business_status, "ordered")
        self.desk.list_price = 100.0
        self.assertEqual(order.business_status, "incomplete")
        self.assertIn(order, self._on_board("incomplete"))
        self.desk.product_tmpl_id.list_price = 0.0
        self.assertEqual(order.business_status, "ordered")

    def test_an_incomplete_order_says_all_that_is_missing_and_becomes_complete(self):
        nowhere = self.env["res.partner"].create({"name": "Nowhere"})
        order = self._make_order(
            (self.desk, 1, 0.0), confirm=False, partner_id=nowhere.id
        )
        mine = [("intake_status", "=", "incomplete"), ("partner_id", "=", nowhere.id)]
        self.assertEqual(order.search(mine), order)
        self.assertEqual(
            order.intake_reason.split("\n"),
            ["A position has no price.", "The delivery address is missing."],
        )
        order.order_line.price_unit = 100
        self.assertEqual(order.intake_reason, "The delivery address is missing.")
        self.assertEqual(order.business_status, "incomplete")
        nowhere.city = "Kiel"
        self.assertEqual(order.business_status, "ordered")
        self.assertFalse(order.search(mine))
        order.partner_shipping_id = self.env["res.partner"].create({"name": "Where?"})
        self.assertEqual(order.business_status, "incomplete")

    def test_a_service_needs_no_address_and_an_order_in_force_lacks_nothing(self):
        nowhere = self.env["res.partner"].create({"name": "Nowhere"})
        advice = self._make_product("Advice", 90.0, type="service", is_storable=False)
        values = {"confirm": False, "partner_id": nowhere.id}
        order = self._make_order((advice, 1), **values)
        self.assertEqual(order.business_status, "ordered")
        self.company.acceptance_policy_id = False
        goods = self._make_order((self.desk, 1), **values)
        self.assertEqual(goods.business_status, "incomplete")
        goods.action_confirm()
        self.assertEqual(goods.business_status, "active")

    def test_what_waits_and_lacks_something_waits_and_says_so(self):
        nowhere = self.env["res.partner"].create({"name": "Nowhere"})
        order = self._make_big_order(partner_id=nowhere.id)
        order.action_confirm()
        self.assertEqual(
            (order.business_status, order.intake_status), ("waiting", "waiting")
        )
        self.assertIn("The delivery address is missing.", order.intake_reason)

    def test_every_order_is_where_the_search_finds_it(self):
        self._make_order((self.desk, 1))
        self._make_order(confirm=False)
        self._make_order((self.desk, 1), confirm=False)
        orders = self.env["sale.order"].search([("partner_id", "=", self.partner.id)])
        for held in (False, True):
            if held:
                self._hold_customer()
                self.env.invalidate_all()
            for status in ("waiting", "on_hold", "incomplete", False):
                domain = [("id", "in", orders.ids), ("intake_status", "=", status)]
                self.assertEqual(
                    self.env["sale.order"].search(domain),
                    orders.filtered(lambda row, s=status: row.intake_status == s),
                    status,
                )

    def test_a_salesperson_sees_own_orders_only(self):
        other = self._make_waiting_order(user_id=self.sales_manager.id)
        self.assertEqual(self._on_board(user=self.salesman), self.waiting)
        self.assertEqual(self._on_board(), self.waiting | other)

    def test_a_customer_is_told_nothing_of_the_board(self):
        user = new_test_user(self.env, login="bop_customer", groups="base.group_portal")
        user.partner_id.parent_id = self.partner
        self.waiting.message_subscribe(user.partner_id.ids)
        row = self.waiting.with_user(user)
        self.assertFalse(row.intake_reason or row.intake_status or row.intake_since)
        with self.assertRaises(AccessError):
            self.board.with_user(user).search([("intake_status", "=", "on_hold")])
        with self.assertRaises(AccessError):
            self.board.with_user(user).web_intake_totals()

    def test_what_waits_for_too_long_is_late(self):
        self.company.acceptance_escalation_days = 2
        late = [("intake_late", "=", True), ("id", "=", self.waiting.id)]
        self.assertFalse(self.board.search(late))
        with hold(self.env, SYSTEM):
            self.waiting.acceptance_requested_at -= timedelta(days=3)
        self.assertEqual(self.board.search(late).sudo(), self.waiting)
        self.assertTrue(self.waiting.intake_late)

    # === BANNER ===#
    def test_the_banner_counts_and_adds_up_in_the_currency_of_the_company(self):
        before = self.board.web_intake_totals()
        second = self._make_waiting_order()
        after = self.board.web_intake_totals()
        self.assertEqual(after["waiting"]["count"], before["waiting"]["count"] + 1)
        self.assertAlmostEqual(
            after["waiting"]["amount"],
            before["waiting"]["amount"] + second.amount_total,
        )
        self.assertEqual(after["currency_id"], self.company.currency_id.id)
        self.assertTrue(after["oldest"])

    def test_the_banner_costs_the_same_for_many_orders(self):
        self.board.web_intake_totals()
        self.env.flush_all()
        with self.assertQueryCount(10):
            self.board.web_intake_totals()

    # === ACCEPT SEVERAL ===#
    def test_several_are_accepted_and_the_others_are_named_with_the_reason(self):
        second, third = self._make_waiting_order(), self._make_waiting_order()
        third.order_line.product_uom_qty = 21
        chosen = (self.waiting | second | third).with_user(self.approver)
        action = chosen.action_accept_selected()
        for order in self.waiting | second:
            self._assert_in_force(order, "manual")
        self._assert_waits(third)
        message = action["params"]["message"]
        self.assertIn("2 orders accepted", message)
        self.assertIn(f"{third.name} was edited while it waited", message)

    def test_a_salesperson_accepts_none_of_several(self):
        with self.assertRaises(AccessError):
            self.waiting.with_user(self.salesman).action_accept_selected()
        self._assert_waits(self.waiting)

    # === LIVE ===#
    def test_boards_are_told_once_in_a_transaction_and_only_of_what_moved(self):
        self.env.cr.precommit.run()
        bus = self.env["bus.bus"]
        last = bus.search([], order="id desc", limit=1).id
        self._make_order((self.desk, 1))
        self.env.cr.precommit.run()
        news = [("id", ">", last), ("message", "like", "bop_intake")]
        self.assertFalse(bus.search(news), "an order that never waited is no news")
        self._make_waiting_order()
        self._make_waiting_order()
        self.env.cr.precommit.run()
        self.assertEqual(len(bus.search(news)), 1)
        self.assertNotIn(
            "S0", bus.search(news).message, "nothing but the company is told"
        )

    def test_the_kind_of_reason_is_not_to_be_written(self):
        with self.assertRaisesRegex(Exception, "set by the system"):
            self.waiting.with_user(self.salesman).write(
                {"acceptance_reason_kind": "hold"}
            )
