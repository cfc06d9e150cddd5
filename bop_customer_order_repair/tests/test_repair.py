# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import tagged

from odoo.addons.bop_customer_order.tests.common import ContractCase


@tagged("post_install", "-at_install")
class TestRepair(ContractCase):
    def _add_part(self, order, quantity):
        """A repair of ``order`` to which a lamp is added after the order was accepted."""
        repair = self.env["repair.order"].create(
            {
                "product_id": self.desk.id,
                "partner_id": self.partner.id,
                "sale_order_id": order.id,
                "picking_type_id": self.warehouse.repair_type_id.id,
            }
        )
        repair.action_validate()
        part = {"product_id": self.lamp.id, "product_uom_qty": quantity}
        repair.move_ids = [Command.create({"repair_line_type": "add", **part})]
        return repair

    def test_part_added_to_a_repair_is_billed_but_no_term(self):
        """Without the bridge, adding a part to the repair of an accepted order is
        refused: no line can be added to a contract.
        """
        order = self._make_order((self.desk, 1))
        self._add_part(order, 2)
        part = order.order_line.filtered(lambda line: line.product_id == self.lamp)
        self.assertEqual((part.product_uom_qty, part.is_execution), (2, True))
        self.assertTrue(order._contract_verify()["valid"])

    def test_part_follows_its_order_to_the_successor(self):
        order = self._make_order((self.desk, 3))
        repair = self._add_part(order, 2)
        successor = self._change(order, {self.desk: 4})
        self.assertEqual(repair.sale_order_id, successor)
        self.assertEqual(repair.move_ids.sale_line_id.order_id, successor)
        repair.move_ids.product_uom_qty = 5
        part = successor.order_line.filtered("is_execution")
        self.assertEqual(part.product_uom_qty, 5)

    def test_part_taken_off_a_repair_is_not_billed(self):
        order = self._make_order((self.desk, 1))
        self._add_part(order, 2).move_ids.unlink()
        self.assertEqual(order.order_line.filtered("is_execution").product_uom_qty, 0)
