# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Acceptance and credit hold as real clients meet them: what integrators can do, and
what those without the groups cannot.
"""

import json
import urllib.error
import urllib.request
from types import SimpleNamespace

import pytest

from devtools import database
from tests.system.clients import Refused

WIRES = ("xmlrpc", "odoorpc", "json2")
LIMIT = 1500
TOKEN = """
for order in records:
    order._portal_ensure_token()
action = {'tokens': records.mapped('access_token')}
"""
GUARDED = """
SELECT to_jsonb(t) FROM (
    SELECT state, acceptance_state, acceptance_mode, acceptance_reasons
      FROM sale_order WHERE id = {order}) t
UNION ALL SELECT to_jsonb(t) FROM (
    SELECT name AS order_in_force FROM sale_order
     WHERE partner_id IN {partners} AND (state = 'sale' OR acceptance_state = 'accepted')) t
UNION ALL SELECT to_jsonb(t) FROM (
    SELECT id, acceptance_policy_id, acceptance_limit
      FROM res_partner WHERE id IN {partners}) t
UNION ALL SELECT to_jsonb(t) FROM (
    SELECT id, name, order_limit, active FROM bop_acceptance_policy) t
UNION ALL SELECT to_jsonb(t) FROM (
    SELECT id, released_at, reason FROM bop_credit_hold) t
UNION ALL SELECT to_jsonb(t) FROM (
    SELECT id, outcome FROM bop_acceptance_decision WHERE order_id = {order}) t
UNION ALL SELECT to_jsonb(t) FROM (
    SELECT id, acceptance_policy_id, bop_contracts FROM res_company) t
UNION ALL SELECT to_jsonb(t) FROM (
    SELECT state AS picking FROM stock_picking WHERE id = {picking}) t
