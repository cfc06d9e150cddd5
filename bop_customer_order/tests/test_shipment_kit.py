# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command

from .network_common import NetworkCase


class TestShipmentKit(NetworkCase):
    """A kit is shipped as its parts, and told as what was ordered."""

    def setUp(self):
        super().setUp()
        self._need("sale_mrp", "bop_customer_order_mrp")
        self.kit = self._make_product("Kit", 125.0, quantity=0, is_storable=False)
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": self.desk.id, "product_qty": 1}),
                    Command.create({"product_id": self.lamp.id, "product_qty": 2}),
                ],
            }
        )

    def _last(self, order):
        (line,) = self._sent(order.pair_id)[-1].lines
        return line.quantity, line.returned, line.delivered, line.outstanding

    def test_only_whole_kits_are_told(self):
        order = self._make_network_order((self.kit, 3))
        self._deliver(order, {self.desk: 2, self.lamp: 2})
        self.assertEqual(self._last(order), ("1", "", "1", "2"))
        self._deliver(order)
        self.assertEqual(self._last(order), ("2", "", "3", ""))

    def test_a_kit_whose_part_came_back_is_not_whole_any_more(self):
        order = self._make_network_order((self.kit, 2))
        self._deliver(order)
        self._return(order, self.desk, 1)
        self.assertEqual(self._last(order), ("0", "1", "1", "1"))
