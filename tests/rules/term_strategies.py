# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Hypothesis strategies for terms: small alphabets, so that values collide often."""

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

numbers = st.decimals(min_value=0, max_value=10**6, places=3).map(str)
texts = st.one_of(
    st.sampled_from(["", "a", "b", "Zu\u0308rich", "Zürich", "x\r\ny"]),
    st.text(max_size=5),
)
dates = st.one_of(st.just(""), st.dates().map(str))
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
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=10,
)
