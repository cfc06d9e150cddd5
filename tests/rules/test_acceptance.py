# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bop_customer_order.rules.acceptance import (
    INFORMATIVE,
    ORIGINS,
    Deviation,
    Facts,
    PaymentRecord,
    Policy,
    decide,
)

STRENGTH = {"accept": 0, "ask": 1, "reject": 2}
D = Decimal


# === THE DECISION TABLE ===#
def record(paid=20, share="1", average="0", worst=0, overdue=0, days=0):
    return PaymentRecord(
        paid, D(share), D(average), worst, overdue_amount=D(overdue), overdue_days=days
    )


STRANGER = PaymentRecord()
GOOD = record()
CHEAP = Deviation("price_below_list", "Desk", "100", "90")
REBATE = Deviation("discount_above_list", "Chair", "5", "20")

STANDARD = Policy(
    "Standard",
    "EUR",
    order_limit=D(1000),
    exposure_limit=D(5000),
    reject_limit=D(100_000),
    overdue_days=10,
    overdue_amount=D(50),
    min_paid_invoices=3,
    min_on_time_share=D("0.8"),
    max_average_days_late=D(7),
    ask_origins=frozenset({"network"}),
    ask_on_deviation=True,
)
OPEN = Policy("Open", "EUR")
ALWAYS = Policy("Always", "EUR", always_ask=True)
NONE = None


def changed(delta, amount=800, **values):
    return {"is_change": True, "delta": D(delta), "amount": D(amount), **values}


def std(**values):
    return replace(STANDARD, **values)


