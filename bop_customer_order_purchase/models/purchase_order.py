# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    # === CREDIT HOLD ===#
    def button_confirm(self):
        self.filtered(lambda order: order.state in ("draft", "sent"))._check_supply()
        return super().button_confirm()

    def button_approve(self, force=False):
        self._check_supply()
        return super().button_approve(force=force)

    def _check_supply(self) -> None:
        """Refuse to commit to a vendor for a customer order on credit hold (S4.19).

        A request for quotation commits to nothing and may stand. A purchase that other
        orders or the stock wait for as well is confirmed: the goods for the held order
        come in and do not leave.

        :raises UserError: names the orders on hold, why, and the way
        """
        for purchase in self.sudo():
            lines = purchase.order_line.filtered(lambda line: not line.display_type)
            held = lines._customer_orders()._credit_hold_map()
            if lines and all(line._is_held(held) for line in lines):
                lines._customer_orders()._check_supply()


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    def _customer_orders(self):
        """The customer orders for which this is bought."""
        return self.sale_line_id.order_id | self.move_dest_ids.sale_line_id.order_id

    def _is_held(self, held: dict) -> bool:
        """Whether this is bought for nobody but customers on hold."""
        orders = self._customer_orders()
        return bool(orders) and set(orders.ids) <= held.keys()
