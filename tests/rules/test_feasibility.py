# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bop_contract.rules.feasibility import (
    PositionFacts,
    assess,
    kept_quantity,
    open_quantity,
)

OBSTACLES = {
    "negative_quantity",
    "absurd_quantity",
    "below_delivered",
    "picked_more",
    "printed_delivery",
    "dropship_cannot_shrink",
    "changed_product_delivered",
    "changed_unit_delivered",
    "price_without_open_quantity",
    "archived_product",
}
CONSEQUENCES = {
    "more_to_deliver",
    "fewer_to_deliver",
    "position_cancelled",
    "new_position",
    "price_split",
    "price_changed",
    "credit_needed",
    "purchase_to_tell",
    "production_to_tell",
    "need_uncovered",
    "order_cancelled",
}


def facts(wanted, agreed, **more):
    decimals = {
        name: Decimal(value) if isinstance(value, (int, str)) else value
        for name, value in more.items()
        if not isinstance(value, bool)
    }
    flags = {name: value for name, value in more.items() if isinstance(value, bool)}
    return PositionFacts(
        "a", "Desk", Decimal(wanted), Decimal(agreed), **decimals, **flags
    )


def codes(*positions):
    """Codes of all findings on positions, beside one that stays as it is."""
    stays = PositionFacts("z", "Other", Decimal(1), Decimal(1))
    return [finding.code for finding in assess([*positions, stays]).findings]


def values(code, *positions):
    (finding,) = (f for f in assess(positions).findings if f.code == code)
    return finding.values


def by_position(order):
    """Findings of each position, in their order."""
    findings = assess(order).findings
    return {
        uid: [f for f in findings if f.uid == uid] for uid in {f.uid for f in findings}
    }


documents = st.sampled_from([(), ("DOC/1",), ("DOC/1", "DOC/2")])
few = st.integers(0, 12).map(Decimal)
positions = st.builds(
    PositionFacts,
    uid=st.sampled_from("abcd"),
    label=st.just("Desk"),
    wanted=st.integers(-2, 14).map(Decimal),
    agreed=few,
    delivered=few,
    billed=few,
    old_price=few,
    new_price=few,
    price_changed=st.booleans(),
    product_changed=st.booleans(),
    unit_changed=st.booleans(),
    picked=few,
    printed_pickings=documents,
    open_pickings=documents,
    confirmed_dropship=documents,
    confirmed_purchases=documents,
    productions=documents,
    needed=few,
    needed_for=documents,
    archived_product=st.booleans(),
    invoice_on_delivery=st.booleans(),
)
orders = st.lists(positions, max_size=4, unique_by=lambda position: position.uid)


@given(positions)
def test_no_change_has_no_finding(position):
    same = replace(
        position,
        wanted=position.agreed,
        price_changed=False,
        product_changed=False,
        unit_changed=False,
    )
    assert assess([same]).findings == ()
    assert assess([]).findings == ()


@given(positions, st.integers(1, 20))
def test_raising_the_quantity_never_brings_it_below_the_delivered(position, more):
    raised = replace(position, wanted=position.wanted + more)
    if "below_delivered" in codes(raised):
        assert "below_delivered" in codes(position)


@given(positions)
def test_kept_and_open_quantity_are_the_wanted_quantity(position):
    assert kept_quantity(position) + open_quantity(position) == position.wanted
    if kept_quantity(position):
        assert kept_quantity(position) >= max(position.billed, position.delivered)


@given(positions)
def test_a_feasible_new_price_leaves_something_to_sell_at_it(position):
    if assess([position]).feasible and kept_quantity(position):
        assert open_quantity(position) > 0


@given(orders, st.randoms(use_true_random=False))
def test_the_order_of_positions_decides_only_the_order_of_findings(order, random):
    shuffled = list(order)
    random.shuffle(shuffled)
    assert by_position(shuffled) == by_position(order)
    uids = [finding.uid for finding in assess(shuffled).findings if finding.uid]
    places = {position.uid: place for place, position in enumerate(shuffled)}
    assert uids == sorted(uids, key=places.__getitem__)


@given(orders)
def test_every_finding_is_known_and_speaks_in_texts(order):
    assessment = assess(order)
    for finding in assessment.findings:
        known = OBSTACLES if finding.severity == "obstacle" else CONSEQUENCES
        assert finding.code in known
        assert all(isinstance(value, str) for value in finding.values.values())
    assert assessment.feasible == (not assessment.obstacles)
    parts = (*assessment.obstacles, *assessment.consequences)
    assert len(parts) == len(assessment.findings)


@given(positions)
def test_a_feasible_change_takes_nothing_back_that_was_delivered(position):
    if position.changed and assess([position]).feasible:
        assert position.wanted >= min(position.agreed, position.delivered)
        if position.replaced:
            assert position.delivered == 0
            assert position.billed == 0


@given(positions)
def test_positions_are_judged_one_by_one(position):
    other = PositionFacts("y", "Other", Decimal(2), Decimal(1))
    together = assess([position, other]).findings
    alone = [f for f in assess([position]).findings if f.code != "order_cancelled"]
    assert [f for f in together if f.uid == position.uid] == alone


