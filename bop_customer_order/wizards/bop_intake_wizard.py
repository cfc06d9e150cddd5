# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.bop_contract.rules.terms import Address, build


class BopIntakeWizard(models.TransientModel):
    """Asks what a customer means by words that nobody here knows."""

    _name = "bop.intake.wizard"
    _inherit = "bop.intake.mixin"
    _description = "Complete Order"

    order_id = fields.Many2one("sale.order", required=True, readonly=True)
    company_id = fields.Many2one(related="order_id.company_id")
    commercial_partner_id = fields.Many2one(
        related="order_id.partner_id.commercial_partner_id"
    )
    line_ids = fields.One2many("bop.intake.wizard.line", "wizard_id", string="Words")


class BopIntakeWizardLine(models.TransientModel):
    _name = "bop.intake.wizard.line"
    _inherit = "bop.intake.line.mixin"
    _description = "Word of a Customer"

    wizard_id = fields.Many2one("bop.intake.wizard", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="wizard_id.company_id")
    commercial_partner_id = fields.Many2one(related="wizard_id.commercial_partner_id")
    product_id = fields.Many2one(
        domain="[('sale_ok', '=', True), ('type', '!=', 'combo')]"
    )
    tax_id = fields.Many2one(
        domain="[('type_tax_use', '=', 'sale'), ('company_id', '=', company_id)]"
    )
    address_id = fields.Many2one(domain="[('id', 'child_of', commercial_partner_id)]")

    def action_create_address(self):
        """Make the address that the customer stated one of his delivery addresses.

        :return: action that opens the wizard again
        """
        self.ensure_one()
        order = self.wizard_id.order_id
        order.check_access("write")
        stated = build(Address, order.partner_statement["terms"]["ship_to"])
        self.address_id = self.env["res.partner"].create(
            self._prepare_address_vals(stated)
        )
        action = order.action_complete_order()
        return {**action, "res_id": self.wizard_id.id}

    def _prepare_address_vals(self, stated: Address) -> dict[str, object]:
        country = self.env["res.country"].search(
            [("code", "=", stated.country.upper())], limit=1
        )
        state = self.env["res.country.state"].search(
            [("code", "=", stated.state), ("country_id", "=", country.id)], limit=1
        )
        return {
            "parent_id": self.commercial_partner_id.id,
            "type": "delivery",
            "name": stated.name or False,
            "street": stated.street or False,
            "street2": stated.street2 or False,
            "zip": stated.zip or False,
            "city": stated.city or False,
            "state_id": state.id,
            "country_id": country.id,
        }
