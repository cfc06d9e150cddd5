# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Hypothesis strategies for terms: small alphabets, so that values collide often."""

from dataclasses import replace

from hypothesis import strategies as st

from bop_contract.rules.terms import (
    Address,
    Instalment,
    LineTerms,
    Party,
    Release,
    Tax,
    Terms,
)

numbers = st.sampled_from(["0", "1", "1.0", "2.50", "-3", "1e6", "0.001"])
texts = st.sampled_from(
    ["", "a", "b", "Zu\u0308rich", "Zürich", "x\r\ny", '\x00"\\', "\U0001f600"]
)
dates = st.sampled_from(["", "2026-01-31", "2026-02-28"])
addresses = st.builds(Address, name=texts, city=texts, country=texts)
parties = st.builds(Party, name=texts, vat=texts)
taxes = st.builds(
    Tax,
    name=texts,
    kind=st.sampled_from(["percent", "fixed"]),
    amount=numbers,
    included=st.booleans(),
)
releases = st.builds(
    Release, quantity=numbers, due=dates, ship_to=st.none() | addresses
)
instalments = st.builds(Instalment, share=numbers, due=dates)


def some(items):
    """Short tuples of ``items``."""
    return st.lists(items, max_size=2).map(tuple)


lines = st.builds(
    LineTerms,
    uid=st.sampled_from("abcdef"),
    kind=st.sampled_from(["item", "note"]),
    product=texts,
    options=some(texts),
    description=texts,
    quantity=numbers,
    price=numbers,
    taxes=some(taxes),
    releases=some(releases),
)
terms = st.builds(
    Terms,
    number=texts,
    predecessor=texts,
    date=dates,
    currency=st.sampled_from(["EUR", "CHF"]),
    supplier=parties,
    customer=parties,
    bill_to=st.none() | addresses,
    note=texts,
    instalments=some(instalments),
    lines=st.lists(lines, max_size=4, unique_by=lambda line: line.uid).map(tuple),
)


@st.composite
def versions(draw):
    """Two terms that have most in common, as an order and its successor have."""
    old, other = draw(terms), draw(terms)
    names = draw(
        st.sets(
            st.sampled_from(
                ["number", "date", "currency", "bill_to", "note", "instalments"]
            ),
            max_size=2,
        )
    )
    changed = {line.uid: line for line in other.lines if draw(st.booleans())}
    new = {**old.lines_by_uid, **changed}
    for uid in draw(st.sets(st.sampled_from("abcdef"), max_size=1)):
        new.pop(uid, None)
    return old, replace(
        old, **{name: getattr(other, name) for name in names}, lines=tuple(new.values())
    )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=10,
)
