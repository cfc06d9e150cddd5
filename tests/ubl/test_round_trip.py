# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is sent is what arrives, to the last digit."""

from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings
from ubl_documents import (
    ACCEPTANCE,
    CHANGE,
    CHANGED,
    COUNTER,
    CREDIT,
    CUSTOMER,
    EXAMPLES,
    INVOICE,
    ORDER,
    REFUSAL,
    REJECTION,
    SCREW,
    TERMS,
    bills,
    changes,
    counter_offers,
    orders,
    render,
)

from bop_contract.rules.agreement import comparable
from bop_contract.rules.terms import LineTerms, decimal_text
from bop_contract.ubl.document import document_kind, parse_document
from bop_contract.ubl.order_response import ResponseLine, countered
from bop_contract.ubl.safe_xml import UblError

# Shrinking documents takes minutes; a failing one says enough.
many = settings(max_examples=40, phases=[Phase.explicit, Phase.generate])


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_document_is_read_as_it_was_written(name):
    assert parse_document(render(EXAMPLES[name])) == EXAMPLES[name]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_same_facts_give_the_same_bytes(name):
    data = render(EXAMPLES[name])
    assert render(EXAMPLES[name]) == data
    assert render(parse_document(data)) == data


@many
@given(orders())
def test_an_order_carries_any_terms(order):
    assert parse_document(render(order)) == order


@many
@given(changes())
def test_a_change_carries_any_terms(change):
    assert parse_document(render(change)) == change


@many
@given(orders(), changes())
def test_both_sides_agree_to_what_was_sent(order, change):
    for sent in (order, change):
        arrived = parse_document(render(sent))
        assert comparable(arrived.terms) == comparable(sent.terms)


@many
@given(counter_offers())
def test_a_counter_offer_carries_any_terms(response):
    assert parse_document(render(response)) == response


@many
@given(bills())
def test_a_bill_is_read_as_it_was_written(bill):
    assert parse_document(render(bill)) == bill


def test_positions_keep_their_uid_when_one_is_inserted_before_them():
    inserted = replace(TERMS, lines=(LineTerms("new", product="x"), *TERMS.lines))
    read = parse_document(render(replace(ORDER, terms=inserted))).terms
    assert [line.uid for line in read.lines] == [line.uid for line in inserted.lines]


def test_a_price_is_no_float_anywhere():
    price = "0." + "123456789" * 10
    line = replace(SCREW, price=price, discount="0.1", quantity="1e30")
    read = parse_document(render(replace(ORDER, terms=replace(TERMS, lines=(line,)))))
    assert read.terms.lines[0].price == price
    assert read.terms.lines[0].quantity == decimal_text("1e30")


def test_a_note_that_looks_like_a_supplement_stays_a_note():
    note = '#b-op:terms:1#{"number":"X"}'
    rejection = replace(REJECTION, note=note)
    assert parse_document(render(rejection)).note == note
    terms = replace(TERMS, note=note, lines=(SCREW,))
    assert parse_document(render(replace(ORDER, terms=terms))).terms == terms


def test_elements_say_what_a_reader_without_b_op_needs():
    text = render(ORDER).decode()
    for element in (
        "<cbc:ID>P00007</cbc:ID>",
        '<cbc:Quantity unitCode="C62">300</cbc:Quantity>',
        '<cbc:PriceAmount currencyID="EUR">0.0765625</cbc:PriceAmount>',
        '<cbc:BaseAmount currencyID="EUR">0.0875</cbc:BaseAmount>',
        "<cbc:Percent>19</cbc:Percent>",
        "<cbc:Name>Schraube M3</cbc:Name>",
        "<cbc:EndDate>2026-02-07</cbc:EndDate>",
        "Nur ganze Kartons.",
    ):
        assert element in text


def test_the_answer_to_a_change_names_order_and_change():
    text = render(ACCEPTANCE).decode()
    assert "<cac:OrderChangeDocumentReference>" in text
    assert document_kind(text.encode()).transaction == "T116"


