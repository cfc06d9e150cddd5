# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import UserError

from .common import PurchaseCase


class SuccessionCase(PurchaseCase):
    """What happens around an order between two changes, and what must hold after."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.table = cls._make_product("Table", 200.0, control="receive")
        cls.service = cls._make_product(
            "Assembly", 30.0, type="service", is_storable=False
        )

    # === RECEIPTS ===#
    def _open_demand(self, order):
        """{product: quantity in its own unit} that the vendor still has to send."""
        coming = self._open_moves(order).filtered(
            lambda move: move.location_id.usage == "supplier"
        )
        return {
            product: sum(own.mapped("product_qty"))
            for product, own in coming.grouped("product_id").items()
        }

    def _receive_first_step(self, order, quantities):
        """Only from the vendor to the dock."""
        return self._receive(order, quantities)

    def _finish_inside(self, order):
        """Bring everything from the dock to the shelf."""
        moves = order.order_line.move_ids
        for _step in range(3):
            moves = moves.move_dest_ids.filtered(lambda move: move.state != "done")
            for picking in moves.picking_id:
                picking.move_ids.picked = True
                picking._action_done()
        self.assertFalse(moves.filtered(lambda move: move.state != "done"))

    def _return(self, order, product, quantity, move=None):
        """Send goods back to the vendor, to be refunded: of one ``move``, or of the
        first receipt of the product.
        """
        received = order.order_line.move_ids.filtered(
            lambda m: m.state == "done" and m.product_id == product
        )
        move = move or received[:1]
        context = {"active_id": move.picking_id.id, "active_model": "stock.picking"}
        wizard = self.env["stock.return.picking"].with_context(**context).create({})
        for line in wizard.product_return_moves:
            own = line.move_id == move
            line.write({"quantity": quantity if own else 0.0, "to_refund": True})
        returned = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        for back in returned.move_ids:
            back.write({"quantity": back.product_uom_qty, "picked": True})
        returned._action_done()
        return returned

    def _receive_on_top(self, order, product, quantity):
        """Put goods nobody ordered on the open receipt."""
        picking = self._open_moves(order).picking_id[:1]
        return self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "product_uom": product.uom_id.id,
                "picking_id": picking.id,
                "location_id": picking.location_id.id,
                "location_dest_id": picking.location_dest_id.id,
                "quantity": quantity,
                "picked": True,
            }
        )

    # === BILLS ===#
    def _refund(self, order, quantities):
        """The vendor credits {product: quantity}."""
        bill = order.invoice_ids.filtered(
            lambda move: move.state == "posted" and move.move_type == "in_invoice"
        )[:1]
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=bill.ids)
            .create({"journal_id": bill.journal_id.id, "date": "2026-01-20"})
        )
        refund = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        for line in refund.invoice_line_ids:
            line.quantity = quantities.get(line.product_id, 0)
        refund.action_post()
        return refund

    def _pay_down(self, order, amount):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.partner.id,
                "invoice_date": "2026-01-15",
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Deposit", "quantity": 1, "price_unit": amount}
                    )
                ],
            }
        )
        wizard = (
            self.env["bill.to.po.wizard"]
            .with_context(active_ids=[-line.id for line in bill.invoice_line_ids])
            .create({"purchase_order_id": order.id, "partner_id": self.partner.id})
        )
        wizard.action_add_downpayment()
        bill.action_post()
        return bill

    # === RESULTS ===#
    def _finish(self, order):
        """Receive and bill to the end; assert that exactly the order is received and
        its total billed.
        """
        while self._open_demand(order):
            self._receive(order)
        order.invoice_ids.filtered(lambda move: move.state == "draft").action_post()
        if any(line.qty_to_invoice for line in order._contract_lines()):
            self._bill(order)
        for line in order._contract_lines().filtered(
            lambda line: line.product_id.type == "consu"
        ):
            self.assertEqual(line.qty_received, line.product_qty, line.display_name)
            self.assertEqual(line.qty_invoiced, line.product_qty, line.display_name)
        posted = order.invoice_ids.filtered(lambda move: move.state == "posted")
        billed = sum(posted.mapped("amount_total_in_currency_signed"))
        self.assertAlmostEqual(-billed, order.amount_total)
        self.assertTrue(order._contract_verify()["valid"], order._contract_verify())

    def _assert_not_feasible(self, order, changes, text):
        """The change is refused with ``text``, and nothing has moved."""
        request = self._change(order, changes, apply=False)

        def facts():
            self.env.invalidate_all()
            return (
                self._sums(order),
                self._documents(order),
                self._open_demand(order),
                (order.state, order.is_contract, order.successor_id),
            )

        before = facts()
        with self.assertRaisesRegex(UserError, text), self.cr.savepoint():
            request._apply()
        self.assertEqual(facts(), before)
