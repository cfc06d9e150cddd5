# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import exchange
from ..rules.agreement import comparable
from ..rules.terms import Terms
from ..ubl import conversation
from ..ubl.common import Envelope, Kind
from ..ubl.conversation import Written
from ..ubl.safe_xml import UblError
from .capability import SYSTEM, hold


class BopContractPairSend(models.Model):
    """What this side says to the other."""

    _inherit = "bop.contract.pair"

    # === BEGIN ===#
    @api.model
    def _begin(self, order, peer):
        """Send a customer's order to its supplier, who has to accept it.

        :return: the new pair
        :raises UserError: the order or a party lacks what the document must state
        """
        with hold(self.env, SYSTEM):
            pair = self.sudo().create(
                {
                    "company_id": order.company_id.id,
                    "peer_id": peer.id,
                    "role": exchange.CUSTOMER,
                    "number": order.name,
                }
            )
        order._pair_write({"pair_id": pair.id})
        terms = conversation.positions(order._contract_wire_terms())
        written = conversation.order(
            pair._envelope(order.name),
            terms,
            buyers_ids=order._contract_buyers_ids(),
        )
        message = pair._send_written(written)
        ordered = {"ordered_terms": terms.to_dict(), "ordered_message_id": message.id}
        pair._open(message, exchange.ORDER, terms, **ordered)
        return pair

    # === PROPOSE ===#
    def _propose(self, request) -> None:
        """Put the offer of a change request to the other side.

        :raises UserError: a proposal of ours is open, or the contract has ended
        """
        self._lock()
        offer = request.offer_id.sudo()
        terms = conversation.positions(offer._contract_wire_terms())
        kind = (
            exchange.CANCELLATION
            if request.order_id.sudo()._contract_is_cancelled_by(offer)
            else exchange.CHANGE
        )
        self._check_news(request, kind, terms)
        answers = self.role == exchange.SUPPLIER and self.open_by == exchange.CUSTOMER
        if kind == exchange.CANCELLATION and answers and self.agreed_hash:
            # One document says both, so the refusal goes first.
            self._reject(
                request.reason or self.env._("We propose to cancel the order.")
            )
        message = self._send_proposal(
            kind,
            terms,
            number=request.name,
            reason=request.reason or "",
            valid_until=request.valid_until,
            buyers_ids=offer._contract_buyers_ids(),
        )
        request._set_proposal(message.message_id)

    def _check_news(self, request, kind: str, terms: Terms) -> None:
        """What says the same as what is agreed, in answer to a proposal, is how that is
        refused or taken back: the other side would read it so. To consent to something
        of the supplier's that says the same could not be told from that either.

        :raises UserError: says what to do instead
        """
        theirs = self.open_message and not self._is_ours()
        if kind != exchange.CHANGE or not (theirs or self.role == exchange.SUPPLIER):
            return
        agreed = self._agreed()
        if not agreed:
            self._check_not_as_ordered(request, terms)
        elif comparable(terms) == comparable(agreed):
            raise UserError(
                self.env._(
                    "%(offer)s says nothing else than what is agreed. Edit it first; to"
                    " leave the order as it is, refuse what %(partner)s proposes, or"
                    " discard the offer.",
                    offer=request.name,
                    partner=self.partner_id.display_name,
                )
            )

    def _check_not_as_ordered(self, request, terms: Terms) -> None:
        """Before anything is agreed, a supplier who says what was ordered takes his
        counter-offer back: the customer would read it so. A customer who says it again
        proposes it.

        :raises UserError: says what to do instead
        """
        ordered = self._ordered()
        if self.role == exchange.SUPPLIER and comparable(terms) == comparable(ordered):
            raise UserError(
                self.env._(
                    "%(offer)s says nothing else than what %(partner)s ordered first,"
                    " so it is no counter-offer. Edit it first, or accept or refuse what"
                    " %(partner)s wants.",
                    offer=request.offer_id.name,
                    partner=self.partner_id.display_name,
                )
            )

    def _consent(self, request) -> None:
        """Let the customer say yes to what the supplier proposes: he proposes the same.

        :raises UserError: it is not open any more
        """
        self._lock()
        self._check_theirs(request)
        kind, terms = self.open_kind, self._proposed() or self._agreed()
        message = self._send_proposal(
            kind, terms, number=request.name, reason=request.reason or request.name
        )
        request._set_proposal(message.message_id)

    def _send_proposal(
        self, kind: str, terms: Terms, *, number: str, reason: str, **details
    ):
        try:
            state = exchange.propose(
                self._exchange_state(), exchange.Proposal("", self.role, kind, "")
            )
        except exchange.ExchangeError as error:
            self._refuse_act(error)
        write = (
            self._written_by_customer
            if self.role == exchange.CUSTOMER
            else self._written_by_supplier
        )
        written = write(kind, terms, number=number, reason=reason, **details)
        message = self._send_written(written, ref=state.open.answers)
        until = details.get("valid_until")
        self._open(message, kind, terms, open_number=number, open_until=until)
        return message

    def _open(self, message, kind: str, terms: Terms, **values) -> None:
        proposal = exchange.Proposal(
            message.message_id, self.role, kind, message.body_sha256
        )
        state = exchange.propose(self._exchange_state(), proposal)
        self._set_state(state, open_terms=terms.to_dict(), **values)

    def _written_by_customer(
        self, kind, terms, *, number, reason, valid_until=None, buyers_ids=None
    ) -> Written:
        envelope = self._envelope(number)
        if kind == exchange.CANCELLATION:
            return conversation.cancellation(
                envelope, order=self.number, reason=reason or number
            )
        return conversation.change(
            envelope,
            terms,
            agreed=self._agreed() or self._ordered(),
            order=self.number,
            sequence=self._next("change_count"),
            reason=reason,
            buyers_ids=buyers_ids,
            valid_until=fields.Date.to_string(valid_until) if valid_until else "",
        )

    def _written_by_supplier(
        self, kind, terms, *, number, reason, valid_until=None, buyers_ids=None
    ) -> Written:
        envelope = self._envelope(number)
        answered = self.open_number or "" if self.open_kind == exchange.CHANGE else ""
        common = {"order": self.number, "sales_order": self._current_order().name}
        if kind == exchange.CANCELLATION:
            return conversation.answer(
                envelope,
                exchange.REJECTED,
                currency=terms.currency,
                reason=reason,
                **common,
            )
        return conversation.counter_offer(
            envelope,
            terms,
            agreed=self._agreed() or self._ordered(),
            change=answered,
            reason=reason,
            **common,
        )

    # === ANSWER ===#
    def _accept(self, order) -> None:
        """Tell the customer that his proposal is accepted: the contract moves.

        :param order: the order that is in force now
        """
        self._lock()
        try:
            state = exchange.accept(self._exchange_state())
        except exchange.ExchangeError as error:
            self._refuse_act(error)
        if not self.agreed_hash:
            self._check_says(order)
        proposal = self._message(self.open_message)
        self._answer(exchange.ACCEPTED, proposal, sales_order=order.name)
        self._agree(state, proposal)

    def _check_says(self, order) -> None:
        """An order is accepted as its customer sent it, or agreed to have it, to the
        letter.

        :raises UserError: it was edited here
        """
        said = conversation.positions(order._contract_wire_terms())
        if comparable(said) != comparable(self._proposed()):
            raise UserError(
                self.env._(
                    "%(order)s was edited: it does not say any more what %(partner)s"
                    " ordered. Reject it with the reason, or accept it as it came and"
                    " then propose a change.",
                    order=order.name,
                    partner=self.partner_id.display_name,
                )
            )

    def _reject(self, reason: str) -> None:
        """Tell the other side that its proposal is refused: nothing has moved."""
        self._lock()
        try:
            state = exchange.reject(self._exchange_state())
        except exchange.ExchangeError as error:
            self._refuse_act(error)
        proposal = self._message(self.open_message)
        if self.role == exchange.SUPPLIER:
            self._answer(exchange.REJECTED, proposal, reason=reason)
        else:
            self._keep(proposal.message_id, reason)
        self._set_state(state)

    def _acknowledge(self) -> None:
        """Tell the customer that a person decides on his proposal."""
        self._answer(exchange.ACKNOWLEDGED, self._message(self.open_message))

    def _answer(
        self, kind: str, proposal, *, reason: str = "", sales_order: str = ""
    ) -> None:
        number = "%s-A%d" % (self.number, self._next("answer_count"))
        agreed = self._agreed() or self._ordered()
        is_change = (
            self.open_kind == exchange.CHANGE
            and proposal.message_id == self.open_message
        )
        written = conversation.answer(
            self._envelope(number),
            kind,
            order=self.number,
            currency=agreed.currency,
            change=self.open_number or "" if is_change else "",
            sales_order=sales_order,
            reason=reason,
        )
        self._send_written(written, ref=proposal.message_id)

    # === TAKE BACK ===#
    def _withdraw(self, reason: str) -> bool:
        """Take back our open proposal. The supplier's word is enough; the customer has
        to wait for the supplier, who may have accepted it meanwhile.

        :return: whether it is taken back already
        """
        self._lock()
        if not self._is_ours():
            self._refuse_act(exchange.ExchangeError("nothing_open"))
        own = self.open_message
        if self.role == exchange.CUSTOMER:
            if not self.withdrawal_asked:
                self._keep(own, reason)
                with hold(self.env, SYSTEM):
                    self.sudo().withdrawal_asked = True
            return False
        self._keep(own, reason)
        self._set_state(exchange.withdraw(self._exchange_state()))
        return True

    def _keep(self, ref: str, reason: str) -> None:
        """Say that the order stays as it is; before anything is agreed that there is
        none.
        """
        agreed = self._agreed() or self._ordered()
        number = "%s-K%d" % (self.number, self._next("answer_count"))
        envelope = self._envelope(number)
        if self.role == exchange.CUSTOMER and not self.agreed_hash:
            written = conversation.cancellation(
                envelope, order=self.number, reason=reason
            )
        elif self.role == exchange.CUSTOMER:
            written = conversation.change(
                envelope,
                agreed,
                agreed=agreed,
                order=self.number,
                sequence=self._next("change_count"),
                reason=reason,
            )
        else:
            written = conversation.counter_offer(
                envelope, agreed, agreed=agreed, order=self.number, reason=reason
            )
        self._send_written(written, ref=ref)

    def _try_to_restate(self, order) -> None:
        """What was agreed comes into force also where the network is switched off, or
        the document cannot be written: then people read why it was not sent.
        """
        try:
            with self.env.cr.savepoint():
                self._restate(order)
        except UserError as error:
            self.env.invalidate_all()
            order._pair_post(
                self.env._(
                    "%(partner)s could not be told the number of this version: %(error)s",
                    partner=self.partner_id.display_name,
                    error=str(error),
                )
            )

    def _restate(self, order) -> None:
        """Tell the supplier the number that the order has after a change (S2.25)."""
        terms = conversation.positions(order._contract_wire_terms())
        written = conversation.order(
            self._envelope(order.name),
            terms,
            buyers_ids=order._contract_buyers_ids(),
        )
        self._send_written(written, ref=self.agreed_message_id.message_id)

    # === SEND ===#
    def _send_document(self, kind: Kind, body: bytes, *, ref: str = "", base: str = ""):
        """Send a document about this contract, when this transaction ends well.

        :return: the message
        """
        self.ensure_one()
        message = self.peer_id.sudo()._send(
            type=kind.customization,
            subject=self.uuid,
            body=body,
            ref=ref,
            base=base or self.agreed_hash or "",
        )
        self._note_message(message)
        return message

    def _send_written(self, written: Written, *, ref: str = ""):
        return self._send_document(written.kind, written.body, ref=ref)

    def _note_message(self, message) -> None:
        """The last thing that was said; the message tells which order it is about."""
        order = self._current_order()
        message.sudo().write({"res_model": order._name, "res_id": order.id})
        with hold(self.env, SYSTEM):
            self.sudo().last_message_id = message

    def _next(self, counter: str) -> int:
        with hold(self.env, SYSTEM):
            self.sudo()[counter] += 1
        return self[counter]

    def _envelope(self, number: str) -> Envelope:
        """Number, moment and parties of a document.

        :raises UserError: names the partner and what has to be filled in
        """
        now = fields.Datetime.now()
        us, them = (
            self.company_id.partner_id._bop_trader(),
            self.partner_id.commercial_partner_id._bop_trader(),
        )
        supplier, customer = (
            (us, them) if self.role == exchange.SUPPLIER else (them, us)
        )
        try:
            return Envelope(
                number,
                fields.Date.to_string(now),
                supplier,
                customer,
                now.strftime("%H:%M:%SZ"),
            )
        except UblError as error:
            raise UserError(
                self.env._(
                    "%(order)s cannot be sent: %(reason)s",
                    order=number,
                    reason=str(error),
                )
            ) from error

    def _check_theirs(self, request) -> None:
        """:raises UserError: the other side's proposal is not open any more"""
        if self._is_ours() or request.proposal_uuid != self.open_message:
            self._refuse_act(exchange.ExchangeError("nothing_open"))
