# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How much more, or less, has to move when the quantity of a position changes."""

from __future__ import annotations


def launched_quantity(change: float, missing: float) -> float:
    """Return the quantity to launch; negative when less has to move.

    A change launches its difference and nothing else: what was cancelled or returned
    before was decided then. Nor does it launch what is there already.

    :param change: wanted less agreed quantity
    :param missing: wanted quantity less what moves or has moved for the position

    >>> launched_quantity(2, 2), launched_quantity(-3, -3)
    (2, -3)

    Of 10, a back-order of 6 was cancelled; now 12 are wanted:

    >>> launched_quantity(2, 8)
    2

    Of 10, 13 came, and now 12 are wanted; of 10, 4 went back, and now 7 are wanted:

    >>> launched_quantity(2, -1), launched_quantity(-3, 1)
    (0.0, 0.0)
    """
    if change > 0:
        return max(0.0, min(change, missing))
    return min(0.0, max(change, missing))
