# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a purchase order says to the public methods for integrators, which every kind of
order has (see ``bop_contract``).
"""

from __future__ import annotations

from odoo import api, models

#: What a caller may say of a header and of a line, and where it is kept.
HEADER = {
    "delivery_date": "date_planned",
    "note": "note",
    "incoterm_place": "incoterm_location",
}
LINE = {
    "quantity": "product_qty",
    "price": "price_unit",
    "discount": "discount",
    "description": "name",
    "delivery_date": "date_planned",
}


class PurchaseOrderApi(models.Model):
    _inherit = "purchase.order"

    @api.model
    def _api_header_fields(self):
        return HEADER

    @api.model
    def _api_line_fields(self):
        return LINE

    @api.model
    def _api_product_domain(self):
        return [("purchase_ok", "=", True)]

    def _api_write(self, vals, commands):
        """The date of the header holds for all positions that say no other."""
        if date := vals.get("date_planned"):
            lines = self.order_line.filtered(lambda line: not line.display_type)
            lines.date_planned = date
        return super()._api_write(vals, commands)

    def _api_acceptance(self):
        """What the vendor answered, where he had to be asked."""
        if not self.vendor_acceptance_state:
            return super()._api_acceptance()
        reason = self.vendor_acceptance_reason or ""
        return {
            "acceptance": self.vendor_acceptance_state,
            "reasons": [{"code": "vendor", "values": {}, "text": reason}]
            if reason
            else [],
        }
