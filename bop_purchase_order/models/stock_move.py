# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.bop_contract.models.capability import EXECUTION, hold, is_succeeding


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_synch_order(self):
        """Goods received on top of the order become an execution line: billed, but no
        term of the contract.
        """
        with hold(self.env, EXECUTION):
            return super()._action_synch_order()

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
