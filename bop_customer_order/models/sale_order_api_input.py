# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models

#: What a caller may say of a header and of a line, and where it is kept.
HEADER = {
    "customer_reference": "client_order_ref",
    "delivery_date": "commitment_date",
    "note": "note",
    "incoterm_place": "incoterm_location",
}
LINE = {
    "quantity": "product_uom_qty",
    "price": "price_unit",
    "discount": "discount",
    "description": "name",
}


class SaleOrderApiInput(models.Model):
    _inherit = "sale.order"

    @api.model
    def _api_header_fields(self):
        return HEADER

    @api.model
    def _api_line_fields(self):
        return LINE

    @api.model
    def _api_product_domain(self):
        return [("sale_ok", "=", True)]
