# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.bop_contract.models.capability import EXECUTION, hold, is_succeeding


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_synch_order(self):
        """Goods delivered on top of the order become an execution line: billed, but no
        term of the contract.
        """
        with hold(self.env, EXECUTION):
            return super()._action_synch_order()

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        """A change is absorbed by the open delivery of its position, whatever date is
        on it.

        Odoo merges moves only when their deadlines are equal. A decrease that finds no
        equal becomes a receipt from the customer, and the full old quantity still
        ships.
        """
        names = super()._prepare_merge_moves_distinct_fields()
        return (
            [name for name in names if name != "date_deadline"]
            if is_succeeding()
            else names
        )
