# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One side of a contract between two companies, and what people do with it there, over
RPC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import twins
from .twins import Side

PAIR = ("state", "version", "agreed_hash", "open_message", "number")


@dataclass(frozen=True)
class Books:
    """Names of the models on one side."""

    order: str
    line: str
    request: str
    quantity: str


SALES = Books("sale.order", "sale.order.line", "sale.change.request", "product_uom_qty")
PURCHASE = Books(
    "purchase.order", "purchase.order.line", "purchase.change.request", "product_qty"
)


class Party:
    """One side of a contract."""

    def __init__(self, side: Side, books: Books, uuid: str) -> None:
        self.side, self.books, self.uuid = side, books, uuid

    # === WHAT IT SEES ===#
    def pair(self) -> dict[str, Any]:
        """Return how the contract stands here."""
        found = self.side.find("bop.contract.pair", [("uuid", "=", self.uuid)], *PAIR)
        return found[0] if found else {}

    def orders(self) -> list[dict[str, Any]]:
        """Return all versions of the order here, the one in force last."""
        domain = [("pair_id.uuid", "=", self.uuid), ("is_offer", "=", False)]
        fields = ("name", "state", "contract_version", "is_contract")
        rows = self.side.find(self.books.order, domain, *fields)
        return sorted(rows, key=lambda row: (row["contract_version"], row["id"]))

    def order(self) -> int:
        """Return the order in force here, or the one that waits to be."""
        return self.orders()[-1]["id"]

    def requests(self) -> list[dict[str, Any]]:
        """Return all change requests here, oldest first."""
        ids = [row["id"] for row in self.orders()]
        fields = ("state", "is_open", "is_to_answer", "offer_id", "refusal")
        return self.side.find(self.books.request, [("order_id", "in", ids)], *fields)

    def request(self) -> dict[str, Any]:
        """Return the open change request here, or nothing."""
        return next((row for row in self.requests() if row["is_open"]), {})

    def says(self) -> dict[str, tuple[float, float]]:
        """Return quantity and price of each position of the order in force."""
        domain = [("order_id", "=", self.order()), ("display_type", "=", False)]
        fields = ("position_uid", self.books.quantity, "price_unit")
        return {
            row["position_uid"]: (row[self.books.quantity], row["price_unit"])
            for row in self.side.find(self.books.line, domain, *fields)
        }

    def quantity(self, sku: str) -> float:
        """Return the quantity of an article in the order in force."""
        domain = [
            ("order_id", "=", self.order()),
            ("product_id", "=", self.side.articles[sku]),
        ]
        rows = self.side.find(self.books.line, domain, self.books.quantity)
        return sum(row[self.books.quantity] for row in rows)

    def proved(self) -> bool:
        """Tell whether all versions here are proved by their seals."""
        answer = self._on_order("bop_verify")
        return bool(answer["valid"])

    # === WHAT IT DOES ===#
    def propose(self, reason: str = "", /, **quantities: float) -> None:
        """Propose other quantities of articles.

        :param reason: the other side reads it
        """
        action = self._on_order("action_change_order")
        self._edit(action["res_id"], quantities)
        if reason:
            self._on_request("write", vals={"reason": reason})
        self.side.call(self.books.order, "action_send_change", [action["res_id"]])

    def propose_to_cancel(self) -> None:
        """Propose to cancel the order."""
        action = self._on_order("action_cancel_contract")
        self.side.call(self.books.order, "action_send_change", [action["res_id"]])

    def counter(self, **quantities: float) -> None:
        """Answer the other side's proposal with another one."""
        offer = self.request()["offer_id"][0]
        self._edit(offer, quantities)
        self.side.call(self.books.order, "action_send_change", [offer])

    def accept(self) -> None:
        """Accept what the other side proposes."""
        if self.books is SALES:
            self._on_order("bop_accept")
        else:
            self._on_request("action_accept_proposal")

    def refuse(self, reason: str = "Sold out.") -> None:
        """Refuse the order, or what the other side proposes."""
        if self.request():
            self._on_request("action_refuse_proposal", reason=reason)
        else:
            self._on_order("bop_reject", reason=reason)

    def withdraw(self) -> None:
        """Take the own proposal back."""
        self._on_request("action_withdraw")

    def take_order_back(self) -> None:
        """Cancel an order that waits for its acceptance."""
        self._on_order("button_cancel")

    def move(self, **quantities: float) -> None:
        """Let goods of the order in force leave the supplier, or come in at the
        customer's; the rest follows later.
        """
        order = self.side.read(self.books.order, [self.order()], "picking_ids")[0]
        domain = [
            ("picking_id", "in", order["picking_ids"]),
            ("state", "not in", ("done", "cancel")),
        ]
        moves = self.side.find("stock.move", domain, "product_id", "picking_id")
        skus = {product: sku for sku, product in self.side.articles.items()}
        for row in moves:
            moved = quantities.get(skus[row["product_id"][0]], 0)
            values = {"quantity": moved, "picked": bool(moved)}
            self.side.call("stock.move", "write", [row["id"]], vals=values)
        self.side.call(
            "stock.picking",
            "button_validate",
            sorted({row["picking_id"][0] for row in moves}),
            context={"skip_backorder": True},
        )

    def bill(self, **prices: float) -> int:
        """Let the supplier bill what was delivered and credit what came back.

        :param prices: by article, where they are not those of the order
        :return: the customer invoice, or credit note
        """
        made: int = twins.run_code(
            self.side,
            f"order = env['sale.order'].browse({self.order()})\n"
            "action = {'bill': order._create_invoices(final=True).id}",
        )["bill"]
        for sku, price in prices.items():
            domain = [
                ("move_id", "=", made),
                ("product_id", "=", self.side.articles[sku]),
            ]
            lines = self.side.call("account.move.line", "search", domain=domain)
            self.side.call(
                "account.move.line", "write", lines, vals={"price_unit": price}
            )
        self.side.call("account.move", "action_post", [made])
        return made

    def _edit(self, offer: int, quantities: Mapping[str, float]) -> None:
        for sku, quantity in quantities.items():
            domain = [
                ("order_id", "=", offer),
                ("product_id", "=", self.side.articles[sku]),
            ]
            lines = self.side.call(self.books.line, "search", domain=domain)
            self.side.call(
                self.books.line, "write", lines, vals={self.books.quantity: quantity}
            )

    def _on_order(self, method: str, **values: Any) -> Any:
        return self.side.call(self.books.order, method, [self.order()], **values)

    def _on_request(self, method: str, **values: Any) -> Any:
        request = self.request()["id"]
        return self.side.call(self.books.request, method, [request], **values)
