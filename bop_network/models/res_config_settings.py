# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    bop_is_live = fields.Boolean(
        string="On the b-op Network",
        compute="_compute_bop_is_live",
        inverse="_inverse_bop_is_live",
    )

    @api.depends("company_id")
    def _compute_bop_is_live(self):
        for settings in self:
            settings.bop_is_live = settings._bop_digital().is_live

    def _inverse_bop_is_live(self):
        for settings in self:
            digital = settings._bop_digital()
            if settings.bop_is_live == digital.is_live:
                continue
            digital = digital or digital.create({"company_id": settings.company_id.id})
            if settings.bop_is_live:
                digital.action_switch_on()
            else:
                digital.action_switch_off()

    def action_bop_digital(self):
        """Open the digital of the company; make it when there is none."""
        self.ensure_one()
        digital = self._bop_digital()
        digital = digital or digital.create({"company_id": self.company_id.id})
        return {
            "type": "ir.actions.act_window",
            "res_model": "bop.digital",
            "res_id": digital.id,
            "views": [(False, "form")],
        }

    def _bop_digital(self):
        company = self.company_id
        return self.env["bop.digital"].search([("company_id", "=", company.id)])
