# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two sides that exchange proposals end in agreement, whatever crosses what."""

from collections import deque
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bop_contract.rules import exchange as x


@dataclass
class Side:
    """One side: its state, what it sent that is under way, what it carried out."""

    state: x.State
    out: deque = field(default_factory=deque)
    carried_out: list = field(default_factory=list)
    closed: list = field(default_factory=list)


class Pair:
    """Both sides, as the models use the rule: an act changes the state and sends."""

    def __init__(self):
        self.sides = {role: Side(x.State(role)) for role in (x.CUSTOMER, x.SUPPLIER)}
        self.count = 0
        self.terms = {}

    def send(self, role, kind, ref="", terms=None):
        """Send a message and return its id."""
        self.count += 1
        name = f"m{self.count}"
        side = self.sides[role]
        side.out.append((name, kind, ref, side.state.agreed, terms))
        return name

    def propose(self, role, kind, terms):
        """Propose, when the state permits it."""
        side = self.sides[role]
        proposal = x.Proposal(f"m{self.count + 1}", role, kind, f"d{self.count + 1}")
        try:
            new = x.propose(side.state, proposal)
        except x.ExchangeError:
            return
        if role == x.SUPPLIER and kind == x.ORDER:
            return
        self.terms[proposal.id] = terms
        # A document of the supplier that cancels and answers is a refusal.
        assert (role, kind) != (x.SUPPLIER, x.CANCELLATION) or not new.open.answers
        self.send(role, kind, new.open.answers, terms)
        side.state = new

    def decide(self, role, yes):
        """Accept or refuse what the other side proposes."""
        side = self.sides[role]
        proposal = side.state.open
        if not proposal or proposal.by == role:
            return
        if role == x.CUSTOMER and yes:
            self.propose(role, proposal.kind, self.terms[proposal.id])
        elif yes:
            side.state = x.accept(side.state)
            side.carried_out.append(proposal.digest)
            self.send(role, x.ACCEPTED, proposal.id)
        else:
            side.state = x.reject(side.state)
            kind = x.REJECTED if role == x.SUPPLIER else x.KEEP
            self.send(role, kind, proposal.id)

    def withdraw(self, role):
        """Take back the own proposal."""
        side = self.sides[role]
        proposal = side.state.open
        if not proposal or proposal.by != role:
            return
        if role == x.SUPPLIER:
            side.state = x.withdraw(side.state)
        self.send(role, x.KEEP, proposal.id)

    def deliver(self, role):
        """Let the next message of the other side arrive."""
        other = x.SUPPLIER if role == x.CUSTOMER else x.CUSTOMER
        side = self.sides[role]
        if not self.sides[other].out:
            return
        name, kind, ref, base, terms = self.sides[other].out.popleft()
        own = side.state.open
        consents = bool(own and terms is not None and self.terms.get(own.id) == terms)
        self.terms.setdefault(name, terms)
        message = x.Message(name, kind, ref, base, f"d{name[1:]}", consents)
        step = x.receive(side.state, message)
        side.state = step.state
        self.follow(role, step, message)

    def follow(self, role, step, message):
        """Do what a step asks for."""
        side = self.sides[role]
        if step.closed and step.effect != x.CONCLUDE:
            assert step.why in x.WHY
            side.closed.append((step.closed.id, step.why))
        if step.effect == x.CONSENTED:
            self.decide(role, True)
        elif step.effect == x.CONCLUDE:
            side.carried_out.append(step.closed.digest)
        elif step.effect == x.ANSWER_REJECTED:
            self.send(role, x.REJECTED, message.id)
        elif step.effect == x.ANSWER_KEEP:
            self.send(role, x.KEEP, message.id)
        elif (
            step.effect == x.CLOSE
            and role == x.SUPPLIER
            and step.closed.by == x.CUSTOMER
        ):
            self.send(role, x.REJECTED, step.closed.id)

    def settle(self):
        """Let everything arrive, and the supplier decide on what is open."""
        for _round in range(200):
            for role in self.sides:
                while self.sides[{x.CUSTOMER: x.SUPPLIER}.get(role, x.CUSTOMER)].out:
                    self.deliver(role)
            if not any(side.out for side in self.sides.values()):
                open_ = self.sides[x.SUPPLIER].state.open
                if not open_ or open_.by == x.SUPPLIER:
                    return
                self.decide(x.SUPPLIER, False)
        raise AssertionError("They never come to an end.")


