# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..rules import exchange
from ..rules.terms import Terms
from .capability import SYSTEM, hold, holds

ROLES = [(exchange.SUPPLIER, "Supplier"), (exchange.CUSTOMER, "Customer")]
KINDS = [
    (exchange.ORDER, "Order"),
    (exchange.CHANGE, "Change"),
    (exchange.CANCELLATION, "Cancellation"),
]
STATES = [
    ("ordered", "Waiting for acceptance"),
    ("agreed", "Agreed"),
    ("proposed", "Agreed, a change is proposed"),
    ("rejected", "Rejected"),
    ("cancelled", "Cancelled"),
]


class BopContractPair(models.Model):
    """The bond between an order here and its twin in the database of the other party
    (S0.8, S2.16): what both agreed to, and what is proposed.

    The rule that moves it is ``rules.exchange``; ``sudo`` code of this addon alone
    writes it, and each act locks its row.
    """

    _name = "bop.contract.pair"
    _description = "Contract with a Network Partner"
    _rec_name = "number"
    _order = "id desc"

    # === FIELDS ===#
    uuid = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: str(uuid.uuid4()),
        help="What both databases call this contract.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict", index=True
    )
    peer_id = fields.Many2one(
        "bop.peer", required=True, readonly=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(related="peer_id.partner_id", store=True)
    role = fields.Selection(
        selection=ROLES, string="We are", required=True, readonly=True
    )
    number = fields.Char(
        required=True,
        readonly=True,
        index=True,
        help="The number under which the customer first sent the order: it names the"
        " contract in all documents.",
    )
    twin_number = fields.Char(
        string="Number there",
        readonly=True,
        help="The number that the order has in the other database now.",
    )
    version = fields.Integer(
        readonly=True, help="How many times both sides have agreed on this contract."
    )
    state = fields.Selection(
        selection=STATES, compute="_compute_state", store=True, index=True
    )
    agreed_hash = fields.Char(
        readonly=True,
        help="SHA-256 of the signed document that both sides agreed to: the same in both"
        " databases.",
    )
    agreed_terms = fields.Json(readonly=True)
    agreed_message_id = fields.Many2one(
        "bop.message", readonly=True, ondelete="restrict"
    )
    is_ended = fields.Boolean(readonly=True)
    ordered_terms = fields.Json(
        readonly=True,
        help="What the customer first ordered, as it stands on the wire; it may be"
        " agreed otherwise.",
    )
    ordered_message_id = fields.Many2one(
        "bop.message",
        string="Order as Sent",
        readonly=True,
        ondelete="restrict",
        help="The signed document with which the customer ordered.",
    )
    open_message = fields.Char(readonly=True, index="btree_not_null")
    open_by = fields.Selection(selection=ROLES, readonly=True)
    open_kind = fields.Selection(selection=KINDS, readonly=True)
    open_digest = fields.Char(readonly=True)
    open_answers = fields.Char(readonly=True)
    open_terms = fields.Json(readonly=True)
    open_number = fields.Char(readonly=True, help="Number of the proposing document.")
    open_until = fields.Date(readonly=True, string="Answer wanted until")
    withdrawal_asked = fields.Boolean(
        readonly=True, help="We want our proposal back; the supplier has to agree."
    )
    change_count = fields.Integer(readonly=True)
    answer_count = fields.Integer(readonly=True)
    last_message_id = fields.Many2one("bop.message", readonly=True, ondelete="restrict")
    last_message_at = fields.Datetime(related="last_message_id.occurred_at")

    _uuid_unique = models.UniqueIndex(
        "(peer_id, uuid)", "This contract is known already."
    )

    # === COMPUTE METHODS ===#
    @api.depends("agreed_hash", "is_ended", "open_message")
    def _compute_state(self):
        for pair in self:
            if pair.is_ended:
                pair.state = "cancelled" if pair.agreed_hash else "rejected"
            elif pair.agreed_hash:
                pair.state = "proposed" if pair.open_message else "agreed"
            else:
                pair.state = "ordered"

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        """Take pairs from the system alone.

        :raises UserError: made by anybody else
        """
        self._check_system()
        return super().create(vals_list)

    def write(self, vals):
        """Let nobody but the system move a contract.

        :raises UserError: written by anybody else
        """
        self._check_system()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A contract with a network partner cannot be deleted.")
        )

    def _check_system(self) -> None:
        if not holds(SYSTEM):
            raise UserError(
                self.env._(
                    "Contracts with network partners are written by the system, when"
                    " messages are sent and received."
                )
            )

    # === ACTION METHODS ===#
    def action_open_order(self):
        """Open the order of this contract on this side."""
        self.ensure_one()
        return self._current_order().with_env(self.env)._get_records_action()

    def action_open_messages(self):
        """Open what was said about this contract."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Messages about %s", self.number),
            "res_model": "bop.message",
            "view_mode": "list,form",
            "domain": [
                ("peer_id", "=", self.peer_id.id),
                ("subject", "=", self.uuid),
            ],
        }

    # === WHERE THE ORDERS ARE ===#
    @api.model
    def _order_models(self) -> dict[str, str]:
        """The order model of each role, as far as its addon is installed."""
        return {}

    def _orders(self):
        """All orders of this contract on this side: versions and offers."""
        self.ensure_one()
        model = self.env[self._order_models()[self.role]].sudo()
        domain = [("pair_id", "=", self.id)]
        return model.with_context(active_test=False).search(domain)

    def _current_order(self):
        """The order in force on this side, or the one that waits to be."""
        orders = self._orders().filtered(lambda order: not order.is_offer)
        return orders.sorted("contract_version")[-1:]

    def _request(self, message: str):
        """The change request that the proposal ``message`` made here, if any."""
        requests = self._current_order()._contract_root().sudo()
        chain = requests._contract_chain() | self._current_order()
        return chain.change_request_ids.filtered(
            lambda request: message and request.proposal_uuid == message
        )[:1]

    # === STATE ===#
    def _lock(self) -> None:
        """Wait until no other transaction moves this contract, and see what it did."""
        self.ensure_one()
        self.env.cr.execute(
            SQL("UPDATE bop_contract_pair SET id = id WHERE id = %s", self.id)
        )
        self.invalidate_recordset()

    def _exchange_state(self) -> exchange.State:
        """This side, as the rule sees it."""
        self.ensure_one()
        proposal = None
        if self.open_message:
            proposal = exchange.Proposal(
                self.open_message,
                self.open_by,
                self.open_kind,
                self.open_digest,
                self.open_answers or "",
            )
        return exchange.State(
            self.role, self.agreed_hash or "", proposal, self.is_ended
        )

    def _set_state(self, state: exchange.State, **values) -> None:
        """Write what the rule says of this side.

        :param values: further fields, such as the terms of a new proposal
        """
        proposal = state.open
        same = proposal and proposal.id == self.open_message
        details = {} if same else {"open_terms": False, "withdrawal_asked": False}
        if not same:
            details |= {"open_number": False, "open_until": False}
        with hold(self.env, SYSTEM):
            self.sudo().write(
                {
                    "agreed_hash": state.agreed or False,
                    "is_ended": state.ended,
                    "open_message": proposal.id if proposal else False,
                    "open_by": proposal.by if proposal else False,
                    "open_kind": proposal.kind if proposal else False,
                    "open_digest": proposal.digest if proposal else False,
                    "open_answers": proposal.answers if proposal else False,
                    **details,
                    **values,
                }
            )

    def _agree(self, state: exchange.State, message, **values) -> None:
        """What was proposed is agreed.

        :param message: the message that proposed it
        """
        terms = self.open_terms if self.open_terms else self.agreed_terms
        self._set_state(
            state,
            agreed_terms=terms,
            agreed_message_id=message.id,
            version=self.version + 1,
            **values,
        )

    def _agreed(self) -> Terms | None:
        """The terms that are agreed, as they stand on the wire."""
        return Terms.from_dict(self.agreed_terms) if self.agreed_terms else None

    def _ordered(self) -> Terms | None:
        """The terms that the customer ordered first."""
        return Terms.from_dict(self.ordered_terms) if self.ordered_terms else None

    def _proposed(self) -> Terms | None:
        """The terms of the open proposal."""
        return Terms.from_dict(self.open_terms) if self.open_terms else None

    def _message(self, message_uuid: str):
        """The message with this id."""
        return (
            self.env["bop.message"]
            .sudo()
            .search(
                [("peer_id", "=", self.peer_id.id), ("message_id", "=", message_uuid)],
                limit=1,
            )
        )

    def _drop_order(self, why: str, reason: str) -> None:
        """Nothing was agreed, and nothing will be: the order here goes.

        :param why: see ``bop.contract._pair_refused``
        """
        order = self._current_order()
        if order and self.is_ended and not self.agreed_hash:
            order._pair_refused(why, reason)

    def _is_ours(self) -> bool:
        """Whether the open proposal is our own."""
        return bool(self.open_message) and self.open_by == self.role

    def _refuse_act(self, error: exchange.ExchangeError) -> None:
        """Tell a person why an act is not possible now.

        :raises UserError: always
        """
        reasons = {
            "busy": self.env._(
                "an own proposal is waiting for an answer. Wait for it, or take the"
                " proposal back"
            ),
            "ended": self.env._("the contract has come to its end"),
            "known": self.env._("it was sent already"),
            "unaccepted": self.env._("the order is not accepted yet"),
            "undecided": self.env._(
                "what the other side proposes is not answered yet. Refuse it first"
            ),
            "nothing_open": self.env._(
                "nothing is open that could be decided: it was answered or taken back"
                " meanwhile"
            ),
        }
        raise UserError(
            self.env._(
                "%(contract)s with %(partner)s: this is not possible, since %(reason)s.",
                contract=self.number,
                partner=self.partner_id.display_name,
                reason=reasons[str(error)],
            )
        )
