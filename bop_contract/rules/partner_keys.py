# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a partner writes what we have a record for: the keys by which it is found again.

A key is a text that is equal whenever the partner means the same, and that people can
read. Case, blanks and punctuation mean nothing in names and addresses; in article numbers
they do.
"""

from __future__ import annotations

import unicodedata

from .terms import Address, Instalment, LineTerms, Tax

MAX_KEY = 500
_KEPT = ("L", "N")


def folded(text: str) -> str:
    """Return letters and digits of a text in lower case, one blank between words.

    >>> folded("  Hauptstraße 1-3,\\n2.OG "), folded("HAUPTSTRASSE 1 3 2 og")
    ('hauptstrasse 1 3 2 og', 'hauptstrasse 1 3 2 og')
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    signs = (
        sign if unicodedata.category(sign)[0] in _KEPT else " "
        for sign in plain
        if unicodedata.category(sign) != "Mn"
    )
    return " ".join("".join(signs).split())


def product_keys(line: LineTerms, buyers_id: str = "") -> tuple[str, ...]:
    """Return the keys of an article, the surest first: the buyer's own number, the
    seller's, the GTIN; its name only when it has no number.

    >>> product_keys(LineTerms("1", sku="M3", gtin="4006381333931"), "4711")
    ('buyer 4711', 'seller M3', 'gtin 4006381333931')
    >>> product_keys(LineTerms("1", product="Screw  M3"))
    ('name screw m3',)
    """
    numbers = (
        ("buyer", buyers_id.strip()),
        ("seller", line.sku.strip()),
        ("gtin", line.gtin.strip()),
    )
    found = tuple(f"{kind} {number}"[:MAX_KEY] for kind, number in numbers if number)
    name = folded(line.product or line.description)
    return found or ((f"name {name}"[:MAX_KEY],) if name else ())


def tax_key(tax: Tax) -> str:
    """Return the key of a tax.

    >>> tax_key(Tax("19% USt", "percent", "19"))
    '19 ust: percent 19'
    """
    return f"{folded(tax.name)}: {tax.kind} {tax.amount}"[:MAX_KEY]


def place_key(address: Address | None) -> str:
    """Return where an address is, without who is there; empty when it does not say.

    >>> place_key(Address("Lager", "Hauptstr. 1", "", "Berlin", "10115", "", "DE"))
    'hauptstr 1, 10115, berlin, de'
    """
    if not address:
        return ""
    street = folded(f"{address.street} {address.street2}")
    parts = (street, folded(address.zip), folded(address.city), folded(address.country))
    return ", ".join(filter(None, parts))


def address_key(address: Address | None) -> str:
    """Return the key of an address: who and where.

    >>> address_key(Address("Lager Süd", city="Berlin"))
    'lager süd, berlin'
    """
    name = folded(address.name) if address else ""
    return ", ".join(filter(None, (name, place_key(address))))[:MAX_KEY]


def plan_key(instalments: tuple[Instalment, ...]) -> str:
    """Return the key of a payment plan.

    >>> plan_key((Instalment(share="100", days="30", rule="days_after"),))
    '100% invoice +30 days_after'
    """
    return "; ".join(map(_instalment, instalments))[:MAX_KEY]


def _instalment(part: Instalment) -> str:
    share = f"{part.share}%" if part.share else part.amount
    when = part.due or f"{part.event} +{part.days or 0} {part.rule or 'days_after'}"
    return f"{share} {when}"
