# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the elements of a document cannot say about the terms, and where it is said.

UBL, and still more Peppol's selection from it, has no place for some terms: a tax by its
name, several releases of a position, a negative price, a section title, the tax number of
the seller. Such terms are written a second time, exactly, as canonical JSON that names the
attributes of :class:`Terms`:

* about the order: the last line of the header's ``cbc:Note``, after ``#b-op:terms:1#``;
* about a position: ``cac:AdditionalItemProperty`` named ``b-op:terms:1``; in an order
  response, which has no such property, the last line of the line's ``cbc:Note``.

A reader without b-op sees the nearest thing that UBL can say, in the elements. Both must
agree: a supplement that contradicts its elements is refused, so nobody can agree to
something else than what the document shows.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, fields, replace
from typing import Any

from ..rules.terms import LineTerms, Terms, build, build_attribute, plain
from .safe_xml import BLANKS, UblError

PROPERTY = "b-op:terms:1"
MARK = f"#{PROPERTY}#"
# The lines that are texts between the positions: (place, line) in reading order.
TEXTS = "texts"

_HEADER = tuple(item.name for item in fields(Terms) if item.name != "lines")
_LINE = tuple(item.name for item in fields(LineTerms))
_ESCAPED = re.compile("[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|#")


@dataclass(frozen=True)
class Content:
    """What the elements of a document say: header (terms without lines), positions."""

    header: Terms
    lines: tuple[LineTerms, ...]


@dataclass(frozen=True)
class Supplement:
    """Terms beyond the elements, as plain JSON by attribute; one entry per position."""

    header: dict[str, Any] = field(default_factory=dict)
    lines: tuple[dict[str, Any], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.header) or any(self.lines)


# === MAKE ===#


def items(terms: Terms) -> tuple[LineTerms, ...]:
    """Return the lines that are positions; sections and notes are texts between them."""
    return tuple(line for line in terms.lines if line.kind == "item")


def supplement(
    content: Content, terms: Terms, lines: tuple[LineTerms, ...] | None = None
) -> Supplement:
    """Return what ``content``, read from the elements made of ``terms``, lacks.

    :param lines: the positions, if they are others than those of the terms

    >>> from ..rules.terms import Party
    >>> us, them = Party("Supplier"), Party("Customer")
    >>> terms = Terms("PO1", note="x", supplier=us, customer=them)
    >>> read = Content(Terms("PO1", supplier=us, customer=them), ())
    >>> supplement(read, terms).header
    {'note': 'x'}
    """
    header = _difference(_HEADER, content.header, terms)
    texts = [
        [place, plain(line)]
        for place, line in enumerate(terms.lines)
        if line.kind != "item"
    ]
    if texts:
        header[TEXTS] = texts
    meant = items(terms) if lines is None else lines
    pairs = zip(content.lines, meant, strict=True)
    return Supplement(header, tuple(_difference(_LINE, *pair) for pair in pairs))


def _difference(names: tuple[str, ...], said: Any, meant: Any) -> dict[str, Any]:
    return {
        name: plain(getattr(meant, name))
        for name in names
        if getattr(said, name) != getattr(meant, name)
    }


# === APPLY ===#


def completed(content: Content, extra: Supplement) -> Terms:
    """Return the terms that elements and supplement state together.

    :raises UblError: the supplement does not have the form of terms
    """
    lines = list(completed_lines(content.lines, extra.lines))
    header = dict(extra.header)
    try:
        for place, line in header.pop(TEXTS, []):
            lines.insert(int(place), build(LineTerms, line))
        patched: Terms = _patched(content.header, header, _HEADER)
        return replace(patched, lines=tuple(lines))
    except (TypeError, ValueError) as error:
        raise UblError(f"The terms are not well-formed: {error}.") from error


def completed_lines(
    lines: tuple[LineTerms, ...], patches: tuple[dict[str, Any], ...]
) -> tuple[LineTerms, ...]:
    """Return positions as elements and supplement state them together.

    :raises UblError: as :func:`completed`
    """
    pairs = zip(lines, patches, strict=True)
    return tuple(_patched(line, patch, _LINE) for line, patch in pairs)


def _patched(value: Any, patch: dict[str, Any], names: tuple[str, ...]) -> Any:
    unknown = patch.keys() - set(names)
    if unknown:
        raise UblError(f"The supplement names an unknown term: {min(unknown)[:80]!r}.")
    try:
        return replace(
            value, **{name: build_attribute(name, patch[name]) for name in patch}
        )
    except (TypeError, ValueError) as error:
        raise UblError(f"The supplement is not well-formed: {error}.") from error


def refuse_contradiction(content: Content, extra: Supplement, image: Content) -> None:
    """Refuse a supplement that says something else than its elements.

    :param content: what the elements of the received document say
    :param image: what the elements would say had we made the document of its terms
    :raises UblError: the first term that differs
    """
    if len(image.lines) != len(content.lines):
        raise UblError("The supplement contradicts the positions of the document.")
    patches = (extra.header, *extra.lines)
    said, made = (content.header, *content.lines), (image.header, *image.lines)
    for patch, left, right in zip(patches, said, made, strict=True):
        for name in sorted(patch):
            if name == TEXTS:
                name = "note"
            if getattr(left, name) != getattr(right, name):
                raise UblError(
                    f"The supplement contradicts the elements of the document: {name}."
                )


# === AS TEXT ===#


def to_text(patch: dict[str, Any]) -> str:
    r"""Return a patch as JSON in one line that XML can carry.

    >>> print(to_text({"note": "a\nb\x00ü"}))
    {"note":"a\nb\u0000ü"}
    """
    text = json.dumps(patch, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    # Without "#" in it, no value can look like the mark before a supplement.
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def from_text(text: str) -> dict[str, Any]:
    """Return the patch that a JSON text states.

    :raises UblError: it is no object of texts, truth values, lists and objects
    """
    try:
        # Numbers are texts in terms; who writes one was not us, and may write 1e999999.
        patch = json.loads(
            text, parse_float=_refused, parse_constant=_refused, parse_int=_small
        )
    except (ValueError, RecursionError) as error:
        raise UblError("The supplement is not JSON as b-op writes it.") from error
    if not isinstance(patch, dict):
        raise UblError("The supplement is no JSON object.")
    return patch


def _refused(text: str) -> Any:
    raise ValueError(text)


def _small(text: str) -> int:
    if len(text) > 6:
        raise ValueError(text)
    return int(text)


def with_note(human: str, patch: dict[str, Any]) -> str:
    """Return a note for people, followed by the supplement when there is one."""
    # A person's text that looks like a supplement must not be taken for one.
    if not patch and MARK not in human:
        return human
    return f"{human}\n{MARK}{to_text(patch)}".lstrip("\n")


def split_note(note: str) -> tuple[str, dict[str, Any]]:
    """Return the part of a note for people, and the supplement after it.

    >>> split_note(with_note("Please ring.", {"kind": "x"}))
    ('Please ring.', {'kind': 'x'})
    """
    human, mark, text = note.rpartition(MARK)
    if not mark:
        return note, {}
    return human.rstrip(BLANKS), from_text(text)
