# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Did both sides agree to the same?

The two records of one contract never have equal terms: each side has its own number, its
own names for parties, articles and taxes, its own texts, and its own way to write a price
(tax included or not). :func:`comparable` leaves out what is a matter of naming and keeps
what people owe each other:

| kept | as |
|---|---|
| positions (kind ``item``) by uid | quantity, unit, net price, tax rates, releases |
| currency, prepayment | as they are |
| payment plan | instalments; payment at once is the plan of who states none |
| note | without regard to blanks and newlines |

| left out | because |
|---|---|
| number, predecessor, date, kind, ``customer_reference`` | each side numbers its own |
| supplier, customer, ``bill_to`` | the signature says who they are |
| sku, gtin, product, options, description | the uid says which position is meant |
| names of taxes, taxes of 0 percent | no effect on what is owed |
| price list price and discount | their product is what is owed |
| sections and notes between the positions | texts |
| ``delivery_date``, ``ship_to``, ``incoterm`` and its place | what holds for a position
without release of its own; so they are in its releases |
| ``lead_days`` | an expectation, no date |
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from .terms import Address, Instalment, LineTerms, Release, Tax, Terms, decimal_text

#: Net prices are compared with so many decimals; more are noise of a conversion.
PRICE_DIGITS = 6
HUNDRED = Decimal(100)


def comparable(terms: Terms) -> dict[str, Any]:
    """Return what was agreed, as plain JSON: equal on both sides when they agree.

    >>> from .terms import Party
    >>> us, them = Party("Supplier"), Party("Customer")
    >>> line = LineTerms("1", sku="A", quantity="2", price="10", discount="10")
    >>> order = Terms("PO1", supplier=us, customer=them, lines=(line,))
    >>> twin = LineTerms("1", sku="B", quantity="2.0", price="9")
    >>> comparable(order) == comparable(Terms("SO7", supplier=us, customer=them, lines=(twin,)))
    True
    """
    return {
        "currency": terms.currency,
        "note": blank_free(terms.note),
        "prepayment": decimal_text(terms.prepayment or 0, PRICE_DIGITS),
        "instalments": _instalments(terms.instalments),
        "positions": {
            line.uid: _position(line, terms)
            for line in terms.lines
            if line.kind == "item"
        },
    }


def net_price(line: LineTerms) -> Decimal:
    """Return the price per unit without discount and included taxes, as it is compared.

    >>> vat = Tax("VAT", "percent", "19", included=True)
    >>> net_price(LineTerms("1", price="119", discount="10", taxes=(vat,)))
    Decimal('90')
    """
    price = Decimal(line.price or 0) * (HUNDRED - Decimal(line.discount or 0)) / HUNDRED
    return Decimal(decimal_text(untaxed(price, line.taxes), PRICE_DIGITS))


def untaxed(price: Decimal, taxes: Iterable[Tax]) -> Decimal:
    """Return a price without the percentages that it includes."""
    rates = [
        Decimal(tax.amount or 0)
        for tax in taxes
        if tax.included and tax.kind == "percent"
    ]
    whole = HUNDRED + sum(rates, Decimal(0))
    return price * HUNDRED / whole if whole > HUNDRED else price


def tax_rates(taxes: Iterable[Tax]) -> tuple[str, ...]:
    """Return the taxes by what they do, without those that do nothing.

    >>> tax_rates((Tax("0%", "percent", "0"), Tax("USt", "percent", "19.0")))
    ('percent 19',)
    """
    return tuple(
        sorted(
            f"{tax.kind} {tax.amount}"
            for tax in taxes
            if tax.amount and Decimal(tax.amount)
        )
    )


def blank_free(text: str) -> str:
    r"""Return a text with single blanks.

    >>> blank_free(" Please\n ring ")
    'Please ring'
    """
    return " ".join(text.split())


def stated_releases(line: LineTerms, terms: Terms) -> tuple[Release, ...]:
    """Return the deliveries of a position; what a release leaves open, the header says."""
    releases = line.releases or (Release(line.quantity),)
    return tuple(
        Release(
            quantity=release.quantity,
            due=release.due or terms.delivery_date,
            ship_to=release.ship_to or terms.ship_to,
            incoterm=release.incoterm or terms.incoterm,
            incoterm_place=release.incoterm_place or terms.incoterm_place,
        )
        for release in releases
    )


def _position(line: LineTerms, terms: Terms) -> dict[str, Any]:
    return {
        "quantity": decimal_text(line.quantity or 0, PRICE_DIGITS),
        "unit": line.unit,
        "price": decimal_text(net_price(line)),
        "taxes": list(tax_rates(line.taxes)),
        "releases": _releases(stated_releases(line, terms)),
    }


def _releases(releases: tuple[Release, ...]) -> list[list[str]]:
    """Quantities by when and where; two that are the same delivery are one."""
    found: dict[tuple[str, ...], Decimal] = {}
    for release in releases:
        key = (
            release.due,
            address_text(release.ship_to),
            release.incoterm,
            blank_free(release.incoterm_place),
        )
        found[key] = found.get(key, Decimal(0)) + Decimal(release.quantity or 0)
    return sorted(
        [decimal_text(quantity, PRICE_DIGITS), *key] for key, quantity in found.items()
    )


def address_text(address: Address | None) -> str:
    """Return an address in one line, without regard to blanks; empty when it is."""
    if not address:
        return ""
    parts = (
        address.name,
        address.street,
        address.street2,
        address.zip,
        address.city,
        address.state,
        address.country,
    )
    return ", ".join(filter(None, map(blank_free, parts)))


def _instalments(instalments: tuple[Instalment, ...]) -> list[list[str]]:
    plan = sorted(
        [
            decimal_text(part.share or 0, PRICE_DIGITS),
            decimal_text(part.amount or 0, PRICE_DIGITS),
            part.event,
            decimal_text(part.days or 0),
            part.rule or "days_after",
            part.due,
        ]
        for part in instalments
    )
    return [] if plan == [AT_ONCE] else plan


#: One payment of everything on the day of the invoice: what holds without a plan.
AT_ONCE = ["100", "0", "invoice", "0", "days_after", ""]
