# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where the change of an order stands, in one sentence: on the order that it changes, and
on the offer that is left of it when it is closed.
"""

from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..rules import exchange


class BopContractNotices(models.AbstractModel):
    _inherit = "bop.contract"

    # === FIELDS ===#
    is_open_offer = fields.Boolean(
        compute="_compute_is_open_offer",
        help="The offer of a change that is still to be decided.",
    )
    change_notice = fields.Char(
        compute="_compute_change_notice",
        help="Where the open change of this order stands; its offer follows as a link.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("is_offer", "offer_request_ids.is_open")
    def _compute_is_open_offer(self):
        for order in self:
            requests = order.sudo().offer_request_ids
            order.is_open_offer = order.is_offer and any(requests.mapped("is_open"))

    @api.depends(
        "is_contract",
        "change_request_ids.is_open",
        "change_request_ids.state",
        "change_request_ids.obstacle",
        "pair_id.open_message",
        "pair_id.withdrawal_asked",
    )
    @api.depends_context("lang", "tz")
    def _compute_change_notice(self):
        for order in self:
            request = order.sudo()._contract_open_request()
            order.change_notice = (
                order._contract_change_notice(request)
                if request and order.is_contract
                else False
            )

    # === SENTENCES ===#
    def _contract_change_notice(self, request) -> str:
        """Where ``request``, the open change of this order, stands."""
        self.ensure_one()
        if request.state == "accepted":
            return self.env._("A change of this order is agreed, but not in force yet:")
        if self.sudo().pair_id and not request.is_to_send:
            return self._contract_network_notice(request)
        if request.state == "proposed":
            return self.env._("A change of this order waits for an answer:")
        return self.env._("A change of this order is being prepared:")

    def _contract_network_notice(self, request) -> str:
        """Where a change stands that is at the other side, or came from there."""
        values = request._prepare_notice_values()
        if request._is_consented():
            return f"{self._contract_consent_notice(request)}:"
        if request.is_to_answer:
            return self.env._(
                "%(partner)s proposes to change this order, and waits for our answer"
                " since %(since)s:",
                **values,
            )
        if request.is_withdrawal_asked:
            return self.env._(
                "%(partner)s was asked to give back the change that was sent on"
                " %(since)s, and has not answered yet:",
                **values,
            )
        return self.env._(
            "A change of this order was sent to %(partner)s on %(since)s, and waits for"
            " the answer:",
            **values,
        )

    def _contract_consent_notice(self, request) -> str:
        """How far the consent to what the supplier proposes has come."""
        values = request._prepare_notice_values()
        if request.order_id.twin_role == exchange.SUPPLIER:
            return self.env._(
                "%(partner)s consented to the change of %(order)s on %(since)s; it waits"
                " for our acceptance",
                **values,
            )
        if request.is_withdrawal_asked:
            return self.env._(
                "%(partner)s was asked to give back our consent to the change of"
                " %(order)s, sent on %(since)s",
                **values,
            )
        return self.env._(
            "Our consent to the change of %(order)s is on its way to %(partner)s since"
            " %(since)s; it comes into force as soon as he confirms it",
            **values,
        )

    def _contract_offer_notice(self) -> str:
        """Whose offer this is, and what happens next."""
        self.ensure_one()
        request = self.sudo()._contract_request_of_offer()
        values = request._prepare_notice_values()
        if request._is_consented():
            return self.env._("%s. In force is", self._contract_consent_notice(request))
        if self.offer_network == "to_answer":
            return self.env._(
                "%(partner)s proposes to change %(order)s. Accept or refuse it, or edit"
                " it and send it back. In force is",
                **values,
            )
        if self.offer_network == "sent":
            return self.env._(
                "The change of %(order)s was sent to %(partner)s on %(since)s and waits"
                " for the answer. In force is",
                **values,
            )
        return self.env._(
            "Offer to change %s: nothing is agreed yet. In force is", values["order"]
        )

    def _contract_closed_notice(self) -> str:
        """What became of this offer, whose change is closed."""
        self.ensure_one()
        request = self.sudo().offer_request_ids[:1]
        values = {
            "offer": self.name,
            "date": format_date(self.env, request.closed_at),
        }
        sentences = {
            "rejected": self.env._("%(offer)s was refused on %(date)s", **values),
            "withdrawn": self.env._("%(offer)s was taken back on %(date)s", **values),
            "expired": self.env._(
                "%(offer)s was not answered in time, and ended on %(date)s", **values
            ),
            "failed": self.env._(
                "%(offer)s could not be applied on %(date)s", **values
            ),
        }
        closed = sentences.get(
            request.state, self.env._("%(offer)s is closed", **values)
        )
        if reason := request.refusal or request.failure:
            closed = f"{closed} ({reason.rstrip('. ')})"
        if self._contract_base_in_force():
            return self.env._("%s. In force is", closed)
        return self.env._("%s. The order is", closed)

    def _contract_base_in_force(self):
        """The version in force of the order that this offer would have changed; empty
        when there is none.
        """
        self.ensure_one()
        current = self.sudo().predecessor_id._contract_current()
        return current.filtered(
            lambda order: (
                order.is_contract and order.state == order._contract_live_state
            )
        )

    # === CHECKS ===#
    def _contract_refuse_closed_offer(self, request) -> None:
        """Tell what became of this offer, and what to do instead.

        :param request: its change request, if any is left
        :raises UserError: always
        """
        self.ensure_one()
        current = self._contract_base_in_force()
        state = dict(request._fields["state"]._description_selection(self.env))
        values = {
            "offer": self.name,
            "state": state.get(request.state) or self.env._("Discarded"),
            "order": (current or self.sudo().predecessor_id).name,
        }
        if current:
            raise UserError(
                self.env._(
                    "%(offer)s is not an open offer to change an order any more"
                    " (%(state)s). Use “Change order” on %(order)s if you still need the"
                    " change.",
                    **values,
                )
            )
        raise UserError(
            self.env._(
                "%(offer)s is not an open offer to change an order any more (%(state)s):"
                " %(order)s, which it would have changed, is not open either.",
                **values,
            )
        )
