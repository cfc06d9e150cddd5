# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a policy would have decided, before anybody relies on it."""

from __future__ import annotations

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

from ..rules.acceptance import ACCEPT, ASK, INFORMATIVE, decide
from .acceptance_text import ReasonText
from .bop_acceptance_policy import LIMITS, MANAGER_GROUP, NUMBERS
from .sale_order_acceptance_facts import Rulebook

PREVIEW_DAYS = 90
#: Newest orders that are looked at, and shown.
PREVIEW_ORDERS = 1000
PREVIEW_ROWS = 80


class SaleOrderAcceptancePreview(models.Model):
    _inherit = "sale.order"

    @api.model
    def _acceptance_preview(self, policy, company, customers=None, threshold=None):
        """What ``policy`` would have decided on the new orders of the last 90 days, by
        what is known of their customers today.

        :param policy: also one that is being edited; empty: the default of the company
        :param customers: commercial partners; all by default
        :param threshold: in place of the customers' own thresholds
        :return: HTML
        """
        orders = self.search(
            self._acceptance_preview_domain(company, customers),
            order="date_order DESC, id DESC",
            limit=PREVIEW_ORDERS,
        )
        policies = {
            order.id: policy or company.acceptance_policy_id for order in orders
        }
        rules = orders._acceptance_rules(policies, threshold)
        facts = orders._acceptance_facts(Rulebook(policies, rules))
        rows = [
            order._prepare_preview_row(
                decide(facts[order.id], rules[order.id]), policies[order.id]
            )
            for order in orders
        ]
        values = {
            "rows": sorted(rows, key=lambda row: row["outcome"] == ACCEPT)[
                :PREVIEW_ROWS
            ],
            "count": len(rows),
            "accepted": sum(row["outcome"] == ACCEPT for row in rows),
            "asked": sum(row["outcome"] == ASK for row in rows),
            "days": PREVIEW_DAYS,
            "hidden": max(0, len(rows) - PREVIEW_ROWS),
        }
        return self.env["ir.qweb"]._render(
            "bop_customer_order.acceptance_preview", values
        )

    @api.model
    def _acceptance_preview_domain(self, company, customers) -> Domain:
        """New orders that somebody, or a rule, decided upon; changes of orders are
        none.
        """
        since = fields.Datetime.now() - timedelta(days=PREVIEW_DAYS)
        decided = (
            Domain("state", "=", "sale")
            | Domain("is_contract", "=", True)
            | Domain("acceptance_state", "!=", False)
        )
        domain = (
            Domain("company_id", "=", company.id)
            & Domain("date_order", ">=", since)
            & Domain("predecessor_id", "=", False)
            & decided
        )
        if customers is not None:
            domain &= Domain("partner_id.commercial_partner_id", "in", customers.ids)
        return domain

    def _prepare_preview_row(self, decision, policy) -> dict[str, object]:
        self.ensure_one()
        text = ReasonText(self.env, self._acceptance_currency(policy))
        reasons = [
            reason
            for reason in decision.to_dict()["reasons"]
            if reason["code"] not in INFORMATIVE
        ]
        return {
            "id": self.id,
            "name": self.name,
            "date": format_date(self.env, self.date_order),
            "customer": self.partner_id.commercial_partner_id.name,
            "amount": format_amount(self.env, self.amount_total, self.currency_id),
            "then": self._get_preview_outcome(),
            "outcome": decision.outcome,
            "would": self._get_outcome_label(decision.outcome),
            "reasons": [text.sentence(reason) for reason in reasons],
        }

    def _get_preview_outcome(self) -> str:
        """What became of the order, in a word."""
        self.ensure_one()
        if self.acceptance_state == "waiting":
            return self._get_outcome_label(ASK)
        if self.acceptance_state == "rejected":
            return self._get_outcome_label("reject")
        if self.acceptance_mode in ("manual", "override"):
            return self.env._("Accepted by a person")
        return self._get_outcome_label(ACCEPT)

    @api.model
    def _get_outcome_label(self, outcome: str) -> str:
        labels = {
            ACCEPT: self.env._("Accepted"),
            ASK: self.env._("Waits"),
        }
        return labels.get(outcome) or self.env._("Rejected")


class BopAcceptancePolicyPreview(models.Model):
    _inherit = "bop.acceptance.policy"

    # === FIELDS ===#
    show_preview = fields.Boolean(
        string="Show what it would have decided",
        store=False,
        help="Goes along while you edit; nothing is saved.",
    )
    preview = fields.Html(
        string="Last 90 days",
        compute="_compute_preview",
        sanitize=False,
        help="Decided by what is known of the customers today, not of then.",
    )

    # === COMPUTE METHODS ===#
    @api.depends(
        "show_preview",
        "name",
        "currency_id",
        "company_id",
        *NUMBERS,
        "always_ask",
        "check_overdue",
        "min_on_time_share",
        "ask_origin_manual",
        "ask_origin_portal",
        "ask_origin_website",
        "ask_origin_import",
        "ask_origin_network",
        "ask_on_deviation",
    )
    def _compute_preview(self):
        allowed = self.env.user.has_group(MANAGER_GROUP)
        for policy in self:
            wanted = allowed and policy.show_preview and policy.currency_id
            policy.preview = (
                self.env["sale.order"]._acceptance_preview(
                    policy, policy.company_id or self.env.company
                )
                if wanted and not any(policy[name] < 0 for name in LIMITS)
                else False
            )
