# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    # === CREDIT HOLD ===#
    def action_confirm(self):
        self.filtered(lambda production: production.state == "draft")._check_supply()
        return super().action_confirm()

    def _check_supply(self) -> None:
        """Refuse to start making something for customer orders that are all on credit
        hold (S4.19). What is being made goes on, the rest of it too.

        :raises UserError: names the orders on hold, why, and the way
        """
        for production in self.sudo():
            orders = (
                production.sale_line_id.order_id | production.reference_ids.sale_ids
            )
            held = orders._credit_hold_map()
            if production.backorder_sequence <= 1 and held.keys() == set(orders.ids):
                orders._check_supply()
