# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Can the header of a contract be changed like this, and what follows from it?

A contract lives between its parties and in its currency: with another customer or
supplier, or in another currency, it is another contract, never a successor. A new
address, date or payment plan holds for what is still open; what is on paper in the
warehouse is not redirected behind its back.

Findings are codes with values, as in :mod:`.feasibility`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .feasibility import Finding


@dataclass(frozen=True, slots=True)
class HeaderFacts:
    """What the offer changes in the header, and the deliveries that are still open.

    The texts are the new values for people, empty where nothing changes.
    ``confirmed_dropship``: purchase orders whose vendors send to the old address.
    """

    customer: str = ""
    company: str = ""
    currency: str = ""
    address: str = ""
    date: str = ""
    payment_plan: str = ""
    open_pickings: tuple[str, ...] = ()
    printed_pickings: tuple[str, ...] = ()
    confirmed_dropship: tuple[str, ...] = ()


def assess_header(facts: HeaderFacts) -> tuple[Finding, ...]:
    """Return what stands against the change of the header and what it will do.

    >>> [f.code for f in assess_header(HeaderFacts(customer="Nordwind"))]
    ['other_customer']
    >>> [f.code for f in assess_header(HeaderFacts(address="Basel", open_pickings=("OUT/1",)))]
    ['deliver_elsewhere']
    >>> assess_header(HeaderFacts())
    ()
    """
    return tuple(_findings(facts))


def _findings(facts: HeaderFacts) -> Iterator[Finding]:
    printed = ", ".join(facts.printed_pickings)
    pickings = {"pickings": ", ".join(facts.open_pickings)}
    if facts.customer:
        yield Finding("other_customer", "obstacle", "", {"customer": facts.customer})
    if facts.company:
        yield Finding("other_company", "obstacle", "", {"company": facts.company})
    if facts.currency:
        yield Finding("other_currency", "obstacle", "", {"currency": facts.currency})
    if facts.address and printed:
        yield Finding("printed_address", "obstacle", "", {"pickings": printed})
    if facts.address:
        yield Finding(
            "deliver_elsewhere",
            "consequence",
            "",
            {**pickings, "address": facts.address},
        )
    if facts.address and facts.confirmed_dropship:
        purchases = {"purchases": ", ".join(facts.confirmed_dropship)}
        yield Finding(
            "vendor_sends_elsewhere",
            "consequence",
            "",
            {**purchases, "address": facts.address},
        )
    if facts.date:
        yield Finding("deliver_on", "consequence", "", {**pickings, "date": facts.date})
    if facts.payment_plan:
        yield Finding(
            "pay_otherwise", "consequence", "", {"payment_plan": facts.payment_plan}
        )
