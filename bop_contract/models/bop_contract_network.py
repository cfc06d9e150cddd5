# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import exchange
from .capability import NETWORK, contract_token, holds


class BopContractNetwork(models.AbstractModel):
    """An order that has a twin in the database of the other party."""

    _inherit = "bop.contract"

    # === FIELDS ===#
    pair_id = fields.Many2one(
        "bop.contract.pair",
        string="Network Contract",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    twin_role = fields.Selection(related="pair_id.role")
    twin_partner_id = fields.Many2one(
        related="pair_id.partner_id", string="Network Partner"
    )
    twin_number = fields.Char(related="pair_id.twin_number")
    twin_state = fields.Selection(related="pair_id.state", string="Contract State")
    twin_version = fields.Integer(related="pair_id.version", string="Agreed Version")
    twin_hash = fields.Char(related="pair_id.agreed_hash", string="Agreed Document")
    twin_message_at = fields.Datetime(
        related="pair_id.last_message_at", string="Last Message"
    )
    pair_obstacle = fields.Text(
        string="What Stands against It",
        copy=False,
        readonly=True,
        help="Why something that came over the network could not take effect at once.",
    )

    offer_network = fields.Selection(
        selection=[
            ("to_send", "To be sent"),
            ("sent", "Waiting for their answer"),
            ("to_answer", "Waiting for our answer"),
        ],
        compute="_compute_offer_network",
        string="Consent",
        help="Where an offer stands that changes an order with a twin.",
    )

    # === COMPUTE METHODS ===#
    @api.depends(
        "is_offer",
        "offer_request_ids.is_open",
        "offer_request_ids.network_side",
        "offer_request_ids.is_to_answer",
        "offer_request_ids.is_to_send",
    )
    def _compute_offer_network(self):
        for order in self:
            requests = order.sudo().offer_request_ids.filtered("is_open")
            request = order.is_offer and requests[:1]
            if request and request.is_to_answer:
                order.offer_network = "to_answer"
            elif request and request.is_to_send:
                order.offer_network = "to_send"
            else:
                sent = request and request.network_side == "ours"
                order.offer_network = sent and "sent"

    # === WHAT A CONCRETE ORDER MODEL SAYS ===#
    def _pair_decide(self) -> None:
        """Supplier: accept this order, that came over the network, or let it wait."""
        raise NotImplementedError

    def _pair_accepted(self, number: str) -> None:
        """Customer: the supplier accepted this order.

        :param number: the order's number there
        """
        raise NotImplementedError

    def _pair_refused(self, why: str, reason: str) -> None:
        """This order did not become a contract.

        :param why: ``rejected`` by the other side, ``withdrawn`` by the customer, or
            given up on this side
        :param reason: of a person, if one was given
        """
        raise NotImplementedError

    # === WHAT IS GUARDED ===#
    @api.model
    def _contract_system_fields(self):
        return [*super()._contract_system_fields(), "pair_id", "pair_obstacle"]

    # === THE GUARD ===#
    def _contract_is_open(self):
        """What was sent to the other side stays as it was sent."""
        sent = self.is_offer and self.offer_network == "sent"
        return super()._contract_is_open() and (
            not sent or holds(contract_token(self)) or holds(NETWORK)
        )

    def _contract_way_out(self):
        self.ensure_one()
        if self.is_offer and self.offer_network == "sent":
            return self.env._(
                "It was sent to the other side. Discard it to take it back, then make"
                " another one."
            )
        return super()._contract_way_out()

    # === SUCCESSION ===#
    def _prepare_successor_vals(self, offer):
        """The twin goes with the contract."""
        return {**super()._prepare_successor_vals(offer), "pair_id": self.pair_id.id}

    def _contract_accept(self, event: str = "acceptance"):
        """The customer learns that his order is accepted.

        :raises UserError: he does not want it any more, or was refused it
        """
        waiting = self.filtered(lambda order: not order.is_contract)
        result = super()._contract_accept(event)
        accepted = waiting.filtered("is_contract")
        for order in accepted if event == "acceptance" else ():
            order._bop_event("accepted", {"version": order.contract_version})
        for order in accepted.sudo():
            if order.twin_role == exchange.SUPPLIER:
                order.pair_id._accept(order)
        return result

    def _contract_succeed(self, offer):
        result = super()._contract_succeed(offer)
        if result == self:
            self._bop_event("cancelled")
        else:
            successor = {"successor": result.name, "successor_id": result.id}
            self._bop_event("superseded", successor)
        return result

    # === REFUSAL ===#
    def _pair_reject_waiting(self, reason: str) -> None:
        """Supplier: tell the customers of these orders that they are rejected."""
        for order in self.sudo():
            pair = order.pair_id
            if pair.open_kind == exchange.ORDER and not pair._is_ours():
                pair._reject(reason)

    # === OFFERS ===#
    def _contract_buyers_ids(self) -> dict[str, str]:
        """The customer's own article numbers by position, as far as they differ from
        the supplier's.
        """
        return {}

    def _pair_mark_offer(self, theirs: bool) -> None:
        """Hook: this offer says what the other side proposes, or what we do."""

    def _contract_take_nothing(self) -> None:
        """Make this offer say that nothing is ordered any more (S2.11)."""
        lines = self._contract_lines().filtered(lambda line: not line.display_type)
        lines.write({lines._contract_quantity_field: 0.0})

    def _contract_discard(self) -> None:
        """Delete these offers, that nobody needs any more."""
        self.unlink()

    def _pair_write(self, values: dict[str, object]) -> None:
        """Write what only the network knows about this order."""
        with self._contract_hold(*self):
            self.sudo().write(values)

    # === PEOPLE ===#
    def _pair_post(self, text: str) -> None:
        self.ensure_one()
        self.sudo().message_post(body=text, subtype_xmlid="mail.mt_note")

    def _pair_note_obstacle(self, text: str) -> None:
        """Keep why this order could not be accepted at once."""
        self.ensure_one()
        self._pair_write({"pair_obstacle": text})
        self._pair_post(text)

    def _pair_show_extras(self, saying) -> None:
        """What a document says besides the terms is not lost: people read it."""
        if saying.extras:
            lines = [f"{extra.path}: {extra.value}" for extra in saying.extras[:50]]
            title = self.env._("The customer's document also says:")
            self._pair_post("\n".join([title, *lines]))

    def _contract_check_network(self) -> None:
        """Refuse what needs the consent of the other side.

        :raises UserError: this order has a twin
        """
        for order in self.sudo().filtered("pair_id"):
            raise UserError(
                self.env._(
                    "%(order)s is a contract with %(partner)s over the network: it"
                    " changes only when both agree. Send the change instead of applying"
                    " it.",
                    order=order.name,
                    partner=order.twin_partner_id.display_name,
                )
            )

    # === ACTIONS ===#
    def action_send_change(self):
        """Put this offer to the other side."""
        self.ensure_one()
        return self._contract_request_of_offer().action_send()

    def action_refuse_change(self):
        """Ask why this offer of the other side is refused."""
        self.ensure_one()
        return self._contract_request_of_offer().action_ask_refusal()

    def action_accept_change(self):
        """Consent to this offer of the other side."""
        self.ensure_one()
        return self._contract_request_of_offer().action_accept_proposal()
