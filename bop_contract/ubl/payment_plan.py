# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The payment plan as text, since Peppol allows nothing but a note for it (B20102).

One line for each instalment, in the manner of XRechnung's ``#SKONTO#TAGE=14#…#``, which
stands in the same element:

>>> print(to_note((Instalment(share="30", days="14", rule="days_after"),), "10"))
#PREPAYMENT#SHARE=10#
#PAYMENT#SHARE=30#EVENT=invoice#DAYS=14#RULE=days_after#
"""

from __future__ import annotations

import re
from dataclasses import fields

from ..rules.terms import Instalment

_NAMES = tuple(item.name for item in fields(Instalment))
_PREPAYMENT = re.compile(r"#PREPAYMENT#SHARE=([^#=]+)#")
_PAYMENT = re.compile(r"#PAYMENT#((?:[A-Z]+=[^#=]+#)*)")


def to_note(instalments: tuple[Instalment, ...], prepayment: str) -> str:
    """Return a payment plan as lines of text; empty when there is none."""
    lines = [f"#PREPAYMENT#SHARE={prepayment}#"] if prepayment else []
    for instalment in instalments:
        values = [(name, getattr(instalment, name)) for name in _NAMES]
        parts = [f"{name.upper()}={value}#" for name, value in values if value]
        lines.append("#PAYMENT#" + "".join(parts))
    return "\n".join(lines)


def from_note(text: str) -> tuple[tuple[Instalment, ...], str] | None:
    """Return instalments and prepayment, or nothing for a text of another form.

    >>> from_note("30 days net") is None
    True
    """
    lines = text.split("\n") if text else []
    prepayment = ""
    if lines and (found := _PREPAYMENT.fullmatch(lines[0])):
        prepayment = found[1]
        lines = lines[1:]
    plan = [_instalment(line) for line in lines]
    instalments = tuple(instalment for instalment in plan if instalment)
    return (instalments, prepayment) if len(instalments) == len(plan) else None


def _instalment(line: str) -> Instalment | None:
    found = _PAYMENT.fullmatch(line)
    if not found:
        return None
    pairs = [part.split("=") for part in found[1].split("#") if part]
    values = {"event": "", **{name.lower(): value for name, value in pairs}}
    try:
        return Instalment(**values)
    except (TypeError, ValueError):
        return None
