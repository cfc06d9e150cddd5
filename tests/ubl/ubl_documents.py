# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One realistic document of each kind, and strategies for many."""

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st
from term_strategies import terms

from bop_contract.rules.terms import (
    Address,
    Instalment,
    LineTerms,
    Party,
    Release,
    Tax,
    Terms,
)
from bop_contract.ubl.billing import (
    CATEGORIES,
    Contact,
    Invoice,
    InvoiceLine,
    render_invoice,
    tax_subtotals,
)
from bop_contract.ubl.codes import UNITS
from bop_contract.ubl.common import Envelope, Trader, xml_text
from bop_contract.ubl.despatch_advice import (
    DespatchAdvice,
    DespatchLine,
    render_despatch_advice,
)
from bop_contract.ubl.order import Order, render_order
from bop_contract.ubl.order_cancellation import (
    OrderCancellation,
    render_order_cancellation,
)
from bop_contract.ubl.order_change import OrderChange, render_order_change, statuses
from bop_contract.ubl.order_content import References
from bop_contract.ubl.order_line import LineFacts
from bop_contract.ubl.order_response import (
    OrderResponse,
    render_order_response,
    response_lines,
)

RENDER = {
    Order: render_order,
    OrderChange: render_order_change,
    OrderCancellation: render_order_cancellation,
    OrderResponse: render_order_response,
    DespatchAdvice: render_despatch_advice,
    Invoice: render_invoice,
}


def render(document):
    """Return the bytes of any document."""
    return RENDER[type(document)](document)


def transaction(document):
    """Return the checker's name of a document's type."""
    if isinstance(document, Invoice):
        return "credit_note" if document.credit else "invoice"
    return {
        Order: "order",
        OrderChange: "order_change",
        OrderCancellation: "order_cancellation",
        OrderResponse: "order_response_advanced",
        DespatchAdvice: "despatch_advice",
    }[type(document)]


# === ONE OF EACH ===#

