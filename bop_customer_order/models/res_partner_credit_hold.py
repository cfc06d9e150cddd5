# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    # === FIELDS ===#
    credit_hold = fields.Boolean(
        string="On Credit Hold",
        compute="_compute_credit_hold",
        search="_search_credit_hold",
        help="The customer is on credit hold in this company: nothing is delivered,"
        " purchased or produced for its orders until the hold is released.",
    )
    credit_hold_id = fields.Many2one("bop.credit.hold", compute="_compute_credit_hold")

    # === COMPUTE METHODS ===#
    @api.depends("commercial_partner_id")
    @api.depends_context("company")
    def _compute_credit_hold(self):
        holds = self._credit_hold_map(self.env.company)
        for partner in self:
            partner.credit_hold_id = holds.get(partner.id)
            partner.credit_hold = partner.id in holds

    def _search_credit_hold(self, operator, value):
        if operator != "in":
            return NotImplemented
        holds = (
            self.env["bop.credit.hold"]
            .sudo()
            ._search(self._credit_hold_domain(self.env.company))
        )
        held = Domain(
            "commercial_partner_id", "in", holds.subselect("commercial_partner_id")
        )
        return held if True in value else ~held

    # === BUSINESS METHODS ===#
    def _credit_hold_map(self, company) -> dict:
        """The hold each of these customers is under in ``company``, by id; those that
        are free left out. Contacts are held with their company.
        """
        customers = self.sudo().commercial_partner_id
        domain = self._credit_hold_domain(company)
        holds = customers.env["bop.credit.hold"].search(
            domain & Domain("commercial_partner_id", "in", customers.ids),
            order="automatic, id",
        )
        held = {row.commercial_partner_id.id: row for row in reversed(holds)}
        return {
            partner.id: held[partner.commercial_partner_id.id].sudo(self.env.su)
            for partner in self.sudo()
            if partner.commercial_partner_id.id in held
        }

    @api.model
    def _credit_hold_domain(self, company) -> Domain:
        """Holds on customers that are in force in ``company``."""
        return (
            Domain("released_at", "=", False)
            & Domain("partner_id", "!=", False)
            & Domain("company_id", "=", company.id)
            & Domain("company_id.bop_contracts", "=", True)
        )
