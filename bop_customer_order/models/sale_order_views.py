# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the screens of customer orders and their change requests need beside the generic
parts of ``bop_contract``.
"""

from __future__ import annotations

import json
from dataclasses import replace

from odoo import api, fields, models

from odoo.addons.bop_contract.models.bop_contract_views import replace_current
from odoo.addons.bop_contract.rules.terms import Terms


class SaleOrderViews(models.Model):
    _inherit = "sale.order"

    # === FIELDS ===#
    current_version_id = fields.Many2one(
        "sale.order",
        string="In Force",
        compute="_compute_current_version_id",
        help="The order to work with.",
    )
    open_offer_id = fields.Many2one(
        "sale.order",
        string="Open change",
        compute="_compute_open_offer_id",
        help="The offer that may become the successor.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("is_offer", "successor_id", "predecessor_id")
    def _compute_current_version_id(self):
        for order in self:
            order.current_version_id = (
                order.predecessor_id if order.is_offer else order._contract_current()
            )

    @api.depends("change_request_ids.is_open")
    def _compute_open_offer_id(self):
        for order in self:
            order.open_offer_id = order.change_request_ids.filtered("is_open")[
                :1
            ].offer_id

    @api.depends("is_contract")
    def _compute_type_name(self):
        """A superseded or cancelled contract is still an order: the customer must not
        read “Quotation”.
        """
        contracts = self.filtered("is_contract")
        contracts.type_name = self.env._("Sales Order")
        return super(SaleOrderViews, self - contracts)._compute_type_name()

    # === ACTION METHODS ===#
    def action_review_change(self):
        """Show what applying this offer does, and ask how the customer agreed.

        :return: action that opens the change request as a dialog
        :raises UserError: this order is no open offer
        """
        self.ensure_one()
        request = self._contract_request_of_offer()
        form = self.env.ref("bop_customer_order.sale_change_request_view_form_apply")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Apply %s", request.name),
            "res_model": request._name,
            "res_id": request.id,
            "views": [(form.id, "form")],
            "target": "new",
        }

    def action_discard_offer(self):
        """Discard this offer and show the order in its place.

        :return: action that replaces the one on screen
        """
        return replace_current(self.action_discard_change())


class SaleChangeRequestViews(models.Model):
    _inherit = "sale.change.request"

    # === FIELDS ===#
    impact = fields.Json(related="offer_id.change_impact")
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
        if not after and request.state != "applied":
            return False
        left = request._get_base_terms()
        right = (
            after._contract_agreed_terms()
            if after
            else replace(left, lines=_cancelled(left))
        )
        names = {
            "left": order.name,
            "right": after.name if after else self.env._("Cancelled"),
        }
        return {
            **order.with_env(self.env)._contract_compare(left, right, after or order),
            **names,
        }

    def _get_base_terms(self) -> Terms:
        """What was agreed when the offer was made."""
        self.ensure_one()
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
