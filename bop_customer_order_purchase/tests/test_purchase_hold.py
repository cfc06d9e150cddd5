# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.bop_customer_order.tests.credit_hold_common import CreditHoldCase


@tagged("post_install", "-at_install")
class TestPurchaseHold(CreditHoldCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        mto = cls.env.ref("stock.route_warehouse0_mto")
        mto.active = True
        cls.bought = cls._make_product(
            "Lathe",
            900.0,
            quantity=0,
            route_ids=[
                Command.set([mto.id, cls.warehouse.buy_pull_id.route_id.id]),
            ],
            seller_ids=[Command.create({"partner_id": cls.vendor.id, "price": 700})],
        )

    def _purchase(self, order):
        return order._get_purchase_orders().filtered(lambda po: po.state == "draft")

    def test_purchase_for_held_orders_alone_is_not_confirmed(self):
        order = self._make_order((self.bought, 2))
        purchase = self._purchase(order)
        self.assertTrue(purchase)
        self._hold(order)
        for method in ("button_confirm", "button_approve"):
            with self.assertRaisesRegex(UserError, order.name), self.cr.savepoint():
                getattr(purchase, method)()
        self.assertEqual(purchase.state, "draft")
        self._unhold(order)
        purchase.button_confirm()
        self.assertEqual(purchase.state, "purchase")

    def test_nothing_is_bought_for_a_held_order(self):
        order = self._make_order((self.bought, 2), confirm=False)
        self._hold(order)
        bought = self.env["purchase.order.line"].search_count([])
        with self.assertRaisesRegex(UserError, "Nothing new"), self.cr.savepoint():
            self._launch(order)
        self.assertEqual(self.env["purchase.order.line"].search_count([]), bought)
        self._unhold(order)
        self._launch(order)
        self.assertEqual(self.env["purchase.order.line"].search_count([]), bought + 1)

    def test_purchase_that_others_wait_for_is_confirmed(self):
        order = self._make_order((self.bought, 2))
        purchase = self._purchase(order)
        purchase.order_line = [
            Command.create({"product_id": self.lamp.id, "product_qty": 5})
        ]
        self._hold(order)
        purchase.button_confirm()
        self.assertEqual(purchase.state, "purchase")

    def test_goods_for_a_held_order_come_in_and_do_not_leave(self):
        order = self._make_order((self.bought, 2))
        purchase = self._purchase(order)
        purchase.button_confirm()
        self._hold(order)
        receipt = purchase.picking_ids
        receipt.move_ids.write({"quantity": 2, "picked": True})
        receipt._action_done()
        self.assertEqual(receipt.state, "done")
        self._assert_not_delivered(self._ready(order))

    def test_subcontractor_is_not_asked_for_a_held_order(self):
        service = self._make_product(
            "Assembly",
            50.0,
            type="service",
            is_storable=False,
            service_to_purchase=True,
            seller_ids=[Command.create({"partner_id": self.vendor.id, "price": 30})],
        )
        order = self._make_order((service, 1), confirm=False)
        self._hold(order)
        with self.assertRaisesRegex(UserError, order.name):
            order.order_line._purchase_service_create()
