# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.bop_contract.models.capability import EXECUTION, hold


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _action_done(self):
        """Validating a delivery may add to the order what nobody ordered: extra goods,
        real shipping cost.
        """
        with hold(self.env, EXECUTION):
            return super()._action_done()
