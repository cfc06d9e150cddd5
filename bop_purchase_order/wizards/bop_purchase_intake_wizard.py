# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class BopPurchaseIntakeWizard(models.TransientModel):
    """Asks what a vendor means by words that nobody here knows."""

    _name = "bop.purchase.intake.wizard"
    _inherit = "bop.intake.mixin"
    _description = "Complete Offer of a Vendor"

    order_id = fields.Many2one("purchase.order", required=True, readonly=True)
    company_id = fields.Many2one(related="order_id.company_id")
    line_ids = fields.One2many(
        "bop.purchase.intake.wizard.line", "wizard_id", string="Words"
    )


class BopPurchaseIntakeWizardLine(models.TransientModel):
    _name = "bop.purchase.intake.wizard.line"
    _inherit = "bop.intake.line.mixin"
    _description = "Word of a Vendor"

    wizard_id = fields.Many2one(
        "bop.purchase.intake.wizard", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="wizard_id.company_id")
    product_id = fields.Many2one(domain="[('purchase_ok', '=', True)]")
    tax_id = fields.Many2one(
        domain="[('type_tax_use', '=', 'purchase'), ('company_id', '=', company_id)]"
    )
