# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every document is valid by UBL's schema and Peppol's rules, unless it says why not."""

from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings
from ubl_documents import (
    BILLED,
    EXAMPLES,
    INVOICE,
    ORDER,
    SHIPMENT,
    TERMS,
    bills,
    changes,
    counter_offers,
    orders,
    render,
    transaction,
)

from bop_contract.ubl.billing import CATEGORIES, OUT_OF_SCOPE, tax_subtotals
from bop_contract.ubl.codes import COUNTRIES, CURRENCIES, UNITS
from bop_contract.ubl.order_response import OrderResponse

# Peppol is slower than we are: a sample, and a failing one is small enough as it is.
sample = settings(max_examples=15, phases=[Phase.generate])


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_document_of_the_contract_is_valid(peppol, name):
    document = EXAMPLES[name]
    if not isinstance(document, OrderResponse):
        assert document.missing() == ()
    assert peppol.fatal(render(document), transaction(document)) == []


def _unexplained(peppol, document):
    """What Peppol refuses in a document that says it misses nothing."""
    incomplete = not isinstance(document, OrderResponse) and document.missing()
    fatal = peppol.fatal(render(document), transaction(document))
    return [] if incomplete else fatal


@sample
@given(order=orders())
def test_an_order_that_misses_nothing_is_valid(peppol, order):
    assert _unexplained(peppol, order) == []


@sample
@given(change=changes())
def test_a_change_that_misses_nothing_is_valid(peppol, change):
    assert _unexplained(peppol, change) == []


@sample
@given(response=counter_offers())
def test_a_counter_offer_is_valid(peppol, response):
    assert _unexplained(peppol, response) == []


@sample
@given(bill=bills())
def test_a_bill_that_misses_nothing_is_valid(peppol, bill):
    assert _unexplained(peppol, bill) == []


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_bill_of_each_vat_category_is_valid(peppol, category):
    rate = "19" if category == "S" else "0"
    lines = tuple(replace(line, category=category, rate=rate) for line in BILLED)
    bill = replace(INVOICE, lines=lines, taxes=tax_subtotals(lines, "Because."))
    if category == OUT_OF_SCOPE:
        bill = replace(bill, supplier_vat="", customer_vat="")
    assert bill.missing() == ()
    assert peppol.fatal(render(bill), "invoice") == []


@pytest.mark.parametrize(
    ("document", "name"),
    [
        (replace(ORDER, terms=replace(TERMS, currency="XYZ")), "currency"),
        (replace(ORDER, terms=replace(TERMS, lines=TERMS.lines[:1])), "positions"),
        (
            replace(
                ORDER,
                envelope=replace(
                    ORDER.envelope,
                    supplier=replace(ORDER.envelope.supplier, address=None),
                ),
            ),
            "supplier_address",
        ),
        (
            replace(ORDER, references=replace(ORDER.references, quotation="")),
            "quotation",
        ),
        (replace(SHIPMENT, shipment=""), "shipment"),
        (replace(INVOICE, order="", buyer_reference=""), "order"),
        (replace(INVOICE, supplier_vat=""), "supplier_vat"),
        (replace(INVOICE, taxes=()), "taxes"),
    ],
)
def test_what_is_missing_is_what_peppol_misses(peppol, document, name):
    assert name in document.missing()
    assert peppol.fatal(render(document), transaction(document))


def test_the_codes_that_are_written_as_such_are_in_peppols_lists(peppol):
    sugar = TERMS.lines_by_uid["c3"]
    places = [replace(TERMS.ship_to, country=country) for country in sorted(COUNTRIES)]
    lines = [replace(sugar, uid=unit, unit=unit) for unit in sorted(UNITS)]
    for place in places:
        release = replace(sugar.releases[0], ship_to=place)
        lines.append(replace(sugar, uid=f"in {place.country}", releases=(release,)))
    terms = replace(TERMS, lines=tuple(lines))
    assert peppol.fatal(render(replace(ORDER, lines=(), terms=terms)), "order") == []
    small = replace(TERMS, lines=(sugar,))
    for currency in sorted(CURRENCIES):
        order = replace(ORDER, lines=(), terms=replace(small, currency=currency))
        assert peppol.fatal(render(order), "order") == []
