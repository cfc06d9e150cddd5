# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class StockRule(models.Model):
    _inherit = "stock.rule"

    def _make_po_get_domain(self, company_id, values, partner):
        """What is needed is added to a request for quotation, never to the offer of a
        change, nor to an order that waits for its vendor.
        """
        domain = super()._make_po_get_domain(company_id, values, partner)
        return (
            *domain,
            ("predecessor_id", "=", False),
            ("vendor_acceptance_state", "!=", "waiting"),
        )
