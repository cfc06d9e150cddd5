# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import tagged

from .common import ContractCase


class SupplyCase(ContractCase):
    """Goods and services that are purchased or made for the order."""

    def _make_bought(self, name, routes, **values):
        seller = Command.create(
            {"partner_id": self.vendor.id, "price": 30.0, "min_qty": 0}
        )
        return self._make_product(
            name,
            90.0,
            quantity=0,
            seller_ids=[seller],
            route_ids=[Command.set(routes.ids)],
            purchase_ok=True,
            **values,
        )

    def _make_to_order_route(self):
        route = self.warehouse.mto_pull_id.route_id
        route.active = True
        return route

    def _purchases(self, order):
        """Purchase lines made for the open deliveries of this order."""
        moves = self._open_moves(order)
        return (moves | moves.move_orig_ids).mapped("created_purchase_line_ids") | (
            moves | moves.move_orig_ids
        ).mapped("purchase_line_id")

    def _warnings(self, record):
        """Activities that ask a person to look at this document."""
        return self.env["mail.activity"].search(
            [("res_model", "=", record._name), ("res_id", "in", record.ids)]
        )

    def _receive(self, purchases):
        for picking in purchases.order_id.picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel")
        ):
            for move in picking.move_ids:
                move.write({"quantity": move.product_uom_qty, "picked": True})
            picking._action_done()


@tagged("post_install", "-at_install")
class TestBuyScenarios(SupplyCase):
    """Bought to order, and shipped by the vendor."""

    def setUp(self):
        super().setUp()
        self._need("sale_purchase_stock")
        self.bought = self._make_bought(
            "Lathe", self._make_to_order_route() | self.warehouse.buy_pull_id.route_id
        )

    def test_a_request_for_quotation_follows_in_both_directions(self):
        order = self._make_order((self.bought, 5))
        request = self._purchases(order)
        successor = self._succeed(order, {self.bought: 7})
        self.assertEqual(
            (self._purchases(successor), request.product_qty), (request, 7)
        )
        third = self._succeed(successor, {self.bought: 3})
        self.assertEqual((self._purchases(third), request.product_qty), (request, 3))
        request.order_id.button_confirm()
        self._receive(request)
        self._finish(third)

    def test_more_than_a_confirmed_purchase_is_asked_for_anew(self):
        order = self._make_order((self.bought, 5))
        first = self._purchases(order)
        first.order_id.button_confirm()
        successor = self._succeed(order, {self.bought: 7})
        second = self._purchases(successor) - first
        self.assertEqual((first.product_qty, second.product_qty), (5, 2))
        self.assertEqual((first.state, second.state), ("purchase", "draft"))
        self.assertEqual(self._open_demand(successor), {self.bought: 7})
        second.order_id.button_confirm()
        self._receive(first | second)
        self._finish(successor)

    def test_less_than_a_confirmed_purchase_leaves_it_and_warns_the_buyer(self):
        order = self._make_order((self.bought, 5))
        bought = self._purchases(order)
        bought.order_id.button_confirm()
        request = self._change(order, {self.bought: 3}, apply=False)
        self.assertIn(
            "purchase_to_tell", {row["code"] for row in request.offer_id.change_impact}
        )
        before, documents = self._sums(order), self._documents(order)
        successor = request._apply()
        self._assert_conserved(order, successor, before, documents)
        self.assertEqual(
            (bought.product_qty, self._open_demand(successor)), (5, {self.bought: 3})
        )
        self.assertTrue(self._warnings(bought.order_id))
        self._receive(bought)
        self._finish(successor)


@tagged("post_install", "-at_install")
class TestDropshipScenarios(SupplyCase):
    """The vendor ships to the customer."""

    def setUp(self):
        super().setUp()
        self._need("stock_dropshipping", "sale_purchase_stock")
        self.dropped = self._make_bought(
            "Crane", self.env.ref("stock_dropshipping.route_drop_shipping")
        )

    def _dropship_lines(self, order):
        return self.env["purchase.order.line"].search(
            [("sale_line_id", "in", order.order_line.ids)]
        )

    def test_a_dropship_request_follows_in_both_directions(self):
        order = self._make_order((self.dropped, 5))
        line = self._dropship_lines(order)
        self.assertEqual((line.product_qty, line.state), (5, "draft"))
        successor = self._succeed(order, {self.dropped: 7})
        self.assertEqual((self._dropship_lines(successor), line.product_qty), (line, 7))
        third = self._succeed(successor, {self.dropped: 3})
        self.assertEqual((self._dropship_lines(third), line.product_qty), (line, 3))
        line.order_id.button_confirm()
        self._receive(line)
        self._finish(third)

    def test_more_than_a_confirmed_dropship_is_asked_for_anew(self):
        order = self._make_order((self.dropped, 5))
        first = self._dropship_lines(order)
        first.order_id.button_confirm()
        successor = self._succeed(order, {self.dropped: 7})
        second = self._dropship_lines(successor) - first
        self.assertEqual(
            (first.product_qty, second.product_qty, second.state), (5, 2, "draft")
        )
        second.order_id.button_confirm()
        self._receive(first | second)
        self._finish(successor)

    def test_a_new_address_says_which_vendor_to_tell(self):
        order = self._make_order((self.dropped, 5))
        purchase = self._dropship_lines(order).order_id
        branch = self.partner.create({"name": "Branch", "parent_id": self.partner.id})
        request = self._change(
            order, header={"partner_shipping_id": branch.id}, apply=False
        )
        offer = request.offer_id
        self.assertNotIn(purchase.name, str(offer.change_impact))
        purchase.button_confirm()
        offer.invalidate_recordset()
        sentences = {row["code"]: row["text"] for row in offer.change_impact}
        self.assertIn(purchase.name, sentences["vendor_sends_elsewhere"])
        self.assertIn("Branch", sentences["vendor_sends_elsewhere"])

    def test_less_than_a_confirmed_dropship_is_refused_before_anything_moves(self):
        order = self._make_order((self.dropped, 5))
        line = self._dropship_lines(order)
        line.order_id.button_confirm()
        self._assert_refused(
            order, {self.dropped: 3}, f"{line.order_id.name} is confirmed"
        )
        self.assertEqual((line.product_qty, line.sale_line_id), (5, order.order_line))


