# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SaleReport(models.Model):
    _inherit = "sale.report"

    def _where_sale(self):
        """Neither offers nor superseded versions are orders of their own: what they say
        is counted in the version in force.
        """
        return (
            f"{super()._where_sale()} AND s.successor_id IS NULL AND (s.predecessor_id"
            " IS NULL OR s.is_contract)"
        )
