# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from term_strategies import terms, versions

from bop_contract.rules.diff import (
    FieldChange,
    LineCode,
    TermsDiff,
    diff,
    own_diff,
    patch,
)
from bop_contract.rules.terms import Address, LineTerms, Party, Tax, Terms

US, THEM = Party("Us"), Party("Them")
BASE = Terms(
    "S1",
    supplier=US,
    customer=THEM,
    lines=(
        LineTerms("a", description="Desk\nblack", quantity="5", price="100"),
        LineTerms("b", product="Chair", quantity="2", price="40"),
    ),
)


def same_frame(new, old):
    """``new`` with the three attributes that always differ between versions."""
    return replace(new, number=old.number, predecessor=old.predecessor, date=old.date)


def line_changes(old, new):
    return {line.uid: line for line in diff(old, new).lines}


@given(versions())
def test_the_changes_lead_from_the_old_terms_to_the_new(pair):
    old, new = pair
    assert patch(old, diff(old, new)) == same_frame(new, old)


@given(versions())
def test_the_changes_lead_back_as_well(pair):
    old, new = pair
    assert patch(new, diff(new, old)) == same_frame(old, new)


@given(versions())
def test_there_are_no_changes_exactly_when_the_same_was_agreed(pair):
    old, new = pair
    assert diff(old, new).is_empty == (same_frame(new, old) == old)
    assert diff(old, old).is_empty


