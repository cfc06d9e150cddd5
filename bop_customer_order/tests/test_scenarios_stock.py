# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import tagged

from .common import ContractCase


@tagged("post_install", "-at_install")
class TestStockScenarios(ContractCase):
    """Changes of orders whose goods come from stock, in one, two and three steps."""

    def test_more_is_added_to_the_open_delivery(self):
        order = self._make_order((self.desk, 10))
        self._deliver(order, {self.desk: 4})
        backorder = order.picking_ids.filtered(lambda picking: picking.state != "done")
        successor = self._succeed(order, {self.desk: 12})
        self.assertEqual(self._open_demand(successor), {self.desk: 8})
        self.assertEqual(self._open_moves(successor).picking_id, backorder)
        self._finish(successor)

    def test_fewer_is_taken_from_the_open_delivery(self):
        order = self._make_order((self.chair, 5))
        self._deliver(order, {self.chair: 2})
        backorder = order.picking_ids.filtered(lambda picking: picking.state != "done")
        successor = self._succeed(order, {self.chair: 3})
        self.assertEqual(self._open_demand(successor), {self.chair: 1})
        self.assertEqual(self._open_moves(successor).picking_id, backorder)
        self._finish(successor)

    def test_quantity_zero_cancels_a_position_and_its_delivery(self):
        order = self._make_order((self.desk, 3), (self.lamp, 4))
        successor = self._succeed(order, {self.lamp: 0})
        self.assertEqual(self._open_demand(successor), {self.desk: 3})
        self.assertEqual(self._line(successor, self.lamp).position_status, "cancelled")
        self._finish(successor)

    def test_quantity_down_to_what_was_delivered_closes_the_delivery(self):
        order = self._make_order((self.chair, 5))
        self._deliver(order, {self.chair: 2})
        successor = self._succeed(order, {self.chair: 2})
        self.assertFalse(self._open_moves(successor))
        self.assertEqual(successor.fulfilment_status, "full")
        self._finish(successor)

    def test_a_new_line_goes_on_the_open_delivery(self):
        order = self._make_order((self.desk, 3))
        delivery = order.picking_ids
        successor = self._succeed(order, new=[(self.shelf, 2)])
        self.assertEqual(self._open_demand(successor), {self.desk: 3, self.shelf: 2})
        self.assertEqual(successor.picking_ids, delivery)
        self._finish(successor)

    def test_less_than_delivered_is_refused_and_nothing_moves(self):
        order = self._make_order((self.desk, 10))
        self._deliver(order, {self.desk: 4})
        self._assert_refused(order, {self.desk: 3}, "Return the goods first")
        self.assertEqual(self._open_demand(order), {self.desk: 6})

    def test_change_of_a_fully_delivered_order_ships_the_difference_only(self):
        order = self._make_order((self.desk, 5))
        self._deliver(order)
        successor = self._succeed(order, {self.desk: 7})
        self.assertEqual(self._open_demand(successor), {self.desk: 2})
        self._finish(successor)

    # === ROUTES IN STEPS ===#
    def _change_before_and_after_partial_pick(self, steps):
        self.warehouse.delivery_steps = steps
        for picked, wanted in ((0, 6), (0, 12), (4, 6), (4, 12), (4, 4)):
            order = self._make_order((self.desk, 10))
            if picked:
                self._deliver(order, {self.desk: picked})
            successor = self._succeed(order, {self.desk: wanted})
            self._finish(successor)
            self.assertEqual(
                self._line(successor, self.desk).qty_delivered,
                wanted,
                (steps, picked, wanted),
            )

    def test_pick_and_ship_before_and_after_a_partial_pick(self):
        self._change_before_and_after_partial_pick("pick_ship")
        self.assertEqual(self.warehouse.delivery_steps, "pick_ship")

    def test_pick_pack_and_ship_before_and_after_a_partial_pick(self):
        self._change_before_and_after_partial_pick("pick_pack_ship")
        self.assertEqual(self.warehouse.delivery_steps, "pick_pack_ship")

    def test_picked_surplus_goes_back_to_stock_and_is_never_shipped(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self._make_order((self.desk, 10))
        self._deliver(order, {self.desk: 8})
        successor = self._succeed(order, {self.desk: 6})
        self._finish(successor)
        self.assertEqual(self._line(successor, self.desk).qty_delivered, 6)

    # === RETURNS, BACKORDERS ===#
    def test_returned_goods_are_not_shipped_again_by_a_change_of_something_else(self):
        order = self._make_order((self.chair, 6), (self.desk, 2))
        self._deliver(order)
        self._return(order, self.chair, 2)
        self.assertEqual(self._line(order, self.chair).qty_delivered, 4)
        successor = self._succeed(order, {self.desk: 3})
        self.assertEqual(self._open_demand(successor), {self.desk: 1})
        self.assertEqual(self._line(successor, self.chair).qty_delivered, 4)

    def test_after_a_return_the_order_can_follow_down_and_is_billed_for_what_stayed(
        self,
    ):
        order = self._make_order((self.desk, 6))
        self._deliver(order)
        self._invoice(order)
        self._return(order, self.desk, 2)
        successor = self._succeed(order, {self.desk: 4})
        self.assertFalse(self._open_moves(successor))
        self._finish(successor)
        self.assertAlmostEqual(self._billed(successor), 4 * 115.0)

    def test_a_cancelled_backorder_stays_cancelled_when_its_line_is_unchanged(self):
        order = self._make_order((self.desk, 10), (self.chair, 5))
        self._deliver(order, {self.desk: 4, self.chair: 5})
        order.picking_ids.filtered(
            lambda picking: picking.state != "done"
        ).action_cancel()
        successor = self._succeed(order, {self.chair: 6})
        self.assertEqual(self._open_demand(successor), {self.chair: 1})

    def test_after_a_cancelled_backorder_only_the_difference_is_shipped(self):
        order = self._make_order((self.desk, 10))
        self._deliver(order, {self.desk: 4})
        order.picking_ids.filtered(
            lambda picking: picking.state != "done"
        ).action_cancel()
        successor = self._succeed(order, {self.desk: 12})
        self.assertEqual(self._open_demand(successor), {self.desk: 2})

    # === SHARED DOCUMENTS, SAME PRODUCT, UNITS ===#
    def test_a_delivery_shared_by_two_orders_follows_only_for_the_changed_one(self):
        first, second = (
            self._make_order((self.desk, 5)),
            self._make_order((self.desk, 3)),
        )
        delivery = first.picking_ids
        second.order_line.move_ids.write({"picking_id": delivery.id})
        successor = self._succeed(first, {self.desk: 4})
        self.assertEqual(self._open_demand(successor), {self.desk: 4})
        self.assertEqual(self._open_demand(second), {self.desk: 3})
        self.assertEqual(second.order_line.move_ids.picking_id, delivery)
        other = self._succeed(second, {self.desk: 6})
        self.assertEqual(
            (self._open_demand(successor), self._open_demand(other)),
            ({self.desk: 4}, {self.desk: 6}),
        )
        self.assertEqual((successor.state, other.state), ("sale", "sale"))

    def test_two_positions_of_one_product_keep_their_own_deliveries_and_prices(self):
        order = self._make_order((self.desk, 4, 100.0), (self.desk, 6, 80.0))
        first, second = order.order_line
        second.move_ids.write({"quantity": 5, "picked": True})
        first.move_ids.write({"quantity": 1, "picked": True})
        order.picking_ids._action_done()
        successor = self._succeed(order, {second: 8})
        self.assertEqual(successor.order_line.mapped("product_uom_qty"), [4, 8])
        self.assertEqual(successor.order_line.mapped("qty_delivered"), [1, 5])
        moves = self._open_moves(successor).grouped("sale_line_id")
        self.assertEqual(
            [sum(moves[line].mapped("product_qty")) for line in successor.order_line],
            [3, 3],
        )
        self._finish(successor)
        self.assertAlmostEqual(self._billed(successor), (4 * 100 + 8 * 80) * 1.15)

    def test_price_change_after_billing_splits_the_position(self):
        order = self._make_order((self.desk, 10))
        self._deliver(order, {self.desk: 4})
        self._invoice(order).button_draft()
        order.invoice_ids.invoice_line_ids.filtered("sale_line_ids").quantity = 4
        order.invoice_ids.action_post()
        successor = self._succeed(order, {self.desk: {"price_unit": 80.0}})
        lines = successor.order_line
        self.assertEqual(
            [(line.product_uom_qty, line.price_unit) for line in lines],
            [(4, 100.0), (6, 80.0)],
        )
        self.assertEqual(lines.mapped("qty_delivered"), [4, 0])
        self._finish(successor)
        self.assertAlmostEqual(self._billed(successor), (4 * 100 + 6 * 80) * 1.15)

    def test_dozens_are_counted_as_dozens(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.desk.uom_ids = [Command.link(dozen.id)]
        order = self._make_order((self.desk, 2), confirm=False)
        order.order_line.product_uom_id = dozen
        order.action_confirm()
        self._deliver(order, {self.desk: 12})
        self.assertEqual(order.order_line.qty_delivered, 1)
        successor = self._succeed(order, {self.desk: 3})
        self.assertEqual(self._open_demand(successor), {self.desk: 24})
        self._finish(successor)

    def test_a_change_of_unit_is_a_new_position_when_nothing_was_done(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.desk.uom_ids = [Command.link(dozen.id)]
        order = self._make_order((self.desk, 5))
        successor = self._succeed(
            order,
            {
                self.desk: {
                    "product_uom_id": dozen.id,
                    "product_uom_qty": 1,
                    "price_unit": 1000.0,
                }
            },
        )
        self.assertEqual(self._open_demand(successor), {self.desk: 12})
        self.assertEqual(successor.order_line.mapped("product_uom_qty"), [0, 1])
        self._finish(successor)

    def test_a_change_of_product_is_a_new_position(self):
        order = self._make_order((self.desk, 5))
        successor = self._succeed(order, {self.desk: {"product_id": self.shelf.id}})
        self.assertEqual(self._open_demand(successor), {self.shelf: 5})
        self.assertEqual(self._line(successor, self.desk).position_status, "cancelled")
        self._finish(successor)

    def test_a_new_delivery_address_holds_for_what_is_still_to_be_shipped(self):
        order = self._make_order((self.desk, 5))
        self._deliver(order, {self.desk: 2})
        done = order.picking_ids.filtered(lambda picking: picking.state == "done")
        site = self.env["res.partner"].create(
            {"name": "Site", "type": "delivery", "parent_id": self.partner.id}
        )
        successor = self._succeed(
            order, {self.desk: 6}, header={"partner_shipping_id": site.id}
        )
        self.assertEqual(successor.partner_shipping_id, site)
        self.assertEqual(self._open_moves(successor).picking_id.partner_id, site)
        self.assertEqual(done.partner_id, self.partner)
        self.assertEqual(self._open_demand(successor), {self.desk: 4})
        self._finish(successor)
