# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

import pytest
from hypothesis import given
from term_strategies import terms as any_terms

from bop_contract.rules.agreement import comparable
from bop_contract.rules.terms import (
    Address,
    Instalment,
    LineTerms,
    Party,
    Release,
    Tax,
    Terms,
)

VAT = Tax("19% USt", "percent", "19")
LINE = LineTerms("a", sku="M3", quantity="10", unit="C62", price="9", taxes=(VAT,))
TERMS = Terms(
    "P1",
    currency="EUR",
    supplier=Party("S"),
    customer=Party("C"),
    delivery_date="2026-03-01T00:00:00Z",
    ship_to=Address("Lager", "Weg 1", city="Wien", country="AT"),
    incoterm="DAP",
    instalments=(Instalment(share="100", days="30", rule="days_after"),),
    note="Please ring.",
    lines=(LINE,),
)


def with_line(**values):
    """The terms with another position."""
    return replace(TERMS, lines=(replace(LINE, **values),))


@pytest.mark.parametrize(
    "other",
    [
        replace(TERMS, number="S7", predecessor="S6", date="2026-01-01"),
        replace(TERMS, supplier=Party("Supplier Ltd"), customer=Party("Else")),
        replace(TERMS, bill_to=Address("Accounts"), customer_reference="x"),
        replace(TERMS, note="Please\n ring. "),
        replace(TERMS, prepayment="0"),
        replace(TERMS, lines=(LineTerms("n", kind="note", description="x"), LINE)),
        with_line(sku="OUR-3", gtin="1", product="Screw", description="our text"),
        with_line(options=("Colour: black",)),
        with_line(taxes=(Tax("Output 19", "percent", "19.0"),)),
        with_line(taxes=(VAT, Tax("0%", "percent", "0"))),
        with_line(price="10", discount="10"),
        with_line(price="10.71", taxes=(replace(VAT, included=True),)),
        with_line(releases=(Release("10", due=TERMS.delivery_date),)),
        with_line(releases=(Release("4"), Release("6", ship_to=TERMS.ship_to))),
        with_line(releases=(Release("10", lead_days="3"),)),
    ],
)
def test_who_names_things_in_another_way_agrees_to_the_same(other):
    assert comparable(other) == comparable(TERMS)


@pytest.mark.parametrize(
    "other",
    [
        replace(TERMS, currency="CHF"),
        replace(TERMS, note="Please do not ring."),
        replace(TERMS, prepayment="0.3"),
        replace(TERMS, instalments=()),
        replace(TERMS, incoterm="EXW"),
        replace(TERMS, incoterm_place="Wien"),
        replace(TERMS, delivery_date="2026-03-02T00:00:00Z"),
        replace(TERMS, ship_to=replace(TERMS.ship_to, street="Weg 2")),
        replace(TERMS, lines=()),
        replace(TERMS, lines=(LINE, LineTerms("b", quantity="1"))),
        with_line(uid="b"),
        with_line(quantity="11"),
        with_line(unit="DZN"),
        with_line(price="9.000001"),
        with_line(discount="1"),
        with_line(taxes=()),
        with_line(taxes=(Tax("19% USt", "percent", "7"),)),
        with_line(taxes=(Tax("19% USt", "fixed", "19"),)),
        with_line(releases=(Release("10", due="2026-03-02"),)),
        with_line(releases=(Release("4"), Release("6", due="2026-03-02"))),
    ],
)
def test_who_says_something_else_does_not_agree(other):
    assert comparable(other) != comparable(TERMS)


def test_payment_at_once_is_what_holds_without_a_plan():
    at_once = (Instalment(share="100", days="0", rule="days_after"),)
    assert comparable(replace(TERMS, instalments=at_once)) == comparable(
        replace(TERMS, instalments=())
    )


@given(any_terms)
def test_any_terms_can_be_compared_and_the_order_of_lines_means_nothing(terms):
    turned = replace(terms, lines=tuple(reversed(terms.lines)))
    assert comparable(turned) == comparable(terms)
