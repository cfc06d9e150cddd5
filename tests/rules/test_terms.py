# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import re
from dataclasses import FrozenInstanceError, fields, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from term_strategies import json_values, taxes, terms

from bop_contract.rules.terms import (
    LineTerms,
    Party,
    Release,
    Tax,
    Terms,
    as_decimal,
    decimal_text,
)

finite = st.decimals(-(10**15), 10**15, places=6)
US, THEM = Party("Us"), Party("Them")


@given(finite)
def test_a_number_keeps_its_value_and_has_one_text(value):
    text = decimal_text(value)
    assert re.fullmatch(r"0|-?(0|[1-9]\d*)(\.\d*[1-9])?", text)
    assert Decimal(text) == value
    assert decimal_text(text) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_comes_back_as_it_was(value):
    assert float(decimal_text(value)) == value


@given(finite, st.integers(0, 6))
def test_rounding_moves_by_half_a_unit_at_most(value, digits):
    rounded = Decimal(decimal_text(value, digits))
    assert abs(rounded - value) <= Decimal(5).scaleb(-digits - 1)
    assert -rounded.as_tuple().exponent <= digits


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        ("0.5", 0, "1"),
        ("-0.5", 0, "-1"),
        (1.005, 2, "1.01"),
        ("-0.004", 2, "0"),
        (5e-324, 2, "0"),
        (1e22, None, "10000000000000000000000"),
        ("1" * 60 + ".5", 0, "1" * 59 + "2"),
        ("100", None, "100"),
    ],
)
def test_rounding_is_half_away_from_zero_as_in_odoo(value, digits, text):
    assert decimal_text(value, digits) == text


@pytest.mark.parametrize(
    "value",
    ["", "abc", "NaN", "sNaN", "Infinity", float("nan"), float("-inf"), None],
)
def test_what_is_no_finite_number_is_refused(value):
    with pytest.raises(ValueError, match="number") as refusal:
        decimal_text(value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("value", ["1e999999999", "1e-999999999", "9" * 500])
def test_a_short_text_cannot_grow_into_a_huge_number(value):
    with pytest.raises(ValueError, match="out of range") as refusal:
        as_decimal(value)
    assert len(str(refusal.value)) < 100


@given(terms)
def test_terms_survive_the_way_through_json(value):
    data = value.to_dict()
    again = Terms.from_dict(json.loads(json.dumps(data)))
    assert again == value
    assert again.to_dict() == data


@given(terms, st.randoms(use_true_random=False))
def test_the_order_of_lines_is_not_a_term(value, random):
    shuffled = list(value.lines)
    random.shuffle(shuffled)
    other = replace(value, lines=tuple(shuffled))
    assert other == value
    assert hash(other) == hash(value)
    assert other.to_dict() == value.to_dict()
    assert [line.uid for line in other.lines] == [line.uid for line in shuffled]


@given(terms)
def test_lines_are_found_by_uid_and_listed_by_uid(value):
    assert list(value.lines_by_uid.values()) == list(value.lines)
    uids = [line["uid"] for line in value.to_dict()["lines"]]
    assert uids == sorted(value.lines_by_uid)


@given(st.lists(taxes, max_size=3), st.randoms(use_true_random=False))
def test_the_order_of_taxes_is_not_a_term(values, random):
    shuffled = list(values)
    random.shuffle(shuffled)
    assert LineTerms("a", taxes=tuple(shuffled)) == LineTerms("a", taxes=tuple(values))


def test_text_that_looks_equal_is_equal():
    composed = Party("Zürich\nHB", email="a\nb")
    decomposed = Party("Zu\u0308rich\r\nHB", email="a\rb")
    assert decomposed == composed
    assert LineTerms("a", options=("u\u0308",)).options == ("ü",)


def test_numbers_that_are_equal_have_equal_text():
    line = LineTerms("a", quantity="1e1", price="2.50", discount="-0")
    assert (line.quantity, line.price, line.discount) == ("10", "2.5", "0")
    assert Release("1.0", lead_days="").lead_days == ""


def test_numbers_in_text_attributes_stay_as_written():
    assert LineTerms("007", sku="1.50").sku == "1.50"


@pytest.mark.parametrize(
    "value", [US, LineTerms("a"), Terms("S1", supplier=US, customer=THEM)]
)
def test_what_was_said_cannot_be_reworded(value):
    before = repr(value)
    for item in fields(value):
        with pytest.raises(FrozenInstanceError):
            setattr(value, item.name, "x")
    assert repr(value) == before


def test_two_lines_with_one_uid_are_refused():
    with pytest.raises(ValueError, match="same uid") as refusal:
        Terms("S1", supplier=US, customer=THEM, lines=(LineTerms("a"), LineTerms("a")))
    assert refusal.value


def test_older_documents_without_an_attribute_stay_readable():
    data = Terms("S1", supplier=US, customer=THEM).to_dict()
    del data["incoterm"]
    assert Terms.from_dict(data).incoterm == ""


@pytest.mark.parametrize(
    "alteration",
    [
        {"surprise": "x"},
        {"supplier": None},
        {"supplier": "Us"},
        {"supplier": {}},
        {"supplier": {"name": 5}},
        {"number": None},
        {"number": 7},
        {"number": True},
        {"note": ["x"]},
        {"bill_to": "Street 1"},
        {"lines": None},
        {"lines": {}},
        {"lines": ["a"]},
        {"lines": [{"uid": "a", "options": [1]}]},
        {"lines": [{"uid": "a", "quantity": "many"}]},
        {"lines": [{"uid": "a", "quantity": 2}]},
        {"lines": [{"uid": "a", "taxes": [{"name": "", "kind": "", "amount": ""}, 1]}]},
    ],
)
def test_a_document_of_another_form_is_refused(alteration):
    data = Terms("S1", supplier=US, customer=THEM).to_dict()
    with pytest.raises(ValueError, match=r".+") as refusal:
        Terms.from_dict({**data, **alteration})
    assert str(refusal.value)


def test_whether_a_tax_is_included_is_true_or_false():
    with pytest.raises(ValueError, match="included") as refusal:
        Tax("VAT", "percent", "19", included="no")
    assert "bool" in str(refusal.value)


@given(terms, st.dictionaries(st.sampled_from(["number", "lines", "x"]), json_values))
def test_any_json_is_read_or_refused_but_never_crashes(value, alteration):
    data = {**value.to_dict(), **alteration}
    try:
        read = Terms.from_dict(data)
    except ValueError:
        read = None
    assert read is None or Terms.from_dict(read.to_dict()) == read
