# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.bop_contract.models.capability import EXECUTION, hold


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def button_validate(self):
        """Goods a project takes from stock and re-invoices become execution lines of
        its order.
        """
        with hold(self.env, EXECUTION):
            return super().button_validate()
