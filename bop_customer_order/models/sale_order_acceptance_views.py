# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The buttons of acceptance."""

from __future__ import annotations

from odoo import fields, models

from odoo.addons.bop_contract.models.bop_contract_views import replace_current


class SaleOrderAcceptanceViews(models.Model):
    _inherit = "sale.order"

    # === FIELDS ===#
    acceptance_decision_count = fields.Integer(
        string="Decisions", compute="_compute_acceptance_decision_count"
    )

    # === COMPUTE METHODS ===#
    def _compute_acceptance_decision_count(self):
        versions = {order: order._acceptance_versions() for order in self}
        decisions = self.env["bop.acceptance.decision"].sudo()
        for order, chain in versions.items():
            domain = [("order_id", "in", chain.ids)]
            order.acceptance_decision_count = decisions.search_count(domain)

    def _acceptance_versions(self):
        """The versions of this order; those of the order it would change, if it is an
        offer.
        """
        self.ensure_one()
        order = self.sudo().predecessor_id if self.is_offer else self.sudo()
        return order._contract_chain()

    # === ACTION METHODS ===#
    def action_accept_order(self):
        """Accept these orders (S2.4): they come into force now.

        :return: on the form of an offer that is gone, since it cancelled its order:
            action that opens the order
        :raises AccessError: not an approver
        :raises UserError: an order does not wait, was edited meanwhile or is on hold
        """
        base = self.predecessor_id
        self._acceptance_accept()
        if self.env.context.get("on_form") and not self.exists():
            return replace_current(base._get_records_action())
        return True

    def action_reject_order(self):
        """Ask for the reason to reject these orders.

        :return: action that opens the dialog
        :raises AccessError: not an approver
        """
        return self._acceptance_ask_reason("reject", "manual")

    def action_override_acceptance(self):
        """Ask for the reason to accept these orders against the rule.

        :return: action that opens the dialog
        :raises AccessError: no administrator of acceptance
        """
        return self._acceptance_ask_reason("override", "override")

    def _acceptance_ask_reason(self, decision: str, mode: str):
        self._acceptance_check_decider(mode)
        wizard = self.env["bop.acceptance.reason"].create(
            {"order_ids": self.ids, "decision": decision}
        )
        action = wizard._get_records_action(
            name=dict(wizard._fields["decision"]._description_selection(self.env))[
                decision
            ],
            target="new",
        )
        return action

    def action_open_acceptance_decisions(self):
        """Open the log of what was decided about this order and its changes.

        :return: action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bop_customer_order.action_acceptance_decisions"
        )
        return {
            **action,
            "domain": [("order_id", "in", self._acceptance_versions().ids)],
        }


class SaleChangeRequestAcceptance(models.Model):
    _inherit = "sale.change.request"

    def action_accept_proposal(self):
        """Accept what the customer proposes. What the policy lets wait is accepted as any
        order that waits: by an approver.

        :return: action that opens the order in force
        :raises AccessError: it waits, and the user is no approver
        """
        self.ensure_one()
        offer = self.offer_id
        if offer.acceptance_state != "waiting":
            return super().action_accept_proposal()
        self._check_to_answer()
        offer._acceptance_accept()
        order = self.successor_id or self.order_id
        return order._get_records_action(name=self.env._("Order"))
