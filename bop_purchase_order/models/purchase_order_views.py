# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the screens of purchase orders need beside the generic parts of
``bop_contract``.
"""

from __future__ import annotations

from odoo import fields, models


class PurchaseOrderViews(models.Model):
    _inherit = "purchase.order"

    # === FIELDS ===#
    current_version_id = fields.Many2one(
        "purchase.order",
        string="In Force",
        compute="_compute_current_version_id",
        help="The order to work with.",
    )
    open_offer_id = fields.Many2one(
        "purchase.order",
        string="Open change",
        compute="_compute_open_offer_id",
        help="The offer that may become the successor.",
    )

    # === ACTION METHODS ===#
    def _contract_apply_form(self):
        return self.env.ref(
            "bop_purchase_order.purchase_change_request_view_form_apply"
        )