BERLIN = Address(street="Hauptstr. 1", city="Berlin", zip="10115", country="DE")
VIENNA = Address(name="Lager Süd", city="Wien", zip="1010", country="AT")
SUPPLIER = Trader("9930", "DE123456789", "Schrauben GmbH", address=BERLIN)
CUSTOMER = Trader("0088", "4000001000005", "Käufer & Söhne", reference="C-17")
ENVELOPE = Envelope("P00007", "2026-01-31", SUPPLIER, CUSTOMER, "10:00:00Z")
VAT = Tax("19% USt", "percent", "19")
SCREW = LineTerms(
    "7f3a",
    sku="M3",
    gtin="4006381333931",
    product="Schraube M3",
    options=("Farbe: schwarz",),
    description="Schraube M3\nverzinkt <A2>",
    quantity="300",
    unit="C62",
    price="0.0875",
    discount="12.5",
    taxes=(VAT,),
    releases=(
        Release("100", "2026-03-01", ship_to=VIENNA),
        Release("200", lead_days="40", incoterm="DAP", incoterm_place="Wien"),
    ),
)
REBATE = LineTerms("b2", product="Treuerabatt", quantity="1", price="-5", taxes=(VAT,))
SUGAR = LineTerms(
    "c3",
    product="Zucker",
    quantity="2.5",
    unit="KGM",
    price="3",
    releases=(Release("2.5", "2026-03-02T08:00:00Z", ship_to=VIENNA),),
)
TERMS = Terms(
    "P00007",
    date="2026-01-31T10:00:00Z",
    customer_reference="Frau Klein",
    currency="EUR",
    supplier=Party("Schrauben GmbH", "DE123456789", "HRB 1"),
    customer=Party("Käufer & Söhne", "ATU12345678", reference="C-17", email="a@b.at"),
    bill_to=Address("Käufer Buchhaltung", city="Linz", country="AT"),
    ship_to=VIENNA,
    incoterm="FCA",
    incoterm_place="Berlin",
    delivery_date="2026-03-01T00:00:00Z",
    note="Bitte klingeln.\n\nHintereingang.",
    prepayment="10",
    instalments=(
        Instalment(share="30", days="14", rule="days_after"),
        Instalment(amount="12.5", event="delivery", due="2026-06-01"),
    ),
    lines=(
        LineTerms("s1", "section", description="Teil 1"),
        SCREW,
        LineTerms("n1", "note", description="Nur ganze Kartons."),
        SUGAR,
        REBATE,
    ),
)
CHANGED = replace(
    TERMS,
    number="P00009",
    predecessor="P00007",
    note="Eilt.",
    lines=(
        replace(SCREW, quantity="500"),
        SUGAR,
        LineTerms("d4", product="Mutter", quantity="10", unit="Karton", price="1"),
    ),
)
ORDER = Order(
    ENVELOPE,
    TERMS,
    References("S00012", "OFFER5", "FRAME1", "2026-02-07"),
    (LineFacts("7f3a", buyers_id="9-M3", quotation_line="1"),),
)
CHANGE = OrderChange(
    replace(ENVELOPE, id="CR1"),
    2,
    "P00007",
    CHANGED,
    References(quotation="OFFER6", valid_until="2026-02-09"),
    "Mehr Bedarf",
    tuple(replace(line, note="siehe Mail") for line in statuses(TERMS, CHANGED)),
    (REBATE,),
)
REFUSAL = OrderChange(
    replace(ENVELOPE, id="CR2"),
    3,
    "P00007",
    TERMS,
    reason="Es bleibt dabei.",
    lines=statuses(TERMS, TERMS),
)
CANCELLATION = OrderCancellation(
    replace(ENVELOPE, id="CAN1"), "P00007", "Doppelt bestellt.", "Danke.", "FRAME1"
)
ANSWER = Envelope("A1", "2026-02-01", replace(SUPPLIER, address=None), CUSTOMER)
ACCEPTANCE = OrderResponse(ANSWER, "AP", "P00007", "EUR", "CR1", "S00012")
REJECTION = OrderResponse(ANSWER, "RE", "P00007", "EUR", note="Ausverkauft.")
RECEIPT = OrderResponse(ANSWER, "AB", "P00007", "EUR", promised="2026-03-05")
COUNTER = OrderResponse(
    ANSWER,
    "CA",
    "P00007",
    "EUR",
    sales_order="S00012",
    customer_reference="Frau Klein",
    note="Geht erst später.",
    lines=response_lines(TERMS, CHANGED),
    terms=CHANGED,
)
SHIPMENT = DespatchAdvice(
    replace(ENVELOPE, id="OUT1"),
    "P00007",
    (
        DespatchLine("7f3a", "100", "C62", "Schraube M3", "M3", "4006381333931"),
        DespatchLine(
            "c3",
            "1.5",
            "KGM",
            "Zucker",
            "Z",
            buyers_id="9-Z",
            id="2",
            order="P00007",
            outstanding="1",
            outstanding_reason="Rest folgt.",
            note="Trocken lagern.",
            delivered="3.5",
            returned="0.25",
            lots=("L-1", "L-2"),
            serials=("SN7",),
        ),
    ),
    "OUT1",
    "JD0001",
    "2026-02-27T16:00:00Z",
    "2026-03-01",
    VIENNA,
    "Zwei Paletten",
    "Spedition Möller",
)
BILL = replace(
    ENVELOPE, id="INV1", issue_time="", customer=replace(CUSTOMER, address=VIENNA)
)
BILLED = (
    InvoiceLine(
        "1",
        "300",
        "C62",
        "0.0765625",
        "22.97",
        "Schraube M3",
        "S",
        "19",
        "7f3a",
        sku="M3",
        gtin="4006381333931",
        description="Schraube M3\nverzinkt",
        note="Teillieferung",
    ),
    InvoiceLine("2", "-1", "ZZ", "5", "-5.00", "Treuerabatt", "S", "19", "b2"),
)
INVOICE = Invoice(
    BILL,
    "EUR",
    BILLED,
    tax_subtotals(BILLED),
    order="P00007",
    sales_order="S00012",
    buyer_reference="Frau Klein",
    despatch="OUT1",
    contract="FRAME1",
    due_date="2026-03-31",
    payment_terms="30 Tage",
    account="DE89370400440532013000",
    payment_id="INV1",
    supplier_vat="DE123456789",
    supplier_registry="HRB 1",
    customer_vat="ATU12345678",
    delivered="2026-02-28",
    ship_to=VIENNA,
    prepaid="1.00",
    rounding="0.01",
    note="Danke.",
    contact=Contact("Frau Groß", "+49 40 1234", "rechnung@nordwind.example"),
)
CREDIT = replace(INVOICE, credit=True, due_date="", preceding="INV1")
EXAMPLES = {
    "order": ORDER,
    "change": CHANGE,
    "refusal": REFUSAL,
    "cancellation": CANCELLATION,
    "acceptance": ACCEPTANCE,
    "rejection": REJECTION,
    "receipt": RECEIPT,
    "counter-offer": COUNTER,
    "shipment": SHIPMENT,
    "invoice": INVOICE,
    "credit note": CREDIT,
}

# === MANY OF EACH ===#

