# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Negotiating an order that nobody has accepted yet.

The supplier answers an order with a counter-offer, a document of its own: an offer with
its request, like that of a change. What the customer sent stays as he sent it until both
agree. Then the order comes into force, as its first version and under its number, and
says what was agreed.
"""

from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import exchange
from .bop_contract_delta import Delta


class BopContractNegotiation(models.AbstractModel):
    _inherit = "bop.contract"

    # === FIELDS ===#
    can_counter = fields.Boolean(
        compute="_compute_negotiation",
        help="The other side waits for our answer to this order.",
    )
    negotiation_notice = fields.Char(
        compute="_compute_negotiation",
        help="Who has to answer whose counter-offer.",
    )

    # === COMPUTE METHODS ===#
    @api.depends(
        "state",
        "is_contract",
        "is_offer",
        "pair_id.open_message",
        "pair_id.open_by",
        "pair_id.open_kind",
        "pair_id.open_answers",
        "pair_id.is_ended",
        "change_request_ids.is_open",
    )
    def _compute_negotiation(self):
        for order in self:
            pair = order.sudo().pair_id
            negotiated = bool(pair.open_message) and order._contract_is_negotiated()
            order.can_counter = (
                negotiated
                and pair.role == exchange.SUPPLIER
                and not pair._is_ours()
                and not order._negotiation_consented()
            )
            order.negotiation_notice = negotiated and order._negotiation_notice()

    def _negotiation_notice(self) -> str:
        """Who has to answer whose counter-offer, in one sentence."""
        self.ensure_one()
        request = self.sudo()._contract_open_request()
        if not self._negotiation_is_countered():
            return self.env._("A counter-offer is being prepared.") if request else ""
        if consented := self._negotiation_consented():
            return self._negotiation_consent_notice(consented)
        values = request._prepare_notice_values()
        if self.sudo().pair_id._is_ours():
            return self.env._(
                "A counter-offer was sent on %(since)s: %(partner)s has to answer it."
                " The order itself stays as it was sent until both agree.",
                **values,
            )
        return self.env._(
            "%(partner)s has answered with a counter-offer that waits for our answer"
            " since %(since)s. The order itself stays as it was sent until both agree.",
            **values,
        )

    def _negotiation_consented(self):
        """The counter-offer to which the customer has consented, if any."""
        self.ensure_one()
        request = self.sudo()._contract_open_request()
        return request.filtered(lambda request: request._is_consented())

    def _negotiation_consent_notice(self, request) -> str:
        """How far the consent to a counter-offer has come, in one sentence."""
        values = request._prepare_notice_values()
        if self.twin_role == exchange.SUPPLIER:
            return self.env._(
                "%(partner)s consented to our counter-offer on %(since)s; it waits for"
                " our acceptance.",
                **values,
            )
        return self.env._(
            "Our consent to the counter-offer is on its way to %(partner)s since"
            " %(since)s. The order comes into force as soon as he confirms it.",
            **values,
        )

    # === WHAT A CONCRETE ORDER MODEL SAYS ===#
    def _negotiation_put_in_force(self, offer) -> None:
        """Put this order, which says what both sides agreed to, in force.

        :param offer: the offer that both agreed to; it is deleted afterwards
        """
        raise NotImplementedError

    # === ACTION METHODS ===#
    def action_counter_offer(self):
        """Open the counter-offer to this order, that nobody has accepted yet; it is made
        now if there is none.

        :return: action that opens the offer
        :raises UserError: the other side does not wait for our answer
        """
        self.ensure_one()
        if not self.can_counter:
            raise UserError(
                self.env._(
                    "%s does not wait for our answer, so there is nothing to answer with"
                    " a counter-offer.",
                    self.name,
                )
            )
        return self.action_change_order()

    # === SENTENCES ===#
    def _contract_offer_notice(self):
        if not self.sudo().predecessor_id.is_contract:
            return self.env._("Counter-offer: nothing is agreed yet. Ordered was")
        return super()._contract_offer_notice()

    # === CHECKS ===#
    def _contract_is_negotiated(self) -> bool:
        """Whether this order has a twin and could still become a contract."""
        self.ensure_one()
        pair = self.sudo().pair_id
        undecided = pair and not pair.is_ended
        return bool(undecided) and not self.is_contract and not self.is_offer

    def _negotiation_is_countered(self) -> bool:
        """Whether a counter-offer to this order waits for an answer."""
        self.ensure_one()
        pair = self.sudo().pair_id
        countered = pair.open_message and pair.open_kind != exchange.ORDER
        return bool(countered) and self._contract_is_negotiated()

    def _contract_check_current(self):
        """An order that is negotiated can be offered otherwise."""
        if self._contract_is_negotiated():
            return None
        return super()._contract_check_current()

    def _contract_request_change(self, **values):
        """Whoever has sent an order, or a counter-offer, waits for the answer."""
        if self._contract_is_negotiated():
            if self.sudo().pair_id._is_ours():
                raise UserError(
                    self.env._(
                        "%(order)s was sent to %(partner)s, who has not answered yet."
                        " Wait for the answer, or take it back.",
                        order=self.name,
                        partner=self.sudo().twin_partner_id.display_name,
                    )
                )
            self._intake_check_complete()
        return super()._contract_request_change(**values)

    def _prepare_request_vals(self):
        """No seal says yet what the order said: the request does."""
        values = super()._prepare_request_vals()
        if self._contract_is_negotiated():
            values["base_terms"] = self._contract_terms().to_dict()
        return values

    def _contract_base_hash(self):
        """Nothing is sealed yet: the document that the customer sent stands for it."""
        if self._contract_is_negotiated():
            return self.sudo().pair_id.ordered_message_id.body_sha256
        return super()._contract_base_hash()

    def _contract_seal_if_missing(self):
        if self._contract_is_negotiated():
            return None
        return super()._contract_seal_if_missing()

    # === AGREEMENT ===#
    def _contract_succeed(self, offer):
        """What was never in force has no successor: it comes into force itself."""
        if not self._contract_is_negotiated():
            return super()._contract_succeed(offer)
        order, offer = self.sudo(), offer.sudo()
        offer._intake_check_complete()
        with self._contract_hold(order, offer):
            wanted = offer._contract_terms()
            order._negotiation_take_over(order._contract_delta(offer))
            order.write(
                {
                    "partner_statement": offer.partner_statement,
                    "intake_gaps": offer.intake_gaps,
                }
            )
            order._contract_check_result(order, wanted)
        order._negotiation_put_in_force(offer)
        with self._contract_hold(order, offer):
            offer.with_context(active_test=False)._contract_discard()
        return order

    def _negotiation_take_over(self, delta: Delta) -> None:
        """Let this order say what was agreed instead of what was ordered."""
        if delta.header:
            self._contract_replay_header(delta.header)
        lines = self._contract_lines()
        for line in lines.browse(delta.update):
            line.write(delta.update[line.id])
        order = {lines._contract_order_field: self.id}
        lines.create([{**values, **order} for values in delta.create])

    def _contract_accept(self, event: str = "acceptance"):
        """An order that is accepted as it came needs no counter-offer any more."""
        waiting = self.filtered(lambda order: not order.is_contract)
        result = super()._contract_accept(event)
        for order in waiting.sudo().filtered(lambda o: o.is_contract and o.pair_id):
            order._negotiation_close_drafts()
        return result

    def _negotiation_close_drafts(self) -> None:
        """A counter-offer that nobody has sent is off the table."""
        for order in self:
            drafts = order.change_request_ids.filtered(lambda r: r.state == "draft")
            for request in drafts:
                request._close_by_network("crossed", "")

    # === THE END ===#
    def _pair_reject_waiting(self, reason):
        """A counter-offer of ours is taken back with the order it answers."""
        for order in self.sudo():
            pair = order.pair_id
            if order._contract_is_negotiated() and pair.open_kind == exchange.CHANGE:
                request = pair._request(pair.open_message)
                if pair._is_ours():
                    pair._withdraw(reason)
                else:
                    pair._reject(reason)
                request._close_by_network("withdrawn", reason)
            if pair:
                order._negotiation_close_drafts()
        return super()._pair_reject_waiting(reason)
