# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens to a contract after both sides agreed: goods move, and are billed."""

from __future__ import annotations

from typing import Any

from devtools import twins
from devtools.trade import SALES, Party

TAKE_BACK = """
move = env['stock.move'].search([
    ('picking_id', 'in', {pickings}), ('state', '=', 'done'),
    ('product_id', '=', {product}), ('origin_returned_move_id', '=', False)], limit=1)
wizard = env['stock.return.picking'].with_context(
    active_id=move.picking_id.id, active_model='stock.picking').create({{}})
for line in wizard.product_return_moves:
    back = {quantity} if line.move_id == move else 0
    line.write({{'quantity': back, 'to_refund': True}})
returned = env['stock.picking'].browse(wizard.action_create_returns()['res_id'])
for back in returned.move_ids:
    back.write({{'quantity': back.product_uom_qty, 'picked': True}})
returned.button_validate()
"""
#: What the lines of each side call delivered and billed.
DONE = {
    True: ("qty_delivered", "qty_invoiced"),
    False: ("qty_received", "qty_invoiced"),
}


def take_back(party: Party, sku: str, quantity: float) -> None:
    """Let goods come back to the supplier, or leave the customer again, to be credited."""
    product = party.side.articles[sku]
    code = TAKE_BACK.format(
        pickings=pickings(party), product=product, quantity=quantity
    )
    twins.run_code(party.side, code)


def pickings(party: Party) -> list[int]:
    """Return the transfers of the order in force."""
    row = party.side.read(party.books.order, [party.order()], "picking_ids")[0]
    found: list[int] = row["picking_ids"]
    return found


def done(party: Party) -> dict[str, tuple[float, float]]:
    """Return what was delivered and billed of each article, over all versions of the
    order.
    """
    delivered, billed = DONE[party.books is SALES]
    sums: dict[str, tuple[float, float]] = {}
    for sku, product in party.side.articles.items():
        rows = party.side.find(
            party.books.line,
            [("order_id.pair_id.uuid", "=", party.uuid), ("product_id", "=", product)],
            delivered,
            billed,
        )
        sums[sku] = (
            sum(row[delivered] for row in rows),
            sum(row[billed] for row in rows),
        )
    return sums


def shipped(customer: Party) -> dict[str, tuple[float, float]]:
    """Return what the vendor has sent of each article of the order in force, and what of
    it is on its way.
    """
    rows = customer.side.find(
        customer.books.line,
        [("order_id", "=", customer.order())],
        "product_id",
        "vendor_shipped",
        "vendor_on_way",
    )
    skus = {own: sku for sku, own in customer.side.articles.items()}
    return {
        skus[row["product_id"][0]]: (row["vendor_shipped"], row["vendor_on_way"])
        for row in rows
    }


def bills(party: Party) -> list[dict[str, Any]]:
    """Return the bills of the order in force on this side, oldest first; at the customer
    with the codes of their differences.
    """
    row = party.side.read(party.books.order, [party.order()], "invoice_ids")[0]
    names = ["state", "move_type", "amount_untaxed", "amount_total"]
    if party.books is not SALES:
        names += ["bop_differences", "activity_ids"]
    found = party.side.find("account.move", [("id", "in", row["invoice_ids"])], *names)
    for one in found:
        one["codes"] = [own["code"] for own in one.pop("bop_differences", None) or []]
    return found
