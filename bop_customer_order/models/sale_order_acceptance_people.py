# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people decide: accept, reject, override, withdraw. Who may is checked here, for
every caller.
"""

from __future__ import annotations

from odoo import models
from odoo.exceptions import AccessError, UserError

from odoo.addons.bop_contract.models.capability import SYSTEM, hold, in_own_context
from odoo.addons.bop_contract.models.passing import passing

from .sale_order_acceptance import Verdict

#: Who may decide how, by the mode of the decision.
DECIDERS = {
    "manual": "bop_customer_order.group_acceptance",
    "override": "bop_customer_order.group_acceptance_manager",
}


class SaleOrderAcceptancePeople(models.Model):
    _inherit = "sale.order"

    # === DECISIONS OF PEOPLE ===#
    def _acceptance_check_decider(self, mode: str) -> None:
        """Whether the user may decide on these orders in this way.

        :raises AccessError: not in the group, or not on these orders
        """
        if not self.env.user.has_group(DECIDERS[mode]):
            group = self.env.ref(DECIDERS[mode]).sudo()
            raise AccessError(
                self.env._(
                    "Deciding on the acceptance of %(orders)s needs the role “%(role)s”."
                    " Ask your administrator, or someone who has it.",
                    orders=", ".join(self.sudo().mapped("name")),
                    role=group.full_name,
                )
            )
        self.with_user(self.env.user).check_access("write")

    def _acceptance_check_waiting(self) -> None:
        """:raises UserError: nothing is to be decided on one of these orders"""
        for order in self:
            if order.acceptance_state != "waiting":
                raise UserError(
                    self.env._(
                        "%(order)s does not wait for acceptance (%(status)s). Reload it"
                        " to see what became of it.",
                        order=order.name,
                        status=dict(
                            order._fields["business_status"]._description_selection(
                                self.env
                            )
                        )[order.business_status],
                    )
                )

    def _acceptance_check_unchanged(self) -> None:
        """:raises UserError: an order says something else than what was put up for
        acceptance
        """
        for order in self:
            if order.acceptance_terms != order._acceptance_fingerprint():
                raise UserError(
                    self.env._(
                        "%s was edited while it waited for acceptance. Confirm it again,"
                        " so that it is decided upon as it is now.",
                        order.name,
                    )
                )

    def _acceptance_check_free(self) -> None:
        """:raises UserError: an order is on credit hold; nothing could be delivered or
        procured for it. A change that makes an order no bigger may be accepted
        """
        held = self._credit_hold_map()
        facts = self._acceptance_facts() if held else {}
        for order in self:
            if order.id in held and facts[order.id].adds_risk:
                raise UserError(
                    self.env._(
                        "%s cannot be accepted: it is on credit hold. Have the hold"
                        " released first.",
                        order.name,
                    )
                )

    def _acceptance_accept(self, mode: str = "manual", note: str = ""):
        """Accept orders that wait: they come into force now. ``override`` also accepts
        orders that were rejected.

        :param mode: ``manual`` | ``override``
        :param note: why; needed to override
        :return: the orders in force afterwards
        :raises AccessError: the user may not
        :raises UserError: nothing to accept, edited meanwhile, on hold, no reason
        """
        self._acceptance_check_decider(mode)
        orders = in_own_context(self.sudo())
        if mode == "override":
            orders._acceptance_prepare_override(note)
        else:
            orders._acceptance_check_waiting()
        orders._acceptance_check_free()
        orders._acceptance_check_unchanged()
        orders._acceptance_lock_exposure(orders)
        verdicts = orders._acceptance_verdicts(by_people=True)
        with hold(self.env, SYSTEM):
            orders._acceptance_write_accepted(mode, verdicts, note)
        return self._acceptance_put_in_force()

    def _acceptance_prepare_override(self, note: str) -> None:
        """Let rejected orders wait again, so that they can be accepted.

        :raises UserError: no reason is given, or a change that is closed
        """
        if not (note or "").strip():
            raise UserError(
                self.env._("Say why the rule is overridden: it is kept with the order.")
            )
        rejected = self.filtered(
            lambda order: (
                order.acceptance_state == "rejected" and order.state == "cancel"
            )
        )
        for order in rejected.filtered("is_offer"):
            order._contract_request_of_offer()
        verdicts = rejected._acceptance_verdicts()
        rejected.write({"state": "draft"})
        with hold(self.env, SYSTEM):
            rejected._acceptance_write_reopened(verdicts)
        self._acceptance_check_waiting()

    def _acceptance_write_reopened(self, verdicts: dict[int, Verdict]) -> None:
        for order in self:
            order.write(
                {
                    **order._prepare_acceptance_vals(verdicts[order.id]),
                    "acceptance_state": "waiting",
                    "acceptance_terms": order._acceptance_fingerprint(),
                }
            )

    def _acceptance_put_in_force(self):
        """Confirm accepted orders, apply accepted changes.

        :return: the orders in force afterwards
        """
        offers = self.filtered("is_offer")
        in_force = self - offers
        with passing(self):
            for offer in offers:
                in_force |= offer._contract_request_of_offer()._apply()
            own = in_own_context(self - offers)
            if own:
                own.action_confirm()
        (self & in_force)._acceptance_finish()
        return in_force

    def _acceptance_reject(self, reason: str) -> None:
        """Reject orders that wait (S2.6): they are cancelled, a change is off the
        table, and the customer is told.

        :raises AccessError: the user may not
        :raises UserError: no reason is given, or an order does not wait
        """
        self._acceptance_check_decider("manual")
        orders = in_own_context(self.sudo())
        orders._acceptance_check_waiting()
        if not (reason or "").strip():
            raise UserError(
                self.env._("Say why: the customer is told, and it is kept.")
            )
        with hold(self.env, SYSTEM):
            orders._acceptance_write_rejected(
                "manual", reason.strip(), orders._acceptance_verdicts()
            )
        orders._acceptance_announce_rejection()

    def _acceptance_withdraw(self) -> None:
        """The customer takes back an order that waits: he can until it is accepted.

        :raises UserError: an order does not wait
        """
        orders = in_own_context(self.sudo())
        orders._acceptance_check_waiting()
        offers = orders.filtered("is_offer")
        for offer in offers:
            offer._contract_request_of_offer()._withdraw()
        (orders - offers)._action_cancel()
