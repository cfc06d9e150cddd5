# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Shipments and bills: what they say beyond what Peppol has elements for."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ubl_documents import BERLIN, INVOICE, SHIPMENT, render

from bop_contract.ubl.billing import Contact
from bop_contract.ubl.despatch_advice import (
    DespatchLine,
    parse_despatch_advice,
    progress,
)
from bop_contract.ubl.safe_xml import UblError

BACK = replace(
    SHIPMENT,
    lines=(
        DespatchLine("c3", "0", "KGM", "Zucker", "Z", delivered="1", returned="0.5"),
    ),
)
GERMAN = replace(
    INVOICE,
    envelope=replace(
        INVOICE.envelope,
        supplier=replace(INVOICE.envelope.supplier, address=BERLIN),
        customer=replace(INVOICE.envelope.customer, address=BERLIN),
    ),
    ship_to=BERLIN,
)
quantities = st.decimals(0, 1000, places=2).map(str)
movements = st.lists(
    st.tuples(st.sampled_from("abc"), quantities, quantities), min_size=1, max_size=6
)


def _advices(moves):
    """The advices of these movements, as a supplier writes them."""
    found = []
    for uid, sent, back in moves:
        before = _progress(found).get(uid, "0")
        total = max(Decimal(before) + Decimal(sent) - Decimal(back), Decimal(0))
        line = DespatchLine(uid, sent, "KGM", "x", returned=back)
        found.append(replace(SHIPMENT, lines=(replace(line, delivered=str(total)),)))
    return found


def _progress(advices):
    return progress(advice.lines for advice in advices)


def test_goods_that_return_are_an_advice_that_sends_nothing():
    assert parse_despatch_advice(render(BACK)) == BACK
    assert progress([SHIPMENT.lines, BACK.lines])["c3"] == "1"


def test_peppol_takes_an_advice_that_sends_nothing(peppol):
    assert BACK.missing() == ()
    assert peppol.fatal(render(BACK), "despatch_advice") == []


@pytest.mark.parametrize("name", ["quantity", "outstanding", "delivered", "returned"])
def test_no_quantity_of_a_shipment_is_negative(name):
    with pytest.raises(UblError, match="negative"):
        replace(BACK.lines[0], **{name: "-1"})


def test_a_property_that_occurs_twice_is_refused():
    data = render(BACK).replace(b"b-op:returned:1", b"b-op:delivered:1")
    with pytest.raises(UblError, match="twice"):
        parse_despatch_advice(data)


def test_a_property_of_somebody_else_is_shown():
    data = render(BACK).replace(b"b-op:returned:1", b"Colour")
    values = {extra.value for extra in parse_despatch_advice(data).extras}
    assert {"Colour", "0.5"} <= values


@settings(max_examples=30)
@given(moves=movements, lost=st.sets(st.integers(0, 5)))
def test_a_lost_advice_is_made_good_by_the_next_of_its_position(moves, lost):
    advices = _advices(moves)
    last = {line.uid: place for place, a in enumerate(advices) for line in a.lines}
    kept = [
        advice
        for place, advice in enumerate(advices)
        if place not in lost or place in last.values()
    ]
    assert _progress(kept) == _progress(advices)


def test_a_bill_within_germany_names_whom_to_ask(peppol):
    assert GERMAN.missing() == ()
    assert peppol.fatal(render(GERMAN), "invoice") == []


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"contact": Contact("Frau Groß", "", "a@b.example")}, "contact"),
        ({"buyer_reference": ""}, "buyer_reference"),
        ({"account": ""}, "account"),
        ({"ship_to": replace(BERLIN, city="")}, "city"),
    ],
)
def test_what_a_bill_within_germany_misses_is_what_peppol_misses(peppol, changes, name):
    bill = replace(GERMAN, **changes)
    assert name in bill.missing()
    assert peppol.fatal(render(bill), "invoice")
