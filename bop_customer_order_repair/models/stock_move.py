# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Parts of a repair are execution lines of its order: billed, but no terms of it."""

from contextlib import nullcontext

from odoo import models

from odoo.addons.bop_contract.models.capability import EXECUTION, hold


class StockMove(models.Model):
    _inherit = "stock.move"

    def _create_repair_sale_order_line(self):
        """A part that is added to a repair is added to its order."""
        with self._hold_for_repair():
            return super()._create_repair_sale_order_line()

    def _update_repair_sale_order_line(self):
        """The order follows the quantity of a part."""
        with self._hold_for_repair():
            return super()._update_repair_sale_order_line()

    def _clean_repair_sale_order_line(self):
        """A part that is taken off the repair is taken off its order."""
        with self._hold_for_repair():
            return super()._clean_repair_sale_order_line()

    def _hold_for_repair(self):
        """Odoo asks for every move it writes; only parts of repairs touch an order."""
        parts = self.filtered("repair_id")
        return hold(self.env, EXECUTION) if parts else nullcontext()