"""


@pytest.fixture(params=WIRES)
def wire(request):
    """Return the name of one way to call the server; the test runs once for each."""
    return request.param


@pytest.fixture(scope="module")
def customer(admin, goods):
    """Return a customer of whom orders up to ``LIMIT`` are accepted: ``id``, ``ref``,
    ``policy``.
    """
    values = {"name": "Careful", "order_limit": LIMIT}
    policy = admin.call("bop.acceptance.policy", "create", None, vals_list=[values])[0]
    values = {
        "name": "Careful Customer",
        "city": "Basel",
        "ref": "C-RPC",
        "acceptance_policy_id": policy,
    }
    partner = admin.call("res.partner", "create", None, vals_list=[values])[0]
    return SimpleNamespace(id=partner, ref="C-RPC", policy=policy)


@pytest.fixture(scope="module")
def approver(make_user):
    """Return somebody who may accept and reject."""
    return make_user("rpc_approver", "bop_customer_order.group_acceptance")


@pytest.fixture(scope="module")
def weak(make_user, customer, admin):
    """Return users who decide on nothing."""
    people = {
        "a salesperson": make_user("rpc_weak", "sales_team.group_sale_salesman"),
        "a salesperson of all orders": make_user(
            "rpc_weak_all", "sales_team.group_sale_salesman_all_leads"
        ),
        "a warehouse user": make_user("rpc_weak_stock", "stock.group_stock_user"),
        "an employee": make_user("rpc_weak_clerk", "base.group_user"),
        "the customer": make_user("rpc_weak_portal", "base.group_portal"),
    }
    user = admin.call(
        "res.users", "read", [people["the customer"].id], fields=["partner_id"]
    )
    contact = user[0]["partner_id"][0]
    admin.call("res.partner", "write", [contact], vals={"parent_id": customer.id})
    return people


@pytest.fixture
def waiting(admin, customer, goods, weak):
    """Return the id of an order that waits for acceptance."""
    line = {"product_id": goods.desk, "product_uom_qty": 20, "price_unit": 100}
    values = {
        "partner_id": customer.id,
        "user_id": weak["a salesperson"].id,
        "order_line": [(0, 0, line)],
    }
    order = admin.call("sale.order", "create", None, vals_list=[values])[0]
    admin.call("sale.order", "action_confirm", [order])
    return order


@pytest.fixture(scope="module")
def held(admin, goods, run_code):
    """Return a customer on credit hold with an order that cannot be delivered: ``id``,
    ``hold``, ``order``, ``picking``.
    """
    partner = admin.call(
        "res.partner", "create", None, vals_list=[{"name": "Held Customer"}]
    )[0]
    line = {"product_id": goods.lamp, "product_uom_qty": 1}
    values = {"partner_id": partner, "order_line": [(0, 0, line)]}
    order = admin.call("sale.order", "create", None, vals_list=[values])[0]
    admin.call("sale.order", "action_confirm", [order])
    run_code(f"env['res.partner'].browse({partner}).place_credit_hold('Unpaid')")
    domain = [("commercial_partner_id", "=", partner)]
    hold = admin.call("bop.credit.hold", "search", None, domain=domain)[0]
    picking = admin.call("sale.order", "read", [order], fields=["picking_ids"])[0][
        "picking_ids"
    ][0]
    return SimpleNamespace(id=partner, hold=hold, order=order, picking=picking)


@pytest.fixture
def snapshot(odoo_server, customer, held, waiting):
    """Return a function that reads everything that only those with the groups may
    change, from the database: it is read after each of hundreds of attempts.
    """
    query = GUARDED.format(
        partners=f"({customer.id}, {held.id})", order=waiting, picking=held.picking
    )
    return lambda: sorted(database.sql(query, odoo_server.database).splitlines())


# === THE PUBLIC METHODS ===#
def order_of(quantity, reference, **values):
    """Return the content of an order of desks at 100."""
    return {
        "customer": {"ref": "C-RPC"},
        "customer_reference": reference,
        "lines": [{"sku": "DESK", "quantity": quantity, "price": 100}],
        **values,
    }


def test_an_order_is_submitted_waits_and_is_accepted(
    wire, salesperson, approver, customer
):
    sales, decider = getattr(salesperson, wire), getattr(approver, wire)
    small = sales.call("sale.order", "bop_submit", None, order=order_of(2, f"{wire} 1"))
    assert (small["acceptance"], small["business_status"]) == ("accepted", "active")
    content = order_of(20, f"{wire} 2", delivery_date="2031-05-06T07:00:00Z")
    key = f"{wire} submit"
    big = sales.call("sale.order", "bop_submit", None, order=content, key=key)
    assert (big["acceptance"], big["business_status"]) == ("waiting", "waiting")
    assert [reason["code"] for reason in big["reasons"]] == ["above_order_limit"]
    for again in (key, False):
        answer = sales.call("sale.order", "bop_submit", None, order=content, key=again)
        assert answer == big
    with pytest.raises(Refused, match=f"already: {big['order']}"):
        changed = order_of(21, f"{wire} 2")
        sales.call("sale.order", "bop_submit", None, order=changed)
    accepted = decider.call(
        "sale.order", "bop_accept", [big["order_id"]], note="Known", key=f"{wire} a"
    )
    assert (accepted["order"], accepted["acceptance"]) == (big["order"], "accepted")


def test_an_order_is_rejected_with_a_reason(wire, approver, waiting):
    client = getattr(approver, wire)
    with pytest.raises(Refused, match="Say why"):
        client.call("sale.order", "bop_reject", [waiting], reason="")
    answer = client.call("sale.order", "bop_reject", [waiting], reason="Sold out")
    assert (answer["acceptance"], answer["business_status"]) == ("rejected", "rejected")


# === WITHOUT THE GROUPS ===#
def orders_calls(order):
    """Return calls that would accept, reject or override if they were allowed."""
    accepted = {"acceptance_state": "accepted"}
    smuggled = {
        "bop.capability": ",system,",
        "bop_passing": [order],
        "default_acceptance_state": "accepted",
        "tracking_disable": True,
        "import_file": True,
    }
    return [
        ("action_accept_order", {}),
        ("action_reject_order", {}),
        ("action_override_acceptance", {}),
        ("action_accept_selected", {}),
        ("bop_accept", {}),
        ("bop_accept", {"context": smuggled}),
        ("bop_reject", {"reason": "No"}),
        ("write", {"vals": accepted}),
        ("write", {"vals": accepted, "context": smuggled}),
        ("write", {"vals": {"acceptance_mode": "override"}}),
        ("write", {"vals": {"acceptance_reasons": []}}),
        ("write", {"vals": {"acceptance_terms": "x"}}),
        ("write", {"vals": {"acceptance_policy_id": False}}),
        ("write", {"vals": {"order_origin": "network"}}),
        ("write", {"vals": {"state": "sale"}}),
        ("write", {"vals": {"state": "sale"}, "context": smuggled}),
        ("web_save", {"vals": accepted, "specification": {}}),
        ("_acceptance_accept", {}),
        ("_acceptance_put_in_force", {}),
        ("_contract_accept", {}),
        ("_contract_succeed", {}),
    ]


def new_order_calls(customer, goods):
    """Return calls that would make an order in force past its acceptance."""
    line = {"product_id": goods.desk, "product_uom_qty": 50, "price_unit": 100}
    order = {"partner_id": customer.id, "order_line": [(0, 0, line)]}
    return [
        ("create", None, {"vals_list": [{**order, "state": "sale"}]}),
        ("create", None, {"vals_list": [{**order, "acceptance_state": "accepted"}]}),
        ("create", None, {"vals_list": [{**order, "is_contract": True}]}),
        (
            "create",
            None,
            {
                "vals_list": [order],
                "context": {
                    "default_state": "sale",
                    "default_acceptance_state": "accepted",
                },
            },
        ),
        ("web_save", [], {"vals": {**order, "state": "sale"}, "specification": {}}),
        (
            "load",
            None,
            {
                "fields": [
                    "partner_id/.id",
                    "state",
                    "order_line/product_id/.id",
                    "order_line/product_uom_qty",
                ],
                "data": [[str(customer.id), "sale", str(goods.desk), "50"]],
            },
        ),
        (
            "load",
            None,
            {
                "fields": ["partner_id/.id", "acceptance_state"],
                "data": [[str(customer.id), "accepted"]],
            },
        ),
    ]


def master_calls(customer, held):
    """Return calls that would change a policy, a threshold or a hold."""
    limit = {"acceptance_limit": 10**9}
    free = {"acceptance_policy_id": False}
    contact = {"child_ids": [(0, 0, {"name": "x", **limit})]}
    return [
        ("res.partner", "write", [customer.id], {"vals": limit}),
        ("res.partner", "write", [customer.id], {"vals": free}),
        (
            "res.partner",
            "write",
            [customer.id],
            {"vals": {"commercial_acceptance_limit": 10**9}},
        ),
        ("res.partner", "write", [customer.id], {"vals": contact}),
        (
            "res.partner",
            "load",
            None,
            {"fields": [".id", "acceptance_limit"], "data": [[str(customer.id), "9"]]},
        ),
        ("res.partner", "write", [held.id], {"vals": {"credit_hold": False}}),
        ("res.partner", "action_release_credit_hold", [held.id], {}),
        ("res.partner", "release_credit_hold", [held.id], {"note": "x"}),
        ("res.partner", "place_credit_hold", [customer.id], {"reason": "x"}),
        ("sale.order", "release_credit_hold", [held.order], {"note": "x"}),
        ("sale.order", "action_release_credit_hold", [held.order], {}),
        ("bop.acceptance.policy", "write", [customer.policy], {"vals": {"active": 0}}),
        ("bop.acceptance.policy", "unlink", [customer.policy], {}),
        ("bop.acceptance.policy", "create", None, {"vals_list": [{"name": "Mine"}]}),
        ("bop.credit.hold", "action_release", [held.hold], {}),
        ("bop.credit.hold", "unlink", [held.hold], {}),
        (
            "bop.credit.hold",
            "write",
            [held.hold],
            {"vals": {"released_at": "2026-01-01 00:00:00"}},
        ),
        ("bop.acceptance.decision", "create", None, {"vals_list": [{}]}),
        (
            "bop.acceptance.reason",
            "create",
            None,
            {"vals_list": [{"decision": "override", "reason": "x"}]},
        ),
        ("res.config.settings", "create", None, {"vals_list": [free]}),
        ("stock.picking", "button_validate", [held.picking], {}),
    ]


def test_nobody_without_the_group_decides_on_an_order(weak, wire, waiting, snapshot):
    before = snapshot()
    for who, person in weak.items():
        client = getattr(person, wire)
        for method, values in orders_calls(waiting):
            with pytest.raises(Refused):
                client.call("sale.order", method, [waiting], **dict(values))
                pytest.fail(f"{who} may {method} {values}")
    assert snapshot() == before


def test_nobody_puts_a_new_order_in_force_past_its_acceptance(
    weak, wire, customer, goods, waiting, snapshot
):
    before = snapshot()
    for person in weak.values():
        client = getattr(person, wire)
        for method, ids, values in new_order_calls(customer, goods):
            attempt(client, "sale.order", method, ids, values)
        attempt(
            client,
            "sale.order",
            "copy",
            [waiting],
            {"default": {"state": "sale", "acceptance_state": "accepted"}},
        )
        attempt(client, "sale.order", "copy", [waiting], {})
    assert snapshot() == before, "no order more is in force or accepted"


def test_nobody_without_the_group_changes_a_policy_a_threshold_or_a_hold(
    weak, wire, customer, held, snapshot
):
    before = snapshot()
    for who, person in weak.items():
        client = getattr(person, wire)
        for model, method, ids, values in master_calls(customer, held):
            refused = attempt(client, model, method, ids, values)
            now = snapshot()
            assert now == before, (who, model, method, values, refused)


def test_an_approver_neither_overrides_nor_changes_what_is_asked_for(
    approver, wire, customer, held, waiting, snapshot
):
    before = snapshot()
    client = getattr(approver, wire)
    with pytest.raises(Refused):
        client.call("sale.order", "action_override_acceptance", [waiting])
    values = {"order_ids": [waiting], "decision": "override", "reason": "x"}
    wizard = client.call("bop.acceptance.reason", "create", None, vals_list=[values])
    with pytest.raises(Refused):
        client.call("bop.acceptance.reason", "action_decide", wizard)
    for model, method, ids, values in master_calls(customer, held):
        attempt(client, model, method, ids, values)
    assert snapshot() == before


def attempt(client, model, method, ids, values) -> str:
    """Try a call; return what the refusal said, or nothing."""
    try:
        client.call(model, method, ids, **dict(values))
    except Refused as refusal:
        return str(refusal)
    return ""


# === THE PORTAL AND THE PUBLIC ===#
def post(server, path, **params) -> dict:
    """Call a JSON route of the website without logging in."""
    content = {"jsonrpc": "2.0", "params": params}
    request = urllib.request.Request(
        f"{server.url}{path}",
        data=json.dumps(content).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.load(reply)
    except urllib.error.HTTPError as error:
        return {"status": error.code}


def test_a_signature_on_the_portal_puts_nothing_in_force(
    odoo_server, admin, run_code, waiting, customer, goods, weak
):
    line = {"product_id": goods.desk, "product_uom_qty": 20, "price_unit": 100}
    values = {
        "partner_id": customer.id,
        "order_line": [(0, 0, line)],
        "require_signature": True,
        "require_payment": False,
    }
    order = admin.call("sale.order", "create", None, vals_list=[values])[0]
    admin.call("sale.order", "write", [order], vals={"state": "sent"})
    [token] = run_code(TOKEN, [order])["tokens"]
    path = f"/my/orders/{order}/accept"
    pixel = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
        "AABJRU5ErkJggg=="
    )
    wrong = post(odoo_server, path, access_token="x" * 32, name="Eve", signature=pixel)
    assert "error" in (wrong.get("result") or wrong)
    read = {"fields": ["state", "acceptance_state", "signed_by"]}
    assert not admin.call("sale.order", "read", [order], **read)[0]["signed_by"]
    post(odoo_server, path, access_token=token, name="Jana", signature=pixel)
    # Where no PDF can be printed, Odoo refuses the signature itself.
    [row] = admin.call("sale.order", "read", [order], **read)
    assert row["acceptance_state"] == ("waiting" if row["signed_by"] else False)
    assert row["state"] == "sent"


def test_nobody_decides_without_logging_in(odoo_server, waiting, snapshot):
    before = snapshot()
    for method in ("bop_accept", "bop_reject", "action_accept_order"):
        answer = post(odoo_server, f"/json/2/sale.order/{method}", ids=[waiting])
        assert answer.get("status") in (401, 403), answer
        path = f"/web/dataset/call_kw/sale.order/{method}"
        answer = post(
            odoo_server,
            path,
            model="sale.order",
            method=method,
            args=[[waiting]],
            kwargs={},
        )
        assert "error" in answer or answer.get("status"), answer
    assert snapshot() == before