IN = "within_order_limit"
#: What the case is, what is special about the facts, the policy, outcome and reasons.
TABLE = [
    # Nothing is set.
    ("manual, nothing set", {}, NONE, "accept", ""),
    ("portal, nothing set", {"origin": "portal"}, NONE, "accept", ""),
    ("website, nothing set", {"origin": "website"}, NONE, "accept", ""),
    ("import, nothing set", {"origin": "import"}, NONE, "accept", ""),
    (
        "network, nothing set",
        {"origin": "network"},
        NONE,
        "ask",
        "network_without_policy",
    ),
    ("huge, nothing set", {"amount": D(10**12)}, NONE, "accept", ""),
    ("incomplete by hand, nothing set", {"missing": ("price",)}, NONE, "accept", ""),
    (
        "incomplete from the network, nothing set",
        {"origin": "network", "missing": ("price",)},
        NONE,
        "ask",
        "missing_price network_without_policy",
    ),
    ("overdue, nothing set", {"record": record(overdue=9**9)}, NONE, "accept", ""),
    ("cheap, nothing set", {"deviations": (CHEAP,)}, NONE, "accept", ""),
    ("held, nothing set", {"on_hold": True}, NONE, "ask", "on_hold"),
    (
        "held, from the network, nothing set",
        {"on_hold": True, "origin": "network"},
        NONE,
        "ask",
        "on_hold network_without_policy",
    ),
    ("change by hand, nothing set", changed(300), NONE, "accept", ""),
    (
        "change from the network, nothing set",
        changed(300, origin="network"),
        NONE,
        "ask",
        "network_without_policy",
    ),
    # A policy that allows everything, and one that allows nothing.
    ("stranger, open policy", {"record": STRANGER}, OPEN, "accept", ""),
    ("network, open policy", {"origin": "network"}, OPEN, "accept", ""),
    (
        "overdue, open policy",
        {"record": record(overdue=9, days=99)},
        OPEN,
        "accept",
        "",
    ),
    ("cheap, open policy", {"deviations": (CHEAP,)}, OPEN, "accept", ""),
    ("incomplete, open policy", {"missing": ("lines",)}, OPEN, "ask", "missing_lines"),
    ("held, open policy", {"on_hold": True}, OPEN, "ask", "on_hold"),
    ("small and good, always ask", {"amount": D(1)}, ALWAYS, "ask", "always_ask"),
    ("free of charge, always ask", {"amount": D(0)}, ALWAYS, "ask", "always_ask"),
    ("smaller change, always ask", changed(-1), ALWAYS, "ask", "always_ask"),
    (
        "agreed change, always ask",
        changed(500, agreed=True),
        ALWAYS,
        "accept",
        "agreed_change",
    ),
    # The order limit.
    ("good customer, small order", {}, STANDARD, "accept", IN),
    ("exactly at the limit", {"amount": D(1000)}, STANDARD, "accept", IN),
    (
        "a cent above the limit",
        {"amount": D("1000.01")},
        STANDARD,
        "ask",
        "above_order_limit",
    ),
    ("free of charge", {"amount": D(0)}, STANDARD, "accept", IN),
    ("a credit to the customer", {"amount": D(-500)}, STANDARD, "accept", IN),
    ("no order limit", {"amount": D(4000)}, std(order_limit=None), "accept", ""),
    (
        "limit zero",
        {"amount": D("0.01")},
        std(order_limit=D(0)),
        "ask",
        "above_order_limit",
    ),
    (
        "own threshold above the policy's",
        {"amount": D(1500)},
        STANDARD.with_order_limit(D(2000)),
        "accept",
        IN,
    ),
    (
        "own threshold below the policy's",
        {"amount": D(600)},
        STANDARD.with_order_limit(D(500)),
        "ask",
        "above_order_limit",
    ),
    # The reject limit.
    (
        "exactly at the reject limit",
        {"amount": D(100_000)},
        std(exposure_limit=None),
        "ask",
        "above_order_limit",
    ),
    (
        "above the reject limit",
        {"amount": D(100_001)},
        std(exposure_limit=None),
        "reject",
        "above_reject_limit above_order_limit",
    ),
    (
        "above the reject limit and held",
        {"amount": D(100_001), "on_hold": True},
        std(exposure_limit=None),
        "reject",
        "on_hold above_reject_limit above_order_limit",
    ),
    (
        "no reject limit",
        {"amount": D(10**9)},
        std(exposure_limit=None, reject_limit=None),
        "ask",
        "above_order_limit",
    ),
    (
        "own threshold above the reject limit",
        {"amount": D(150_000)},
        std(exposure_limit=None).with_order_limit(D(200_000)),
        "accept",
        IN,
    ),
    # The exposure limit.
    ("exposure fills its limit", {"exposure": D(4900)}, STANDARD, "accept", IN),
    (
        "exposure a cent above its limit",
        {"exposure": D("4900.01")},
        STANDARD,
        "ask",
        f"{IN} above_exposure_limit",
    ),
    (
        "exposure without a limit",
        {"exposure": D(10**9)},
        std(exposure_limit=None),
        "accept",
        IN,
    ),
    ("paid in advance", {"exposure": D(-9000)}, STANDARD, "accept", IN),
    (
        "advance covers less than the order",
        {"exposure": D(-10)},
        std(exposure_limit=D(80)),
        "ask",
        f"{IN} above_exposure_limit",
    ),
    (
        "above both limits",
        {"amount": D(2000), "exposure": D(4000)},
        STANDARD,
        "ask",
        "above_order_limit above_exposure_limit",
    ),
    # Overdue.
    (
        "overdue within the tolerated days",
        {"record": record(overdue=500, days=10)},
        STANDARD,
        "accept",
        IN,
    ),
    (
        "overdue a day too long",
        {"record": record(overdue=500, days=11)},
        STANDARD,
        "ask",
        f"{IN} overdue",
    ),
    (
        "little overdue for long",
        {"record": record(overdue=50, days=400)},
        STANDARD,
        "accept",
        IN,
    ),
    (
        "a little more than tolerated, for long",
        {"record": record(overdue="50.01", days=400)},
        STANDARD,
        "ask",
        f"{IN} overdue",
    ),
    (
        "no tolerance at all",
        {"record": record(overdue=1, days=1)},
        std(overdue_days=0, overdue_amount=D(0)),
        "ask",
        f"{IN} overdue",
    ),
    (
        "overdue is not looked at",
        {"record": record(overdue=10**6, days=900)},
        std(overdue_days=None),
        "accept",
        IN,
    ),
    # The payment record.
    ("exactly enough paid invoices", {"record": record(3)}, STANDARD, "accept", IN),
    (
        "one paid invoice short",
        {"record": record(2)},
        STANDARD,
        "ask",
        f"{IN} few_paid_invoices",
    ),
    (
        "new customer",
        {"record": STRANGER},
        STANDARD,
        "ask",
        f"{IN} few_paid_invoices",
    ),
    (
        "new customer where no record is wanted",
        {"record": STRANGER},
        std(min_paid_invoices=0),
        "accept",
        IN,
    ),
    ("just on time enough", {"record": record(share="0.8")}, STANDARD, "accept", IN),
    (
        "paid late too often",
        {"record": record(share="0.79")},
        STANDARD,
        "ask",
        f"{IN} paid_late",
    ),
    ("a week late on average", {"record": record(average="7")}, STANDARD, "accept", IN),
    (
        "more than a week late on average",
        {"record": record(average="7.1")},
        STANDARD,
        "ask",
        f"{IN} average_days_late",
    ),
    (
        "average is not looked at",
        {"record": record(average="70")},
        std(max_average_days_late=None),
        "accept",
        IN,
    ),
    ("late once, long ago", {"record": record(worst=300)}, STANDARD, "accept", IN),
    (
        "bad in every respect",
        {"record": record(1, "0", "90", 300, 5000, 90)},
        STANDARD,
        "ask",
        f"{IN} overdue few_paid_invoices paid_late average_days_late",
    ),
    # Origin, completeness, conformity, hold.
    (
        "network as the policy asks",
        {"origin": "network"},
        STANDARD,
        "ask",
        f"{IN} origin",
    ),
    ("portal as the policy does not ask", {"origin": "portal"}, STANDARD, "accept", IN),
    (
        "website as another policy asks",
        {"origin": "website"},
        std(ask_origins=frozenset({"website", "import"})),
        "ask",
        f"{IN} origin",
    ),
    (
        "two things missing",
        {"missing": ("price", "delivery_address")},
        STANDARD,
        "ask",
        f"{IN} missing_delivery_address missing_price",
    ),
    (
        "cheaper than the price list",
        {"deviations": (CHEAP,)},
        STANDARD,
        "ask",
        f"{IN} price_below_list",
    ),
    (
        "cheaper and more discount",
        {"deviations": (REBATE, CHEAP)},
        STANDARD,
        "ask",
        f"{IN} discount_above_list price_below_list",
    ),
    (
        "deviations are not looked at",
        {"deviations": (CHEAP, REBATE)},
        std(ask_on_deviation=False),
        "accept",
        IN,
    ),
    ("held good customer", {"on_hold": True}, STANDARD, "ask", f"on_hold {IN}"),
    # Changes.
    ("small change", changed(100), STANDARD, "accept", IN),
    (
        "change makes the order too big",
        changed(500, 1200),
        STANDARD,
        "ask",
        "above_order_limit",
    ),
    ("big order, made smaller", changed(-500, 2000), STANDARD, "accept", ""),
    ("big order, same total", changed(0, 2000), STANDARD, "accept", ""),
    (
        "smaller, though overdue",
        changed(-10, record=record(overdue=900, days=90)),
        STANDARD,
        "accept",
        "",
    ),
    (
        "bigger, and overdue",
        changed(10, record=record(overdue=900, days=90)),
        STANDARD,
        "ask",
        f"{IN} overdue",
    ),
    (
        "smaller, by a price below the list",
        changed(-10, deviations=(CHEAP,)),
        STANDARD,
        "ask",
        "price_below_list",
    ),
    ("only the delta counts", changed(100, exposure=D(4900)), STANDARD, "accept", IN),
    (
        "the delta is too much",
        changed(101, exposure=D(4900)),
        STANDARD,
        "ask",
        f"{IN} above_exposure_limit",
    ),
    (
        "agreed, above every limit",
        changed(10**6, 10**6, agreed=True),
        STANDARD,
        "accept",
        "agreed_change",
    ),
    (
        "agreed from the network, nothing set",
        changed(5, agreed=True, origin="network"),
        NONE,
        "accept",
        "agreed_change",
    ),
    (
        "agreed, but held",
        changed(5, agreed=True, on_hold=True),
        STANDARD,
        "ask",
        "on_hold agreed_change",
    ),
    (
        "a counter-offer to a new order, agreed",
        {"agreed": True, "amount": D(1001)},
        STANDARD,
        "accept",
        "agreed_change",
    ),
]


