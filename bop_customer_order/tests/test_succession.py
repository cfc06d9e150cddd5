# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ContractCase


@tagged("post_install", "-at_install")
class TestSuccession(ContractCase):
    def test_change_after_part_is_delivered_and_billed_loses_nothing(self):
        order = self._make_order((self.desk, 10), (self.chair, 5), (self.lamp, 4))
        self._deliver(order, {self.desk: 4, self.chair: 2})
        invoice = self._invoice(order)
        before = self._sums(order)
        self.assertEqual(
            before, {self.desk: (4, 10), self.chair: (2, 2), self.lamp: (0, 4)}
        )
        backorder = order.picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel")
        )
        successor = self._change(
            order, {self.desk: 12, self.chair: 3, self.lamp: 0}, new=[(self.shelf, 2)]
        )

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
        open_moves = backorder.move_ids.filtered(
            lambda m: m.state not in ("done", "cancel")
        )
        self.assertEqual(
            {m.product_id: m.product_uom_qty for m in open_moves},
            {self.desk: 8, self.chair: 1, self.shelf: 2},
        )
        self.assertEqual(
            successor.picking_ids.filtered(lambda p: p.state not in ("done", "cancel")),
            backorder,
        )
        self._recompute_all(successor)
        self.assertEqual(self._sums(order), after)
        self._deliver(successor)
        self._invoice(successor)
        lines = successor.order_line.filtered("product_id")
        self.assertEqual(
            {
                line.product_id: (line.qty_delivered, line.qty_invoiced)
                for line in lines
            },
            {
                self.desk: (12, 12),
                self.chair: (3, 3),
                self.lamp: (0, 0),
                self.shelf: (2, 2),
            },
        )
        billed = sum(m.amount_total_signed for m in successor.invoice_ids)
        self.assertAlmostEqual(billed, successor.amount_total)
        self.assertEqual(successor.business_status, "completed")
        self.assertTrue(
            successor._contract_verify()["valid"], successor._contract_verify()
        )

    def test_open_deliveries_follow_a_new_address_and_date(self):
        order = self._make_order((self.desk, 10))
        self._deliver(order, {self.desk: 4})
        done = order.picking_ids.filtered(lambda p: p.state == "done")
        basel = self.env["res.partner"].create(
            {"name": "Basel", "type": "delivery", "parent_id": self.partner.id}
        )
        term = self.env["account.payment.term"].create({"name": "45 days"})
        successor = self._change(
            order,
            header={
                "partner_shipping_id": basel.id,
                "payment_term_id": term.id,
                "commitment_date": "2027-01-15 08:00:00",
            },
        )
        open_picking = successor.picking_ids - done
        self.assertEqual(
            (open_picking.partner_id, done.partner_id), (basel, self.partner)
        )
        self.assertEqual(
            str(open_picking.move_ids.date_deadline), "2027-01-15 08:00:00"
        )
        self.assertEqual(
            (successor.payment_term_id, successor.partner_invoice_id),
            (term, self.partner),
        )
        self.assertFalse(
            open_picking.activity_ids, "nobody has to correct the address by hand"
        )

    def test_another_customer_or_currency_is_another_contract(self):
        order = self._make_order((self.desk, 10))
        request = self._change(
            order, header={"partner_id": self.vendor.id}, apply=False
        )
        with self.assertRaisesRegex(UserError, "another contract"):
            request._apply()
        self.assertEqual(order.business_status, "active")

    def test_a_new_price_holds_for_what_is_neither_delivered_nor_billed(self):
        order = self._make_order((self.desk, 10, 100.0))
        self._deliver(order, {self.desk: 4})
        line = order.order_line
        invoice = order._create_invoices()
        invoice.invoice_line_ids.filtered("sale_line_ids").quantity = 6
        invoice.action_post()
        successor = self._change(
            order, {self.desk: {"price_unit": 110.0, "product_uom_qty": 12}}
        )
        old, new = successor.order_line.sorted("price_unit")
        self.assertEqual(
            (old.position_uid, old.product_uom_qty, old.price_unit),
            (line.position_uid, 6, 100.0),
        )
        self.assertEqual(
            (new.split_from_uid, new.product_uom_qty, new.price_unit),
            (line.position_uid, 6, 110.0),
        )
        self._deliver(successor)
        self._invoice(successor)
        self.assertAlmostEqual(
            sum(successor.invoice_ids.mapped("amount_untaxed")), 6 * 100 + 6 * 110
        )
