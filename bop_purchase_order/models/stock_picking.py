# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    # === FIELDS ===#
    vendor_on_way_text = fields.Text(compute="_compute_vendor_on_way_text")

    # === COMPUTE METHODS ===#
    @api.depends("state", "move_ids.purchase_line_id.vendor_on_way")
    def _compute_vendor_on_way_text(self):
        """What the vendor says is on its way to this receipt."""
        for picking in self:
            lines = picking.sudo().move_ids.purchase_line_id
            texts = [
                self.env._(
                    "%(quantity)s %(unit)s %(product)s",
                    quantity=f"{line.vendor_on_way:g}",
                    unit=line.product_uom_id.name,
                    product=line.product_id.display_name,
                )
                for line in lines
                if line.vendor_on_way > 0
            ]
            waits = picking.state not in ("done", "cancel")
            picking.vendor_on_way_text = "\n".join(texts) if waits else False

    # === BUSINESS METHODS ===#
    def _action_done(self):
        """What was billed before it came in may be what was ordered and received now."""
        result = super()._action_done()
        orders = self.sudo().move_ids.purchase_line_id.order_id
        orders.pair_id._settle_bills()
        return result
