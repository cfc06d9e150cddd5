# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a partner stated and nobody here knows stands against taking effect.

Findings are codes with values, as in :mod:`.feasibility`.
"""

from __future__ import annotations

from collections.abc import Iterable

from .feasibility import Finding

#: A position that was never mapped, although no word is left to map.
UNKNOWN_POSITION = "unknown_position"


def assess_gaps(
    words: Iterable[tuple[str, str]], unmapped: bool = False
) -> tuple[Finding, ...]:
    """Return the obstacle of each word that has no meaning here, however often it occurs.

    :param words: kind and text of each gap
    :param unmapped: a position still stands for a product that nobody has named

    >>> gaps = [("unit", "XBX"), ("product", "Anvil"), ("unit", "XBX")]
    >>> [(f.code, f.values["text"]) for f in assess_gaps(gaps, unmapped=True)]
    [('unknown_unit', 'XBX'), ('unknown_product', 'Anvil')]
    >>> [f.code for f in assess_gaps([], unmapped=True)]
    ['unknown_position']
    """
    found = tuple(
        Finding(f"unknown_{kind}", "obstacle", "", {"text": text})
        for kind, text in dict.fromkeys(words)
    )
    if unmapped and not found:
        return (Finding(UNKNOWN_POSITION, "obstacle", "", {}),)
    return found
