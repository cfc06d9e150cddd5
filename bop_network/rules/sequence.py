# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where a message stands among those of its sender about one subject."""

from __future__ import annotations

NEXT, GAP, PAST = "next", "gap", "past"


def place(sequence: int, done: int) -> str:
    """Return whether a message is the next one, comes too early, or is of the past.

    :param done: number of the last message that was processed, 0 before the first

    >>> place(1, 0), place(3, 1), place(1, 1)
    ('next', 'gap', 'past')
    """
    if sequence == done + 1:
        return NEXT
    return GAP if sequence > done else PAST
