# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How two sides that exchange messages come to one agreement, as a pure state machine.

Each side holds the digest of the document both agreed to, and at most one open
proposal. The supplier's acceptance of the customer's proposal is the one act that moves
a contract (S2.22): the supplier moves when he sends it, the customer when he receives
it. What the supplier proposes, the customer consents to by proposing the same himself.
A refusal leaves both sides as they were (S2.28).

Before anything is agreed there is nothing to fall back to. A supplier who answers an
order with a counter-offer refuses the order and offers another one; whoever then refuses
or takes back what is open ends it, on both sides and without a contract.

Two proposals that cross: the customer's stands, the supplier's is withdrawn. Both sides
see that by themselves, so it takes no further message.

>>> order = Proposal("m1", CUSTOMER, ORDER, "d1")
>>> buyer = propose(State(CUSTOMER), order)
>>> seller = receive(State(SUPPLIER), Message("m1", ORDER, digest="d1"))
>>> seller.effect
'decide'
>>> seller = accept(seller.state)
>>> seller.agreed, receive(buyer, Message("m2", ACCEPTED, ref="m1")).effect
('d1', 'conclude')
>>> counter = receive(buyer, Message("m2", CHANGE, ref="m1", digest="d2"))
>>> counter.effect, counter.why, reject(counter.state).ended
('show', 'countered', True)

Messages of one direction arrive once and in order: the transport sees to that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

CUSTOMER, SUPPLIER = "customer", "supplier"

# What a message says. A proposal has one of the first three as its kind.
ORDER = "order"
CHANGE = "change"
CANCELLATION = "cancellation"
ACCEPTED = "accepted"
REJECTED = "rejected"
#: The proposal ``ref`` of the other side is refused, or the own one is taken back.
KEEP = "keep"
#: The customer's order again, under the number it has after a change (S2.25).
RESTATEMENT = "restatement"
#: The supplier has the proposal, and a person decides.
ACKNOWLEDGED = "acknowledged"
PROPOSALS = frozenset({ORDER, CHANGE, CANCELLATION})

# What a side has to do after a message.
DECIDE = "decide"  # supplier: accept or reject what the customer proposes
CONSENTED = "consented"  # supplier: the customer proposes what the supplier proposed
CONCLUDE = "conclude"  # customer: the proposal was accepted, carry it out
SHOW = "show"  # customer: a person decides on what the supplier proposes
CLOSE = "close"  # the open proposal is off the table, see ``Step.closed`` and ``why``
ANSWER_REJECTED = "answer_rejected"  # supplier: refuse, see ``why``
ANSWER_KEEP = "answer_keep"  # customer: refuse, see ``why``
RESTATED = "restated"
NOTED = "noted"
NOTHING = "nothing"

# Why a proposal is closed or refused.
WHY = frozenset(
    {
        "busy",
        "countered",
        "crossed",
        "ended",
        "known",
        "rejected",
        "stale",
        "unaccepted",
        "withdrawn",
    }
)


class ExchangeError(ValueError):
    """An act that the state of the exchange does not permit; its text is the reason's
    code: ``busy``, ``ended``, ``unaccepted``, ``nothing_open``, ``known``,
    ``undecided``.
    """


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one side proposes.

    ``id``: the message that carries it; ``digest``: of that message's document;
    ``answers``: the other side's proposal that it takes the place of, if any
    """

    id: str
    by: str
    kind: str
    digest: str
    answers: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """One side of an exchange. ``agreed`` is empty until an order is accepted."""

    role: str
    agreed: str = ""
    open: Proposal | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """What arrives. ``ref``: the proposal that it answers; ``base``: the digest of the
    agreement that it builds on; ``consents``: it states what the own open proposal says.
    """

    id: str
    kind: str
    ref: str = ""
    base: str = ""
    digest: str = ""
    consents: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What a message leads to. ``closed``: a proposal that is off the table; ``why``: a
    code of ``WHY``.
    """

    state: State
    effect: str = NOTHING
    closed: Proposal | None = None
    why: str = ""


# === OWN ACTS ===#


def propose(state: State, proposal: Proposal) -> State:
    """Put a proposal on the table; one of the other side is answered by it.

    :raises ExchangeError: ``busy``: an own proposal is open; ``ended``; ``known``: the
        order is agreed already; ``unaccepted``: there is no order to change yet, or none
        to cancel: before it is agreed it is refused or taken back; ``undecided``: the
        supplier refuses what the customer proposes before he proposes to cancel, since
        one document says either (T116, code RE)
    """
    if state.ended:
        raise ExchangeError("ended")
    if state.open and state.open.by == state.role:
        raise ExchangeError("busy")
    if proposal.kind == ORDER and (state.agreed or state.open):
        raise ExchangeError("known")
    if proposal.kind == CANCELLATION and not state.agreed:
        raise ExchangeError("unaccepted")
    if proposal.kind != ORDER and not state.agreed and not state.open:
        raise ExchangeError("unaccepted")
    if proposal.kind == CANCELLATION and state.role == SUPPLIER and state.open:
        raise ExchangeError("undecided")
    answers = state.open.id if state.open else ""
    return replace(state, open=replace(proposal, by=state.role, answers=answers))


