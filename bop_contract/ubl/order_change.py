# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Peppol T114, Order Change: the buyer proposes other terms, or consents to the seller's.

The document repeats the whole order, every position with what happens to it. ``cbc:ID``
is the change's own number, ``cac:OrderReference`` the order as first sent (T01), and
``cbc:SequenceNumberID`` counts the buyer's changes of it: Peppol only asks for a text
there, this module for a number. A deleted position stays in, with quantity and amount 0,
so that the totals hold (R008, R024).

Peppol has no word for "no, the order stays as it is". The bilateral meaning here is a
change in which no position is affected, see :attr:`OrderChange.keeps_order`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml import etree

from ..rules.terms import LineTerms, Terms
from . import order_content as content
from .common import (
    ADVANCED_ORDERING,
    TRANSACTIONS,
    Envelope,
    Extra,
    Kind,
    add,
    add_envelope,
    add_path,
    exact,
    extras,
    new_document,
    open_document,
    pruned,
    read_envelope,
    reading,
    to_bytes,
    xml_text,
)
from .order_content import References
from .order_line import LineFacts
from .safe_xml import Node, UblError
from .supplement import (
    Content,
    Supplement,
    completed,
    completed_lines,
    items,
    refuse_contradiction,
    supplement,
)

KIND = Kind("T114", "OrderChange", TRANSACTIONS + "order_change:3", ADVANCED_ORDERING)
# UNCL1229, the buyer's part of it.
ADDED, DELETED, CHANGED, UNAFFECTED = "1", "2", "3", "4"
REASON = "reason"


@dataclass(frozen=True, slots=True)
class OrderChange:
    """A change of an order.

    ``sequence``: 1 for the first change of an order; ``order``: the number of the order
    as it was first sent; ``reason``: why, for people; ``lines``: facts of positions with
    their status; ``deleted``: positions that the change takes out.
    """

    envelope: Envelope
    sequence: int
    order: str
    terms: Terms
    references: References = References()
    reason: str = ""
    lines: tuple[LineFacts, ...] = ()
    deleted: tuple[LineTerms, ...] = ()
    extras: tuple[Extra, ...] = ()

    def __post_init__(self) -> None:
        if self.sequence < 1:
            raise UblError("The sequence number of a change is 1 or more.")
        object.__setattr__(self, "order", xml_text(self.order))
        object.__setattr__(self, "reason", xml_text(self.reason))
        deleted = (replace(line, quantity="0", releases=()) for line in self.deleted)
        object.__setattr__(self, "deleted", tuple(deleted))

    @property
    def keeps_order(self) -> bool:
        """Whether no position is affected: the buyer refuses the seller's proposal."""
        count = len(items(self.terms)) + len(self.deleted)
        statuses = [line.status for line in self.lines]
        return len(statuses) == count and set(statuses) == {UNAFFECTED}

    def missing(self) -> tuple[str, ...]:
        """Return what a valid T114 must state and this change does not.

        See :meth:`Order.missing`; besides ``order``.
        """
        found = content.missing(self.envelope, self.terms)
        if any(line.quotation_line for line in self.lines):
            found += () if self.references.quotation else ("quotation",)
        return found if self.order else (*found, "order")


def statuses(old: Terms, new: Terms) -> tuple[LineFacts, ...]:
    """Return what becomes of each position from ``old`` to ``new``, deleted ones last.

    >>> from ..rules.terms import Party
    >>> us, them = Party("Supplier"), Party("Customer")
    >>> lines = LineTerms("a"), LineTerms("b"), LineTerms("c")
    >>> old = Terms("PO1", supplier=us, customer=them, lines=lines)
    >>> new = replace(old, lines=(LineTerms("a"), LineTerms("b", price="1")))
    >>> [(line.uid, line.status) for line in statuses(old, new)]
    [('a', '4'), ('b', '3'), ('c', '2')]
    """
    before = {line.uid: line for line in items(old)}
    found = []
    for line in items(new):
        status = UNAFFECTED if before.get(line.uid) == line else CHANGED
        found.append(LineFacts(line.uid, status if line.uid in before else ADDED))
    gone = before.keys() - {line.uid for line in items(new)}
    found += [LineFacts(uid, DELETED) for uid in before if uid in gone]
    return tuple(found)


