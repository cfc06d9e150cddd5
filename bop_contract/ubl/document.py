# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a message from outside is: any document of the contract, read as that.

>>> parse_document(b"<a/>")
Traceback (most recent call last):
    ...
bop_contract.ubl.safe_xml.UblError: Unknown document: root element a, CustomizationID ''.
"""

from __future__ import annotations

from collections.abc import Callable

from .billing import CREDIT_NOTE, INVOICE, Invoice, parse_invoice
from .common import Kind, kind_of
from .despatch_advice import KIND as DESPATCH_ADVICE
from .despatch_advice import DespatchAdvice, parse_despatch_advice
from .order import KIND as ORDER
from .order import Order, parse_order
from .order_cancellation import KIND as ORDER_CANCELLATION
from .order_cancellation import OrderCancellation, parse_order_cancellation
from .order_change import KIND as ORDER_CHANGE
from .order_change import OrderChange, parse_order_change
from .order_response import KIND as ORDER_RESPONSE
from .order_response import OrderResponse, parse_order_response
from .safe_xml import UblError, parse_xml, short

Document = (
    Order | OrderChange | OrderCancellation | OrderResponse | DespatchAdvice | Invoice
)
PARSERS: dict[Kind, Callable[[bytes], Document]] = {
    ORDER: parse_order,
    ORDER_CHANGE: parse_order_change,
    ORDER_CANCELLATION: parse_order_cancellation,
    ORDER_RESPONSE: parse_order_response,
    DESPATCH_ADVICE: parse_despatch_advice,
    INVOICE: parse_invoice,
    CREDIT_NOTE: parse_invoice,
}
_BY_NAME = {
    (f"{{{kind.namespace}}}{kind.root}", kind.customization): kind for kind in PARSERS
}


def document_kind(data: bytes) -> Kind:
    """Return which document ``data`` is.

    :raises UblError: none that b-op knows, or no safe XML
    """
    root = parse_xml(data)
    tag, customization = kind_of(root)
    if (tag, customization) not in _BY_NAME:
        raise UblError(
            f"Unknown document: root element {short(root)[:80]}, "
            f"CustomizationID {customization[:200]!r}."
        )
    return _BY_NAME[tag, customization]


def parse_document(data: bytes) -> Document:
    """Return what a message says, as the facts of its kind.

    :raises UblError: no document that b-op knows, or as its own parser
    """
    return PARSERS[document_kind(data)](data)
