# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import tagged

from odoo.addons.bop_contract.tests.chain_common import counting_queries

from .common import ContractCase


@tagged("post_install", "-at_install")
class TestPerformance(ContractCase):
    """The parts of a change that work on sets of rows take the same number of queries,
    however many lines there are.
    """

    def test_moving_links_takes_as_many_queries_for_30_lines_as_for_5(self):
        few = self._queries_of("_contract_hand_over", lines=5)
        many = self._queries_of("_contract_hand_over", lines=30)
        self.assertGreater(few, 0)
        self.assertEqual(many, few)

    def test_confirming_looks_for_holds_as_often_for_30_lines_as_for_5(self):
        few, many = (self._looks_for_holds(lines) for lines in (5, 30))
        self.assertGreater(few, 0)
        self.assertEqual(many, few)

    def _looks_for_holds(self, lines):
        """How often the credit holds are read while an order with so many lines is
        confirmed and its goods are reserved.
        """
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "order_line": [
                    Command.create({"product_id": self.desk.id, "product_uom_qty": 1})
                    for _line in range(lines)
                ],
            }
        )
        with counting_queries(type(order), "_credit_holds") as counts:
            order.action_confirm()
        self.assertEqual(len(order.picking_ids.move_line_ids), lines)
        return len(counts)

    def _queries_of(self, step, lines):
        """Queries of one step of the succession of an order with ``lines`` lines, half
        of them delivered and billed.
        """
        products = [self.desk, self.chair]
        order = self._make_order(*[(products[place % 2], 10) for place in range(lines)])
        order.picking_ids.move_line_ids.write({"quantity": 5, "picked": True})
        order.picking_ids.with_context(skip_backorder=True)._action_done()
        self._invoice(order)
        request = order._contract_request_change()
        request.offer_id.order_line[0].product_uom_qty = 11
        with counting_queries(type(order), step) as counts:
            request._apply()
        self.assertEqual(len(counts), 1)
        return counts[0]