names = st.text(min_size=1, max_size=12).filter(xml_text) | st.sampled_from(
    ["Müller & Söhne <KG>", "#b-op:terms:1#{", "a\nb", "]]>", "&amp;"]
)
words = st.just("") | names
days = st.dates(date(2020, 1, 1), date(2039, 12, 31)).map(str)
moments = days | days.map("{}T23:59:59Z".format)
units = st.sampled_from(sorted(UNITS)) | st.sampled_from(["", "Stück", "KG"])
decimals = st.decimals(0, 10**7, places=4).map(str)
addresses = st.builds(
    Address,
    name=words,
    street=words,
    city=words,
    state=words,
    country=st.sampled_from(["DE", "AT", "GB", ""]),
)
taxes = st.builds(
    Tax,
    name=words,
    kind=st.sampled_from(["percent", "percent", "fixed", "group"]),
    amount=st.sampled_from(["0", "7", "19", "20.55", "-3"]),
    included=st.booleans(),
)
releases = st.builds(
    Release,
    quantity=decimals,
    due=st.just("") | moments | words,
    lead_days=st.sampled_from(["", "3"]),
    ship_to=st.none() | addresses,
    incoterm=st.sampled_from(["", "DAP"]),
)
positions = st.builds(
    LineTerms,
    uid=st.uuids().map(str),
    kind=st.sampled_from(["item", "item", "item", "section", "note"]),
    sku=words,
    gtin=st.sampled_from(["", "4006381333931", "beep"]),
    product=names,
    options=st.lists(names, max_size=2).map(tuple),
    description=words,
    quantity=decimals | decimals.map("-{}".format),
    unit=units,
    price=decimals | decimals.map("-{}".format),
    discount=st.sampled_from(["0", "0", "5", "33.333333", "100", "150", "-10"]),
    taxes=st.lists(taxes, max_size=2).map(tuple),
    releases=st.lists(releases, max_size=2).map(tuple),
)
parties = st.builds(
    Party,
    name=names,
    vat=st.sampled_from(["", "DE123456789", "nonsense"]),
    registry=words,
    reference=words,
    email=words,
)
instalments = st.builds(
    Instalment,
    share=st.sampled_from(["", "30"]),
    event=words,
    days=st.sampled_from(["", "14"]),
    rule=words,
    due=st.just("") | days,
)
agreements = st.builds(
    Terms,
    number=names,
    predecessor=words,
    date=st.just("") | moments,
    customer_reference=words,
    currency=st.sampled_from(["EUR", "CHF", "JPY", "KWD"]),
    supplier=parties,
    customer=parties,
    bill_to=st.none() | addresses,
    ship_to=st.none() | addresses,
    incoterm=st.sampled_from(["", "EXW"]),
    incoterm_place=words,
    delivery_date=st.just("") | moments,
    note=words,
    prepayment=st.sampled_from(["", "0", "30"]),
    instalments=st.lists(instalments, max_size=2).map(tuple),
    lines=st.lists(positions, min_size=1, max_size=4).map(tuple),
)
any_terms = terms | agreements


def orders(strategy=any_terms):
    """Orders of all kinds of terms."""
    return st.builds(
        lambda value, quotation: Order(
            replace(ENVELOPE, id="PO1"),
            value,
            References(quotation=quotation, valid_until="2026-02-28"),
            tuple(
                LineFacts(line.uid, buyers_id="x", quotation_line="1")
                for line in value.lines[:1]
                if line.kind == "item"
            ),
        ),
        strategy,
        st.sampled_from(["OFFER1", "OFFER1", ""]),
    )


def changes(strategy=any_terms):
    """Changes from any terms to any others."""
    return st.builds(_change, strategy, strategy)


def _change(old, new):
    facts = statuses(old, new)
    gone = {line.uid for line in facts if line.status == "2"}
    return OrderChange(
        replace(ENVELOPE, id="CR1"),
        1,
        "PO1",
        new,
        References(valid_until="2026-02-28"),
        "Reason",
        facts,
        tuple(line for line in old.lines if line.kind == "item" and line.uid in gone),
    )


def counter_offers(strategy=any_terms):
    """Counter-offers of any terms to any order."""
    return st.builds(_counter_offer, strategy, strategy)


def _counter_offer(base, new):
    lines = response_lines(base, new)
    if not lines:
        return ACCEPTANCE
    return replace(COUNTER, lines=lines, terms=new)


lines_billed = st.builds(
    InvoiceLine,
    id=st.uuids().map(str),
    quantity=st.sampled_from(["1", "-2", "0.333"]),
    unit=st.sampled_from(["C62", "KGM", ""]),
    price=st.sampled_from(["0", "1", "12.3456"]),
    amount=st.just("0.00"),
    name=names,
    category=st.sampled_from(CATEGORIES[:-1]),
    rate=st.just("0"),
    uid=st.sampled_from("abc"),
    description=words,
    sku=words,
    note=words,
)


@st.composite
def bills(draw):
    """Invoices and credit notes of every VAT category."""
    drawn = draw(st.lists(lines_billed, min_size=1, max_size=3))
    lines = []
    for line in drawn:
        amount = round(float(line.quantity) * float(line.price), 2)
        rate = draw(st.sampled_from(["7", "19"])) if line.category == "S" else "0"
        lines.append(replace(line, amount=f"{amount:.2f}", rate=rate))
    credit = draw(st.booleans())
    return replace(
        CREDIT if credit else INVOICE,
        lines=tuple(lines),
        taxes=tax_subtotals(lines, "because"),
        note=draw(words),
        payment_terms=draw(names),
    )