@tagged("post_install", "-at_install")
class TestMakeScenarios(SupplyCase):
    """Made to order, and kits."""

    def setUp(self):
        super().setUp()
        self._need("sale_mrp")
        self.wood = self._make_product("Wood", 5.0)
        self.screw = self._make_product("Screw", 1.0)

    def _make_bom(self, product, kind):
        components = [(self.wood, 2), (self.screw, 4)]
        lines = [
            Command.create({"product_id": part.id, "product_qty": quantity})
            for part, quantity in components
        ]
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "type": kind,
                "bom_line_ids": lines,
            }
        )

    def _productions(self, order):
        return self.env["mrp.production"].search(
            [("sale_line_id", "in", order.order_line.ids)]
        )

    def _make_made_to_order(self):
        routes = (
            self._make_to_order_route() | self.warehouse.manufacture_pull_id.route_id
        )
        cabinet = self._make_product(
            "Cabinet", 300.0, quantity=0, route_ids=[Command.set(routes.ids)]
        )
        self._make_bom(cabinet, "normal")
        return cabinet

    def _produce(self, productions):
        for production in productions:
            production.qty_producing = production.product_qty
            production._set_qty_producing()
            production.with_context(skip_backorder=True).button_mark_done()

    def test_more_of_what_is_made_is_produced(self):
        cabinet = self._make_made_to_order()
        order = self._make_order((cabinet, 5))
        self.assertEqual(self._productions(order).mapped("product_qty"), [5])
        successor = self._succeed(order, {cabinet: 7})
        self.assertEqual(sum(self._productions(successor).mapped("product_qty")), 7)
        self.assertEqual(self._open_demand(successor), {cabinet: 7})
        self._produce(self._productions(successor))
        self._finish(successor)

    def test_less_of_what_is_made_leaves_the_production_and_warns(self):
        cabinet = self._make_made_to_order()
        order = self._make_order((cabinet, 5))
        production = self._productions(order)
        request = self._change(order, {cabinet: 3}, apply=False)
        self.assertIn(
            "production_to_tell",
            {row["code"] for row in request.offer_id.change_impact},
        )
        successor = request._apply()
        self.assertEqual(
            (self._productions(successor), production.product_qty), (production, 5)
        )
        self.assertTrue(self._warnings(production))
        self.assertEqual(self._open_demand(successor), {cabinet: 3})
        self._produce(production)
        self._finish(successor)

    def _make_kit_order(self, delivered):
        kit = self._make_product("Toolkit", 120.0, quantity=0)
        self._make_bom(kit, "phantom")
        order = self._make_order((kit, 5))
        self._deliver(order, {self.wood: 2 * delivered, self.screw: 4 * delivered})
        self.assertEqual(order.order_line.qty_delivered, delivered)
        return kit, order

    def test_more_kits_ship_the_missing_components(self):
        kit, order = self._make_kit_order(delivered=2)
        successor = self._succeed(order, {kit: 7})
        self.assertEqual(self._open_demand(successor), {self.wood: 10, self.screw: 20})
        self._finish(successor)

    def test_fewer_kits_ship_fewer_components(self):
        kit, order = self._make_kit_order(delivered=2)
        successor = self._succeed(order, {kit: 3})
        self.assertEqual(self._open_demand(successor), {self.wood: 2, self.screw: 4})
        self._finish(successor)

    def test_kits_down_to_what_was_delivered_close_the_delivery(self):
        kit, order = self._make_kit_order(delivered=2)
        successor = self._succeed(order, {kit: 2})
        self.assertFalse(self._open_moves(successor))
        self._finish(successor)
