# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the screens of customer orders and their change requests need beside the generic
parts of ``bop_contract``.
"""

from __future__ import annotations

from odoo import api, fields, models

from ..rules.acceptance import INFORMATIVE
from .acceptance_text import ReasonText


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
    @api.depends("is_contract")
    def _compute_type_name(self):
        """A superseded or cancelled contract is still an order: the customer must not
        read “Quotation”.
        """
        contracts = self.filtered("is_contract")
        contracts.type_name = self.env._("Sales Order")
        return super(SaleOrderViews, self - contracts)._compute_type_name()

    @api.depends("acceptance_mode", "acceptance_policy_id", "acceptance_reasons")
    def _compute_version_text(self):
        return super()._compute_version_text()

    # === SENTENCES ===#
    def _contract_accepter(self):
        """What no person of ours accepted, a policy did. Which one, and why, is no
        customer's business.
        """
        order = self.sudo()
        person = order.accepted_by
        is_system = person == self.env.ref("base.user_root") or person.share
        if order.acceptance_mode != "auto" or not is_system:
            return super()._contract_accepter()
        if not order.acceptance_policy_id or not self.env.user._is_internal():
            return self.env._("our rules of acceptance")
        policy = order.acceptance_policy_id.name
        text = ReasonText(self.env, order.acceptance_currency_id)
        reasons = " ".join(
            text.sentence(reason)
            for reason in order.acceptance_reasons or []
            if reason["code"] in INFORMATIVE
        )
        if not reasons:
            return self.env._("the policy “%s”", policy)
        return self.env._(
            "the policy “%(policy)s” (%(reasons)s)",
            policy=policy,
            reasons=reasons.rstrip("."),
        )

    # === ACTION METHODS ===#
    def _contract_apply_form(self):
        return self.env.ref("bop_customer_order.sale_change_request_view_form_apply")