@pytest.mark.parametrize(
    ("special", "policy", "outcome", "codes"),
    [row[1:] for row in TABLE],
    ids=[row[0] for row in TABLE],
)
def test_decision_table(special, policy, outcome, codes):
    facts = Facts(**{"origin": "manual", "amount": D(100), "record": GOOD, **special})
    decision = decide(facts, policy)
    found = [reason.code for reason in decision.reasons]
    assert (decision.outcome, sorted(found)) == (outcome, sorted(codes.split()))


def test_the_table_has_sixty_rows_and_no_case_twice():
    assert len({row[0] for row in TABLE}) == len(TABLE) >= 60


def test_a_reason_says_what_was_found_and_what_is_allowed():
    facts = Facts("manual", D("1200.50"), record=record(1))
    reasons = {
        reason.code: dict(reason.values) for reason in decide(facts, STANDARD).reasons
    }
    assert reasons == {
        "above_order_limit": {"amount": "1200.50", "limit": "1000"},
        "few_paid_invoices": {"paid": "1", "wanted": "3"},
    }


def test_a_reason_names_a_few_positions_and_counts_all():
    many = tuple(Deviation("price_below_list", f"P{n}") for n in range(9))
    (reason,) = decide(
        Facts("manual", D(1), deviations=many),
        Policy("P", "EUR", ask_on_deviation=True),
    ).reasons
    assert dict(reason.values) == {"count": "9", "positions": "P0, P1, P2, P3, P4, …"}


