# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whatever arrives: a document, or one exception with a sentence, and soon.

``BOP_FUZZ`` is the number of mutations; 600 unless told.
"""

import os
import random
import re
import time
from dataclasses import replace

import pytest
from lxml import etree
from ubl_documents import CHANGE, COUNTER, EXAMPLES, ORDER, TERMS, render

from bop_contract.ubl import safe_xml
from bop_contract.ubl.document import parse_document
from bop_contract.ubl.order import parse_order
from bop_contract.ubl.safe_xml import UblError
from bop_contract.ubl.supplement import MARK

MUTATIONS = int(os.environ.get("BOP_FUZZ", "600"))
PLAIN = {name: render(document) for name, document in EXAMPLES.items()}
SEEDS = [PLAIN[name] for name in PLAIN if name != "refusal"]  # as long as the order
ROOT = (
    '<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">'
    "<cbc:CustomizationID>urn:fdc:peppol.eu:poacc:trns:order:3</cbc:CustomizationID>"
    "{}</Order>"
)


def _refused(data):
    with pytest.raises(UblError) as caught:
        parse_document(data)
    return str(caught.value)


# === ATTACKS WITH A NAME ===#


def test_entities_are_not_expanded():
    laughs = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "lol">'
        for n in range(10)
    )
    bomb = f"<!DOCTYPE Order [{laughs}]>{ROOT.format('<cbc:ID>&l9;</cbc:ID>')}"
    assert "entities" in _refused(bomb.encode())
    assert "well-formed" in _refused(ROOT.format("<cbc:ID>&l9;</cbc:ID>").encode())


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE Order [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Order SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE Order [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;]>',
    ],
)
def test_nothing_is_fetched_from_outside(declaration):
    data = declaration + ROOT.format("<cbc:ID>&x;</cbc:ID>")
    assert "entities" in _refused(data.encode())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-7", "iso-8859-1"])
def test_only_utf_8_is_read(encoding):
    text = ROOT.format("<cbc:ID>Größe</cbc:ID>")
    declared = f'<?xml version="1.0" encoding="{encoding}"?>{text}'
    _refused(declared.encode(encoding))
    assert "UTF-8" in _refused(declared.encode())


def test_a_hidden_doctype_in_another_encoding_is_refused():
    text = f"<!DOCTYPE a>{ROOT.format('')}"
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        refusal = _refused(text.encode(encoding))
        assert re.search("not in UTF-8|not well-formed", refusal)


def test_a_byte_order_mark_does_no_harm():
    assert parse_document(b"\xef\xbb\xbf" + PLAIN["order"]) == ORDER


def test_size_tags_and_depth_are_capped():
    assert "longer" in _refused(b" " * (safe_xml.MAX_BYTES + 1))
    assert "tags" in _refused(b"<a/>" * (safe_xml.MAX_TAGS + 1))
    deep = "<a>" * 100 + "</a>" * 100
    assert "deeper" in _refused(ROOT.format(deep).encode())
    _refused(ROOT.format("<a>" * 10**5 + "</a>" * 10**5).encode())


def test_positions_are_capped():
    lines = b"<cac:OrderLine/>" * (safe_xml.MAX_CHILDREN + 1)
    data = PLAIN["order"].replace(b"</Order>", lines + b"</Order>")
    assert "parts" in _refused(data)


def test_fifty_megabytes_are_refused_at_once():
    data = b"<a>" + b"x" * 50_000_000 + b"</a>"
    start = time.process_time()
    _refused(data)
    assert time.process_time() - start < 0.1


@pytest.mark.parametrize(
    "json",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"number":' + "9" * 100_000 + "}",
        '{"number":1e999999999}',
        '{"number":NaN}',
        '{"number":null}',
        '{"lines":[]}',
        '{"__class__":"x"}',
        '{"texts":[[0]]}',
        '{"texts":[[999999999,{}]]}',
        '{"texts":[["x",{"uid":"1"}]]}',
        '{"texts":[[0,{"uid":"7f3a","kind":"note"}]]}',
        '{"supplier":null}',
        '{"instalments":[{"share":"1e999999999"}]}',
        '{"bill_to":"x"}',
        "[]",
        "",
    ],
)
def test_a_supplement_of_another_form_is_refused(json):
    data = re.sub(
        rb"#b-op:terms:1#[^<]*",
        lambda _: (MARK + json).encode(),
        PLAIN["order"],
        count=1,
    )
    assert re.match("The (supplement|terms) ", _refused(data))


@pytest.mark.parametrize(
    "number", ["1e5", "0x10", "١٢", "1_000", "NaN", "Infinity", "1,5", "", "9" * 1000]
)
def test_a_number_that_is_none_is_refused(number):
    data = PLAIN["order"].replace(b">2.5<", f">{number}<".encode())
    assert data != PLAIN["order"]
    if number:
        _refused(data)
    else:
        assert parse_document(data) != ORDER


def test_an_unknown_document_is_named():
    assert "root element a" in _refused(b"<a/>")
    other = PLAIN["order"].replace(b"trns:order:3", b"trns:order:3:extended")
    assert "trns:order:3:extended" in _refused(other)
    with pytest.raises(UblError, match="T01"):
        parse_order(PLAIN["change"])


# === A DOCUMENT THAT SAYS TWO THINGS ===#


@pytest.mark.parametrize(
    ("shown", "instead"),
    [
        (b">300<", b">3<"),
        (b">0.0765625<", b">0.0000001<"),
        (b"1\n\nNur ganze Kartons.", b"1\n\nAuch halbe."),
        (b"<cbc:Percent>19<", b"<cbc:Percent>7<"),
        (b"Bitte klingeln.\n", b"Bitte klopfen.\n"),
    ],
)
def test_elements_that_contradict_the_supplement_are_refused_or_agreed(shown, instead):
    data = PLAIN["order"].replace(shown, instead, 1)
    assert data != PLAIN["order"]
    try:
        order = parse_document(data)
    except UblError as error:
        assert "contradicts" in str(error)
    else:  # Where the supplement is silent, the elements count, and the rest is shown.
        assert order.terms != TERMS or order.extras


@pytest.mark.parametrize(
    ("document", "hidden"),
    [
        (ORDER, b'"price":"-5"'),
        (CHANGE, b'"unit":"Karton"'),
        (COUNTER, b'"price":"0.0875"'),
    ],
)
def test_a_supplement_cannot_hide_another_price(document, hidden):
    data = render(document)
    assert hidden in data
    assert "contradicts" in _refused(data.replace(hidden, b'"price":"99"'))


def test_what_the_terms_have_no_place_for_is_shown():
    charge = (
        b"<cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator>"
        b'<cbc:Amount currencyID="EUR">900.00</cbc:Amount></cac:AllowanceCharge>'
    )
    data = PLAIN["order"].replace(b"<cac:TaxTotal>", charge + b"<cac:TaxTotal>")
    order = parse_document(data)
    assert ("cac:AllowanceCharge/cbc:Amount", "900") in [
        (extra.path, extra.value) for extra in order.extras
    ]
    assert replace(order, extras=()) == ORDER


def test_a_total_that_is_not_the_positions_is_shown():
    data = re.sub(rb"(<cbc:PayableAmount[^>]*>)[^<]*", rb"\g<1>1.00", PLAIN["invoice"])
    extras = [extra.path for extra in parse_document(data).extras]
    assert extras == ["cac:LegalMonetaryTotal/cbc:PayableAmount"]


def test_what_should_occur_once_occurs_once():
    number = b"<cbc:ID>P00007</cbc:ID>"
    assert "2 times" in _refused(PLAIN["order"].replace(number, number * 2, 1))
    split = b"<cbc:ID>P0<cbc:ID>0</cbc:ID>07</cbc:ID>"
    assert "elements" in _refused(PLAIN["order"].replace(number, split, 1))


# === MUTATIONS ===#

JUNK = [
    b"<", b">", b"&", b"&amp;", b"&#0;", b"&#xFFFE;", b"]]>", b"<![CDATA[x]]>", b"\x00",
    b"\xff\xfe", b"\xed\xa0\x80", b"<!--", b"-->", b"<?x?>", b"<!DOCTYPE a>", b'"', b"'",
    b"</cbc:ID>", b"<cac:OrderLine/>", b"9" * 500, b"-1", b"1e999", b"#b-op:terms:1#",
    b"{" * 50, b"[" * 50, b'{"uid":"', b" xmlns:cbc=''", "٣".encode(), b"%s%n", b"\r\n",
]  # fmt: skip
TEXTS = [
    "", " ", "0", "-1", "1e999", "9" * 900, "0." + "3" * 900, "NaN", "2026-02-30", "AP",
    "CA", "2", "7", "ZZ", "EUR", "#b-op:terms:1#{}", '#b-op:terms:1#{"kind":"x"}', "\ud7ff",
    '#b-op:terms:1#{"number":["x"]}', '{"quantity":"1"}', '{"kind":"note"}', "true",
    '{"uid":"c3"}', '{"price":"1e-400","discount":"1e-400"}', '{"taxes":[{}]}',
]  # fmt: skip


def _mutated_bytes(data, dice):
    data = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        start = dice.randrange(len(data))
        end = min(len(data), start + dice.choice([0, 1, 5, 80]))
        action = dice.randrange(4)
        if action == 0:
            data[start] = dice.randrange(256)
        elif action == 1:
            data[start:end] = dice.choice(JUNK)
        elif action == 2:
            del data[start:end]
        else:
            place = dice.randrange(len(data))
            data[place:place] = data[start:end]
    return bytes(data)


def _mutated_elements(data, dice):
    root = etree.fromstring(data)
    for _ in range(dice.randint(1, 3)):
        elements = list(root.iter())[1:]
        element = dice.choice(elements)
        other = dice.choice(elements)
        action = dice.randrange(6)
        if action == 0:
            element.getparent().remove(element)
        elif action == 1:
            element.addnext(etree.fromstring(etree.tostring(element)))
        elif action == 2:
            element.text = dice.choice(TEXTS)
        elif action == 3:
            element.tag = other.tag
        elif action == 4:
            element.text, other.text = other.text, element.text
        elif element.attrib:
            element.attrib[element.keys()[0]] = dice.choice(TEXTS)
    return etree.tostring(root)


def _write_if_possible(document):
    """What was read is written as well, as when it is answered."""
    try:
        render(document)
    except UblError as error:
        assert str(error)


def test_a_mutation_is_read_or_refused_and_never_a_failure():
    dice = random.Random(4)
    outcomes = {"read": 0, "refused": 0}
    start = time.process_time()
    for number in range(MUTATIONS):
        data = dice.choice(SEEDS)
        mutate = _mutated_bytes if number % 2 else _mutated_elements
        mutant = mutate(data, dice)
        try:
            document = parse_document(mutant)
        except UblError as error:
            assert str(error)
            outcomes["refused"] += 1
            continue
        outcomes["read"] += 1
        if number % 4 == 0:
            _write_if_possible(document)
    assert time.process_time() - start < 0.01 * MUTATIONS + 5
    # Else the mutations would test only one side.
    assert min(outcomes.values()) > MUTATIONS / 20, outcomes