def accept(state: State) -> State:
    """Let the supplier accept what the customer proposes: it is agreed.

    :raises ExchangeError: ``nothing_open``
    """
    proposal = _to_decide(state)
    ended = proposal.kind == CANCELLATION
    return replace(state, agreed=proposal.digest, open=None, ended=ended)


def reject(state: State) -> State:
    """Refuse what the other side proposes; what was never agreed is at its end.

    :raises ExchangeError: ``nothing_open``
    """
    _to_decide(state)
    return _fallen_back(state)


def withdraw(state: State) -> State:
    """Let the supplier take back an own proposal. The customer can only ask for it,
    since the supplier may have accepted it meanwhile.

    :raises ExchangeError: ``nothing_open``
    """
    if not state.open or state.open.by != SUPPLIER or state.role != SUPPLIER:
        raise ExchangeError("nothing_open")
    return _fallen_back(state)


def _to_decide(state: State) -> Proposal:
    if not state.open or state.open.by == state.role:
        raise ExchangeError("nothing_open")
    return state.open


def _fallen_back(state: State) -> State:
    """What is left when a proposal is off the table: what was agreed before, or nothing."""
    return replace(state, open=None, ended=not state.agreed)


# === MESSAGES ===#


def receive(state: State, message: Message) -> Step:
    """Return what a message leads to.

    >>> receive(State(SUPPLIER, agreed="d1"), Message("m", CHANGE, base="d0")).why
    'stale'
    """
    if state.role == SUPPLIER:
        return _supplier(state, message)
    return _customer(state, message)


def _supplier(state: State, message: Message) -> Step:
    if message.kind == ORDER:
        return _supplier_order(state, message)
    if message.kind == RESTATEMENT:
        stale = state.ended or message.base != state.agreed
        return (
            Step(state, ANSWER_REJECTED, why="stale")
            if stale
            else Step(state, RESTATED)
        )
    if message.kind == KEEP:
        return _supplier_keep(state, message)
    if message.kind in (CHANGE, CANCELLATION):
        return _supplier_change(state, message)
    return Step(state)


def _supplier_order(state: State, message: Message) -> Step:
    if state.agreed or state.open or state.ended:
        return Step(state, ANSWER_REJECTED, why="known")
    return Step(_opened(state, message, CUSTOMER), DECIDE)


def _supplier_keep(state: State, message: Message) -> Step:
    proposal = state.open
    if not proposal or message.ref != proposal.id:
        return Step(state)
    why = "rejected" if proposal.by == SUPPLIER else "withdrawn"
    return Step(_fallen_back(state), CLOSE, proposal, why)


def _supplier_change(state: State, message: Message) -> Step:
    why = _refusal(state, message)
    if why:
        return Step(state, ANSWER_REJECTED, why=why)
    new = _opened(state, message, CUSTOMER)
    own = state.open
    if not own:
        return Step(new, DECIDE)
    if message.ref != own.id:
        return Step(new, DECIDE, own, "crossed")
    if message.consents and message.kind == own.kind:
        return Step(new, CONSENTED)
    return Step(new, DECIDE, own, "countered")


def _refusal(state: State, message: Message) -> str:
    if state.ended:
        return "ended"
    if state.open and state.open.by == CUSTOMER:
        return "busy" if state.agreed else "unaccepted"
    if not state.agreed and (not state.open or message.kind == CANCELLATION):
        return "unaccepted"
    return "stale" if message.base != state.agreed else ""


def _customer(state: State, message: Message) -> Step:
    if message.kind in (ACCEPTED, REJECTED):
        return _customer_answer(state, message)
    if message.kind == KEEP:
        proposal = state.open
        if proposal and proposal.by == SUPPLIER and message.ref == proposal.id:
            return Step(_fallen_back(state), CLOSE, proposal, "withdrawn")
        return Step(state)
    if message.kind in (CHANGE, CANCELLATION):
        return _customer_proposal(state, message)
    return Step(state, NOTED if message.kind == ACKNOWLEDGED else NOTHING)


def _customer_answer(state: State, message: Message) -> Step:
    proposal = state.open
    if not proposal or proposal.by != CUSTOMER or message.ref != proposal.id:
        return Step(state, RESTATED if message.kind == ACCEPTED else NOTHING)
    if message.kind == ACCEPTED:
        ended = proposal.kind == CANCELLATION
        agreed = replace(state, agreed=proposal.digest, open=None, ended=ended)
        return Step(agreed, CONCLUDE, proposal)
    return Step(_fallen_back(state), CLOSE, proposal, "rejected")


def _customer_proposal(state: State, message: Message) -> Step:
    own = state.open if state.open and state.open.by == CUSTOMER else None
    if message.kind == CANCELLATION and not state.agreed and not state.ended:
        return Step(state)
    if own and message.ref == own.id:
        return Step(_opened(state, message, SUPPLIER), SHOW, own, "countered")
    if own:
        return Step(state)
    if state.ended or message.base != state.agreed:
        why = "ended" if state.ended else "stale"
        return Step(state, ANSWER_KEEP, why=why)
    return Step(_opened(state, message, SUPPLIER), SHOW, state.open, "withdrawn")


def _opened(state: State, message: Message, by: str) -> State:
    proposal = Proposal(message.id, by, message.kind, message.digest, message.ref)
    return replace(state, open=proposal)