def test_the_decision_keeps_amount_and_limit():
    decision = decide(Facts("manual", D(100), record=GOOD), STANDARD)
    assert (decision.amount, decision.limit) == (D(100), D(1000))


def test_facts_and_decision_are_plain_json():
    facts = Facts("portal", D("1.10"), deviations=(CHEAP,), record=GOOD)
    decision = decide(facts, STANDARD).to_dict()
    assert json.loads(json.dumps(decision)) == decision
    assert facts.to_dict()["record"]["on_time_share"] == "1"
    assert facts.to_dict()["deviations"][0]["found"] == "90"


@pytest.mark.parametrize(
    "make",
    [
        lambda: Facts("fax", D(1)),
        lambda: Policy("P", "EUR", order_limit=D(-1)),
        lambda: Policy("P", "EUR", exposure_limit=D(-1)),
        lambda: Policy("P", "EUR", reject_limit=D(-1)),
        lambda: Policy("P", "EUR", ask_origins=frozenset({"fax"})),
    ],
)
def test_what_cannot_be_is_refused(make):
    with pytest.raises(ValueError):
        make()


# === PROPERTIES ===#
amounts = st.integers(-3, 6).map(lambda n: D(n) * 500)
limits = st.none() | st.integers(0, 6).map(lambda n: D(n) * 500)
shares = st.sampled_from(["0", "0.5", "0.8", "1"]).map(D)
codes = st.sampled_from(["price_below_list", "discount_above_list"])
deviations = st.builds(Deviation, codes, st.sampled_from("ABC"), st.just("2"))
records = st.builds(
    PaymentRecord,
    paid_invoices=st.integers(0, 5),
    on_time_share=st.none() | shares,
    average_days_late=st.none() | st.integers(0, 20).map(D),
    worst_days_late=st.integers(0, 99),
    overdue_amount=st.integers(0, 3).map(lambda n: D(n) * 50),
    overdue_days=st.integers(0, 20),
)
facts_found = st.builds(
    Facts,
    origin=st.sampled_from(ORIGINS),
    amount=amounts,
    missing=st.lists(st.sampled_from(["lines", "price"]), max_size=2).map(tuple),
    deviations=st.lists(deviations, max_size=4).map(tuple),
    record=records,
    exposure=amounts,
    on_hold=st.booleans(),
    is_change=st.booleans(),
    delta=amounts,
    agreed=st.booleans(),
)
policies = st.builds(
    Policy,
    name=st.just("P"),
    currency=st.just("EUR"),
    always_ask=st.sampled_from([False, False, True]),
    order_limit=limits,
    exposure_limit=limits,
    reject_limit=limits,
    overdue_days=st.none() | st.integers(0, 20),
    overdue_amount=st.integers(0, 3).map(lambda n: D(n) * 50),
    min_paid_invoices=st.integers(0, 5),
    min_on_time_share=shares,
    max_average_days_late=st.none() | st.integers(0, 20).map(D),
    ask_origins=st.frozensets(st.sampled_from(ORIGINS), max_size=2),
    ask_on_deviation=st.booleans(),
)
more = st.integers(0, 9).map(lambda n: D(n) * 250)


