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
        """What no person of ours accepted, a policy did, or the agreement of both sides.
        Which policy, and why, is no customer's business.
        """
        order = self.sudo()
        person, policy = order.accepted_by, order.acceptance_policy_id
        is_system = person == self.env.ref("base.user_root") or person.share
        reasons = order._acceptance_reasons_for()
        by_rule = order.acceptance_mode == "auto" and (policy or reasons)
        if not is_system or not by_rule:
            return super()._contract_accepter()
        rule = self.env._("our rules of acceptance")
        if not self.env.user._is_internal():
            return rule
        rule = self.env._("the policy “%s”", policy.name) if policy else rule
        return f"{rule} ({reasons})" if reasons else rule

    def _acceptance_reasons_for(self) -> str:
        """What spoke for the acceptance of this order, such as the limit that it is
        within; empty when nothing stood against it.
        """
        self.ensure_one()
        text = ReasonText(self.env, self.acceptance_currency_id)
        sentences = [
            text.sentence(reason)
            for reason in self.acceptance_reasons or []
            if reason["code"] in INFORMATIVE
        ]
        return " ".join(sentences).rstrip(".")

    # === ACTION METHODS ===#
    def _contract_apply_form(self):
        return self.env.ref("bop_customer_order.sale_change_request_view_form_apply")
