# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import ContractCase


@tagged("post_install", "-at_install")
class TestSuccession(ContractCase):
    def test_change_after_part_is_delivered_and_billed_loses_nothing(self):
        order = self._make_order((self.desk, 10), (self.chair, 5), (self.lamp, 4))
        self._deliver(order, {self.desk: 4, self.chair: 2})
        invoice = self._invoice(order)
        before = self._sums(order)
        self.assertEqual(before, {self.desk: (4, 10), self.chair: (2, 2), self.lamp: (0, 4)})
        backorder = order.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        successor = self._change(order, {self.desk: 12, self.chair: 3, self.lamp: 0}, new=[(self.shelf, 2)])

        self.assertEqual(order.state, "cancel")
        self.assertEqual(order.business_status, "superseded")
        self.assertEqual(order.successor_id, successor)
        self.assertEqual(successor.predecessor_id, order)
        self.assertNotEqual(successor.name, order.name)
        self.assertRegex(successor.name, r"^S\d+$")
        self.assertEqual(successor.business_status, "active")
        self._assert_owns_nothing(order)
        self.assertIn(invoice, successor.invoice_ids)
        after = self._sums(order)
        self.assertEqual({p: after[p] for p in before}, before)
        open_moves = backorder.move_ids.filtered(lambda m: m.state not in ("done", "cancel"))
        self.assertEqual(
            {m.product_id: m.product_uom_qty for m in open_moves}, {self.desk: 8, self.chair: 1, self.shelf: 2}
        )
        self.assertEqual(successor.picking_ids.filtered(lambda p: p.state not in ("done", "cancel")), backorder)
        self._recompute_all(successor)
        self.assertEqual(self._sums(order), after)
        self._deliver(successor)
        self._invoice(successor)
        lines = successor.order_line.filtered("product_id")
        self.assertEqual({l.product_id: (l.qty_delivered, l.qty_invoiced) for l in lines},
                         {self.desk: (12, 12), self.chair: (3, 3), self.lamp: (0, 0), self.shelf: (2, 2)})
        billed = sum(m.amount_total_signed for m in successor.invoice_ids)
        self.assertAlmostEqual(billed, successor.amount_total)
        self.assertEqual(successor.business_status, "completed")
        self.assertTrue(successor._contract_verify()["valid"], successor._contract_verify())
