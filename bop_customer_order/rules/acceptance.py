# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Is an order accepted by itself, or does a person have to decide (S0.31 to S0.33)?

The facts of an order meet the policy of its customer. The worst finding decides:
``reject`` before ``ask`` before ``accept``. Every amount is in the currency of the
policy. A reason is a code with values; the sentence a person reads is made elsewhere.

>>> standard = Policy("Standard", "EUR", order_limit=Decimal(5000))
>>> decide(Facts("manual", Decimal(4999)), standard).outcome
'accept'
>>> above = decide(Facts("manual", Decimal(5001)), standard)
>>> above.outcome, [reason.code for reason in above.reasons]
('ask', ['above_order_limit'])
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

ORIGINS = ("manual", "portal", "website", "import", "network")
ACCEPT, ASK, REJECT = "accept", "ask", "reject"
#: Reasons that explain an acceptance and stand against nothing.
INFORMATIVE = frozenset({"agreed_change", "within_order_limit"})
REJECTING = frozenset({"above_reject_limit"})
#: Positions that a reason names; the facts have all of them.
NAMED_POSITIONS = 5

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class PaymentRecord:
    """How the customer paid lately and what is overdue today.

    ``on_time_share`` (0 to 1) and ``average_days_late`` are over the paid invoices of
    the window, ``None`` without any; paying early counts as 0 days late.
    ``overdue_days`` is the age of the oldest overdue instalment.
    """

    paid_invoices: int = 0
    on_time_share: Decimal | None = None
    average_days_late: Decimal | None = None
    worst_days_late: int = 0
    overdue_amount: Decimal = ZERO
    overdue_days: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Deviation:
    """A position that says something else than the price list or the contract.

    ``code``: ``price_below_list`` | ``discount_above_list``; ``expected`` and
    ``found`` are canonical numbers.
    """

    code: str
    position: str
    expected: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an order when it is decided upon.

    ``exposure`` is what the customer owes or has on order without this order; the
    order a change succeeds is in it. ``delta`` is what a change adds to its total.
    ``missing`` names what the declaration lacks (S0.2): ``lines``, ``price``, ….
    ``agreed``: both sides have agreed to this change or counter-offer already.

    :raises ValueError: unknown origin
    """

    origin: str
    amount: Decimal
    missing: tuple[str, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    record: PaymentRecord = PaymentRecord()
    exposure: Decimal = ZERO
    on_hold: bool = False
    is_change: bool = False
    delta: Decimal = ZERO
    agreed: bool = False

    def __post_init__(self) -> None:
        if self.origin not in ORIGINS:
            raise ValueError(f"unknown origin {self.origin}")

    @property
    def added(self) -> Decimal:
        """What acceptance adds to the exposure."""
        return self.delta if self.is_change else self.amount

    @property
    def adds_risk(self) -> bool:
        """Whether the supplier would risk more than today: a change that makes the
        order no bigger does not.
        """
        return not self.is_change or self.delta > 0

    def to_dict(self) -> dict[str, Any]:
        """Return the facts as plain JSON; numbers are text.

        >>> Facts("portal", Decimal("12.50")).to_dict()["amount"]
        '12.50'
        """
        return _plain(asdict(self))  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Policy:
    """What is accepted without asking.

    A limit of ``None`` is no limit; an order exactly at its limit is within it.
    Overdue is tolerated up to ``overdue_days`` days or up to ``overdue_amount``;
    ``overdue_days`` ``None`` looks at nothing overdue. ``min_on_time_share`` (0 to
    1) and ``max_average_days_late`` judge a record that is there; whether there
    must be one says ``min_paid_invoices``.

    :raises ValueError: a negative limit, or an unknown origin
    """

    name: str
    currency: str
    always_ask: bool = False
    order_limit: Decimal | None = None
    exposure_limit: Decimal | None = None
    reject_limit: Decimal | None = None
    overdue_days: int | None = None
    overdue_amount: Decimal = ZERO
    min_paid_invoices: int = 0
    min_on_time_share: Decimal = ZERO
    max_average_days_late: Decimal | None = None
    ask_origins: frozenset[str] = frozenset()
    ask_on_deviation: bool = False

    def __post_init__(self) -> None:
        limits = (self.order_limit, self.exposure_limit, self.reject_limit)
        if any(limit is not None and limit < 0 for limit in limits):
            raise ValueError("a limit cannot be negative")
        if unknown := self.ask_origins.difference(ORIGINS):
            raise ValueError(f"unknown origins {sorted(unknown)}")

    def with_order_limit(self, limit: Decimal) -> Policy:
        """Return this policy with the customer's own threshold (S0.33).

        Nothing up to that threshold is rejected.

        >>> policy = Policy("P", "EUR", reject_limit=Decimal(10))
        >>> policy.with_order_limit(Decimal(50)).reject_limit
        Decimal('50')
        """
        reject = None if self.reject_limit is None else max(self.reject_limit, limit)
        return replace(self, order_limit=limit, reject_limit=reject)


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """Why: a code, and the values a sentence about it needs, as text."""

    code: str
    values: tuple[tuple[str, str], ...] = ()

    @property
    def outcome(self) -> str:
        """What this reason alone leads to."""
        if self.code in INFORMATIVE:
            return ACCEPT
        return REJECT if self.code in REJECTING else ASK


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of an order, and why; ``limit`` is the order limit that was looked
    at.
    """

    outcome: str
    reasons: tuple[Reason, ...]
    amount: Decimal
    limit: Decimal | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the decision as plain JSON; numbers are text.

        >>> decide(Facts("network", Decimal(7)), None).to_dict()["reasons"]
        [{'code': 'network_without_policy', 'values': {}}]
        """
        reasons = [
            {"code": reason.code, "values": dict(reason.values)}
            for reason in self.reasons
        ]
        return {**_plain(asdict(self)), "reasons": reasons}


def decide(facts: Facts, policy: Policy | None) -> Decision:
    """Return what becomes of an order.

    Without a policy, orders from the network ask (S2.5) and all others are accepted
    (S2.4). A hold asks whatever the policy says, but not about a change that makes the
    order no bigger: reducing and cancelling are never blocked. A change that the other
    side has agreed to is accepted unless there is a hold: both had their say.

    >>> decide(Facts("manual", Decimal(10**9)), None).outcome
    'accept'
    >>> held = decide(Facts("manual", Decimal(1), on_hold=True), None)
    >>> held.outcome, held.reasons
    ('ask', (Reason(code='on_hold', values=()),))
    """
    reasons = tuple(_findings(facts, policy))
    outcomes = {reason.outcome for reason in reasons}
    outcome = next((x for x in (REJECT, ASK) if x in outcomes), ACCEPT)
    limit = policy.order_limit if policy else None
    return Decision(outcome, reasons, facts.amount, limit)


def overdue_reasons(
    record: PaymentRecord, days: int | None, amount: Decimal
) -> Iterator[Reason]:
    """Yield the reason when more than ``amount`` is overdue, the oldest of it for more
    than ``days`` days.

    >>> late = PaymentRecord(overdue_amount=Decimal(90), overdue_days=31)
    >>> [reason.code for reason in overdue_reasons(late, 30, Decimal(50))]
    ['overdue']
    >>> list(overdue_reasons(late, 30, Decimal(90)))
    []
    """
    if days is None or record.overdue_days <= days:
        return
    if record.overdue_amount > max(amount, ZERO):
        yield _reason(
            "overdue",
            amount=record.overdue_amount,
            days=record.overdue_days,
            tolerated_days=days,
            tolerated_amount=amount,
        )


def exposure_reasons(exposure: Decimal, limit: Decimal | None) -> Iterator[Reason]:
    """Yield the reason when ``exposure`` is above ``limit``.

    >>> [reason.code for reason in exposure_reasons(Decimal(11), Decimal(10))]
    ['above_exposure_limit']
    """
    if limit is not None and exposure > limit:
        yield _reason("above_exposure_limit", exposure=exposure, limit=limit)


# === FINDINGS ===#
def _findings(facts: Facts, policy: Policy | None) -> Iterator[Reason]:
    if facts.on_hold and facts.adds_risk:
        yield Reason("on_hold")
    if facts.agreed:
        yield Reason("agreed_change")
        return
    if policy or facts.origin == "network":
        yield from (Reason(f"missing_{what}") for what in sorted(set(facts.missing)))
    if policy:
        yield from _policy_findings(facts, policy)
    elif facts.origin == "network":
        yield Reason("network_without_policy")


def _policy_findings(facts: Facts, policy: Policy) -> Iterator[Reason]:
    if policy.always_ask:
        yield _reason("always_ask", policy=policy.name)
    if facts.origin in policy.ask_origins:
        yield _reason("origin", origin=facts.origin)
    if facts.adds_risk:
        yield from _limits(facts, policy)
        yield from _record(facts.record, policy)
    if policy.ask_on_deviation:
        yield from _deviations(facts.deviations)


def _limits(facts: Facts, policy: Policy) -> Iterator[Reason]:
    amount, limit, reject = facts.amount, policy.order_limit, policy.reject_limit
    if reject is not None and amount > reject:
        yield _reason("above_reject_limit", amount=amount, limit=reject)
    if limit is not None:
        code = "above_order_limit" if amount > limit else "within_order_limit"
        yield _reason(code, amount=amount, limit=limit)
    yield from exposure_reasons(facts.exposure + facts.added, policy.exposure_limit)


def _record(record: PaymentRecord, policy: Policy) -> Iterator[Reason]:
    yield from overdue_reasons(record, policy.overdue_days, policy.overdue_amount)
    if record.paid_invoices < policy.min_paid_invoices:
        yield _reason(
            "few_paid_invoices",
            paid=record.paid_invoices,
            wanted=policy.min_paid_invoices,
        )
    share, late = record.on_time_share, record.average_days_late
    if share is not None and share < policy.min_on_time_share:
        yield _reason("paid_late", share=share, wanted=policy.min_on_time_share)
    longest = policy.max_average_days_late
    if late is not None and longest is not None and late > longest:
        yield _reason("average_days_late", days=late, tolerated=longest)


def _deviations(deviations: Iterable[Deviation]) -> Iterator[Reason]:
    """One reason for each kind of deviation, however many positions there are."""
    found = sorted(set(deviations))
    for code in sorted({deviation.code for deviation in found}):
        names = [item.position for item in found if item.code == code]
        more = ["…"] if len(names) > NAMED_POSITIONS else []
        positions = ", ".join(names[:NAMED_POSITIONS] + more)
        yield _reason(code, count=len(names), positions=positions)


def _reason(code: str, **values: Decimal | int | str) -> Reason:
    return Reason(code, tuple((name, _text(value)) for name, value in values.items()))


def _text(value: Decimal | int | str) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return _text(value) if isinstance(value, Decimal) else value
