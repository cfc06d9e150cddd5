# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _get_sale_order_domain_count(self):
        """A customer with one order that was changed twice has one order."""
        return [
            *super()._get_sale_order_domain_count(),
            ("successor_id", "=", False),
            ("is_offer", "=", False),
        ]
