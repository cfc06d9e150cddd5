# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An order that its vendor has to accept waits for him, frozen."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .guard_common import GuardCase


@tagged("post_install", "-at_install")
class TestVendor(GuardCase):
    def setUp(self):
        super().setUp()
        self.waiting = self._make_order(
            (self.desk, 3), confirm=False, user_id=self.buyer.id
        )

    def _hold_all_at_the_gate(self):
        """A network that sends each order to its vendor."""

        def gate(orders):
            orders._vendor_wait()
            return orders.browse()

        self.patch(self.env.registry["purchase.order"], "_contract_gate", gate)

    def _send(self):
        self._hold_all_at_the_gate()
        self.waiting.with_user(self.buyer).button_confirm()
        return self.waiting

    def _status(self, order):
        return order.state, order.business_status, order.vendor_acceptance_state

    def test_without_a_network_nobody_is_asked(self):
        self.assertEqual(self._status(self.order), ("purchase", "active", False))

    def test_what_is_held_at_the_gate_waits_and_moves_nothing(self):
        order = self._send()
        self.assertEqual(self._status(order), ("draft", "waiting", "waiting"))
        self.assertTrue(order.vendor_acceptance_at)
        self.assertFalse(order.is_contract or order.picking_ids)

    def test_while_it_waits_nobody_edits_it(self):
        order = self._send()
        values = {"product_id": self.lamp.id, "product_qty": 1}
        for login, seen in self._people(order):
            line = order.order_line.with_env(seen.env)
            attempts = {
                "note": lambda seen=seen: seen.write({"note": "x"}),
                "quantity": lambda line=line: line.write({"product_qty": 9}),
                "add": lambda seen=seen: seen.write(
                    {"order_line": [Command.create(values)]}
                ),
                "remove": line.unlink,
                "delete": seen.unlink,
                "state": lambda seen=seen: seen.write({"state": "purchase"}),
                "draft": seen.button_draft,
                "dates": lambda seen=seen, line=line: seen.write(
                    {"date_planned": "2031-01-01 00:00:00"}
                ),
            }
            for way, attempt in attempts.items():
                with self.subTest(login=login, way=way):
                    self._assert_refused(
                        order, attempt, self.partner.name, way="Wait for the answer"
                    )

    def test_while_it_waits_nobody_confirms_or_merges_it(self):
        order = self._send()
        other = self._make_order((self.desk, 1), confirm=False)
        for attempt in (
            order.button_confirm,
            order.button_approve,
            (order | other).action_merge,
        ):
            self._assert_refused(order, attempt, way="confirmed by itself")

    def test_accepted_it_is_confirmed_and_a_contract(self):
        order = self._send()
        order._vendor_accepted("SO 4711")
        self.assertEqual(self._status(order), ("purchase", "active", "accepted"))
        self.assertTrue(order.is_contract and order.picking_ids)
        self.assertEqual(order.partner_ref, "SO 4711")
        self.assertEqual(order._contract_seals().mapped("event"), ["acceptance"])
        self._assert_refused(order, lambda: order.write({"note": "x"}))

    def test_an_order_of_two_steps_is_approved_before_it_is_sent(self):
        self.company.po_double_validation = "two_step"
        self.company.po_double_validation_amount = 1
        self._hold_all_at_the_gate()
        order = self.waiting
        order.with_user(self.buyer).button_confirm()
        self.assertEqual(self._status(order), ("to approve", "ordered", False))
        order.with_user(self.purchase_manager).button_approve()
        self.assertEqual(self._status(order), ("to approve", "waiting", "waiting"))
        order.with_user(self.buyer)._vendor_accepted()
        self.assertEqual(self._status(order), ("purchase", "active", "accepted"))
        self.assertTrue(order.is_contract)

    def test_rejected_it_is_cancelled_and_its_buyer_learns_why(self):
        order = self._send()
        order._vendor_rejected("Not before May")
        self.assertEqual(self._status(order), ("cancel", "rejected", "rejected"))
        self.assertEqual(order.vendor_acceptance_reason, "Not before May")
        self.assertIn("Not before May", order.message_ids[:1].body)
        self.assertEqual(order.activity_ids.user_id, self.buyer)
        self.assertIn("Not before May", order.activity_ids.note)
        self.assertFalse(order.is_contract)

    def test_a_rejected_order_can_be_asked_for_anew(self):
        order = self._send()
        order._vendor_rejected("Not before May")
        order.button_draft()
        self.assertEqual(self._status(order), ("draft", "ordered", False))
        order.order_line.product_qty = 2
        order.button_confirm()
        self.assertEqual(self._status(order), ("draft", "waiting", "waiting"))

    def test_the_buyer_can_take_back_what_waits(self):
        order = self._send()
        order.with_user(self.buyer).button_cancel()
        self.assertEqual(self._status(order), ("cancel", "cancelled", False))

    def test_an_answer_nobody_waits_for_is_refused(self):
        for order in (self.order, self._make_order((self.desk, 1), confirm=False)):
            for answer in (
                order._vendor_accepted,
                lambda o=order: o._vendor_rejected(""),
            ):
                with self.assertRaisesRegex(UserError, "does not wait"):
                    answer()

    def test_what_is_in_force_does_not_wait(self):
        with self.assertRaisesRegex(UserError, self.order.name):
            self.order._vendor_wait()

    def test_an_order_cannot_be_written_into_force_past_its_vendor(self):
        self._hold_all_at_the_gate()
        for attempt in (
            lambda: self.waiting.write({"state": "purchase"}),
            lambda: self.env["purchase.order"].create(
                {"partner_id": self.partner.id, "state": "purchase"}
            ),
        ):
            with (
                self.assertRaisesRegex(UserError, "has to accept it first"),
                self.cr.savepoint(),
            ):
                attempt()

    def test_what_is_needed_is_not_added_to_an_order_that_waits(self):
        order = self._send()
        self.lamp.seller_ids = [
            Command.create({"partner_id": self.partner.id, "price": 20})
        ]
        self.lamp.route_ids = self.env.ref("purchase_stock.route_warehouse0_buy")
        self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.lamp.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "product_min_qty": 5,
                "product_max_qty": 5,
            }
        ).action_replenish()
        bought = self.env["purchase.order.line"].search(
            [("product_id", "=", self.lamp.id)]
        )
        self.assertEqual(bought.product_qty, 5)
        self.assertNotEqual(bought.order_id, order)

    def test_where_contracts_are_switched_off_nobody_is_asked(self):
        self.company.bop_contracts = False
        self._hold_all_at_the_gate()
        self.waiting.button_confirm()
        self.assertEqual(self._status(self.waiting), ("purchase", "active", False))
