# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.bop_customer_order.tests.credit_hold_common import CreditHoldCase


@tagged("post_install", "-at_install")
class TestProductionHold(CreditHoldCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        mto = cls.env.ref("stock.route_warehouse0_mto")
        mto.active = True
        cls.made = cls._make_product(
            "Workbench",
            400.0,
            quantity=0,
            route_ids=[
                Command.set([mto.id, cls.warehouse.manufacture_pull_id.route_id.id])
            ],
        )
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.made.product_tmpl_id.id,
                "product_qty": 1,
                "bom_line_ids": [
                    Command.create({"product_id": cls.lamp.id, "product_qty": 2})
                ],
            }
        )

    def _production(self, order, quantity=3):
        return self.env["mrp.production"].create(
            {
                "product_id": self.made.id,
                "product_qty": quantity,
                "sale_line_id": order.order_line.id,
            }
        )

    def test_production_for_a_held_order_is_not_started(self):
        order = self._make_order((self.desk, 3))
        production = self._production(order)
        self._hold(order)
        with self.assertRaisesRegex(UserError, order.name), self.cr.savepoint():
            production.action_confirm()
        self.assertEqual(production.state, "draft")
        self._unhold(order)
        production.action_confirm()
        self.assertEqual(production.state, "confirmed")

    def test_nothing_is_made_for_a_held_order(self):
        order = self._make_order((self.made, 2), confirm=False)
        self._hold(order)
        domain = [("product_id", "=", self.made.id)]
        with self.assertRaisesRegex(UserError, "Nothing new"), self.cr.savepoint():
            self._launch(order)
        self.assertFalse(self.env["mrp.production"].search(domain))
        self._unhold(order)
        self._launch(order)
        self.assertEqual(self.env["mrp.production"].search(domain).product_qty, 2)

    def test_production_for_stock_is_started(self):
        self._hold(self.partner)
        production = self.env["mrp.production"].create(
            {"product_id": self.made.id, "product_qty": 3}
        )
        production.action_confirm()
        self.assertEqual(production.state, "confirmed")

    def test_production_under_way_goes_on_and_its_goods_do_not_leave(self):
        order = self._make_order((self.made, 3))
        production = order.mrp_production_ids
        self.assertEqual(production.state, "confirmed")
        self._hold(order)
        production.qty_producing = 1
        production._set_qty_producing()
        production.move_raw_ids.picked = True
        production.with_context(
            skip_backorder=True, mo_ids_to_backorder=production.ids
        ).button_mark_done()
        self.assertEqual(production.state, "done")
        self.assertEqual(sum(order.mrp_production_ids.mapped("product_qty")), 3)
        self._assert_not_delivered(self._ready(order).filtered("move_line_ids"))
