# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which steps a change request may take, as data.

A workflow is a set of (from, to) pairs; a method names the step it makes and
asks ``check`` first. The domain: ``draft`` becomes ``proposed`` to the other
party, who accepts, rejects or answers with a counter-offer (S2.20 to S2.28).
A change that needs no proposal, since the customer asked for it, is accepted
from draft (S2.29). Accepted is not yet applied: goods may have moved meanwhile,
then it failed, with the reason, and nothing half done.
"""

from __future__ import annotations

from collections.abc import Collection

CHANGE_REQUEST: frozenset[tuple[str, str]] = frozenset(
    {
        ("draft", "proposed"),
        ("draft", "accepted"),
        ("draft", "withdrawn"),
        ("proposed", "accepted"),
        ("proposed", "rejected"),
        ("proposed", "countered"),
        ("proposed", "withdrawn"),
        ("proposed", "expired"),
        ("accepted", "applied"),
        ("accepted", "failed"),
    }
)
OPEN: frozenset[str] = frozenset({"draft", "proposed", "accepted"})
FINAL: frozenset[str] = frozenset(new for _old, new in CHANGE_REQUEST) - OPEN


class TransitionError(ValueError):
    """A step that the workflow does not have, from ``old`` to ``new``."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__(f"{old} -> {new}")
        self.old = old
        self.new = new


def check(table: Collection[tuple[str, str]], old: str, new: str) -> None:
    """Let a permitted step pass.

    :raises TransitionError: the table does not have this step

    >>> check(CHANGE_REQUEST, "draft", "proposed")
    >>> check(CHANGE_REQUEST, "applied", "draft")
    Traceback (most recent call last):
    ...
    bop_contract.rules.workflow.TransitionError: applied -> draft
    """
    if (old, new) not in table:
        raise TransitionError(old, new)


def path(table: Collection[tuple[str, str]], old: str, new: str) -> list[str]:
    """Return the shortest way of permitted steps from ``old`` to ``new``.

    :raises TransitionError: there is none

    >>> path(CHANGE_REQUEST, "draft", "countered")
    ['proposed', 'countered']
    >>> path(CHANGE_REQUEST, "proposed", "proposed")
    []
    """
    ways: dict[str, list[str]] = {old: []}
    for state in (reached := [old]):
        for start, end in sorted(table):
            if start == state and end not in ways:
                ways[end] = [*ways[state], end]
                reached.append(end)
    if new not in ways:
        raise TransitionError(old, new)
    return ways[new]
