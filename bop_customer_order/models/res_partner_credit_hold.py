# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """A customer is on hold as a whole, and in one company."""

    _name = "res.partner"
    _inherit = ["res.partner", "bop.credit.hold.target"]

    # === COMPUTE METHODS ===#
    @api.depends("commercial_partner_id")
    @api.depends_context("company", "lang")
    def _compute_credit_hold(self):
        self._set_credit_hold(self._credit_hold_map(self.env.company))

    def _search_credit_hold(self, operator, value):
        if operator != "in":
            return NotImplemented
        held = Domain(
            "commercial_partner_id",
            "in",
            self.env["bop.credit.hold"].sudo()._search_customers(),
        )
        return held if True in value else ~held

    # === TARGET OF HOLDS ===#
    def _credit_hold_targets(self):
        return self.commercial_partner_id

    @api.model
    def _credit_hold_field(self):
        return "partner_id"

    def _credit_hold_company(self):
        return self.env.company

    def _credit_hold_history_domain(self):
        return [("commercial_partner_id", "in", self._credit_hold_targets().ids)]

    # === BUSINESS METHODS ===#
    def _credit_hold_map(self, company) -> dict:
        """The hold each of these customers is under in ``company``, by id; those that
        are free left out. Contacts are held with their company.
        """
        if not self:
            return {}
        customers = self.sudo().commercial_partner_id
        rows = customers.env["bop.credit.hold"]
        domain = rows._customers_domain(company)
        holds = rows.search(
            domain & Domain("commercial_partner_id", "in", customers.ids),
            order="automatic, id",
        )
        held = holds._by_customer()
        found = {
            partner.id: held.get((partner.commercial_partner_id, company.sudo()))
            for partner in self.sudo()
        }
        return {
            partner_id: row.sudo(self.env.su)
            for partner_id, row in found.items()
            if row
        }
