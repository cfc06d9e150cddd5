# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from itertools import permutations

from odoo.exceptions import UserError

from odoo.addons.bop_network.exceptions import MessageRefused

from .network_common import NetworkCase


class TestVendorShipments(NetworkCase):
    """What the vendor tells of his shipments is progress of the order, and receives
    nothing.
    """

    def test_a_shipment_is_progress_and_no_receipt(self):
        order = self._make_network_order((self.desk, 5), (self.chair, 4))
        self.assertEqual(order.vendor_shipping, "none")
        self._tell(order, self._prepare_shipment(order, "OUT/1", (self.desk, "2")))
        desk = self._line(order, self.desk)
        self.assertEqual((desk.vendor_shipped, desk.vendor_on_way), (2, 2))
        self.assertEqual((desk.qty_received, order.vendor_shipping), (0, "partial"))
        self.assertIn("OUT/1", order.message_ids[0].body)
        self.assertIn("2 Units", order.vendor_shipment_ids.content)

    def test_what_came_in_is_not_on_its_way_any_more(self):
        order = self._make_network_order((self.desk, 5))
        self._tell(order, self._prepare_shipment(order, "OUT/1", (self.desk, "2")))
        receipt = order.picking_ids
        self.assertIn("2 Units", receipt.vendor_on_way_text)
        self._receive(order, {self.desk: 1})
        self.assertEqual(self._line(order, self.desk).vendor_on_way, 1)
        self.assertFalse(receipt.vendor_on_way_text)
        self.assertIn("1 Units", (order.picking_ids - receipt).vendor_on_way_text)

    def test_all_that_was_sent_is_all(self):
        order = self._make_network_order((self.desk, 5))
        self._tell(order, self._prepare_shipment(order, "OUT/1", (self.desk, "2")))
        self._tell(order, self._prepare_shipment(order, "OUT/2", (self.desk, "3")))
        self.assertEqual(order.vendor_shipping, "full")
        self.assertEqual(len(order.vendor_shipment_ids), 2)

    def test_the_same_shipment_twice_is_one(self):
        order = self._make_network_order((self.desk, 5))
        advice = self._prepare_shipment(order, "OUT/1", (self.desk, "2"))
        self._tell(order, advice)
        posts = len(order.message_ids)
        self._tell(order, advice)
        self.assertEqual(self._line(order, self.desk).vendor_shipped, 2)
        self.assertEqual(
            (len(order.vendor_shipment_ids), len(order.message_ids)), (1, posts)
        )

    def test_a_number_with_other_content_is_refused(self):
        order = self._make_network_order((self.desk, 5))
        self._tell(order, self._prepare_shipment(order, "OUT/1", (self.desk, "2")))
        with self.assertRaisesRegex(MessageRefused, "OUT/1"):
            self._tell(order, self._prepare_shipment(order, "OUT/1", (self.desk, "3")))
        self.assertEqual(self._line(order, self.desk).vendor_shipped, 2)

    def test_in_whatever_order_they_arrive_the_last_word_of_the_vendor_counts(self):
        def tell(order):
            return [
                self._prepare_shipment(order, number, (self.desk, sent, values), at=at)
                for number, sent, values, at in (
                    ("OUT/1", "4", {"delivered": "4"}, "10:00:00Z"),
                    ("IN/1", "0", {"delivered": "3", "returned": "1"}, "11:00:00Z"),
                    ("OUT/2", "1", {"delivered": "4"}, "11:00:00Z"),
                )
            ]

        for places in permutations(range(3)):
            order = self._make_network_order((self.desk, 5))
            advices = tell(order)
            for place in (*places, places[0]):
                self._tell(order, advices[place], sequence=place + 1)
            self.assertEqual(self._line(order, self.desk).vendor_shipped, 4, places)

    def test_goods_that_went_back_are_not_sent_any_more(self):
        order = self._make_network_order((self.desk, 5))
        self._tell(order, self._prepare_shipment(order, "OUT/1", (self.desk, "5")))
        back = self._prepare_shipment(
            order, "IN/1", (self.desk, "0", {"returned": "2"}), at="11:00:00Z"
        )
        self._tell(order, back)
        self.assertEqual(self._line(order, self.desk).vendor_shipped, 3)
        shipment = order.vendor_shipment_ids.filtered(lambda own: own.number == "IN/1")
        self.assertIn("came back", shipment.content)

    def test_carrier_tracking_and_lots_are_kept(self):
        order = self._make_network_order((self.desk, 5))
        advice = self._prepare_shipment(
            order,
            "OUT/1",
            (self.desk, "2", {"lots": ("L-1",)}),
            carrier="Post",
            tracking="JD1",
            shipment="OUT/1",
            despatched="2026-02-01T09:00:00Z",
            expected="2026-02-03",
        )
        self._tell(order, advice)
        shipment = order.vendor_shipment_ids
        self.assertEqual(
            (shipment.carrier, shipment.tracking, str(shipment.expected)),
            ("Post", "JD1", "2026-02-03"),
        )
        self.assertEqual(str(shipment.despatched), "2026-02-01 09:00:00")
        self.assertIn("L-1", shipment.content)

    def test_what_is_not_on_the_order_is_not_lost(self):
        order = self._make_network_order((self.desk, 5))
        advice = self._prepare_shipment(order, "OUT/1", (self.desk, "2"))
        lamp = replace(advice.lines[0], uid="strange", id="2", name="Lamp")
        self._tell(order, replace(advice, lines=(*advice.lines, lamp)))
        self.assertIn("Lamp", order.vendor_shipment_ids.content)
        self.assertIn("Not on this order", order.message_ids[0].body)

    def test_progress_goes_to_the_successor(self):
        order = self._make_network_order((self.desk, 5))
        self._tell(order, self._prepare_shipment(order, "OUT/1", (self.desk, "2")))
        successor = self._agree_on(order, {self.desk: 4})
        self.assertEqual(self._line(successor, self.desk).vendor_shipped, 2)
        second = self._prepare_shipment(
            successor, "OUT/2", (self.desk, "2"), at="11:00:00Z"
        )
        self._tell(successor, second)
        self.assertEqual(self._line(successor, self.desk).vendor_shipped, 4)
        self.assertEqual(successor.vendor_shipping, "full")

    def test_an_order_without_a_twin_tells_nothing(self):
        order = self._make_order((self.desk, 5))
        self.assertFalse(order.vendor_shipping)
        self.assertFalse(order.picking_ids.vendor_on_way_text)

    def test_nobody_writes_what_a_vendor_said(self):
        order = self._make_network_order((self.desk, 5))
        self._tell(order, self._prepare_shipment(order, "OUT/1", (self.desk, "2")))
        shipment = order.vendor_shipment_ids
        for act in (
            lambda: shipment.write({"lines": []}),
            lambda: shipment.unlink(),
            lambda: shipment.create({"pair_id": order.pair_id.id, "number": "x"}),
        ):
            with self.assertRaisesRegex(UserError, "noted by the system"):
                act()
        self.assertEqual(shipment.with_user(self.buyer).number, "OUT/1")

    def test_queries_do_not_grow_with_the_positions(self):
        counts = []
        for size in (3, 30):
            products = [
                self._make_product(f"Part {size} {number}", 1.0)
                for number in range(size)
            ]
            order = self._make_network_order(*((product, 1) for product in products))
            advice = self._prepare_shipment(
                order, "OUT/1", *((product, "1") for product in products)
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._tell(order, advice)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)
