# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta

from odoo import Command, api, fields, models

#: After a release by hand, the payment record is left alone for so long.
DAYS_OF_PEACE = 14
TARGETS = {
    "res.partner": "partner_ids",
    "sale.order": "order_ids",
}


class BopCreditHoldWizard(models.TransientModel):
    """Put customers or orders on credit hold, or release them, one or many at once.

    It only asks; who may do so is checked where it is done.
    """

    _name = "bop.credit.hold.wizard"
    _description = "Place or Release Credit Holds"

    # === FIELDS ===#
    mode = fields.Selection(
        selection=[("place", "Put on hold"), ("release", "Release")],
        required=True,
        default="place",
    )
    partner_ids = fields.Many2many("res.partner", string="Customers")
    order_ids = fields.Many2many("sale.order", string="Orders")
    reason = fields.Text(
        help="Shown to everybody who wants to deliver, purchase or produce."
    )
    note = fields.Text(
        string="Why Released", help="Kept in the history, with your name."
    )
    is_automatic = fields.Boolean(compute="_compute_held")
    held = fields.Text(compute="_compute_held", string="On Hold Now")
    no_automatic_until = fields.Date(
        string="Not Automatically Before",
        default=lambda self: (
            fields.Date.context_today(self) + timedelta(days=DAYS_OF_PEACE)
        ),
        help="The payment record does not put the customer on hold again before this"
        " day. Empty: as soon as there is a reason.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("partner_ids", "order_ids")
    def _compute_held(self):
        for wizard in self:
            rows = wizard._holds()
            wizard.is_automatic = any(rows.mapped("automatic"))
            wizard.held = "\n".join(row._sentence() for row in rows)

    def _holds(self):
        """Holds in force on what is chosen."""
        partners = self.partner_ids._credit_hold_targets()
        orders = self.order_ids._credit_hold_targets()
        return partners._credit_hold_rows() | orders._credit_hold_rows()

    @api.model
    def default_get(self, fields):
        """Choose what the user selected in the list, whatever it is a list of."""
        values = super().default_get(fields)
        model, ids = self.env.context.get("active_model"), self._active_ids()
        if model == "bop.credit.hold":
            rows = self.env[model].browse(ids)
            values["partner_ids"] = [Command.set(rows.partner_id.ids)]
            values["order_ids"] = [Command.set(rows.order_id.ids)]
        elif model in TARGETS:
            targets = self.env[model].browse(ids)._credit_hold_targets()
            values[TARGETS[model]] = [Command.set(targets.ids)]
        return values

    def _active_ids(self) -> list[int]:
        context = self.env.context
        return context.get("active_ids") or [context.get("active_id")]

    # === ACTION METHODS ===#
    def action_apply(self):
        """Place or release, and say how many."""
        self.ensure_one()
        if self.mode == "place":
            return self._notify(
                self._each("place_credit_hold", self.reason),
                self.env._("%(count)s put on credit hold."),
            )
        return self._notify(
            self._each("release_credit_hold", self.note, self.no_automatic_until),
            self.env._(
                "%(count)s released from credit hold. What waited for that is decided"
                " anew now."
            ),
        )

    def _each(self, method: str, *values) -> int:
        chosen = [self.partner_ids, self.order_ids]
        return sum(getattr(targets, method)(*values) for targets in chosen if targets)

    def _notify(self, count: int, message: str) -> dict:
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message % {"count": count},
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
