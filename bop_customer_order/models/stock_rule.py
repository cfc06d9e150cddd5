# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models

from odoo.addons.bop_contract.models.capability import is_succeeding


class StockRule(models.Model):
    _inherit = "stock.rule"

    @api.model
    def run(self, procurements, raise_user_error=True):
        self._check_credit_hold(procurements)
        return super().run(procurements, raise_user_error=raise_user_error)

    @api.model
    def _check_credit_hold(self, procurements) -> None:
        """Refuse new deliveries, purchases and productions for an order on credit hold
        (S4.19): every rule that buys, makes or moves goods for an order starts here.

        Less is never refused. A change of the order is judged before anything moves
        (``rules.feasibility``), where a position that is split is no new one.

        :raises UserError: names the order, the hold and the way
        """
        if is_succeeding():
            return
        lines = self.env["sale.order.line"].browse(
            {
                procurement.values["sale_line_id"]
                for procurement in procurements
                if procurement.values.get("sale_line_id")
                and procurement.product_qty > 0
            }
        )
        lines.sudo().order_id._check_supply()
