# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SaleChangeRequest(models.Model):
    """The wish to change a customer order."""

    _name = "sale.change.request"
    _inherit = "bop.change.request"
    _description = "Customer Order Change Request"

    order_id = fields.Many2one(
        "sale.order",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    offer_id = fields.Many2one(
        "sale.order",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    successor_id = fields.Many2one(
        "sale.order",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        related="order_id.partner_id", string="Customer", store=True
    )
    user_id = fields.Many2one(
        related="order_id.user_id", string="Salesperson", store=True
    )

    _one_open = models.UniqueIndex(
        "(order_id) WHERE is_open",
        "This order has an open change already. Apply or discard it first.",
    )
