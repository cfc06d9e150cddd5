# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the screens of change requests of every kind of order show."""

from __future__ import annotations

import json
from dataclasses import replace

from odoo import api, fields, models

from ..rules.terms import Terms
from .bop_contract_views import replace_current


class BopChangeRequestViews(models.AbstractModel):
    _inherit = "bop.change.request"

    # === FIELDS ===#
    impact = fields.Json(
        compute="_compute_impact",
        help="What applying the offer does, and what stands against it.",
    )
    is_feasible = fields.Boolean(
        compute="_compute_is_feasible",
        help="Nothing stands against applying the offer now.",
    )
    comparison = fields.Json(
        string="What changes",
        compute="_compute_comparison",
        help="The order before the change, beside what it was changed to.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("offer_id.change_impact")
    def _compute_impact(self):
        for request in self:
            request.impact = request.offer_id.change_impact

    @api.depends("impact")
    def _compute_is_feasible(self):
        for request in self:
            request.is_feasible = all(
                row["severity"] != "obstacle" for row in request.impact or []
            )

    @api.depends("order_id", "offer_id", "successor_id", "state")
    def _compute_comparison(self):
        for request in self:
            request.comparison = request._prepare_comparison()

    def _prepare_comparison(self) -> dict[str, object] | bool:
        """The comparison, with the names of both sides as ``left`` and ``right``;
        nothing for an offer that is gone.
        """
        self.ensure_one()
        request = self.sudo()
        order, after = request.order_id, request.successor_id or request.offer_id
        is_first = bool(request.base_terms)
        if is_first and request.state == "applied":
            after = order
        if not after and request.state != "applied":
            return False
        left = request._get_base_terms()
        right = (
            after._contract_agreed_terms()
            if after
            else replace(left, lines=_cancelled(left))
        )
        names = {
            "left": self.env._("%s as ordered", order.name) if is_first else order.name,
            "right": after.name if after else self.env._("Cancelled"),
        }
        return {
            **order.with_env(self.env)._contract_compare(left, right, after or order),
            **names,
        }

    def _get_base_terms(self) -> Terms:
        """What was agreed when the offer was made; before that, what was ordered."""
        self.ensure_one()
        if self.base_terms:
            return Terms.from_dict(self.base_terms)
        seals = self.order_id._contract_seals().filtered(
            lambda row: row.hash == self.base_hash
        )
        return (
            Terms.from_dict(json.loads(seals.payload)["terms"])
            if seals
            else self.order_id._contract_agreed_terms()
        )

    # === ACTION METHODS ===#
    def action_apply_reviewed(self):
        """Apply from the dialog, and show the order in force in place of the offer.

        :return: action that replaces the one on screen
        """
        return replace_current(self.action_apply())

    def action_open_offer(self):
        """Open the offer of this request.

        :return: action
        """
        self.ensure_one()
        return self.offer_id._get_records_action()


def _cancelled(terms: Terms) -> tuple:
    return tuple(
        replace(line, quantity="0") if line.kind == "item" else line
        for line in terms.lines
    )
