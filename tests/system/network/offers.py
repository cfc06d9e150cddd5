# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Proposals that say more than other quantities."""

from __future__ import annotations

from collections.abc import Mapping

from devtools.trade import Party


def propose(
    party: Party,
    *,
    prices: Mapping[str, float] | None = None,
    new: Mapping[str, float] | None = None,
    until: str = "",
    **quantities: float,
) -> int:
    """Open an offer, edit it, and send it.

    :param prices: per unit, by article
    :param new: quantities of articles that are not on the order yet
    :param until: the day by which the other side has to answer, as YYYY-MM-DD
    :return: the change request
    """
    side, books = party.side, party.books
    action = side.call(books.order, "action_change_order", [party.order()])
    offer: int = action["res_id"]
    for name, values in (
        (books.quantity, quantities),
        ("price_unit", prices or {}),
    ):
        for sku, value in values.items():
            line = [
                ("order_id", "=", offer),
                ("product_id", "=", side.articles[sku]),
            ]
            found = side.call(books.line, "search", domain=line)
            side.call(books.line, "write", found, vals={name: value})
    for sku, quantity in (new or {}).items():
        side.create(
            books.line,
            order_id=offer,
            product_id=side.articles[sku],
            **{books.quantity: quantity},
        )
    request: int = party.request()["id"]
    if until:
        side.call(books.request, "write", [request], vals={"valid_until": until})
    side.call(books.order, "action_send_change", [offer])
    return request


def look(party: Party, request: int, *names: str) -> tuple[object, ...]:
    """Return fields of a change request."""
    row = party.side.read(party.books.request, [request], *names)[0]
    return tuple(row[name] for name in names)
