# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models

from odoo.addons.bop_contract.models.capability import is_succeeding

#: Rules that only move what is there, or what another rule brings.
MOVING = ("pull", "push", "pull_push")


class StockRule(models.Model):
    _inherit = "stock.rule"

    @api.model
    def run(self, procurements, raise_user_error=True):
        self._check_credit_hold(procurements)
        return super().run(procurements, raise_user_error=raise_user_error)

    @api.model
    def _check_credit_hold(self, procurements) -> None:
        """Refuse new purchases and productions for an order on credit hold (S4.19):
        every rule that buys or makes something for an order starts here.

        Less is never refused, and goods that are in stock may be prepared: they do not
        leave. A change of the order is judged before anything moves
        (``rules.feasibility``), where a position that is split is no new one. What was
        settled at a till is in the customer's hands already.

        :raises UserError: names the order, the hold and the way
        """
        if is_succeeding():
            return
        more = [
            (procurement, self.env["sale.order.line"].sudo().browse(line_id).order_id)
            for procurement in procurements
            if (line_id := procurement.values.get("sale_line_id"))
            and procurement.product_qty > 0
        ]
        orders = self.env["sale.order"].sudo().union(*(order for _need, order in more))
        held = orders._credit_hold_map()
        supplied = orders.browse(
            order.id
            for need, order in more
            if order.id in held and self._is_new_supply(need)
        )
        (supplied - supplied._acceptance_settled())._check_supply()

    @api.model
    def _is_new_supply(self, procurement) -> bool:
        """Whether a procurement is met by buying or making, and not by moving."""
        rule = self._get_rule(
            procurement.product_id, procurement.location_id, procurement.values
        )
        return bool(rule) and rule.action not in MOVING
