# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two sessions at the same time on a running server, each with a connection of its own
to the database.
"""

import re

import pytest

from tests.system.clients import Json2, at_once, split

ROUNDS = 2


@pytest.fixture(scope="module")
def people(make_user):
    """Return two salespeople who both see all orders."""
    return [
        make_user(f"rpc_leader_{number}", "sales_team.group_sale_salesman_all_leads")
        for number in (1, 2)
    ]


@pytest.fixture
def sessions(odoo_server, people):
    """Return a client for each of them."""
    return [Json2(odoo_server, person.json2.key) for person in people]


def change_to(order, quantity):
    """Return the content of a change to ``quantity`` desks."""
    return {"lines": [{"position": order.position, "quantity": quantity}]}


def demand(admin, order_id):
    """Return the quantity that the open deliveries of an order will ship."""
    domain = [
        ("sale_line_id.order_id", "=", order_id),
        ("state", "not in", ["done", "cancel"]),
    ]
    rows = admin.call(
        "stock.move", "search_read", None, domain=domain, fields=["product_uom_qty"]
    )
    return sum(row["product_uom_qty"] for row in rows)


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_one_of_two_who_apply_at_once_wins_and_the_other_is_told_who_and_when(
    sessions, admin, make_order, attempt
):
    order = make_order()
    sessions[0].call(
        "sale.order",
        "bop_request_change",
        [order.id],
        changes=change_to(order, 12 + attempt),
    )
    won, lost = split(
        at_once(
            *(
                lambda s=s: s.call("sale.order", "bop_apply_change", [order.id])
                for s in sessions
            )
        )
    )
    assert (len(won), len(lost)) == (1, 1)
    assert lost[0].kind == "UserError"
    assert re.search(
        rf"{order.name} was changed already: rpc_leader_\d made {won[0]['order']} of it"
        r" on \d{4}-\d\d-\d\d",
        str(lost[0]),
    )
    successors = admin.call(
        "sale.order", "search", None, domain=[("predecessor_id", "=", order.id)]
    )
    assert successors == [won[0]["order_id"]]
    requests = admin.call(
        "sale.change.request",
        "search_read",
        None,
        domain=[("order_id", "=", order.id)],
        fields=["state"],
    )
    assert [request["state"] for request in requests] == ["applied"]
    assert demand(admin, won[0]["order_id"]) == 12 + attempt
    assert demand(admin, order.id) == 0
    proof = admin.call("sale.order", "bop_verify", [order.id])
    assert (proof["valid"], proof["versions"]) == (True, 2)


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_two_who_press_change_order_at_once_get_one_offer(
    sessions, admin, make_order, attempt
):
    order = make_order()
    results = at_once(
        *(
            lambda s=s: s.call("sale.order", "action_change_order", [order.id])
            for s in sessions
        )
    )
    opened, refused = split(results)
    assert not refused
    assert opened[0]["res_id"] == opened[1]["res_id"]
    requests = admin.call(
        "sale.change.request",
        "search_read",
        None,
        domain=[("order_id", "=", order.id)],
        fields=["state", "offer_id"],
    )
    assert [request["offer_id"][0] for request in requests] == [opened[0]["res_id"]]
    drafts = admin.call(
        "sale.order", "search", None, domain=[("predecessor_id", "=", order.id)]
    )
    assert drafts == [opened[0]["res_id"]], "no second offer is left behind"


def test_of_two_who_request_a_change_at_once_one_is_told_of_the_other(
    sessions, admin, make_order
):
    order = make_order()
    calls = [
        lambda s=s, q=q: s.call(
            "sale.order", "bop_request_change", [order.id], changes=change_to(order, q)
        )
        for s, q in zip(sessions, (12, 13), strict=True)
    ]
    won, lost = split(at_once(*calls))
    assert (len(won), len(lost)) == (1, 1)
    assert (
        f"{order.name} has an open change already ({won[0]['request']} by rpc_leader_"
        in str(lost[0])
    )
    assert (
        admin.call(
            "sale.order",
            "search_count",
            None,
            domain=[("predecessor_id", "=", order.id)],
        )
        == 1
    )


def test_applying_and_discarding_at_once_do_one_of_both(sessions, admin, make_order):
    order = make_order()
    asked = sessions[0].call(
        "sale.order", "bop_request_change", [order.id], changes=change_to(order, 12)
    )
    request = admin.call(
        "sale.change.request", "search", None, domain=[("name", "=", asked["request"])]
    )
    results = at_once(
        lambda: sessions[0].call("sale.order", "bop_apply_change", [order.id]),
        lambda: sessions[1].call("sale.change.request", "action_withdraw", request),
    )
    done, refused = split(results)
    assert (len(done), len(refused)) == (1, 1)
    state = admin.call("sale.change.request", "read", request, fields=["state"])[0][
        "state"
    ]
    current = admin.call("sale.order", "bop_history", [order.id])
    assert (state, len(current)) in (("applied", 2), ("withdrawn", 1))
    assert demand(admin, current[-1]["order_id"]) == (12 if state == "applied" else 10)


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_delivering_while_a_change_is_applied_loses_nothing(
    sessions, admin, make_order, attempt
):
    order = make_order()
    sessions[0].call(
        "sale.order", "bop_request_change", [order.id], changes=change_to(order, 14)
    )
    domain = [("sale_line_id", "=", order.line)]
    moves = admin.call(
        "stock.move", "search_read", None, domain=domain, fields=["picking_id"]
    )
    admin.call(
        "stock.move", "write", [moves[0]["id"]], vals={"quantity": 4, "picked": True}
    )
    picking = moves[0]["picking_id"][0]
    results = at_once(
        lambda: sessions[0].call("sale.order", "bop_apply_change", [order.id]),
        lambda: admin.call(
            "stock.picking",
            "button_validate",
            [picking],
            context={"skip_backorder": True},
        ),
    )
    done, refused = split(results)
    assert done, refused
    current = admin.call("sale.order", "bop_history", [order.id])[-1]["order_id"]
    fields = ["qty_delivered", "product_uom_qty"]
    line = admin.call(
        "sale.order.line",
        "search_read",
        None,
        domain=[("order_id", "=", current)],
        fields=fields,
    )[0]
    shipped = [("sale_line_id.order_id", "=", current), ("state", "=", "done")]
    assert (line["qty_delivered"] == 4) == bool(
        admin.call("stock.move", "search_count", None, domain=shipped)
    )
    assert line["qty_delivered"] + demand(admin, current) == line["product_uom_qty"]
    if current != order.id:
        assert not admin.call(
            "stock.move",
            "search_count",
            None,
            domain=[("sale_line_id.order_id", "=", order.id)],
        )
    assert admin.call("sale.order", "bop_verify", [order.id])["valid"]