def test_a_change_that_affects_no_position_keeps_the_order():
    assert REFUSAL.keeps_order
    assert not CHANGE.keeps_order
    assert not replace(REFUSAL, lines=()).keeps_order


# === COUNTER-OFFERS OF A SELLER WITHOUT B-OP ===#


def _counter(*lines):
    return replace(COUNTER, terms=None, lines=lines)


def test_a_foreign_counter_offer_changes_what_its_positions_state():
    response = _counter(
        ResponseLine("7f3a", "3", "Schraube M3", quantity="250", price="0.08"),
        ResponseLine("c3", "5", "Zucker"),
        ResponseLine("b2", "7", "Treuerabatt"),
    )
    terms = countered(TERMS, parse_document(render(response)))
    lines = terms.lines_by_uid
    assert (lines["7f3a"].quantity, lines["7f3a"].price) == ("250", "0.08")
    assert lines["7f3a"].discount == "0"
    assert lines["c3"] == TERMS.lines_by_uid["c3"]
    assert "b2" not in lines
    assert "s1" in lines


def test_several_answers_to_a_position_split_its_delivery():
    parts = [("1", "100", "2026-03-01"), ("2", "200", "2026-04-01")]
    response = _counter(
        *(
            ResponseLine(
                "7f3a", "3", "x", id=number, quantity=quantity, promised=promised
            )
            for number, quantity, promised in parts
        )
    )
    line = countered(TERMS, response).lines_by_uid["7f3a"]
    assert line.quantity == "300"
    assert [(r.quantity, r.due) for r in line.releases] == [p[1:] for p in parts]
    assert line.price == SCREW.price


def test_a_price_that_is_the_agreed_net_price_leaves_price_and_discount():
    answer = ResponseLine("7f3a", "3", "x", quantity="1", price="0.0765625")
    line = countered(TERMS, _counter(answer)).lines_by_uid["7f3a"]
    assert (line.price, line.discount) == (SCREW.price, SCREW.discount)


def test_an_answer_without_quantity_leaves_the_quantity():
    answer = ResponseLine("c3", "3", "Zucker", unit="KGM", promised="2026-05-01")
    assert answer.unit == ""
    response = _counter(answer)
    assert parse_document(render(response)) == response
    line = countered(TERMS, response).lines_by_uid["c3"]
    assert (line.quantity, line.unit) == ("2.5", "KGM")
    assert line.releases[0].due == "2026-05-01"


def test_a_new_position_without_a_price_is_refused():
    answer = ResponseLine("new", "1", "Nut", quantity="1")
    with pytest.raises(UblError, match="lacks quantity or price"):
        countered(TERMS, _counter(answer))


def test_a_counter_offer_with_terms_proposes_just_these():
    assert countered(TERMS, COUNTER) == CHANGED


# === FACTS THAT NO DOCUMENT CAN BE MADE OF ===#


@pytest.mark.parametrize(
    "make",
    [
        lambda: replace(CUSTOMER, endpoint=" "),
        lambda: replace(CUSTOMER, address=replace(TERMS.ship_to, country="Wien")),
        lambda: replace(ORDER.envelope, issue_date="31.01.2026"),
        lambda: replace(ORDER.envelope, id="\x00"),
        lambda: replace(CHANGE, sequence=0),
        lambda: replace(ACCEPTANCE, code="CA"),
        lambda: replace(ACCEPTANCE, lines=COUNTER.lines),
        lambda: replace(ACCEPTANCE, code="XX"),
        lambda: replace(INVOICE, lines=()),
        lambda: replace(CREDIT, due_date="2026-01-01"),
        lambda: replace(INVOICE.lines[0], price="-1"),
        lambda: replace(INVOICE.lines[0], amount="1.001"),
        lambda: replace(INVOICE.lines[0], quantity="1e5"),
    ],
)
def test_facts_that_make_no_document_are_refused_at_once(make):
    with pytest.raises(UblError):
        make()