@exact
def render_order_change(change: OrderChange) -> bytes:
    """Return the document of a change (T114); the same change gives the same bytes.

    What :meth:`OrderChange.missing` names is left out, which makes it invalid.
    """
    said, _ = _read(Node(_build(change, Supplement())))
    return to_bytes(_build(change, supplement(said, change.terms, _lines(change))))


@reading
def parse_order_change(data: bytes) -> OrderChange:
    """Return the change that a document (T114) states.

    :raises UblError: it is no T114, no safe XML, or contradicts itself
    """
    root = open_document(data, KIND)
    said, extra = _read(root)
    facts = content.read_facts(root)
    gone = {line.uid for line in facts if line.status == DELETED}
    stays = [line.uid not in gone for line in said.lines]
    kept, deleted = (
        _part(said, extra, stays),
        _part(said, extra, [not s for s in stays]),
    )
    header = dict(extra.header)
    reason = header.pop(REASON, "")
    if not isinstance(reason, str):
        raise UblError("The reason of the change is no text.")
    change = OrderChange(
        envelope=read_envelope(root, *content.read_traders(root)),
        sequence=_read_sequence(root),
        order=root.required("cac:OrderReference/cbc:ID"),
        terms=completed(kept[0], Supplement(header, kept[1].lines)),
        references=content.read_references(root),
        reason=reason,
        lines=facts,
        deleted=completed_lines(deleted[0].lines, deleted[1].lines),
    )
    # As we would have made it: what stays first.
    said = Content(said.header, kept[0].lines + deleted[0].lines)
    extra = Supplement(header, kept[1].lines + deleted[1].lines)
    image = _build(change, extra)
    refuse_contradiction(said, extra, _read(Node(image))[0])
    return replace(change, extras=extras(root, image))


def _part(
    said: Content, extra: Supplement, wanted: list[bool]
) -> tuple[Content, Supplement]:
    rows = zip(said.lines, extra.lines, wanted, strict=True)
    chosen = [(line, patch) for line, patch, keep in rows if keep]
    lines = tuple(line for line, _ in chosen)
    patches = tuple(patch for _, patch in chosen)
    return Content(said.header, lines), Supplement(extra.header, patches)


def _read_sequence(root: Node) -> int:
    text = root.required("cbc:SequenceNumberID")
    if not re.fullmatch("[0-9]{1,9}", text) or not int(text):
        raise UblError(f"cbc:SequenceNumberID is no number from 1 on: {text[:40]!r}.")
    return int(text)


def _lines(change: OrderChange) -> tuple[LineTerms, ...]:
    return items(change.terms) + change.deleted


def _build(change: OrderChange, extra: Supplement) -> etree._Element:
    root, terms, references = new_document(KIND), change.terms, change.references
    add_envelope(root, change.envelope, references.sales_order)
    add(root, "cbc:SequenceNumberID", str(change.sequence))
    reason = {REASON: change.reason} if change.reason else {}
    noted = Supplement({**extra.header, **reason}, extra.lines)
    content.add_note(root, terms, noted, change.reason)
    content.add_currency_and_reference(root, terms)
    content.add_validity(root, references)
    add_path(root, "cac:OrderReference/cbc:ID", change.order)
    add_path(root, "cac:QuotationDocumentReference/cbc:ID", references.quotation)
    add_path(root, "cac:Contract/cbc:ID", references.contract)
    content.add_parties(root, terms, change.envelope)
    content.add_delivery(root, terms)
    content.add_payment(root, terms)
    content.add_totals(root, terms)
    content.add_lines(
        root, _lines(change), change.lines, extra, terms.currency, place=False
    )
    return pruned(root)


def _read(root: Node) -> tuple[Content, Supplement]:
    return content.read_content(root, number=root.text("cac:OrderReference/cbc:ID"))
