# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.bop_contract.models.capability import is_succeeding


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _purchase_service_create(self, quantity=False):
        """No subcontractor is asked for an order on credit hold (S4.19). A change was
        judged before it moved anything.
        """
        if not is_succeeding():
            self.order_id._check_supply()
        return super()._purchase_service_create(quantity=quantity)