def strength(facts, policy):
    return STRENGTH[decide(facts, policy).outcome]


def looser(limit, by):
    return None if limit is None else limit + by


@given(facts_found, policies, more, more, more)
def test_raising_a_limit_never_makes_it_harder(facts, policy, order, exposure, reject):
    raised = replace(
        policy,
        order_limit=looser(policy.order_limit, order),
        exposure_limit=looser(policy.exposure_limit, exposure),
        reject_limit=looser(policy.reject_limit, reject),
    )
    assert strength(facts, raised) <= strength(facts, policy)


@given(facts_found, policies, st.sampled_from(["order", "exposure", "reject"]))
def test_dropping_a_limit_never_makes_it_harder(facts, policy, which):
    dropped = replace(policy, **{f"{which}_limit": None})
    assert strength(facts, dropped) <= strength(facts, policy)


@given(facts_found, policies, more, more)
def test_raising_the_own_threshold_never_makes_it_harder(facts, policy, low, by):
    before, after = (policy.with_order_limit(limit) for limit in (low, low + by))
    assert strength(facts, after) <= strength(facts, before)


@given(facts_found, policies, st.data())
def test_a_worse_payment_record_never_makes_it_easier(facts, policy, data):
    now = facts.record
    steps = st.integers(0, 10)
    worse = replace(
        now,
        paid_invoices=max(0, now.paid_invoices - data.draw(steps)),
        on_time_share=now.on_time_share
        and now.on_time_share * data.draw(st.sampled_from([D(1), D("0.5"), D(0)])),
        average_days_late=None
        if now.average_days_late is None
        else now.average_days_late + data.draw(steps),
        worst_days_late=now.worst_days_late + data.draw(steps),
        overdue_amount=now.overdue_amount + data.draw(steps) * 10,
        overdue_days=now.overdue_days + data.draw(steps),
    )
    assert strength(replace(facts, record=worse), policy) >= strength(facts, policy)


@given(facts_found, st.none() | policies, more, more)
def test_more_to_lose_never_makes_it_easier(facts, policy, amount, exposure):
    bigger = replace(
        facts,
        amount=facts.amount + amount,
        delta=facts.delta + amount,
        exposure=facts.exposure + exposure,
    )
    assert strength(bigger, policy) >= strength(facts, policy)


@given(facts_found, st.none() | policies)
def test_a_hold_stops_acceptance_of_whatever_adds_risk(facts, policy):
    decision = decide(replace(facts, on_hold=True), policy)
    named = "on_hold" in {reason.code for reason in decision.reasons}
    assert named is facts.adds_risk
    if facts.adds_risk:
        assert decision.outcome != "accept"
    else:
        assert decision == decide(replace(facts, on_hold=False), policy)


@given(facts_found, st.none() | policies, st.randoms())
def test_the_order_of_what_was_found_is_irrelevant(facts, policy, random):
    def shuffled(values):
        return tuple(random.sample(values, len(values)))

    other = replace(
        facts,
        missing=shuffled(facts.missing),
        deviations=shuffled(facts.deviations),
    )
    assert decide(other, policy) == decide(facts, policy)


@given(facts_found, st.none() | policies)
def test_every_refusal_has_a_reason_and_an_acceptance_none_against_it(facts, policy):
    decision = decide(facts, policy)
    against = {reason.code for reason in decision.reasons} - INFORMATIVE
    assert bool(against) == (decision.outcome != "accept")


@given(facts_found)
def test_without_a_policy_only_a_hold_or_the_network_asks(facts):
    held = facts.on_hold and facts.adds_risk
    asks = held or (facts.origin == "network" and not facts.agreed)
    assert decide(facts, None).outcome == ("ask" if asks else "accept")
