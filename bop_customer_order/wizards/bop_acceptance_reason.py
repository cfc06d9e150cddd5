# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class BopAcceptanceReason(models.TransientModel):
    """Asks why, before orders are rejected or accepted against the rule."""

    _name = "bop.acceptance.reason"
    _description = "Decide on Acceptance"

    order_ids = fields.Many2many("sale.order", string="Orders", readonly=True)
    decision = fields.Selection(
        selection=[("reject", "Reject"), ("override", "Accept against the rule")],
        required=True,
        readonly=True,
    )
    reason = fields.Text(help="Checked when the decision is carried out.")

    def action_decide(self):
        """Carry the decision out.

        :raises AccessError: the user may not decide so
        :raises UserError: an order does not wait
        """
        self.ensure_one()
        if self.decision == "reject":
            self.order_ids._acceptance_reject(self.reason)
        else:
            self.order_ids._acceptance_accept("override", self.reason)
        return {"type": "ir.actions.act_window_close"}