ROLES = st.sampled_from([x.CUSTOMER, x.SUPPLIER])
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("deliver"), ROLES),
        st.tuples(st.just("deliver"), ROLES),
        st.tuples(
            st.just("propose"),
            ROLES,
            st.sampled_from([x.CHANGE, x.CHANGE, x.CANCELLATION]),
            st.integers(1, 3),
        ),
        st.tuples(st.just("decide"), ROLES, st.booleans()),
        st.tuples(st.just("withdraw"), ROLES),
    ),
    max_size=40,
)


@given(ACTS)
def test_both_sides_end_with_the_same_agreement(acts):
    """Whatever crosses what, both agree to the same, carried out the same in the same
    order, and know of the same open proposal.
    """
    pair = Pair()
    pair.propose(x.CUSTOMER, x.ORDER, 0)
    for act, *arguments in acts:
        getattr(pair, act)(*arguments)
    pair.settle()
    customer, supplier = (pair.sides[r] for r in (x.CUSTOMER, x.SUPPLIER))
    assert customer.state.agreed == supplier.state.agreed
    assert customer.carried_out == supplier.carried_out
    assert customer.state.ended == supplier.state.ended
    ids = [side.state.open and side.state.open.id for side in (customer, supplier)]
    assert ids[0] == ids[1]


@given(ACTS)
def test_nothing_moves_without_both(acts):
    """Each thing that was carried out was proposed or consented to by the customer and
    accepted by the supplier.
    """
    pair = Pair()
    pair.propose(x.CUSTOMER, x.ORDER, 0)
    for act, *arguments in acts:
        getattr(pair, act)(*arguments)
        customer, supplier = (pair.sides[r] for r in (x.CUSTOMER, x.SUPPLIER))
        done = len(customer.carried_out)
        assert customer.carried_out == supplier.carried_out[:done]
        assert len(supplier.carried_out) - done <= 1


def _agreed(**values):
    return x.State(agreed="d1", **values)


def test_a_crossing_proposal_of_the_supplier_gives_way():
    """The customer ignores it, the supplier takes his own back."""
    mine = x.Proposal("m5", x.CUSTOMER, x.CHANGE, "d5")
    theirs = x.Proposal("m6", x.SUPPLIER, x.CHANGE, "d6")
    at_customer = x.receive(
        _agreed(role=x.CUSTOMER, open=mine), x.Message("m6", x.CHANGE, base="d1")
    )
    at_supplier = x.receive(
        _agreed(role=x.SUPPLIER, open=theirs),
        x.Message("m5", x.CHANGE, base="d1", digest="d5"),
    )
    assert (at_customer.effect, at_customer.state.open) == (x.NOTHING, mine)
    assert (at_supplier.effect, at_supplier.closed, at_supplier.why) == (
        x.DECIDE,
        theirs,
        "crossed",
    )
    assert at_supplier.state.open == mine


@pytest.mark.parametrize(
    ("state", "message", "why"),
    [
        (_agreed(role=x.SUPPLIER), x.Message("m", x.ORDER), "known"),
        (_agreed(role=x.SUPPLIER), x.Message("m", x.CHANGE, base="d0"), "stale"),
        (_agreed(role=x.SUPPLIER), x.Message("m", x.RESTATEMENT, base="d0"), "stale"),
        (
            _agreed(role=x.SUPPLIER, ended=True),
            x.Message("m", x.CHANGE, base="d1"),
            "ended",
        ),
        (
            _agreed(role=x.SUPPLIER, open=x.Proposal("o", x.CUSTOMER, x.CHANGE, "d")),
            x.Message("m", x.CHANGE, base="d1"),
            "busy",
        ),
        (x.State(x.SUPPLIER), x.Message("m", x.CHANGE), "unaccepted"),
    ],
)
def test_what_the_supplier_refuses_at_once(state, message, why):
    """A refusal changes nothing, and says why."""
    step = x.receive(state, message)
    assert (step.state, step.effect, step.why) == (state, x.ANSWER_REJECTED, why)


