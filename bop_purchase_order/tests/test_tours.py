# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, new_test_user, tagged

from .network_common import NetworkCase


@tagged("post_install", "-at_install")
class TestTours(NetworkCase, HttpCase):
    """What a purchaser does with contracts, in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tour_desk = cls._make_product("Tour Desk", 100.0, control="receive")
        new_test_user(
            cls.env,
            login="bop_tour_buyer",
            password="bop_tour_buyer_pw",
            groups="purchase.group_purchase_user",
            company_id=cls.company.id,
        )

    def _play(self, order, tour):
        self.start_tour(
            f"/odoo/purchase.order/{order.id}", tour, login="bop_tour_buyer"
        )
        self.env.invalidate_all()

    def _half_received_order(self):
        order = self._make_order((self.tour_desk, 10), (self.chair, 5))
        self._receive(order, {self.tour_desk: 4})
        return order

    def test_a_purchaser_changes_an_order_and_reads_what_changed(self):
        order = self._half_received_order()
        self._play(order, "bop_purchase_change_order")
        self.assertEqual(order.business_status, "superseded")
        line = self._line(order.successor_id, self.tour_desk)
        self.assertEqual((line.product_qty, line.qty_received), (12, 4))
        self.assertEqual(order.change_request_ids.consent, "phone")

    def test_a_superseded_order_leads_to_the_one_in_force_which_a_discard_keeps(self):
        order = self._half_received_order()
        successor = self._change(order, {self.tour_desk: 12})
        self._play(order, "bop_purchase_superseded")
        self.assertEqual(order._contract_current(), successor)
        self.assertEqual(successor.change_request_ids.state, "withdrawn")

    def test_a_purchaser_sees_the_twin_and_can_only_send_a_change(self):
        order = self._make_network_order((self.tour_desk, 10))
        self._tell(order, self._prepare_shipment(order, "OUT/1", (self.tour_desk, "2")))
        self._play(order, "bop_purchase_twin")
        self.assertEqual(order.change_request_ids.state, "draft")
        self.assertEqual(order._contract_current(), order)
