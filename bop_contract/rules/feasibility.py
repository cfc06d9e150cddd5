# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Can a change be done, and what follows from it? Said before anything moves.

For each position the facts of today (ordered, delivered, billed, what is under
way) meet the quantity, price and product that are wanted. Obstacles forbid the
change as it stands; consequences tell what applying it will do. Nothing that
was delivered or billed may be lost (S0.23), quantity 0 cancels a position and
all of them at 0 the order (S2.11).

A finding is a code with values (canonical numbers, names joined by ", "); the
sentence a person reads is made elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .terms import decimal_text

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class PositionFacts:
    """One position: what is agreed and done today, and what is wanted.

    Quantities are in the agreed unit of the line. Prices are per unit in
    ``currency``, net of discount. ``price_changed`` covers price, discount and
    taxes. ``picked`` is set aside on deliveries that are not validated yet.
    The tuples name documents: ``printed_pickings`` and ``open_pickings`` the
    deliveries that carry the position, ``confirmed_dropship`` purchase orders
    that cannot shrink, ``confirmed_purchases`` and ``productions`` the supply
    made for it. ``needed`` is what the documents ``needed_for`` wait for.
    ``invoice_on_delivery``: what is delivered is due, not what is
    ordered. ``wanted`` of ``max_quantity`` or more is taken for a mistake. ``on_hold``
    says why nothing more may be supplied, empty when it may.
    """

    uid: str
    label: str
    wanted: Decimal
    agreed: Decimal
    delivered: Decimal = ZERO
    billed: Decimal = ZERO
    unit: str = ""
    currency: str = ""
    old_price: Decimal = ZERO
    new_price: Decimal = ZERO
    price_changed: bool = False
    product_changed: bool = False
    unit_changed: bool = False
    is_new: bool = False
    picked: Decimal = ZERO
    printed_pickings: tuple[str, ...] = ()
    open_pickings: tuple[str, ...] = ()
    confirmed_dropship: tuple[str, ...] = ()
    confirmed_purchases: tuple[str, ...] = ()
    productions: tuple[str, ...] = ()
    needed: Decimal = ZERO
    needed_for: tuple[str, ...] = ()
    archived_product: bool = False
    invoice_on_delivery: bool = False
    on_hold: str = ""
    max_quantity: Decimal = Decimal(10**9)

    @property
    def replaced(self) -> bool:
        """Whether product or unit is another: one position goes, a new one comes."""
        return self.product_changed or self.unit_changed

    @property
    def repriced(self) -> bool:
        """Whether a position that stays gets another price."""
        stays = not self.is_new and not self.replaced and self.wanted > 0
        return self.price_changed and stays

    @property
    def changed(self) -> bool:
        """Whether anything is wanted that is not agreed."""
        return self.wanted != self.agreed or self.repriced or self.replaced

    @property
    def adds_supply(self) -> bool:
        """Whether goods are wanted that are neither agreed nor delivered."""
        more = self.wanted > max(self.agreed, self.delivered)
        return self.wanted > 0 and (more or self.replaced)

    @property
    def takes_away(self) -> bool:
        """Whether less of the agreed product is wanted than agreed."""
        return self.wanted < self.agreed or (self.replaced and self.agreed > 0)


@dataclass(frozen=True, slots=True)
class Finding:
    """An ``obstacle`` or a ``consequence``; ``uid`` is empty for the whole order."""

    code: str
    severity: str
    uid: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Assessment:
    """All findings on a change, by position."""

    findings: tuple[Finding, ...]

    @property
    def obstacles(self) -> tuple[Finding, ...]:
        """What forbids the change."""
        return tuple(x for x in self.findings if x.severity == "obstacle")

    @property
    def consequences(self) -> tuple[Finding, ...]:
        """What the change will do."""
        return tuple(x for x in self.findings if x.severity == "consequence")

    @property
    def feasible(self) -> bool:
        """Whether the change can be applied as it stands."""
        return not self.obstacles


def kept_quantity(facts: PositionFacts) -> Decimal:
    """Return the quantity that stays at the old price when the price changes.

    What was billed was agreed at the old price, and what was delivered with it
    goes along; only the open rest is still to be priced.

    >>> kept_quantity(PositionFacts("1", "", Decimal(10), Decimal(10),
    ...     delivered=Decimal(4), billed=Decimal(3), price_changed=True))
    Decimal('4')
    """
    if facts.repriced and facts.billed > 0:
        return max(facts.billed, facts.delivered)
    return ZERO


def open_quantity(facts: PositionFacts) -> Decimal:
    """Return the wanted quantity that is free for a new price."""
    return facts.wanted - kept_quantity(facts)


def assess(positions: Sequence[PositionFacts]) -> Assessment:
    """Return what stands against the change and what it will do.

    Findings come in the order of ``positions``, which decides nothing else; what is
    not changed is not named.

    >>> fewer = PositionFacts("1", "Desk", wanted=Decimal(3), agreed=Decimal(5),
    ...                       delivered=Decimal(4))
    >>> [finding.code for finding in assess([fewer]).obstacles]
    ['below_delivered']
    """
    findings: list[Finding] = []
    for facts in positions:
        if facts.changed:
            findings += _obstacles(facts)
            findings += _consequences(facts)
    if _cancels_all(positions):
        findings.append(Finding("order_cancelled", "consequence", "", {}))
    return Assessment(tuple(findings))


def _cancels_all(positions: Sequence[PositionFacts]) -> bool:
    nothing_wanted = all(facts.wanted == 0 for facts in positions)
    return nothing_wanted and any(facts.agreed != 0 for facts in positions)


