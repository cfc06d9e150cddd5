# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    auto_credit_hold = fields.Boolean(
        related="company_id.auto_credit_hold", readonly=False
    )
    credit_hold_overdue_days = fields.Integer(
        related="company_id.credit_hold_overdue_days", readonly=False
    )
    credit_hold_overdue_amount = fields.Monetary(
        related="company_id.credit_hold_overdue_amount",
        currency_field="credit_hold_currency_id",
        readonly=False,
    )
    credit_hold_exposure_limit = fields.Monetary(
        related="company_id.credit_hold_exposure_limit",
        currency_field="credit_hold_currency_id",
        readonly=False,
    )
    credit_hold_auto_release = fields.Boolean(
        related="company_id.credit_hold_auto_release", readonly=False
    )
    credit_hold_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Credit Hold Currency"
    )