def test_an_order_that_waits_can_be_taken_back():
    """Before it is accepted the customer needs nobody's consent."""
    waiting = x.receive(x.State(x.SUPPLIER), x.Message("m1", x.ORDER, digest="d1"))
    step = x.receive(waiting.state, x.Message("m2", x.KEEP, ref="m1"))
    assert (step.effect, step.why, step.state.ended) == (x.CLOSE, "withdrawn", True)


def test_a_consent_that_says_something_else_is_a_counter_offer():
    """The supplier's own proposal is off the table, the customer's is decided on."""
    own = x.Proposal("m2", x.SUPPLIER, x.CHANGE, "d2")
    state = _agreed(role=x.SUPPLIER, open=own)
    message = x.Message("m3", x.CHANGE, ref="m2", base="d1", digest="d3")
    assert x.receive(state, message).why == "countered"
    step = x.receive(state, x.Message("m3", x.CHANGE, "m2", "d1", "d3", True))
    assert (step.effect, x.accept(step.state).agreed) == (x.CONSENTED, "d3")


def _countered():
    """Both sides of an order that the supplier answered with a counter-offer."""
    pair = Pair()
    pair.propose(x.CUSTOMER, x.ORDER, 10)
    pair.deliver(x.SUPPLIER)
    pair.propose(x.SUPPLIER, x.CHANGE, 8)
    pair.deliver(x.CUSTOMER)
    return pair


def _states(pair):
    return [(side.state.agreed, side.state.ended) for side in pair.sides.values()]


def test_an_order_is_agreed_as_it_was_countered():
    pair = _countered()
    assert _states(pair) == [("", False), ("", False)]
    pair.decide(x.CUSTOMER, True)
    pair.settle()
    assert _states(pair) == [("d3", False), ("d3", False)]


@pytest.mark.parametrize(
    "act",
    [
        lambda pair: pair.decide(x.CUSTOMER, False),
        lambda pair: pair.withdraw(x.SUPPLIER),
        lambda pair: (
            pair.propose(x.CUSTOMER, x.CHANGE, 9),
            pair.deliver(x.SUPPLIER),
            pair.decide(x.SUPPLIER, False),
        ),
    ],
    ids=["refused", "taken back", "refused in turn"],
)
def test_what_is_refused_before_it_is_agreed_ends_without_a_contract(act):
    pair = _countered()
    act(pair)
    pair.settle()
    assert _states(pair) == [("", True), ("", True)]
    assert not any(side.state.open for side in pair.sides.values())


def test_before_it_is_agreed_nothing_can_be_cancelled():
    """An order that nobody accepted is refused or taken back."""
    pair = _countered()
    for role in (x.CUSTOMER, x.SUPPLIER):
        with pytest.raises(x.ExchangeError):
            x.propose(
                pair.sides[role].state, x.Proposal("m", role, x.CANCELLATION, "d")
            )
    message = x.Message("m", x.CANCELLATION, ref="m2")
    assert x.receive(pair.sides[x.SUPPLIER].state, message).why == "unaccepted"
    state = pair.sides[x.CUSTOMER].state
    assert x.receive(state, message) == x.Step(state)


@pytest.mark.parametrize("act", [x.accept, x.reject, x.withdraw])
def test_what_is_not_open_cannot_be_decided(act):
    """Nothing is open, or it is the own side's, or not one's own."""
    for role in (x.CUSTOMER, x.SUPPLIER):
        with pytest.raises(x.ExchangeError, match="nothing_open"):
            act(_agreed(role=role))


def test_one_proposal_of_a_side_at_a_time():
    """A second one has to wait for the answer to the first."""
    own = x.Proposal("m2", x.CUSTOMER, x.CHANGE, "d2")
    new = x.Proposal("m3", x.CUSTOMER, x.CHANGE, "d3")
    with pytest.raises(x.ExchangeError, match="busy"):
        x.propose(_agreed(role=x.CUSTOMER, open=own), new)
    with pytest.raises(x.ExchangeError, match="ended"):
        x.propose(_agreed(role=x.CUSTOMER, ended=True), new)
    with pytest.raises(x.ExchangeError, match="unaccepted"):
        x.propose(x.State(x.CUSTOMER), new)