@given(versions(), st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_nothing(pair, random):
    old, new = pair
    lines = list(new.lines)
    random.shuffle(lines)
    shuffled = replace(new, lines=tuple(lines))
    assert line_changes(old, shuffled) == line_changes(old, new)
    assert diff(old, shuffled).header == diff(old, new).header


@given(versions())
def test_every_line_of_either_version_has_one_code(pair):
    old, new = pair
    codes = {uid: line.code for uid, line in line_changes(old, new).items()}
    before, after = old.lines_by_uid, new.lines_by_uid
    assert codes.keys() == before.keys() | after.keys()
    for uid, code in codes.items():
        assert (code is LineCode.ADDED) == (uid not in before)
        assert (code is LineCode.DELETED) == (uid not in after)
        if uid in before and uid in after:
            assert (code is LineCode.UNCHANGED) == (before[uid] == after[uid])


@given(versions())
def test_changes_are_plain_json(pair):
    old, new = pair
    data = diff(old, new).to_dict()
    assert json.loads(json.dumps(data)) == data
    assert len(data["lines"]) == len(diff(old, new).lines)


def test_number_predecessor_and_date_are_no_change():
    new = replace(BASE, number="S2", predecessor="S1", date="2026-01-31")
    assert diff(BASE, new).is_empty


def test_every_other_attribute_is_compared():
    for item in fields(Terms):
        if item.type == "str" and item.name not in ("number", "predecessor", "date"):
            new = replace(BASE, **{item.name: "x"})
            names = [change.field for change in diff(BASE, new).header]
            assert names == [item.name]


def test_a_header_change_has_both_values():
    new = replace(BASE, ship_to=Address(city="Bern"))
    (change,) = diff(BASE, new).header
    assert (change.field, change.old, change.new["city"]) == ("ship_to", None, "Bern")


def test_a_cancelled_position_is_a_changed_line():
    desk, chair = BASE.lines
    new = replace(BASE, lines=(replace(desk, quantity="0"), chair))
    (change,) = diff(BASE, new).changed_lines
    assert (change.uid, change.code) == ("a", LineCode.CHANGED)
    assert change.changes == (FieldChange("quantity", "5", "0"),)


def test_added_and_deleted_lines_are_told_attribute_by_attribute():
    chair = BASE.lines[1]
    new = replace(BASE, lines=(chair, LineTerms("c", product="Lamp", quantity="1")))
    kept, added, deleted = diff(BASE, new).lines
    assert (kept.uid, kept.code, kept.changes) == ("b", LineCode.UNCHANGED, ())
    assert (added.uid, added.code) == ("c", LineCode.ADDED)
    assert FieldChange("product", "", "Lamp") in added.changes
    assert FieldChange("quantity", "0", "1") in added.changes
    assert (deleted.uid, deleted.code) == ("a", LineCode.DELETED)
    assert FieldChange("quantity", "5", "0") in deleted.changes
    assert diff(BASE, new).changed_lines == (added, deleted)


def test_line_codes_are_those_of_un_cefact_1229():
    codes = {code.name: code.value for code in LineCode}
    unchanged = {"ADDED": "1", "DELETED": "2", "CHANGED": "3", "UNCHANGED": "4"}
    assert codes == unchanged
    assert json.dumps(LineCode.ADDED) == '"1"'


def test_a_line_is_called_by_its_first_line_or_its_product():
    assert [line.label for line in diff(BASE, BASE).lines] == ["Desk", "Chair"]


@pytest.mark.parametrize(
    "other",
    [
        replace(BASE, note="other"),
        replace(BASE, lines=()),
        replace(BASE, lines=(*BASE.lines, LineTerms("c"))),
        replace(BASE, lines=(replace(BASE.lines[0], price="9"), BASE.lines[1])),
    ],
)
def test_changes_made_for_other_terms_are_refused(other):
    desk, chair = BASE.lines
    new = replace(
        BASE,
        note="x",
        lines=(replace(desk, price="1"), chair, LineTerms("c")),
    )
    changes = diff(BASE, new)
    with pytest.raises(ValueError, match="other terms") as refusal:
        patch(other, changes)
    assert patch(BASE, changes) == new, refusal


def test_an_unknown_attribute_cannot_be_patched():
    changes = TermsDiff(header=(FieldChange("surprise", "", "x"),), lines=())
    with pytest.raises(ValueError, match="surprise") as refusal:
        patch(BASE, changes)
    assert refusal.value


@given(versions())
def test_verification_finds_a_difference_exactly_when_there_is_one(pair):
    one, two = pair
    found = own_diff(one.to_dict(), two.to_dict(), ())
    assert (found == []) == (one == two)
    assert all(old != new for _path, old, new in found)


@given(terms, terms)
def test_verification_looks_at_nothing_that_is_to_be_ignored(one, two):
    names = {item.name for item in fields(Terms)}
    assert own_diff(one.to_dict(), two.to_dict(), names) == []


@given(versions())
def test_verification_sees_the_same_from_both_sides(pair):
    one, two = pair
    there = own_diff(one.to_dict(), two.to_dict(), ())
    back = own_diff(two.to_dict(), one.to_dict(), ())
    assert {(path, new, old) for path, old, new in map(_texts, back)} == {
        *map(_texts, there)
    }


def _texts(difference):
    path, old, new = difference
    return path, json.dumps(old), json.dumps(new)


def test_verification_names_the_place():
    desk, chair = BASE.lines
    vat = Tax("VAT", "percent", "19")
    live = replace(
        BASE,
        note="x",
        customer=replace(THEM, vat="DE1"),
        lines=(replace(desk, price="90"), replace(chair, taxes=(vat,))),
    )
    found = own_diff(BASE.to_dict(), live.to_dict(), ())
    assert [path for path, _old, _new in found] == [
        "customer.vat",
        "lines[a].price",
        "lines[b].taxes[0]",
        "note",
    ]
    assert found[1] == ("lines[a].price", "100", "90")


def test_a_renamed_partner_is_not_tampering_but_another_price_is():
    desk, chair = BASE.lines
    live = replace(
        BASE,
        customer=replace(THEM, name="Renamed"),
        lines=(replace(desk, price="90", product="Renamed"), chair),
    )
    found = own_diff(BASE.to_dict(), live.to_dict(), {"name", "product"})
    assert found == [("lines[a].price", "100", "90")]


def test_a_line_more_or_less_is_one_difference():
    fewer = replace(BASE, lines=BASE.lines[:1])
    chair = BASE.to_dict()["lines"][1]
    assert own_diff(BASE.to_dict(), fewer.to_dict(), ()) == [("lines[b]", chair, None)]
    assert own_diff(fewer.to_dict(), BASE.to_dict(), ()) == [("lines[b]", None, chair)]


@given(terms, st.sampled_from(["note", "bill_to", "instalments"]))
def test_a_seal_older_than_an_attribute_stays_true_while_it_is_empty(value, name):
    live = value.to_dict()
    sealed = {key: live[key] for key in live if key != name}
    differs = own_diff(sealed, live, ()) != []
    assert differs == bool(live[name])


def test_emptying_a_sealed_attribute_is_a_difference():
    sealed = replace(BASE, note="agreed").to_dict()
    assert own_diff(sealed, BASE.to_dict(), ()) == [("note", "agreed", "")]