def _obstacles(facts: PositionFacts) -> Iterator[Finding]:
    for rule in (
        _bad_quantity,
        _too_late,
        _under_way,
        _price_without_open,
        _archived,
        _held,
    ):
        for code, values in rule(facts):
            yield _finding("obstacle", code, facts, values)


def _consequences(facts: PositionFacts) -> Iterator[Finding]:
    for rule in (_quantity, _price, _credit, _supply):
        for code, values in rule(facts):
            yield _finding("consequence", code, facts, values)


Value = Decimal | tuple[str, ...] | str
Draft = tuple[str, dict[str, Value]]


def _finding(
    severity: str, code: str, facts: PositionFacts, values: dict[str, Value]
) -> Finding:
    common: dict[str, Value] = {
        "label": facts.label,
        "wanted": facts.wanted,
        "agreed": facts.agreed,
        "unit": facts.unit,
    }
    texts = {name: _text(value) for name, value in {**common, **values}.items()}
    return Finding(code, severity, facts.uid, texts)


def _text(value: Value) -> str:
    if isinstance(value, Decimal):
        return decimal_text(value)
    return value if isinstance(value, str) else ", ".join(value)


def _bad_quantity(facts: PositionFacts) -> Iterator[Draft]:
    if facts.wanted < 0:
        yield "negative_quantity", {}
    if facts.wanted >= facts.max_quantity:
        yield "absurd_quantity", {"limit": facts.max_quantity}


def _too_late(facts: PositionFacts) -> Iterator[Draft]:
    """What was delivered or billed cannot be undone by changing the order."""
    done: dict[str, Value] = {"delivered": facts.delivered, "billed": facts.billed}
    if facts.wanted < min(facts.agreed, facts.delivered):
        yield "below_delivered", {**done, "hint": "return"}
    if facts.delivered > 0 or facts.billed > 0:
        if facts.product_changed:
            yield "changed_product_delivered", done
        if facts.unit_changed:
            yield "changed_unit_delivered", done


def _under_way(facts: PositionFacts) -> Iterator[Draft]:
    """What other people already have in their hands cannot shrink unasked."""
    if not facts.takes_away:
        return
    staying = ZERO if facts.replaced else facts.wanted
    if facts.delivered <= staying < facts.delivered + facts.picked:
        yield "picked_more", {"picked": facts.picked, "delivered": facts.delivered}
    if facts.printed_pickings:
        yield "printed_delivery", {"pickings": facts.printed_pickings}
    if facts.confirmed_dropship:
        yield "dropship_cannot_shrink", {"purchases": facts.confirmed_dropship}


def _price_without_open(facts: PositionFacts) -> Iterator[Draft]:
    kept = kept_quantity(facts)
    if kept and facts.wanted <= kept:
        yield "price_without_open_quantity", {**_prices(facts), "kept": kept}


def _archived(facts: PositionFacts) -> Iterator[Draft]:
    more = facts.wanted > facts.agreed or facts.replaced
    if facts.archived_product and more and facts.wanted > 0:
        yield "archived_product", {}


def _held(facts: PositionFacts) -> Iterator[Draft]:
    """A hold stops more, never less (S4.19)."""
    if facts.on_hold and facts.adds_supply:
        yield "credit_hold", {"hold": facts.on_hold}


def _quantity(facts: PositionFacts) -> Iterator[Draft]:
    where: dict[str, Value] = {"pickings": facts.open_pickings}
    more = facts.wanted - max(facts.agreed, facts.delivered)
    fewer = facts.agreed - max(facts.wanted, facts.delivered)
    stays = not facts.is_new and not facts.replaced and facts.wanted != 0
    if not stays:
        if facts.agreed != 0:
            yield "position_cancelled", where
        if facts.wanted > 0:
            yield "new_position", _prices(facts)
    elif more > 0:
        yield "more_to_deliver", {**where, "quantity": more}
    elif fewer > 0:
        yield "fewer_to_deliver", {**where, "quantity": fewer}


def _price(facts: PositionFacts) -> Iterator[Draft]:
    kept, rest = kept_quantity(facts), open_quantity(facts)
    if facts.repriced and not kept:
        yield "price_changed", _prices(facts)
    elif facts.repriced and rest > 0:
        yield "price_split", {**_prices(facts), "kept": kept, "open": rest}


def _credit(facts: PositionFacts) -> Iterator[Draft]:
    if not facts.delivered <= facts.wanted < facts.billed:
        return
    due = facts.delivered if facts.invoice_on_delivery else facts.wanted
    excess = facts.billed - due
    yield (
        "credit_needed",
        {
            "quantity": excess,
            "amount": excess * facts.old_price,
            "currency": facts.currency,
        },
    )


def _supply(facts: PositionFacts) -> Iterator[Draft]:
    """More is procured anew by itself; less has to be told to who makes or sends it."""
    if facts.takes_away and facts.confirmed_purchases:
        yield "purchase_to_tell", {"purchases": facts.confirmed_purchases}
    if facts.takes_away and facts.productions:
        yield "production_to_tell", {"productions": facts.productions}
    coming = ZERO if facts.replaced else max(facts.wanted, ZERO)
    if facts.takes_away and coming < facts.needed:
        missing = facts.needed - coming
        yield "need_uncovered", {"missing": missing, "documents": facts.needed_for}


def _prices(facts: PositionFacts) -> dict[str, Value]:
    return {
        "old_price": facts.old_price,
        "new_price": facts.new_price,
        "currency": facts.currency,
    }
