# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who waits for the goods goes on waiting for those of the successor: deliveries made to
order, reordering rules, drop shipments, agreements.
"""

from odoo import Command
from odoo.tests import tagged

from .succession_common import SuccessionCase


class SupplyCase(SuccessionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create({"name": "Nordwind"})
        cls.desk.seller_ids = [
            Command.create({"partner_id": cls.partner.id, "price": 70})
        ]

    def _make_to_order(self):
        """The desk is bought for each delivery."""
        mto = self.env.ref("stock.route_warehouse0_mto")
        mto.active = True
        buy = self.env.ref("purchase_stock.route_warehouse0_buy")
        self.desk.route_ids = [Command.set((mto | buy).ids)]

    def _demand(self, quantity):
        """A delivery of desks that needs a purchase.

        :return: the delivery's move, and the confirmed purchase order
        """
        move = self.env["stock.move"].create(
            {
                "product_id": self.desk.id,
                "product_uom_qty": quantity,
                "product_uom": self.desk.uom_id.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.customer.property_stock_customer.id,
                "picking_type_id": self.warehouse.out_type_id.id,
                "procure_method": "make_to_order",
                "partner_id": self.customer.id,
            }
        )
        move._action_confirm()
        order = move.created_purchase_line_ids.order_id
        order.button_confirm()
        self.assertTrue(order.is_contract)
        return move, order

    def _ship(self, move):
        move.picking_id.action_assign()
        move.write({"quantity": move.product_uom_qty, "picked": True})
        move.picking_id.with_context(skip_backorder=True)._action_done()


@tagged("post_install", "-at_install")
class TestMadeToOrder(SupplyCase):
    def setUp(self):
        super().setUp()
        self._make_to_order()

    def test_a_delivery_waits_for_the_successor(self):
        move, order = self._demand(10)
        self._receive(order, {self.desk: 4})
        successor = self._succeed(order, {self.desk: 12})
        self.assertEqual(move.created_purchase_line_ids, successor.order_line)
        self.assertEqual(self._open_demand(successor), {self.desk: 8})
        self._receive(successor)
        self._ship(move)
        self.assertEqual((move.state, move.quantity), ("done", 10))
        self.assertEqual(self.desk.qty_available, 2)

    def test_up_and_up_again_and_down_is_what_comes(self):
        """Odoo counts what no delivery waits for twice."""
        _move, order = self._demand(10)
        for wanted in (12, 13, 11, 10):
            order = self._succeed(order, {self.desk: wanted})
            self.assertEqual(self._open_demand(order), {self.desk: wanted})
        self._finish(order)

    def test_less_than_is_waited_for_is_said_before_and_cancels_nobody(self):
        move, order = self._demand(10)
        request = self._change(order, {self.desk: 6}, apply=False)
        told = [
            row["text"]
            for row in request.offer_id.change_impact
            if row["code"] == "need_uncovered"
        ]
        self.assertEqual(len(told), 1)
        self.assertIn(move.picking_id.name, told[0])
        successor = request._apply()
        self.assertEqual(self._open_demand(successor), {self.desk: 6})
        self.assertNotEqual(move.state, "cancel")
        self.assertEqual(move.product_uom_qty, 10)

    def test_a_price_split_serves_who_waits(self):
        move, order = self._demand(10)
        self._receive(order, {self.desk: 4})
        self._bill(order, {self.desk: 4})
        successor = self._succeed(order, {self.desk: {"price_unit": 60}})
        self.assertEqual(len(successor.order_line), 2)
        self._receive(successor)
        self._ship(move)
        self.assertEqual((move.state, move.quantity), ("done", 10))

    def test_more_need_makes_a_new_order_and_never_touches_a_contract(self):
        _move, order = self._demand(10)
        before = order._contract_terms()
        _more, other = self._demand(3)
        self.assertNotEqual(other, order)
        self.assertEqual(order._contract_terms(), before)

    def test_more_need_is_not_added_to_an_offer(self):
        _move, order = self._demand(10)
        offer = self._change(order, {self.desk: 12}, apply=False).offer_id
        _more, other = self._demand(3)
        self.assertNotEqual(other, offer)
        self.assertEqual(offer.order_line.product_qty, 12)

    def test_cancelled_by_agreement_the_delivery_stays(self):
        move, order = self._demand(10)
        self._bill(order)
        self.assertEqual(self._change(order, {self.desk: 0}), order)
        self.assertEqual(order.state, "cancel")
        self.assertNotEqual(move.state, "cancel")
        self.assertFalse(move.created_purchase_line_ids)


@tagged("post_install", "-at_install")
class TestReordering(SupplyCase):
    def test_an_offer_is_not_counted_as_goods_on_order(self):
        self.desk.route_ids = self.env.ref("purchase_stock.route_warehouse0_buy")
        rule = self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.desk.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "product_min_qty": 5,
                "product_max_qty": 5,
            }
        )
        rule.action_replenish()
        order = (
            self.env["purchase.order.line"]
            .search([("orderpoint_id", "=", rule.id)])
            .order_id
        )
        order.button_confirm()
        request = self._change(order, {self.desk: 7}, apply=False)
        self.env.invalidate_all()
        self.assertEqual(rule._quantity_in_progress()[rule.id], 0)
        successor = request._apply()
        self.assertEqual(successor.order_line.orderpoint_id, rule)
        self.assertFalse(order.order_line.orderpoint_id)
        self.assertEqual(self._open_demand(successor), {self.desk: 7})

    def test_an_offer_and_a_waiting_order_are_not_merged_with_others(self):
        order = self._make_order((self.desk, 10))
        offer = self._change(order, {self.desk: 12}, apply=False).offer_id
        other = self._make_order((self.desk, 1), confirm=False)
        with self.assertRaisesRegex(Exception, order.name):
            (offer | other).action_merge()


@tagged("post_install", "-at_install", "bop_apps")
class TestSupplyOfOtherApps(SupplyCase):
    def test_a_drop_shipment_follows_and_stays_with_its_customer_order(self):
        self._need("stock_dropshipping", "sale_purchase_stock")
        self.desk.route_ids = self.env.ref("stock_dropshipping.route_drop_shipping")
        self.desk.list_price = 100
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": self.desk.id, "product_uom_qty": 10})
                ],
            }
        )
        sale.action_confirm()
        order = sale._get_purchase_orders()
        order.button_confirm()
        self._receive(order, {self.desk: 4})
        successor = self._succeed(order, {self.desk: 12})
        self.assertEqual(successor.order_line.sale_line_id, sale.order_line)
        self.assertFalse(order.order_line.sale_line_id)
        self.assertEqual(self._open_moves(successor).sale_line_id, sale.order_line)
        self.assertEqual(sum(self._open_moves(successor).mapped("product_qty")), 8)
        self._receive(successor)
        self.assertEqual(sale.order_line.qty_delivered, 12)

    def test_the_address_of_a_customer_order_does_not_change_what_is_agreed(self):
        self._need("stock_dropshipping", "sale_purchase_stock")
        self.company.bop_contracts = False
        self.desk.route_ids = self.env.ref("stock_dropshipping.route_drop_shipping")
        position = {"product_id": self.desk.id, "product_uom_qty": 10}
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create(position)],
            }
        )
        sale.action_confirm()
        order = sale._get_purchase_orders()
        order._vendor_wait()
        self.assertEqual(order.dest_address_id, self.customer)
        sale.partner_shipping_id = self.env["res.partner"].create(
            {"name": "Depot", "parent_id": self.customer.id, "type": "delivery"}
        )
        self.env.flush_all()
        self.assertEqual(order.dest_address_id, self.customer)

    def test_a_kit_grows_and_shrinks_by_its_components(self):
        self._need("purchase_mrp")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.table.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": self.lamp.id, "product_qty": 2}),
                    Command.create({"product_id": self.shelf.id, "product_qty": 1}),
                ],
            }
        )
        order = self._make_order((self.table, 5))
        self._receive(order, {self.lamp: 4, self.shelf: 2})
        self.assertEqual(order.order_line.qty_received, 2)
        successor = self._succeed(order, {self.table: 7})
        self.assertEqual(self._open_demand(successor), {self.lamp: 10, self.shelf: 5})
        successor = self._succeed(successor, {self.table: 4})
        self.assertEqual(self._open_demand(successor), {self.lamp: 4, self.shelf: 2})
        self._receive(successor)
        self.assertEqual(successor.order_line.qty_received, 4)

    def test_an_order_of_an_agreement_is_counted_once(self):
        self._need("purchase_requisition")
        agreement = self.env["purchase.requisition"].create(
            {
                "vendor_id": self.partner.id,
                "requisition_type": "blanket_order",
                "line_ids": [
                    Command.create(
                        {
                            "product_id": self.desk.id,
                            "product_qty": 100,
                            "price_unit": 60,
                        }
                    )
                ],
            }
        )
        agreement.action_confirm()
        order = self._make_order(
            (self.desk, 10, 55), requisition_id=agreement.id, confirm=False
        )
        order.button_confirm()
        price = order.order_line.price_unit
        successor = self._succeed(order, {self.desk: 12})
        self.assertEqual(successor.requisition_id, agreement)
        self.assertEqual(successor.order_line.price_unit, price)
        self.env.invalidate_all()
        self.assertEqual(agreement.line_ids.qty_ordered, 12)
