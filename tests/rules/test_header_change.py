# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bop_contract.rules.feasibility import Assessment
from bop_contract.rules.header_change import HeaderFacts, assess_header

names = st.lists(st.text("ABC/123", min_size=1, max_size=8), max_size=3).map(tuple)
texts = st.text("abc ", max_size=5)
facts = st.builds(HeaderFacts, texts, texts, texts, texts, texts, texts, names, names)


def feasible(**changes):
    return Assessment(assess_header(HeaderFacts(**changes))).feasible


@pytest.mark.parametrize("change", ["customer", "company", "currency"])
def test_another_party_or_currency_is_another_contract(change):
    assert not feasible(**{change: "another"})


@pytest.mark.parametrize("change", ["address", "date", "payment_plan"])
def test_what_is_open_can_go_elsewhere_later_and_be_paid_otherwise(change):
    assert feasible(**{change: "another", "open_pickings": ("OUT/1",)})


def test_a_printed_delivery_is_not_redirected():
    assert not feasible(address="Basel", printed_pickings=("OUT/1",))
    assert feasible(date="2027-01-01", printed_pickings=("OUT/1",))


def test_who_sends_directly_has_to_be_told_the_new_address():
    found = assess_header(HeaderFacts(address="Basel", confirmed_dropship=("P1",)))
    assert found[-1].code == "vendor_sends_elsewhere"
    assert found[-1].values == {"purchases": "P1", "address": "Basel"}
    assert not assess_header(HeaderFacts(confirmed_dropship=("P1",)))


@given(facts)
def test_nothing_is_said_of_what_does_not_change(change):
    codes = {finding.code for finding in assess_header(change)}
    assert ("other_customer" in codes) == bool(change.customer)
    assert ("other_company" in codes) == bool(change.company)
    assert ("other_currency" in codes) == bool(change.currency)
    assert ("deliver_elsewhere" in codes) == bool(change.address)
    assert ("deliver_on" in codes) == bool(change.date)
    assert ("pay_otherwise" in codes) == bool(change.payment_plan)