@pytest.mark.parametrize(
    ("position", "found"),
    [
        (facts(12, 10), ["more_to_deliver"]),
        (facts(12, 10, delivered=4), ["more_to_deliver"]),
        (facts(12, 10, delivered=12), []),
        (facts(3, 10), ["fewer_to_deliver"]),
        (facts(4, 10, delivered=4), ["fewer_to_deliver"]),
        (facts(0, 10), ["position_cancelled"]),
        (facts(5, 0, is_new=True), ["new_position"]),
        (facts(0, 0, is_new=True), []),
        (facts(-1, 5), ["negative_quantity", "below_delivered", "fewer_to_deliver"]),
        (facts("1e9", 5), ["absurd_quantity", "more_to_deliver"]),
        (facts("999999999", 5), ["more_to_deliver"]),
        (facts(8, 5, max_quantity=8), ["absurd_quantity", "more_to_deliver"]),
    ],
)
def test_a_change_of_quantity(position, found):
    assert codes(position) == found


@pytest.mark.parametrize(
    ("position", "found"),
    [
        (facts(3, 10, delivered=4), ["below_delivered", "fewer_to_deliver"]),
        (facts(0, 10, delivered=4), ["below_delivered", "position_cancelled"]),
        (facts(4, 3, delivered=5), []),
        (facts(3, 10, picked=4), ["picked_more", "fewer_to_deliver"]),
        (facts(4, 10, picked=4), ["fewer_to_deliver"]),
        (facts(5, 10, delivered=2, picked=4), ["picked_more", "fewer_to_deliver"]),
        (facts(12, 10, picked=4), ["more_to_deliver"]),
        (
            facts(5, 10, printed_pickings=("O",)),
            ["printed_delivery", "fewer_to_deliver"],
        ),
        (facts(12, 10, printed_pickings=("O",)), ["more_to_deliver"]),
        (
            facts(5, 10, confirmed_dropship=("P",)),
            ["dropship_cannot_shrink", "fewer_to_deliver"],
        ),
        (facts(12, 10, confirmed_dropship=("P",)), ["more_to_deliver"]),
    ],
)
def test_what_is_done_or_under_way_cannot_be_taken_away(position, found):
    assert codes(position) == found


REPLACED = ["position_cancelled", "new_position"]


@pytest.mark.parametrize(
    ("position", "found"),
    [
        (facts(5, 5, product_changed=True), REPLACED),
        (facts(5, 5, unit_changed=True), REPLACED),
        (facts(5, 5, product_changed=True, price_changed=True), REPLACED),
        (
            facts(5, 5, product_changed=True, delivered=1),
            ["changed_product_delivered", *REPLACED],
        ),
        (
            facts(5, 5, product_changed=True, billed=1),
            ["changed_product_delivered", *REPLACED],
        ),
        (
            facts(5, 5, unit_changed=True, delivered=1),
            ["changed_unit_delivered", *REPLACED],
        ),
        (facts(5, 5, product_changed=True, picked=2), ["picked_more", *REPLACED]),
        (
            facts(9, 5, product_changed=True, printed_pickings=("O",)),
            ["printed_delivery", *REPLACED],
        ),
        (
            facts(5, 5, product_changed=True, archived_product=True),
            ["archived_product", *REPLACED],
        ),
    ],
)
def test_another_product_or_unit_is_another_position(position, found):
    assert codes(position) == found


@pytest.mark.parametrize(
    ("position", "found"),
    [
        (facts(6, 5, archived_product=True), ["archived_product", "more_to_deliver"]),
        (
            facts(6, 0, is_new=True, archived_product=True),
            ["archived_product", "new_position"],
        ),
        (facts(4, 5, archived_product=True), ["fewer_to_deliver"]),
        (facts(0, 5, archived_product=True), ["position_cancelled"]),
        (
            facts(0, 5, archived_product=True, product_changed=True),
            ["position_cancelled"],
        ),
        (facts(5, 5, archived_product=True, price_changed=True), ["price_changed"]),
    ],
)
def test_an_archived_product_is_not_sold_any_more(position, found):
    assert codes(position) == found


@pytest.mark.parametrize(
    ("more", "found", "kept"),
    [
        ({}, ["price_changed"], 0),
        ({"delivered": 4}, ["price_changed"], 0),
        ({"billed": 4}, ["price_split"], 4),
        ({"billed": 4, "delivered": 6}, ["price_split"], 6),
        ({"billed": 6, "delivered": 4}, ["price_split"], 6),
        ({"billed": 10}, ["price_without_open_quantity"], 10),
        ({"billed": 4, "delivered": 10}, ["price_without_open_quantity"], 10),
    ],
)
def test_a_new_price_holds_for_what_is_not_billed(more, found, kept):
    position = facts(10, 10, price_changed=True, **more)
    assert codes(position) == found
    assert kept_quantity(position) == kept


