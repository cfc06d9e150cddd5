# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What waited because of a credit hold is decided anew when the hold is released."""

from __future__ import annotations

from dataclasses import replace

from odoo import api, models
from odoo.exceptions import UserError
from odoo.service.model import retrying

from odoo.addons.bop_contract.models.capability import SYSTEM, hold

from ..rules.acceptance import ASK, Reason


class SaleOrderRelease(models.Model):
    _inherit = "sale.order"

    # === DECIDING ANEW ===#
    @api.model
    def _cron_decide_released(self) -> None:
        """Decide anew on the orders that waited because of a credit hold which is gone,
        those that wait longest first. Each is a transaction of its own: one that fails
        keeps no other one waiting.
        """
        orders = self._acceptance_released()
        for done, order in enumerate(orders, start=1):
            self.env.invalidate_all()
            retrying(order._acceptance_decide_released, self.env)
            if not self.env["ir.cron"]._commit_progress(
                1, remaining=len(orders) - done
            ):
                break

    @api.model
    def _acceptance_released(self):
        """Orders that wait with a credit hold among the reasons, and are not on hold any
        more.
        """
        return self.search(
            [
                ("acceptance_state", "=", "waiting"),
                ("acceptance_reason_kind", "=", "hold"),
                ("company_id.bop_contracts", "=", True),
                ("credit_hold", "=", False),
            ],
            order="acceptance_requested_at, id",
        )

    def _acceptance_decide_released(self) -> None:
        """Put this order up for acceptance again: by the facts of today it comes into
        force, or waits for other reasons. One that was edited while it waited is its
        editor's, who confirms it when it is ready.
        """
        self.ensure_one()
        order = self.with_company(self.company_id)
        if (
            order.acceptance_state != "waiting"
            or order._credit_hold_map()
            or order.acceptance_terms != order._acceptance_fingerprint()
        ):
            return
        try:
            with self.env.cr.savepoint():
                order.action_confirm()
        except UserError as error:
            self.env.invalidate_all()
            order._acceptance_write_failed(str(error))

    def _acceptance_write_failed(self, error: str) -> None:
        """Leave this order waiting for a person: it is accepted by the rule, and cannot
        come into force.
        """
        self.ensure_one()
        verdict = self._acceptance_verdicts()[self.id]
        reason = Reason("not_in_force", (("error", error),))
        decision = replace(verdict.decision, outcome=ASK, reasons=(reason,))
        with hold(self.env, SYSTEM):
            self._acceptance_write_waiting(
                {self.id: verdict._replace(decision=decision)}
            )
        self._acceptance_note_reasons()


class BopCreditHoldRelease(models.Model):
    _inherit = "bop.credit.hold"

    def _release(self, note, no_automatic_until=False):
        """What waited is decided anew as soon as this transaction is through."""
        result = super()._release(note, no_automatic_until)
        self.env.ref("bop_customer_order.cron_decide_released").sudo()._trigger()
        return result
