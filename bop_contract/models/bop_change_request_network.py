# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..rules import exchange, workflow
from ..rules.agreement import comparable
from ..ubl import conversation
from .capability import NETWORK, SYSTEM, hold, holds

#: Which state a change request ends in, by why its proposal is off the table.
CLOSED_AS = {
    "countered": "countered",
    "crossed": "withdrawn",
    "impossible": "failed",
    "rejected": "rejected",
    "withdrawn": "withdrawn",
}


class BopChangeRequestNetwork(models.AbstractModel):
    """A change of an order that has a twin: it moves when both sides agreed (S2.16)."""

    _inherit = "bop.change.request"

    # === FIELDS ===#
    proposal_uuid = fields.Char(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The message that carries the proposal.",
    )
    valid_until = fields.Date(
        string="Answer until",
        help="The day by which the other side has to answer; then the proposal is taken"
        " back.",
    )
    refusal = fields.Text(
        readonly=True, copy=False, help="Why the other side, or we, refused."
    )
    obstacle = fields.Text(
        readonly=True, copy=False, help="Why the change could not be applied at once."
    )
    network_side = fields.Selection(
        selection=[("ours", "We propose"), ("theirs", "They propose")],
        compute="_compute_network_side",
        help="Whose proposal it is, on an order that has a twin.",
    )
    is_to_send = fields.Boolean(compute="_compute_network_side")
    is_to_answer = fields.Boolean(
        compute="_compute_network_side", search="_search_is_to_answer"
    )
    is_withdrawal_asked = fields.Boolean(compute="_compute_network_side")

    # === COMPUTE METHODS ===#
    @api.depends(
        "state",
        "proposal_uuid",
        "order_id.pair_id.open_message",
        "order_id.pair_id.open_by",
        "order_id.pair_id.withdrawal_asked",
    )
    def _compute_network_side(self):
        for request in self:
            pair = request.sudo().order_id.pair_id
            theirs, proposal = request._is_theirs(), request.sudo().proposal_uuid
            ours = pair and (not proposal or proposal == pair.open_message)
            request.network_side = "theirs" if theirs else ours and "ours"
            request.is_to_send = (
                bool(pair) and request.state == "draft" and not request.proposal_uuid
            )
            request.is_to_answer = theirs and request.state == "proposed"
            request.is_withdrawal_asked = bool(
                pair.withdrawal_asked
                and pair.open_message == request.sudo().proposal_uuid
            )

    def _search_is_to_answer(self, operator, value):
        if operator != "in":
            return NotImplemented
        pairs = self.env["bop.contract.pair"].sudo()
        open_ = pairs.search_fetch([("open_message", "!=", False)])
        proposals = [p.open_message for p in open_ if p.open_by != p.role]
        domain = [("proposal_uuid", "in", proposals), ("state", "=", "proposed")]
        return domain if True in value else ["!", "&", *domain]

    def _is_theirs(self) -> bool:
        """Whether the other side proposes this change, and it is open."""
        self.ensure_one()
        request = self.sudo()
        pair = request.order_id.pair_id
        return bool(
            pair.open_message
            and pair.open_message == request.proposal_uuid
            and pair.open_by != pair.role
        )

    def _is_consented(self) -> bool:
        """Whether the customer has consented to this change of the supplier, and the
        supplier has not put it in force yet.
        """
        self.ensure_one()
        request = self.sudo()
        pair, proposal = request.order_id.pair_id, request.proposal_uuid
        if not proposal or pair.open_by != exchange.CUSTOMER:
            return False
        if pair.role == exchange.SUPPLIER:
            return request.is_open and proposal == pair.open_answers
        return proposal == pair.open_message and request.initiator == exchange.SUPPLIER

    def _prepare_notice_values(self) -> dict[str, str]:
        """What sentences about this change name: the order, the other side, and since
        when what is open is on its way.
        """
        self.ensure_one()
        order = self.sudo().order_id
        pair = order.pair_id
        sent = pair._message(pair.open_message) if pair.open_message else None
        return {
            "order": order.name,
            "partner": pair.partner_id.display_name or "",
            "since": format_datetime(self.env, sent.occurred_at) if sent else "",
        }

    # === CRUD METHODS ===#
    def _get_editable_fields(self):
        return super()._get_editable_fields() | {"valid_until"}

    # === ACTION METHODS ===#
    def action_send(self):
        """Put this change to the other side, who has to consent. An offer of the other
        side that was edited here goes back as a counter-offer.

        :raises UserError: not feasible, or a proposal is open
        """
        for request in self:
            request.check_access("write")
            request.order_id.check_access("write")
            request._send_proposal()
        return True

    def action_accept_proposal(self):
        """Accept what the other side proposes. As the customer we send our consent, and
        the change comes into force when the supplier has answered.

        :return: action that opens the order in force
        """
        self.ensure_one()
        self.check_access("write")
        self.order_id.check_access("write")
        self._check_to_answer()
        pair = self.sudo().order_id.pair_id
        if pair.role == exchange.SUPPLIER:
            return self.action_apply()
        self._check_acceptable()
        pair._consent(self.sudo())
        return self.order_id._get_records_action(name=self.env._("Order"))

    def action_ask_refusal(self):
        """Ask why the other side's proposal is refused."""
        self.ensure_one()
        self._check_to_answer()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse the Change"),
            "res_model": "bop.change.refusal",
            "view_mode": "form",
            "target": "new",
            "context": {"default_res_model": self._name, "default_res_id": self.id},
        }

    def action_refuse_proposal(self, reason: str = ""):
        """Refuse what the other side proposes; the order stays as it is.

        :param reason: the other side reads it
        :raises UserError: no reason
        """
        for request in self:
            request.check_access("write")
            request.order_id.check_access("write")
            request._check_to_answer()
            request._refuse(reason or request.sudo().refusal or "")
        return True

    def action_withdraw(self):
        """Discard the offer. What was sent already is taken back; as the customer we
        have to wait for the supplier, who may have accepted it meanwhile.
        """
        sent = self.filtered(lambda request: request.sudo().proposal_uuid)
        for request in sent:
            request.check_access("write")
            request.order_id.check_access("write")
            request._check_open()
            supplier = request.sudo().order_id.twin_role == exchange.SUPPLIER
            consented = supplier and request._is_consented()
            if consented or request._is_theirs():
                request._refuse(self.env._("It does not fit us."))
            else:
                request._take_back(self.env._("Withdrawn."), "withdrawn")
        return super(BopChangeRequestNetwork, self - sent).action_withdraw()

    # === BUSINESS METHODS ===#
    def _send_proposal(self) -> None:
        self.ensure_one()
        base = self.order_id.sudo()
        base._contract_lock()
        base._contract_check_current()
        self._check_open()
        theirs = self._is_theirs()
        self._check_sendable()
        self._check_base()
        self._check_offer()
        self._check_counter(base)
        base._contract_make_explicit(self.sudo().offer_id)
        request = (self._counter() if theirs else self).sudo()
        with hold(self.env, SYSTEM):
            request.initiator = base.pair_id.role
        base.pair_id._propose(request)
        request._advance("proposed")
        request._note_sent()

    def _note_sent(self) -> None:
        """Hook: this proposal of ours is on its way."""

    def _counter(self):
        """Answer the other side's proposal with another one.

        :return: the request of ours that takes the place of this one, with its offer
        """
        self.ensure_one()
        old = self.sudo()
        offer, base = old.offer_id, old.base_hash
        with hold(self.env, SYSTEM):
            old._advance("countered")
            old.offer_id = False
            # One change is open at a time: the database has to see the end of this one
            # first.
            old.flush_recordset()
            offer._pair_mark_offer(theirs=False)
            return old.create(
                {
                    "order_id": old.order_id.id,
                    "offer_id": offer.id,
                    "company_id": old.company_id.id,
                    "base_hash": base,
                    "base_terms": old.base_terms,
                    "initiator": old.order_id.pair_id.role,
                    "reason": old.reason,
                }
            )

    def _apply_offer(self):
        """A change of an order that has a twin needs the other side: the supplier
        applies what the customer proposed or consented to, the customer what the
        supplier accepted.
        """
        request = self.sudo()
        pair = request.order_id.pair_id
        if pair:
            pair._lock()
            self._check_agreed(pair)
        result = super()._apply_offer()
        if pair and request.state == "applied":
            self._tell_applied(pair, result.sudo())
        return result

    def _tell_applied(self, pair, order) -> None:
        """Let the other side know that this change is in force, and under which number.

        :param order: the order in force now
        """
        if pair.role == exchange.CUSTOMER:
            if order != self.sudo().order_id:
                pair._try_to_restate(order)
        elif pair.open_message:
            # An order that comes into force by this has been accepted with that.
            pair._accept(order)

    def _check_agreed(self, pair) -> None:
        """:raises UserError: the other side has not agreed"""
        if pair.role == exchange.CUSTOMER:
            agreed = self.state == "accepted" or holds(NETWORK)
        else:
            open_ = {pair.open_message, pair.open_answers} - {False}
            agreed = (
                pair.open_by == exchange.CUSTOMER and self.sudo().proposal_uuid in open_
            )
        if not agreed:
            self.order_id._contract_check_network()
        terms = pair._agreed() if pair.role == exchange.CUSTOMER else pair._proposed()
        self._check_says(terms)

    def _check_says(self, terms) -> None:
        """What comes into force is what both sides agreed to, to the letter.

        :raises UserError: the offer was edited here
        """
        offer = self.sudo().offer_id
        if self.sudo().order_id._contract_is_cancelled_by(offer):
            return
        said = conversation.positions(offer._contract_wire_terms())
        if comparable(said) != comparable(terms):
            raise UserError(
                self.env._(
                    "%(offer)s was edited: it does not say what the other side agreed"
                    " to. Send it as a counter-offer, or discard it.",
                    offer=offer.name,
                )
            )

    def _conclude(self) -> None:
        """The supplier accepted: the change comes into force here. Goods may have moved
        meanwhile; then it stays accepted until somebody has made room for it.
        """
        self.ensure_one()
        if self.state == "proposed":
            self._advance("accepted")
        try:
            with self.env.cr.savepoint(), hold(self.env, NETWORK):
                self._apply()
        except UserError as error:
            self.env.invalidate_all()
            self._pair_note_obstacle(str(error))
            self._ask_to_decide()

    def _refuse(self, reason: str) -> None:
        """Refuse the other side's proposal, and tell it why."""
        self.ensure_one()
        if not reason.strip():
            raise UserError(self.env._("Say why: the other side reads it."))
        pair = self.sudo().order_id.pair_id
        pair._reject(reason.strip())
        self._close_by_network("rejected", reason.strip())
        pair._drop_order("withdrawn", reason.strip())

    def _take_back(self, reason: str, state: str) -> None:
        pair = self.sudo().order_id.pair_id
        if pair._withdraw(reason):
            self._close(state)
            pair._drop_order("withdrawn", reason)
        else:
            self.message_post(
                body=self.env._(
                    "%s was asked to give the proposal back.",
                    pair.partner_id.display_name,
                )
            )

    def _expire(self) -> None:
        """Nobody answered in time."""
        self.ensure_one()
        self._take_back(self.env._("Not answered in time."), "expired")

    def _close_by_network(self, why: str, reason: str) -> None:
        """The proposal of this request is off the table.

        :param why: see ``rules.exchange``
        """
        request = self.sudo()
        if not request.is_open:
            return
        state = CLOSED_AS[why]
        late = request.valid_until and request.valid_until < fields.Date.today()
        if state == "withdrawn" and late:
            state = "expired"
        with hold(self.env, SYSTEM):
            request.refusal = reason or False
            if state == "failed":
                request.failure = reason
        self._close(state)

    def _close(self, state: str) -> None:
        """Bring this request to its end; its offer goes."""
        request = self.sudo()
        offer = request.offer_id
        path = workflow.path(workflow.CHANGE_REQUEST, request.state, state)
        with hold(self.env, SYSTEM):
            for step in path:
                request._advance(step)
            request.offer_id = False
        if offer:
            with offer._contract_hold(*offer):
                offer.with_context(active_test=False)._contract_discard()

    def _set_proposal(self, message_uuid: str) -> None:
        with hold(self.env, SYSTEM):
            self.sudo().proposal_uuid = message_uuid

    def _pair_note_obstacle(self, text: str) -> None:
        """Keep why this change could not be applied at once, and ask a person."""
        self.ensure_one()
        with hold(self.env, SYSTEM):
            self.sudo().obstacle = text
        self.sudo().order_id._pair_post(text)

    def _ask_to_decide(self) -> None:
        """Give somebody the task to decide on this change."""
        order = self.sudo().order_id
        user = order.user_id or self.env.ref("base.user_admin")
        order.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Change %s wants an answer", self.name),
            note=self.obstacle or self.reason or "",
            user_id=user.id,
        )

    # === CHECKS ===#
    def _check_to_answer(self) -> None:
        """:raises UserError: it is not for us to answer, or not any more"""
        for request in self:
            request._check_open()
            if not request._is_theirs():
                raise UserError(
                    self.env._(
                        "%s is not a proposal of the other side that waits for our"
                        " answer.",
                        request.name,
                    )
                )

    def _check_sendable(self) -> None:
        """:raises UserError: there is nobody to send it to, or it was sent already"""
        order = self.sudo().order_id
        if not order.pair_id:
            raise UserError(
                self.env._(
                    "%s has no twin in another database, so its change is not sent over"
                    " the network. Apply the change instead.",
                    order.name,
                )
            )
        if self.state != "draft" and not self._is_theirs():
            raise UserError(
                self.env._(
                    "%(offer)s was sent to %(partner)s already. Wait for the answer, or"
                    " discard it to take it back.",
                    offer=self.sudo().offer_id.name,
                    partner=order.twin_partner_id.display_name,
                )
            )

    def _has_to_differ(self):
        """Once a counter-offer was made, to come back to what was ordered is an answer."""
        answers = bool(self.base_terms) and self.state != "draft"
        return not answers and super()._has_to_differ()

    def _check_acceptable(self) -> None:
        """The customer consents only to what can be carried out here, and to what the
        other side proposed.
        """
        self._check_base()
        self._check_offer()
        self._check_says(self.sudo().order_id.pair_id._proposed())

    def _check_counter(self, base) -> None:
        """An order that nobody has accepted is refused as a whole, not by a
        counter-offer that leaves no position.

        :raises UserError: it leaves none
        """
        offer = self.sudo().offer_id
        if base._contract_is_negotiated() and base._contract_is_cancelled_by(offer):
            raise UserError(
                self.env._(
                    "%(offer)s leaves nothing of %(order)s. Refuse the order instead.",
                    offer=offer.name,
                    order=base.name,
                )
            )
