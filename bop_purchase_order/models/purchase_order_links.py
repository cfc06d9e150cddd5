# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.bop_contract.models.bop_contract_link import COPY, LEAVE, MOVE, Link

#: What was received, billed, or is waited for belongs to the version in force.
MOVED = (
    ("stock.move", "purchase_line_id"),
    ("stock.move", "created_purchase_line_ids"),
    ("purchase.order", "reference_ids"),
    ("purchase.order", "picking_ids"),
    ("purchase.order", "invoice_ids"),
    ("account.move.line", "purchase_line_id"),
)
#: What a version says: each has its own.
COPIED = (
    ("purchase.order.line", "tax_ids"),
    ("purchase.order.line", "product_no_variant_attribute_value_ids"),
)
#: The chain itself and its history.
LEFT = (
    ("purchase.order", "predecessor_id"),
    ("purchase.order", "successor_id"),
    ("purchase.order", "root_id"),
    ("purchase.order.line", "order_id"),
    ("purchase.order.line", "predecessor_line_id"),
    ("purchase.change.request", "order_id"),
    ("purchase.change.request", "offer_id"),
    ("purchase.change.request", "successor_id"),
)


class PurchaseOrderLinks(models.Model):
    _inherit = "purchase.order"

    @api.model
    def _contract_links(self):
        rows = [(MOVED, MOVE), (COPIED, COPY), (LEFT, LEAVE)]
        return super()._contract_links() + tuple(
            Link(*row, action) for group, action in rows for row in group
        )
