# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a side says in a conversation about an order is what the other understands."""

from dataclasses import replace

import pytest
from ubl_documents import ENVELOPE, SHIPMENT, TERMS

from bop_contract.rules import exchange
from bop_contract.rules.agreement import comparable
from bop_contract.ubl import conversation as talk
from bop_contract.ubl.document import parse_document
from bop_contract.ubl.safe_xml import UblError
from bop_contract.ubl.supplement import items

REF = "5f0c"
POSITION = items(TERMS)[0]
TRANSACTIONS = {
    "Order": "order",
    "OrderChange": "order_change",
    "OrderCancellation": "order_cancellation",
    "OrderResponse": "order_response_advanced",
}


def _changed(terms):
    section, first, *rest = terms.lines
    seven = replace(first, quantity="7", releases=())
    return replace(terms, lines=(section, seven, *rest[:-1]))


def _later(terms):
    return replace(terms, delivery_date="2027-05-05T00:00:00Z")


CHANGES = {"positions": _changed(TERMS), "header": _later(TERMS)}


def _customer_change(terms, reason=""):
    return talk.change(
        ENVELOPE,
        terms,
        agreed=TERMS,
        order="P00007",
        sequence=2,
        reason=reason,
        buyers_ids={POSITION.uid: "our-1"},
        valid_until="2026-12-24",
    )


def _supplier_change(terms, reason=""):
    return talk.counter_offer(
        ENVELOPE,
        terms,
        agreed=TERMS,
        order="P00007",
        sales_order="S00009",
        reason=reason,
    )


def _answer(kind, **values):
    return talk.answer(
        ENVELOPE, kind, order="P00007", currency="EUR", reason="Why", **values
    )


def _heard(written, ref="", base=""):
    return talk.understand(
        parse_document(written.body), ref=ref, base=base, agreed=TERMS
    )


SAID = {
    "order": (talk.order(ENVELOPE, TERMS), "", "", exchange.ORDER),
    "restatement": (talk.order(ENVELOPE, TERMS), "", "d1", exchange.RESTATEMENT),
    "change": (_customer_change(CHANGES["positions"]), "", "d1", exchange.CHANGE),
    "change of the header": (
        _customer_change(CHANGES["header"]),
        REF,
        "d1",
        exchange.CHANGE,
    ),
    "customer keeps": (_customer_change(TERMS, "No"), REF, "d1", exchange.KEEP),
    "customer refuses or takes back what is not agreed": (
        talk.cancellation(ENVELOPE, order="P00007", reason="No"),
        REF,
        "",
        exchange.KEEP,
    ),
    "supplier takes back what is not agreed": (
        _supplier_change(TERMS, "No"),
        REF,
        "",
        exchange.KEEP,
    ),
    "consent to a counter-offer": (_customer_change(TERMS), REF, "", exchange.CHANGE),
    "cancellation": (
        talk.cancellation(ENVELOPE, order="P00007", reason="Twice"),
        "",
        "d1",
        exchange.CANCELLATION,
    ),
    "counter-offer": (
        _supplier_change(CHANGES["positions"]),
        "",
        "d1",
        exchange.CHANGE,
    ),
    "counter-offer of the header": (
        _supplier_change(CHANGES["header"]),
        REF,
        "d1",
        exchange.CHANGE,
    ),
    "supplier keeps": (_supplier_change(TERMS, "No"), REF, "d1", exchange.KEEP),
    "supplier cancels": (
        _answer(exchange.REJECTED),
        "",
        "d1",
        exchange.CANCELLATION,
    ),
    "accepted": (_answer(exchange.ACCEPTED), REF, "d1", exchange.ACCEPTED),
    "rejected": (_answer(exchange.REJECTED), REF, "", exchange.REJECTED),
    "acknowledged": (_answer(exchange.ACKNOWLEDGED), REF, "", exchange.ACKNOWLEDGED),
}


@pytest.mark.parametrize("name", SAID)
def test_what_is_said_is_understood(name):
    written, ref, base, kind = SAID[name]
    heard = _heard(written, ref, base)
    assert (heard.kind, heard.order) == (kind, "P00007")


@pytest.mark.parametrize("name", SAID)
def test_what_is_said_is_valid(peppol, name):
    """Peppol's rules hold for every form."""
    body = SAID[name][0].body
    kind = type(parse_document(body)).__name__
    assert peppol.fatal(body, TRANSACTIONS[kind]) == []


@pytest.mark.parametrize("name", CHANGES)
def test_both_sides_speak_of_the_same_terms(name):
    """A change of one side and the consent of the other state the same."""
    asked = _heard(_supplier_change(CHANGES[name]), base="d1")
    consent = _heard(_customer_change(asked.terms), REF, "d1")
    assert comparable(consent.terms) == comparable(CHANGES[name])


def test_a_document_says_all_of_it():
    heard = _heard(_customer_change(CHANGES["header"], "Later"), base="d1")
    assert heard.reason == "Later"
    assert heard.buyers_ids == ((POSITION.uid, "our-1"),)
    assert heard.valid_until == "2026-12-24"
    assert _heard(_supplier_change(TERMS)).sales_order == "S00009"


def test_positions_of_which_nothing_is_ordered_are_gone():
    emptied = tuple(
        replace(line, quantity="0") if line == POSITION else line
        for line in TERMS.lines
    )
    left = talk.positions(replace(TERMS, lines=emptied)).lines
    assert left == tuple(line for line in TERMS.lines if line != POSITION)


def test_a_despatch_advice_is_no_part_of_it():
    with pytest.raises(UblError, match="no part of a conversation"):
        talk.understand(SHIPMENT)
