# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PurchaseChangeRequest(models.Model):
    """The wish to change a purchase order."""

    _name = "purchase.change.request"
    _inherit = "bop.change.request"
    _description = "Purchase Order Change Request"

    order_id = fields.Many2one(
        "purchase.order",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    offer_id = fields.Many2one(
        "purchase.order",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    successor_id = fields.Many2one(
        "purchase.order",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        related="order_id.partner_id", string="Vendor", store=True
    )
    user_id = fields.Many2one(related="order_id.user_id", string="Buyer", store=True)
    initiator = fields.Selection(
        selection=[("supplier", "The vendor"), ("customer", "Us")]
    )
    consent = fields.Selection(
        string="Vendor agreed", help="How the vendor agreed to the change."
    )

    _one_open = models.UniqueIndex(
        "(order_id) WHERE is_open",
        "This order has an open change already. Apply or discard it first.",
    )
