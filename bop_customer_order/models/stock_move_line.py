# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    # === CREDIT HOLD ===#
    @api.model_create_multi
    def create(self, vals_list):
        """A line that is added to a delivery that is done ships at once."""
        lines = super().create(vals_list)
        lines._check_credit_hold_done()
        return lines

    def write(self, vals):
        """So does a quantity that is raised on one."""
        raised = self.filtered(
            lambda line: (
                line.state == "done" and vals.get("quantity", 0) > line.quantity
            )
        )
        raised._check_credit_hold_done()
        return super().write(vals)

    def _check_credit_hold_done(self) -> None:
        done = self.filtered(lambda line: line.state == "done" and line._is_leaving())
        if done:
            done.move_id._check_credit_hold()

    def _is_leaving(self) -> bool:
        """Whether the goods of this line go to a customer."""
        self.ensure_one()
        return (
            self.location_dest_id._is_outgoing() and not self.location_id._is_outgoing()
        )
