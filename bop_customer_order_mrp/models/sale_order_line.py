# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SaleOrderLine(models.Model):
    """A kit is shipped as its parts; the customer ordered the kit."""

    _inherit = "sale.order.line"

    def _bop_parts(self):
        """The moves that are done and bring parts of this position, not itself."""
        return self.move_ids.filtered(
            lambda move: move.state == "done" and move.product_id != self.product_id
        )

    def _bop_counted_moves(self):
        sent, returned = super()._bop_counted_moves()
        parts = self._bop_parts()
        back = parts.filtered(lambda move: move._is_incoming() and move.to_refund)
        return sent | parts.filtered(lambda move: move._is_outgoing()), returned | back

    def _bop_shipped(self, moves):
        """Kits that these parts completed, or that are no more whole without them."""
        parts = self._bop_parts()
        kit = parts.bom_line_id.bom_id.filtered(
            lambda bom: (
                bom.type == "phantom"
                and bom.product_tmpl_id == self.product_id.product_tmpl_id
            )
        )[:1]
        if not moves & parts or not kit:
            return super()._bop_shipped(moves)
        ordered = self.product_uom_id._compute_quantity(
            self.product_uom_qty, kit.product_uom_id
        )
        filters = {
            "incoming_moves": lambda move: move._is_outgoing(),
            "outgoing_moves": lambda move: move._is_incoming() and move.to_refund,
        }
        before = (parts - moves)._compute_kit_quantities(
            self.product_id, ordered, kit, filters
        )
        return self.qty_delivered - kit.product_uom_id._compute_quantity(
            before, self.product_uom_id
        )
