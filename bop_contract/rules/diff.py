# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What changed between two versions of an order.

Lines are compared by their stable uid, never by place. A change is told with
the line codes every party to the order already knows: UN/CEFACT code list 1229,
as Peppol uses it in Order Change. Number, predecessor and date differ between
any two versions (S2.32) and say nothing about what was agreed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from .terms import LineTerms, Terms, build_attribute, plain

IGNORED = frozenset({"number", "predecessor", "date"})


class LineCode(str, Enum):
    """Line action codes, UNCL1229."""

    ADDED = "1"
    DELETED = "2"
    CHANGED = "3"
    UNCHANGED = "4"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One attribute, with its plain JSON value before and after."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class LineChange:
    """What happened to one line.

    For an added or deleted line ``changes`` compares with an empty line. A
    position that is cancelled keeps its line with quantity 0 and is CHANGED (S2.11).
    """

    uid: str
    code: LineCode
    changes: tuple[FieldChange, ...]
    label: str


@dataclass(frozen=True, slots=True)
class TermsDiff:
    """All differences; ``lines`` names every line, the unchanged ones too."""

    header: tuple[FieldChange, ...]
    lines: tuple[LineChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether both versions agree the same."""
        return not self.header and not self.changed_lines

    @property
    def changed_lines(self) -> tuple[LineChange, ...]:
        """The lines that are not as they were."""
        return tuple(x for x in self.lines if x.code is not LineCode.UNCHANGED)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON of header changes and all lines."""
        return {
            "header": [_change_dict(change) for change in self.header],
            "lines": [
                {
                    "uid": line.uid,
                    "code": line.code.value,
                    "label": line.label,
                    "changes": [_change_dict(change) for change in line.changes],
                }
                for line in self.lines
            ],
        }


def _change_dict(change: FieldChange) -> dict[str, Any]:
    return {"field": change.field, "old": change.old, "new": change.new}


def diff(old: Terms, new: Terms) -> TermsDiff:
    """Return what ``new`` changes in ``old``.

    Lines come in the reading order of ``new``, deleted ones last.

    >>> from .terms import Party
    >>> us, them = Party("Us"), Party("Them")
    >>> old = Terms("S1", supplier=us, customer=them, lines=(LineTerms("a"),))
    >>> new = replace(old, number="S2", lines=(LineTerms("a", quantity="2"),))
    >>> diff(old, new).changed_lines[0].changes
    (FieldChange(field='quantity', old='0', new='2'),)
    """
    header = _changes(replace(old, lines=()), replace(new, lines=()))
    before, after = old.lines_by_uid, new.lines_by_uid
    uids = [*after, *(uid for uid in before if uid not in after)]
    return TermsDiff(
        header=tuple(change for change in header if change.field not in IGNORED),
        lines=tuple(_line_change(before.get(uid), after.get(uid)) for uid in uids),
    )


def _line_change(old: LineTerms | None, new: LineTerms | None) -> LineChange:
    line = new or old
    assert line is not None
    changes = tuple(_changes(old or LineTerms(line.uid), new or LineTerms(line.uid)))
    if old is None:
        code = LineCode.ADDED
    elif new is None:
        code = LineCode.DELETED
    else:
        code = LineCode.CHANGED if changes else LineCode.UNCHANGED
    return LineChange(line.uid, code, changes, _label(line))


def _label(line: LineTerms) -> str:
    return line.description.strip().partition("\n")[0] or line.product


def _changes(old: Terms | LineTerms, new: Terms | LineTerms) -> Iterator[FieldChange]:
    before, after = plain(old), plain(new)
    for name, value in after.items():
        if before[name] != value:
            yield FieldChange(name, before[name], value)


def patch(old: Terms, changes: TermsDiff) -> Terms:
    """Return ``old`` with the changes made: ``patch(old, diff(old, new))`` is ``new``.

    Number, predecessor and date stay those of ``old``.

    :raises ValueError: the changes were not made for ``old``
    """
    lines = old.lines_by_uid
    for line in changes.lines:
        current = lines.pop(line.uid, None)
        if (current is None) != (line.code is LineCode.ADDED):
            raise ValueError(f"line {line.uid}: the changes are for other terms")
        if line.code is not LineCode.DELETED:
            base = current or LineTerms(line.uid)
            lines[line.uid] = replace(base, **_new_values(base, line.changes))
    header = _new_values(old, changes.header)
    return replace(old, **header, lines=tuple(lines.values()))


def _new_values(
    old: Terms | LineTerms, changes: tuple[FieldChange, ...]
) -> dict[str, Any]:
    for change in changes:
        if plain(getattr(old, change.field, None)) != change.old:
            raise ValueError(f"{change.field}: the changes are for other terms")
    return {
        change.field: build_attribute(change.field, change.new) for change in changes
    }


Difference = tuple[str, Any, Any]


def own_diff(
    sealed: dict[str, Any], live: dict[str, Any], ignore: Collection[str]
) -> list[Difference]:
    """Return where the order as it stands no longer says what was sealed.

    :param sealed: :meth:`Terms.to_dict` as sealed
    :param live: the same, made from the live record
    :param ignore: attributes that come from master data (names, say) and may
        change later without anybody tampering with the order
    :return: (path, sealed value, live value), path like ``lines[uid].price``

    An attribute that one side does not know counts as empty: a seal made before
    a term was introduced stays true.

    >>> own_diff({"note": "x", "bill_to": {"name": "A"}},
    ...          {"note": "y", "bill_to": {"name": "B"}}, {"name"})
    [('note', 'x', 'y')]
    """
    return list(_differences("", sealed, live, frozenset(ignore)))


def _differences(
    path: str, old: Any, new: Any, ignore: frozenset[str]
) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted({*old, *new} - ignore):
            before, after = old.get(name), new.get(name)
            if (name in old and name in new) or before or after:
                inner = f"{path}.{name}" if path else name
                yield from _differences(inner, before, after, ignore)
    elif isinstance(old, list) and isinstance(new, list):
        before_items, after_items = _by_key(old), _by_key(new)
        for key in dict.fromkeys([*before_items, *after_items]):
            item = before_items.get(key), after_items.get(key)
            yield from _differences(f"{path}[{key}]", *item, ignore)
    elif old != new:
        yield path, old, new


def _by_key(items: list[Any]) -> dict[str, Any]:
    """Items by uid where they have one, else by place."""
    return {
        str(item.get("uid", place) if isinstance(item, dict) else place): item
        for place, item in enumerate(items)
    }
