# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.bop_contract.models.capability import EXECUTION, hold


class StockMove(models.Model):
    _inherit = "stock.move"

    def _create_repair_sale_order_line(self):
        """Parts added to a repair become execution lines of its order: billed, but no
        term of the contract.
        """
        with hold(self.env, EXECUTION):
            return super()._create_repair_sale_order_line()
