# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.bop_contract.tests.chain_common import counting_queries

from .succession_common import SuccessionCase


@tagged("post_install", "-at_install")
class TestPerformance(SuccessionCase):
    def test_moving_links_takes_as_many_queries_for_30_lines_as_for_5(self):
        few = self._queries_of("_contract_hand_over", lines=5)
        many = self._queries_of("_contract_hand_over", lines=30)
        self.assertGreater(few, 0)
        self.assertEqual(many, few)

    def test_gathering_facts_takes_as_many_queries_for_30_lines_as_for_5(self):
        few = self._queries_of("_contract_movement_facts", lines=5)
        many = self._queries_of("_contract_movement_facts", lines=30)
        self.assertGreater(few, 0)
        self.assertEqual(many, few)

    def _queries_of(self, step, lines):
        """Queries of one step of the succession of an order with ``lines`` lines, half
        of them received and billed.
        """
        products = [self.desk, self.chair]
        order = self._make_order(*[(products[place % 2], 10) for place in range(lines)])
        order.picking_ids.move_ids.write({"quantity": 5, "picked": True})
        order.picking_ids.with_context(skip_backorder=True)._action_done()
        self._bill(order)
        request = order._contract_request_change()
        request.offer_id.order_line[0].product_qty = 11
        self.env.invalidate_all()
        with counting_queries(type(order), step) as counts:
            request._apply()
        self.assertGreaterEqual(len(counts), 1)
        return counts[0]
