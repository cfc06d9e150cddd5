# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.bop_contract.models.capability import EXECUTION, hold, is_succeeding


class StockMove(models.Model):
    _inherit = "stock.move"

    # === EXECUTION LINES ===#
    def _action_synch_order(self):
        """Goods received on top of the order become an execution line: billed, but no
        term of the contract.
        """
        with hold(self.env, EXECUTION):
            return super()._action_synch_order()

    # === SUCCESSION ===#
    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        """A change is absorbed by the open receipt of its position, whatever date or
        price is on it.
        """
        names = super()._prepare_merge_moves_distinct_fields()
        return (
            [name for name in names if name not in ("date_deadline", "price_unit")]
            if is_succeeding()
            else names
        )

    def _bop_take_off(self, quantity: float) -> None:
        """Reduce an open move; one that is left with nothing is cancelled, and what
        waits for it goes on waiting.

        :param quantity: in the unit of the move
        """
        self.ensure_one()
        rest = self.product_uom_qty - quantity
        if self.product_uom.compare(rest, 0.0) <= 0:
            self._bop_cancel_alone()
        elif not self.product_uom.is_zero(quantity):
            self.product_uom_qty = rest
            self._action_assign()

    def _bop_cancel_alone(self) -> None:
        """Cancel these moves and nothing that waits for them."""
        self.write({"propagate_cancel": False})
        self._action_cancel()