@pytest.mark.parametrize("flag", ["is_new", "product_changed", "unit_changed"])
def test_a_position_that_comes_or_goes_has_no_old_price_to_keep(flag):
    position = facts(10, 0, billed=4, price_changed=True, **{flag: True})
    assert kept_quantity(position) == 0
    assert not {"price_changed", "price_split"} & {*codes(position)}


def test_a_cancelled_position_has_no_new_price():
    position = facts(0, 10, billed=4, price_changed=True)
    assert kept_quantity(position) == 0
    assert codes(position) == ["position_cancelled", "credit_needed"]


def test_the_parts_of_a_split_are_told():
    split = values(
        "price_split",
        facts(10, 10, billed=4, price_changed=True, old_price=100, new_price="90.50"),
    )
    assert (split["kept"], split["open"]) == ("4", "6")
    assert (split["old_price"], split["new_price"]) == ("100", "90.5")


@pytest.mark.parametrize(
    ("position", "amount"),
    [
        (facts(3, 10, billed=5, old_price=120), "240"),
        (facts(3, 10, billed=5, delivered=3, old_price=120), "240"),
        (facts(0, 10, billed=10, old_price="0.1"), "1"),
        (facts(4, 3, billed=6, old_price=10), "20"),
        (facts(5, 10, billed=6, delivered=4, old_price=10), "10"),
        (
            facts(5, 10, billed=6, delivered=4, old_price=10, invoice_on_delivery=True),
            "20",
        ),
    ],
)
def test_what_was_billed_too_much_has_to_be_credited(position, amount):
    assert values("credit_needed", position)["amount"] == amount


@pytest.mark.parametrize(
    "position",
    [
        facts(5, 10, billed=5),
        facts(3, 10, billed=5, delivered=4),
        facts(5, 10, billed=5, delivered=2, invoice_on_delivery=True),
        facts(5, 5, billed=9),
    ],
)
def test_no_credit_where_nothing_is_billed_too_much_by_the_change(position):
    assert "credit_needed" not in codes(position)


@pytest.mark.parametrize(
    ("position", "told"),
    [
        (facts(5, 10), True),
        (facts(0, 10), True),
        (facts(10, 10, product_changed=True), True),
        (facts(10, 0, product_changed=True), False),
        (facts(12, 10), False),
        (facts(10, 10, price_changed=True), False),
    ],
)
def test_who_supplies_it_is_told_when_less_is_wanted(position, told):
    supplied = replace(position, confirmed_purchases=("P1", "P2"), productions=("M",))
    assert ("purchase_to_tell" in codes(supplied)) is told
    assert ("production_to_tell" in codes(supplied)) is told
    if told:
        assert values("purchase_to_tell", supplied)["purchases"] == "P1, P2"


@pytest.mark.parametrize(
    ("position", "missing"),
    [
        (facts(5, 10), "3"),
        (facts(0, 10), "8"),
        (facts(10, 10, product_changed=True), "8"),
        (facts(8, 10), None),
        (facts(12, 10), None),
    ],
)
def test_who_waits_is_told_when_too_little_comes(position, missing):
    awaited = replace(position, needed=Decimal(8), needed_for=("OUT/1", "OUT/2"))
    assert ("need_uncovered" in codes(awaited)) is bool(missing)
    if missing:
        told = values("need_uncovered", awaited)
        assert (told["missing"], told["documents"]) == (missing, "OUT/1, OUT/2")


@pytest.mark.parametrize(
    ("position", "refused"),
    [
        (facts(12, 10), True),
        (facts(5, 0, is_new=True), True),
        (facts(10, 10, product_changed=True), True),
        (facts(10, 10), False),
        (facts(12, 10, delivered=12), False),
        (facts(5, 10), False),
        (facts(0, 10), False),
        (facts(0, 10, product_changed=True), False),
        (facts(10, 10, price_changed=True), False),
    ],
)
def test_a_hold_stops_more_and_never_less(position, refused):
    held = replace(position, on_hold="On hold since Monday.")
    assert ("credit_hold" in codes(held)) is refused
    assert "credit_hold" not in codes(position)
    if refused:
        assert values("credit_hold", held)["hold"] == "On hold since Monday."


def test_nothing_wanted_at_all_cancels_the_order():
    gone = facts(0, 5)
    assert assess([gone]).findings[-1].code == "order_cancelled"
    assert assess([gone]).findings[-1].uid == ""
    assert "order_cancelled" not in codes(gone)
    assert assess([facts(0, 0)]).findings == ()


def test_a_finding_names_position_quantities_and_documents():
    more = values(
        "more_to_deliver",
        facts(12, 10, open_pickings=("WH/OUT/0007",), unit=("Units",)),
    )
    assert more == {
        "label": "Desk",
        "wanted": "12",
        "agreed": "10",
        "unit": "Units",
        "pickings": "WH/OUT/0007",
        "quantity": "2",
    }
    below = values("below_delivered", facts(3, 10, delivered=4, billed=1))
    assert (below["delivered"], below["billed"], below["hint"]) == ("4", "1", "return")
    assert values("fewer_to_deliver", facts(3, 10, delivered=5))["quantity"] == "5"
