# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.bop_contract.models.capability import EXECUTION, hold


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _sale_create_reinvoice_sale_line(self):
        """Costs that are re-invoiced to the customer become execution lines of the
        order.
        """
        with hold(self.env, EXECUTION):
            return super()._sale_create_reinvoice_sale_line()
