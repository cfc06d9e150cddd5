# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the screens of customer orders and their change requests need beside the generic
parts of ``bop_contract``.
"""

from __future__ import annotations

from odoo import api, fields, models


class SaleOrderViews(models.Model):
    _inherit = "sale.order"

    # === FIELDS ===#
    current_version_id = fields.Many2one(
        "sale.order",
        string="In Force",
        compute="_compute_current_version_id",
        help="The order to work with.",
    )
    open_offer_id = fields.Many2one(
        "sale.order",
        string="Open change",
        compute="_compute_open_offer_id",
        help="The offer that may become the successor.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("is_contract")
    def _compute_type_name(self):
        """A superseded or cancelled contract is still an order: the customer must not
        read “Quotation”.
        """
        contracts = self.filtered("is_contract")
        contracts.type_name = self.env._("Sales Order")
        return super(SaleOrderViews, self - contracts)._compute_type_name()

    # === ACTION METHODS ===#
    def _contract_apply_form(self):
        return self.env.ref("bop_customer_order.sale_change_request_view_form_apply")
