# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a changed quantity reaches the receipts.

Odoo orders the difference between a position and its moves each time the quantity of a
confirmed position is written. A change launches its own difference once, when all
positions are written.
"""

from __future__ import annotations

from odoo import models

from odoo.addons.bop_contract.models.capability import contract_token, holds
from odoo.addons.bop_contract.rules.supply import launched_quantity


class PurchaseOrderLineReceipt(models.Model):
    _inherit = "purchase.order.line"

    def _create_or_update_picking(self):
        """Receipts of an order that is being changed are launched by the change."""
        plain = self.filtered(
            lambda line: (
                not (line.order_id.is_contract and holds(contract_token(line.order_id)))
            )
        )
        return super(PurchaseOrderLineReceipt, plain)._create_or_update_picking()

    def _contract_launched_quantity(self, agreed: float) -> float:
        """How much more has to be received than was agreed before, negative for less.

        :param agreed: quantity before the change, in the unit of the position
        """
        self.ensure_one()
        covered = self.with_context(
            previous_product_qty={self.id: agreed}
        )._get_qty_procurement()
        return launched_quantity(self.product_qty - agreed, self.product_qty - covered)

    def _prepare_stock_moves(self, picking):
        """A change receives its difference; what deliveries wait for goes on to them."""
        quantity = self.env.context.get("bop_launched", {}).get(self.id)
        if quantity is None or not holds(contract_token(self.order_id)):
            return super()._prepare_stock_moves(picking)
        attached = max(0.0, min(quantity, self._contract_uncovered_need()))
        price_unit = self._get_stock_move_price_unit()
        values = []
        for part, waited_for in ((attached, True), (quantity - attached, False)):
            if not self.product_uom_id.is_zero(part):
                amount, unit = self.product_uom_id._adjust_uom_quantities(
                    part, self.product_id.uom_id
                )
                vals = self._prepare_stock_move_vals(picking, price_unit, amount, unit)
                values.append(vals if waited_for else {**vals, "move_dest_ids": False})
        return values

    def _contract_uncovered_need(self) -> float:
        """What waits for this position and no receipt is on its way for, in the unit of
        the position.
        """
        waiting = self.move_dest_ids.filtered(
            lambda move: move.state != "cancel" and not move._is_purchase_return()
        )
        if not waiting:
            return 0.0
        bringing = waiting.move_orig_ids.filtered(lambda move: move.state != "cancel")
        covered = sum(
            move.product_uom._compute_quantity(
                move.quantity if move.state == "done" else move.product_uom_qty,
                self.product_uom_id,
            )
            for move in bringing
            if move.product_id == self.product_id
        )
        return self._get_move_dests_initial_demand(waiting) - covered

    def _contract_receive_less(self, quantity: float, agreed: float) -> None:
        """Take ``quantity`` (in the unit of the position) off the open receipts, first
        where no delivery waits for it.

        :param agreed: quantity before the change
        """
        self.ensure_one()
        moves = self.order_id._contract_open_moves().filtered(
            lambda move: move.purchase_line_id == self
        )
        if moves.filtered(lambda move: move.product_id != self.product_id):
            self._contract_receive_less_of_kit(agreed)
            return
        left = quantity
        for move in moves.sorted(lambda move: (bool(move.move_dest_ids), -move.id)):
            there = move.product_uom._compute_quantity(
                move.product_uom_qty, self.product_uom_id, round=False
            )
            taken = min(there, left)
            left -= taken
            move._bop_take_off(
                self.product_uom_id._compute_quantity(taken, move.product_uom)
            )

    def _contract_receive_less_of_kit(self, agreed: float) -> None:
        """The components of a kit are for its bill of materials to say: Odoo explodes a
        negative receipt and takes it off the open one.
        """
        receipt = self.order_id._contract_open_receipts()[:1]
        change = {self.id: self.product_qty - agreed}
        lines = self.with_context(bop_launched=change)
        moves = self.env["stock.move"].create(lines._prepare_stock_moves(receipt))
        moves._action_confirm()._action_assign()
