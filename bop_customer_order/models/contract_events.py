# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens to customer orders is told to integrators (``bop.contract._bop_event``)."""

from odoo import models


class SaleOrderEvents(models.Model):
    _inherit = "sale.order"

    def _acceptance_announce_rejection(self):
        for order in self.filtered(lambda order: not order.is_offer):
            order._bop_event("rejected", {"reason": order.rejection_reason or ""})
        return super()._acceptance_announce_rejection()


class StockPickingEvents(models.Model):
    _inherit = "stock.picking"

    def _action_done(self):
        """Note what was delivered for contracts, and what came back."""
        result = super()._action_done()
        for picking in self.sudo().filtered(
            lambda picking: picking.state == "done" and picking.sale_id.is_contract
        ):
            picking.sale_id._bop_event("delivered", picking._prepare_delivered_event())
        return result

    def _prepare_delivered_event(self) -> dict[str, object]:
        """Quantities in the unit of the position; negative where goods came back."""
        self.ensure_one()
        quantities: dict[str, float] = {}
        for move in self.move_ids.filtered("sale_line_id"):
            incoming = move.location_dest_id.usage != "customer"
            if incoming and move.location_id.usage != "customer":
                continue  # within our own warehouse
            line = move.sale_line_id
            quantity = move.product_uom._compute_quantity(
                move.quantity, line.product_uom_id
            )
            uid = line.position_uid
            quantities[uid] = quantities.get(uid, 0.0) + (
                -quantity if incoming else quantity
            )
        return {"shipment": self.name, "positions": quantities}


class AccountMoveEvents(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        """Note what was billed for contracts."""
        posted = super()._post(soft)
        for move in posted.sudo().filtered(lambda move: move.is_sale_document()):
            orders = move.line_ids.sale_line_ids.order_id.filtered("is_contract")
            for order in orders:
                order._bop_event("billed", move._prepare_billed_event())
        return posted

    def _prepare_billed_event(self) -> dict[str, object]:
        self.ensure_one()
        return {
            "bill": self.name,
            "kind": "credit" if self.move_type == "out_refund" else "bill",
            "amount_total": str(self.amount_total),
            "currency": self.currency_id.name,
        }
