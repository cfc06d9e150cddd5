# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders of one customer that are confirmed, submitted or accepted at the same moment,
each over a connection of its own to a running server.
"""

import pytest

from tests.system.clients import Json2, Refused, at_once, split

ORDERS = 10
PRICE = 1000
FIT = 4
ROUNDS = 2


@pytest.fixture(scope="module")
def seller(make_user):
    """Return a salesperson who sees all orders."""
    return make_user("rpc_seller", "sales_team.group_sale_salesman_all_leads")


@pytest.fixture(scope="module")
def approvers(make_user):
    """Return two people who may accept."""
    return [
        make_user(f"rpc_approver_{number}", "bop_customer_order.group_acceptance")
        for number in (1, 2)
    ]


@pytest.fixture
def sessions(odoo_server, seller):
    """Return a client for each order."""
    return [Json2(odoo_server, seller.json2.key) for _number in range(ORDERS)]


@pytest.fixture
def customer(admin):
    """Return the id of a customer of whom orders up to a limit are accepted: ``FIT`` of
    them.
    """
    policy = admin.call(
        "bop.acceptance.policy",
        "create",
        None,
        vals_list=[{"name": "At once", "exposure_limit": PRICE * (FIT + 0.5)}],
    )[0]
    values = {
        "name": "All at Once",
        "city": "Basel",
        "acceptance_policy_id": policy,
    }
    partner = admin.call("res.partner", "create", None, vals_list=[values])[0]
    admin.call("res.partner", "write", [partner], vals={"ref": f"AT-ONCE-{partner}"})
    return partner


@pytest.fixture
def safe(admin):
    """Return the id of a product that costs ``PRICE`` and bears no tax."""
    values = {
        "name": "Safe",
        "default_code": "SAFE",
        "list_price": PRICE,
        "is_storable": True,
        "taxes_id": [(5, 0, 0)],
    }
    found = admin.call(
        "product.product", "search", None, domain=[("default_code", "=", "SAFE")]
    )
    return (found or admin.call("product.product", "create", None, vals_list=[values]))[
        0
    ]


@pytest.fixture
def quotations(admin, customer, safe, seller):
    """Return the ids of ten quotations of the customer."""
    line = {"product_id": safe, "product_uom_qty": 1, "price_unit": PRICE}
    values = {
        "partner_id": customer,
        "user_id": seller.id,
        "order_line": [(0, 0, line)],
    }
    return admin.call("sale.order", "create", None, vals_list=[values] * ORDERS)


def states(admin, customer):
    """Return (state, acceptance) of all orders of a customer, sorted."""
    rows = admin.call(
        "sale.order",
        "search_read",
        None,
        domain=[("partner_id", "=", customer)],
        fields=["state", "acceptance_state"],
    )
    return sorted((row["state"], row["acceptance_state"]) for row in rows)


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_orders_confirmed_at_once_do_not_exceed_the_limit_together(
    sessions, admin, customer, quotations, attempt
):
    calls = [
        lambda s=session, o=order: s.call("sale.order", "action_confirm", [o])
        for session, order in zip(sessions, quotations, strict=True)
    ]
    _done, refused = split(at_once(*calls))
    assert not refused, f"round {attempt}: {refused}"
    assert states(admin, customer) == [
        *[("draft", "waiting")] * (ORDERS - FIT),
        *[("sale", "accepted")] * FIT,
    ]


def test_orders_submitted_at_once_do_not_exceed_the_limit_together(
    sessions, admin, customer, safe
):
    orders = [
        {
            "customer": {"ref": f"AT-ONCE-{customer}"},
            "customer_reference": f"PO {number}",
            "lines": [{"sku": "SAFE", "quantity": 1, "price": PRICE}],
        }
        for number in range(ORDERS)
    ]
    calls = [
        lambda s=session, o=order: s.call("sale.order", "bop_submit", None, order=o)
        for session, order in zip(sessions, orders, strict=True)
    ]
    answers, refused = split(at_once(*calls))
    assert not refused
    outcomes = sorted(answer["acceptance"] for answer in answers)
    assert outcomes == ["accepted"] * FIT + ["waiting"] * (ORDERS - FIT)
    assert len({answer["order"] for answer in answers}) == ORDERS


@pytest.mark.parametrize("keys", [(False, False), ("one", "two"), ("same", "same")])
def test_the_same_order_submitted_at_once_is_one_order(
    sessions, admin, customer, safe, keys
):
    order = {
        "customer": {"ref": f"AT-ONCE-{customer}"},
        "customer_reference": "PO of Monday",
        "lines": [{"sku": "SAFE", "quantity": 1}],
    }
    calls = [
        lambda s=s, k=k: s.call(
            "sale.order", "bop_submit", None, order=order, key=k and f"{k} {customer}"
        )
        for s, k in zip(sessions, keys, strict=False)
    ]
    answers, refused = split(at_once(*calls))
    assert not refused
    assert answers[0] == answers[1]
    assert len(states(admin, customer)) == 1


@pytest.fixture
def waiting(admin, customer, safe, seller):
    """Return the id of an order that waits for acceptance: it is above the limit."""
    line = {"product_id": safe, "product_uom_qty": FIT + 1}
    values = {
        "partner_id": customer,
        "user_id": seller.id,
        "order_line": [(0, 0, line)],
    }
    order = admin.call("sale.order", "create", None, vals_list=[values])[0]
    admin.call("sale.order", "action_confirm", [order])
    assert states(admin, customer) == [("draft", "waiting")]
    return order


def decisions(admin, order):
    """Return the outcomes in the log of an order, oldest first."""
    rows = admin.call(
        "bop.acceptance.decision",
        "search_read",
        None,
        domain=[("order_id", "=", order)],
        fields=["outcome"],
        order="id",
    )
    return [row["outcome"] for row in rows]


def shipped(admin, order):
    """Return the quantities that are to be delivered for an order."""
    rows = admin.call(
        "stock.move",
        "search_read",
        None,
        domain=[("sale_line_id.order_id", "=", order)],
        fields=["product_uom_qty"],
    )
    return [row["product_uom_qty"] for row in rows]


#: What two people do to one order at the same moment, and what it may end in.
DECISIONS = {
    "accept": ("bop_accept", {}, ("sale", "accepted")),
    "accept on the board": ("action_accept_selected", {}, ("sale", "accepted")),
    "reject": ("bop_reject", {"reason": "Too much"}, ("cancel", "rejected")),
}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("accept", "accept"),
        ("accept", "reject"),
        ("reject", "reject"),
        ("accept", "accept on the board"),
    ],
)
@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_of_two_people_who_decide_at_once_one_wins_and_the_other_is_told(
    odoo_server, admin, customer, approvers, waiting, first, second, attempt
):
    def decide(person, name):
        method, arguments, end = DECISIONS[name]
        session = Json2(odoo_server, person.json2.key)
        answer = session.call("sale.order", method, [waiting], **arguments)
        if method == "action_accept_selected":
            refusal(answer)
        return end

    results = at_once(
        *(
            lambda person=person, name=name: decide(person, name)
            for person, name in zip(approvers, (first, second), strict=True)
        )
    )
    done, refused = split(results)
    assert (len(done), len(refused)) == (1, 1), f"round {attempt}: {results}"
    assert "does not wait for acceptance" in str(refused[0])
    (state, outcome) = done[0]
    assert states(admin, customer) == [(state, outcome)]
    assert decisions(admin, waiting) == ["waiting", outcome]
    assert shipped(admin, waiting) == ([FIT + 1] if state == "sale" else [])
    assert admin.call("sale.order", "bop_verify", [waiting])["valid"]


def refusal(answer):
    """Raise what the board tells about orders that it could not accept."""
    told = answer["params"]
    if told["type"] == "warning":
        raise Refused(told["message"], "UserError")
