# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.bop_network.exceptions import MessageRefused

from ..rules import exchange
from ..rules.agreement import comparable
from ..ubl import conversation
from ..ubl.conversation import Saying
from ..ubl.document import Document
from ..ubl.safe_xml import UblError
from .capability import SYSTEM, hold

#: What only the supplier says; the rest is the customer's.
FROM_SUPPLIER = frozenset({"OrderResponse"})


class BopContractPairReceive(models.Model):
    """What the other side says, and what follows from it here."""

    _inherit = "bop.contract.pair"

    # === ARRIVAL ===#
    @api.model
    def _receive(self, message, document: Document) -> None:
        """Let a document about an order take effect, all or nothing.

        :raises MessageRefused: it is no part of a contract with its sender
        """
        role = (
            exchange.CUSTOMER
            if type(document).__name__ in FROM_SUPPLIER
            else exchange.SUPPLIER
        )
        pair = self.sudo().search(
            [("peer_id", "=", message.peer_id.id), ("uuid", "=", message.subject)]
        )
        if not pair:
            pair = self._welcome(message, document, role)
        pair._lock()
        if pair.role != role:
            raise MessageRefused(
                self.env._(
                    "In the contract %s this is not for its sender to say.", pair.number
                )
            )
        pair._hear(message, document)

    @api.model
    def _welcome(self, message, document: Document, role: str):
        """The pair of an order that nobody here has heard of."""
        if role != exchange.SUPPLIER or type(document).__name__ != "Order":
            raise MessageRefused(
                self.env._(
                    "Nothing is known here of the contract %s that the message is"
                    " about.",
                    message.subject,
                )
            )
        if role not in self._order_models():
            raise MessageRefused(self.env._("No orders are taken here."))
        with hold(self.env, SYSTEM):
            return self.sudo().create(
                {
                    "uuid": message.subject,
                    "company_id": message.company_id.id,
                    "peer_id": message.peer_id.id,
                    "role": role,
                    "number": document.envelope.id,
                    "twin_number": document.envelope.id,
                }
            )

    @api.model
    def _order_of(self, message):
        """The order here that a message about its fulfilment belongs to.

        :raises MessageRefused: none, or it is not for the sender to say
        """
        pair = self.sudo().search(
            [("peer_id", "=", message.peer_id.id), ("uuid", "=", message.subject)]
        )
        if not pair or pair.role != exchange.CUSTOMER:
            raise MessageRefused(
                self.env._(
                    "Nothing was ordered here from the sender in the contract %s.",
                    message.subject,
                )
            )
        order = pair._current_order()
        message.sudo().write({"res_model": order._name, "res_id": order.id})
        with hold(self.env, SYSTEM):
            pair.last_message_id = message
        return order

    def _hear(self, message, document: Document) -> None:
        """Understand the document, ask the rule what follows, and do it."""
        saying = self._understand(message, document)
        with hold(self.env, SYSTEM):
            self.sudo().last_message_id = message
        step = exchange.receive(
            self._exchange_state(), self._prepare_exchange_message(message, saying)
        )
        if self.withdrawal_asked and step.why == "rejected":
            step = replace(step, why="withdrawn")
        own = self._request_closed_by(step)
        if step.effect != exchange.CONCLUDE:
            self._take_step(step, saying, message)
            if own:
                own._close_by_network(step.why, saying.reason)
        handler = getattr(self, f"_on_{step.effect}")
        handler(message, saying, step)
        order = self._current_order()
        if order:
            message.sudo().write({"res_model": order._name, "res_id": order.id})

    def _request_closed_by(self, step: exchange.Step):
        """The change request whose proposal is off the table, if any. A consent of the
        customer made none at the supplier: it stands for the proposal that it answers.
        """
        if not step.closed:
            return None
        return self._request(step.closed.id) or self._request(step.closed.answers)

    def _hear_refusal(self, message, reason: str) -> None:
        """Our open proposal can never take effect there: as if it were rejected.

        :param message: the message that proposed it
        """
        self._lock()
        state, request = self._exchange_state(), self._request(message.message_id)
        if self.role == exchange.CUSTOMER:
            answer = exchange.Message("", exchange.REJECTED, message.message_id)
            state = exchange.receive(state, answer).state
        else:
            state = exchange.withdraw(state)
        self._set_state(state)
        if request:
            request._close_by_network("rejected", reason)
        self._drop_order("rejected", reason)

    def _take_step(self, step: exchange.Step, saying: Saying, message) -> None:
        proposed = step.effect in (exchange.DECIDE, exchange.SHOW, exchange.CONSENTED)
        values = {}
        if proposed:
            terms = saying.terms or self._agreed()
            values = {
                "open_terms": terms.to_dict(),
                "open_number": saying.number,
                "open_until": saying.valid_until or False,
            }
            if saying.kind == exchange.ORDER:
                values |= {
                    "ordered_terms": values["open_terms"],
                    "ordered_message_id": message.id,
                }
        self._set_state(step.state, **values)

    # === UNDERSTANDING ===#
    def _understand(self, message, document: Document) -> Saying:
        """:raises MessageRefused: it contradicts itself, or is about something else"""
        self._check_parties(document)
        try:
            saying = conversation.understand(
                document,
                ref=message.ref or "",
                base=message.base or "",
                agreed=self._agreed() or self._ordered(),
            )
        except UblError as error:
            raise MessageRefused(str(error)) from error
        stated = saying.order if saying.kind != exchange.RESTATEMENT else self.number
        if stated != self.number:
            raise MessageRefused(
                self.env._(
                    "The document is about the order %(stated)s, the message about"
                    " %(known)s.",
                    stated=saying.order,
                    known=self.number,
                )
            )
        return saying

    def _check_parties(self, document: Document) -> None:
        """The parties that a document names must be its sender and this company.

        :raises MessageRefused: they are others
        """
        us, them = (
            self.company_id.partner_id._bop_trader_or_none(),
            self.partner_id.commercial_partner_id._bop_trader_or_none(),
        )
        supplier, customer = document.envelope.supplier, document.envelope.customer
        stated = (
            (supplier, customer)
            if self.role == exchange.SUPPLIER
            else (customer, supplier)
        )
        for known, named in zip((us, them), stated, strict=True):
            if known and (known.scheme, known.endpoint) != (
                named.scheme,
                named.endpoint,
            ):
                raise MessageRefused(
                    self.env._(
                        "The document names %(named)s (%(scheme)s:%(endpoint)s) as a"
                        " party, and not %(known)s.",
                        named=named.name,
                        scheme=named.scheme,
                        endpoint=named.endpoint,
                        known=known.name,
                    )
                )

    def _prepare_exchange_message(self, message, saying: Saying) -> exchange.Message:
        own = self._proposed() if self._is_ours() else None
        consents = bool(
            own
            and (
                saying.kind == exchange.CANCELLATION
                or (saying.terms and comparable(saying.terms) == comparable(own))
            )
        )
        return exchange.Message(
            message.message_id,
            saying.kind,
            message.ref or "",
            message.base or "",
            message.body_sha256,
            consents,
        )

    # === THE SUPPLIER ===#
    def _on_decide(self, message, saying: Saying, step: exchange.Step) -> None:
        """The customer proposes: decide by the rules, or ask a person."""
        if not self._may(saying.kind):
            self._reject(self._text_not_permitted())
            self._drop_order("rejected", self._text_not_permitted())
        elif saying.kind == exchange.ORDER:
            self._take_order(saying)
        else:
            self._take_change(saying)

    def _may(self, kind: str) -> bool:
        """Whether the peer is trusted with this kind of proposal. A counter-offer to an
        order that nobody has accepted answers an order, and changes none.
        """
        if self.agreed_hash:
            return self.peer_id.may_change
        return self.role == exchange.CUSTOMER or self.peer_id.may_order

    def _take_order(self, saying: Saying) -> None:
        model = self.env[self._order_models()[self.role]].with_company(self.company_id)
        order = model._contract_make_from_terms(
            self.partner_id, saying.terms, dict(saying.buyers_ids)
        )
        order._pair_write({"pair_id": self.id})
        order._pair_show_extras(saying)
        self._attempt(order._pair_decide, order)
        if self.open_message:
            self._acknowledge()

    def _take_change(self, saying: Saying) -> None:
        order = self._current_order()
        for draft in order._contract_open_request():
            draft._close_by_network("crossed", "")
        request = order._contract_request_change(
            initiator=exchange.CUSTOMER,
            reason=saying.reason or False,
            proposal_uuid=self.open_message,
            valid_until=saying.valid_until or False,
        )
        offer = request.offer_id.sudo()
        offer._pair_mark_offer(theirs=True)
        if saying.kind == exchange.CANCELLATION:
            offer._contract_take_nothing()
        else:
            offer._contract_take_terms(saying.terms)
        with hold(self.env, SYSTEM):
            request._advance("proposed")
        self._attempt(request._apply, request)
        if self.open_message:
            self._acknowledge()

    def _attempt(self, act, document) -> None:
        """Do what the rules permit at once. What cannot be done now waits for a person,
        who is told why.
        """
        try:
            with self.env.cr.savepoint():
                act()
        except (UserError, ValidationError) as error:
            self.env.invalidate_all()
            document._pair_note_obstacle(str(error))

    def _on_consented(self, message, saying: Saying, step: exchange.Step) -> None:
        """The customer consents to what we proposed: it comes into force, unless that
        has become impossible.
        """
        request = self._request(self.open_answers)
        try:
            with self.env.cr.savepoint():
                request._apply()
        except (UserError, ValidationError) as error:
            self.env.invalidate_all()
            self._reject(str(error))
            request._close_by_network("impossible", str(error))
            self._drop_order("rejected", str(error))
        if self.open_message:
            self._acknowledge()

    def _on_answer_rejected(self, message, saying: Saying, step) -> None:
        self._answer(exchange.REJECTED, message, reason=self._text_of_refusal(step.why))

    def _on_restated(self, message, saying: Saying, step: exchange.Step) -> None:
        """The order's number at the customer's, after a change. The customer hears the
        same about ours.
        """
        if self.role == exchange.CUSTOMER or not saying.terms:
            return
        if comparable(saying.terms) != comparable(self._agreed()):
            reason = self._text_of_refusal("stale")
            self._answer(exchange.REJECTED, message, reason=reason)
            return
        with hold(self.env, SYSTEM):
            self.sudo().twin_number = saying.number
        number = self._current_order().name
        self._answer(exchange.ACCEPTED, message, sales_order=number)

    # === THE CUSTOMER ===#
    def _on_conclude(self, message, saying: Saying, step: exchange.Step) -> None:
        """Our proposal was accepted: the contract moves here as well."""
        request = self._request(step.closed.id)
        twin = saying.sales_order or self.twin_number
        self._agree(
            step.state, self._message(step.closed.id), twin_number=twin or False
        )
        if step.closed.kind == exchange.ORDER:
            self._current_order()._pair_accepted(twin or "")
            return
        request._conclude()

    def _on_show(self, message, saying: Saying, step: exchange.Step) -> None:
        """The supplier proposes: somebody here has to decide."""
        if not self._may(saying.kind):
            self._reject(self._text_not_permitted())
            return
        order = self._current_order()
        if order._contract_open_request().state == "accepted":
            self._reject(self._text_not_in_force())
            return
        for draft in order._contract_open_request():
            draft._close_by_network("crossed", "")
        request = order._contract_request_change(
            initiator=exchange.SUPPLIER,
            reason=saying.reason or False,
            proposal_uuid=self.open_message,
        )
        if saying.kind == exchange.CANCELLATION:
            request.offer_id.sudo()._contract_take_nothing()
        else:
            request.offer_id.sudo()._contract_take_terms(saying.terms)
        with hold(self.env, SYSTEM):
            request._advance("proposed")
        request._ask_to_decide()

    def _on_answer_keep(self, message, saying: Saying, step: exchange.Step) -> None:
        self._keep(message.message_id, self._text_of_refusal(step.why))

    # === BOTH ===#
    def _on_close(self, message, saying: Saying, step: exchange.Step) -> None:
        """A proposal is off the table; its change request is closed already."""
        supplier, theirs = self.role == exchange.SUPPLIER, step.closed.by != self.role
        # A supplier who takes his counter-offer back does not accept the order.
        why = "rejected" if theirs and not supplier else step.why
        self._drop_order(why, saying.reason)
        if supplier and theirs:
            proposal = self._message(step.closed.id)
            reason = self.env._("Withdrawn by the customer.")
            self._answer(exchange.REJECTED, proposal, reason=reason)

    def _on_noted(self, message, saying: Saying, step: exchange.Step) -> None:
        """The supplier has it, and a person decides there."""
        self._current_order()._pair_post(
            self.env._("%s has received it, and decides.", self.partner_id.display_name)
        )

    def _on_nothing(self, message, saying: Saying, step: exchange.Step) -> None:
        """It is about something that was decided already."""

    # === TEXTS ===#
    def _text_of_refusal(self, why: str) -> str:
        """Why we refuse at once, for the other side to read."""
        texts = {
            "busy": self.env._("Another change of this order is not decided yet."),
            "ended": self.env._("This contract has come to its end."),
            "known": self.env._("This order was received before."),
            "stale": self.env._(
                "It builds on another state of the contract than the one that is"
                " agreed."
            ),
            "unaccepted": self.env._("The order is not accepted yet."),
        }
        return texts[why]

    def _text_not_in_force(self) -> str:
        return self.env._(
            "What was agreed last could not be put in force at %s yet. Propose this"
            " again after that.",
            self.company_id.name,
        )

    def _text_not_permitted(self) -> str:
        return self.env._(
            "%(company)s does not take this over the network from %(partner)s.",
            company=self.company_id.name,
            partner=self.partner_id.display_name,
        )

    # === TIME ===#
    @api.model
    def _cron_expire(self) -> None:
        """Take back our proposals that nobody answered in time."""
        late = self.sudo().search([("open_until", "<", fields.Date.today())])
        ours = late.filtered(lambda pair: pair._is_ours())
        for pair in ours.filtered(lambda pair: not pair.withdrawal_asked):
            request = pair._request(pair.open_message)
            if request:
                request._expire()
            self.env["ir.cron"]._commit_progress(1)
