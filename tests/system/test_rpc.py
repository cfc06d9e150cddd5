# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The public methods, the guard and the rights as real clients meet them on a running
server.
"""

import threading

import pytest

from tests.system.clients import Json2, OdooRpc, Refused, XmlRpc

WIRES = ("xmlrpc", "odoorpc", "json2")


@pytest.fixture(params=WIRES)
def wire(request):
    """Return the name of one way to call the server; the test runs once for each."""
    return request.param


@pytest.fixture
def sales(salesperson, wire):
    """Return the salesperson's client for this wire."""
    return getattr(salesperson, wire)


@pytest.fixture(scope="module")
def outsiders(make_user):
    """Return users who may not change the order of the salesperson."""
    return {
        "a colleague with own documents": make_user(
            "rpc_colleague", "sales_team.group_sale_salesman"
        ),
        "an employee without sales rights": make_user("rpc_clerk", "base.group_user"),
        "a portal user": make_user("rpc_portal", "base.group_portal"),
    }


def more_desks(order, quantity=12):
    """Return the content of a change to ``quantity`` desks."""
    return {"lines": [{"position": order.position, "quantity": quantity}]}


# === THE PUBLIC METHODS ===#
def test_a_change_is_requested_applied_told_and_proved(sales, order):
    asked = sales.call(
        "sale.order", "bop_request_change", [order.id], changes=more_desks(order)
    )
    assert (asked["order"], asked["state"], asked["feasible"]) == (
        order.name,
        "draft",
        True,
    )
    applied = sales.call(
        "sale.order",
        "bop_apply_change",
        [order.id],
        consent="email",
        consent_note="Mail of Monday",
    )
    assert (applied["predecessor"], applied["version"], applied["state"]) == (
        order.name,
        2,
        "applied",
    )
    history = sales.call("sale.order", "bop_history", [order.id])
    assert [version["order"] for version in history] == [order.name, applied["order"]]
    assert history[1]["terms"]["lines"][0]["quantity"] == "12"
    proof = sales.call("sale.order", "bop_verify", [applied["order_id"]])
    assert proof == {
        "order": applied["order"],
        "valid": True,
        "versions": 2,
        "breaches": [],
    }


def test_a_repeated_call_gives_the_first_answer(sales, admin, order, wire):
    key = f"{wire} {order.name}"
    first = sales.call(
        "sale.order",
        "bop_request_change",
        [order.id],
        changes=more_desks(order),
        key=key,
    )
    assert (
        sales.call(
            "sale.order",
            "bop_request_change",
            [order.id],
            changes=more_desks(order),
            key=key,
        )
        == first
    )
    assert (
        admin.call(
            "sale.change.request",
            "search_count",
            None,
            domain=[("order_id", "=", order.id)],
        )
        == 1
    )


def test_the_same_key_with_other_content_is_refused(sales, order, wire):
    key = f"{wire} {order.name}"
    sales.call(
        "sale.order",
        "bop_request_change",
        [order.id],
        changes=more_desks(order),
        key=key,
    )
    with pytest.raises(Refused, match="another call"):
        sales.call(
            "sale.order",
            "bop_request_change",
            [order.id],
            changes=more_desks(order, 13),
            key=key,
        )


def test_two_calls_at_once_with_one_key_do_the_work_once(
    salesperson, odoo_server, admin, order
):
    start = threading.Barrier(2)
    answers = []

    def call():
        client = Json2(odoo_server, salesperson.json2.key)
        start.wait()
        answers.append(
            client.call(
                "sale.order",
                "bop_request_change",
                [order.id],
                changes=more_desks(order),
                key=order.name,
            )
        )

    threads = [threading.Thread(target=call) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 2
    assert answers[0] == answers[1]
    assert (
        admin.call(
            "sale.change.request",
            "search_count",
            None,
            domain=[("order_id", "=", order.id)],
        )
        == 1
    )


# === BAD INPUT ===#
BAD = (
    ({"lines": [{"position": "unknown", "quantity": 1}]}, "no position unknown"),
    ({"lines": [{"sku": "NOWHERE", "quantity": 1}]}, "NOWHERE names 0 products"),
    ({"lines": [{"sku": "LAMP", "quantity": -1}]}, "cannot be meant"),
    ({"lines": [{"sku": "LAMP", "quantity": "NaN"}]}, "is no number"),
    (
        {"lines": [{"sku": "LAMP", "unit": "parsec", "quantity": 1}]},
        "parsec is not one of its units",
    ),
    ({"header": {"delivery_date": "soon"}}, "soon is no date"),
    ({"header": {"note": "x" * 20_001}}, "a text of at most"),
    ({"nonsense": 1}, "unknown nonsense"),
)


def test_bad_input_is_refused_clearly_and_changes_nothing(sales, order, facts):
    before = facts(order)
    for changes, message in BAD:
        with pytest.raises(Refused, match=message) as caught:
            sales.call("sale.order", "bop_request_change", [order.id], changes=changes)
        assert caught.value.kind == "UserError"
    assert facts(order) == before


def test_an_unknown_order_is_refused_clearly(sales):
    for order_id in (987_654_321, -5, "x"):
        for method in ("bop_history", "bop_verify", "bop_apply_change"):
            with pytest.raises(
                Refused, match="There is no order with the id"
            ) as caught:
                sales.call("sale.order", method, [order_id])
            assert caught.value.kind == "UserError"


# === THE GUARD ===#
def test_no_term_can_be_changed_over_the_wire(sales, admin, order, facts, goods):
    before = facts(order)
    line = {"order_id": order.id, "product_id": goods.lamp}
    smuggled = {"default_order_id": order.id, "default_is_execution": True}
    attempts = [
        ("sale.order", "write", [order.id], {"vals": {"client_order_ref": "x"}}),
        ("sale.order", "write", [order.id], {"vals": {"state": "draft"}}),
        ("sale.order", "write", [order.id], {"vals": {"amount_total": 1}}),
        (
            "sale.order",
            "write",
            [order.id],
            {"vals": {"note": "x"}, "context": {"bop.capability": ",system,"}},
        ),
        (
            "sale.order",
            "web_save",
            [order.id],
            {"vals": {"client_order_ref": "x"}, "specification": {}},
        ),
        ("sale.order", "action_draft", [order.id], {}),
        ("sale.order", "action_cancel", [order.id], {}),
        ("sale.order", "action_unlock", [order.id], {}),
        ("sale.order", "unlink", [order.id], {}),
        ("sale.order.line", "write", [order.line], {"vals": {"product_uom_qty": 1}}),
        ("sale.order.line", "write", [order.line], {"vals": {"tax_ids": [[5, 0, 0]]}}),
        ("sale.order.line", "unlink", [order.line], {}),
        ("sale.order.line", "create", None, {"vals_list": [line]}),
        (
            "sale.order.line",
            "create",
            None,
            {"vals_list": [{"product_id": goods.lamp}], "context": smuggled},
        ),
    ]
    for client in (sales, admin):
        for model, method, ids, values in attempts:
            with pytest.raises(Refused, match=order.name) as caught:
                client.call(model, method, ids, **values)
            assert "Change order" in str(caught.value)
            assert caught.value.kind in ("UserError", "ValidationError")
    assert facts(order) == before


def test_the_place_in_the_chain_cannot_be_written_over_the_wire(sales, order, facts):
    before = facts(order)
    for name, value in (
        ("is_contract", False),
        ("successor_id", order.id),
        ("contract_version", 9),
        ("accepted_at", "2020-01-01"),
    ):
        with pytest.raises(Refused, match="set by the system"):
            sales.call("sale.order", "write", [order.id], vals={name: value})
    assert facts(order) == before


def test_raw_sql_of_a_server_action_is_refused_with_a_message_for_people(
    run_code, order, facts
):
    before = facts(order)
    for statement, column in (
        (
            "UPDATE sale_order SET client_order_ref = 'x' WHERE id = %s",
            "client_order_ref",
        ),
        ("UPDATE sale_order_line SET price_unit = 1 WHERE order_id = %s", "price_unit"),
        ("DELETE FROM sale_order_line WHERE order_id = %s", "order_id"),
        ("UPDATE sale_order SET is_contract = false WHERE id = %s", "is_contract"),
    ):
        with pytest.raises(
            Refused, match=f"{order.name} is a contract: .*{column}.* cannot be changed"
        ):
            run_code(f"env.cr.execute({statement!r}, [{order.id}])")
    with pytest.raises(Refused, match="append-only"):
        run_code("env.cr.execute('DELETE FROM bop_contract_seal')")
    assert facts(order) == before


def test_what_opens_a_contract_is_out_of_reach(sales, order, facts):
    before = facts(order)
    for model, method in (
        ("sale.order", "_contract_accept"),
        ("sale.order", "_contract_succeed"),
        ("sale.order", "_contract_hold"),
        ("sale.order", "_contract_set_columns"),
        ("sale.order", "_write"),
        ("sale.change.request", "_apply"),
        ("sale.change.request", "_advance"),
        ("bop.idempotency.key", "_once"),
    ):
        with pytest.raises(Refused):
            sales.call(model, method, [order.id])
    assert facts(order) == before


# === RIGHTS ===#
def test_who_may_not_write_the_order_changes_nothing(
    outsiders, wire, order, facts, salesperson
):
    asked = salesperson.xmlrpc.call(
        "sale.order", "bop_request_change", [order.id], changes=more_desks(order)
    )
    request = salesperson.xmlrpc.call(
        "sale.change.request", "search", None, domain=[("name", "=", asked["request"])]
    )
    before = facts(order)
    for who, user in outsiders.items():
        client = getattr(user, wire)
        for method, values in (
            ("bop_request_change", {"changes": more_desks(order)}),
            ("bop_apply_change", {}),
            ("bop_history", {}),
            ("bop_verify", {}),
            ("action_change_order", {}),
        ):
            with pytest.raises(Refused) as caught:
                client.call("sale.order", method, [order.id], **values)
            assert caught.value.kind == "AccessError", (who, method)
        for method in ("action_apply", "action_withdraw"):
            with pytest.raises(Refused) as caught:
                client.call("sale.change.request", method, request)
            assert caught.value.kind == "AccessError", (who, method)
    assert facts(order) == before


def test_nobody_gets_in_without_a_password_or_key(odoo_server, order):
    with pytest.raises(Refused):
        Json2(odoo_server, "0" * 40).call("sale.order", "bop_history", [order.id])
    assert not XmlRpc(odoo_server, "rpc_sales", "wrong").user
    with pytest.raises(Exception, match="login|password|Wrong|denied|Denied"):
        OdooRpc(odoo_server, "rpc_sales", "wrong")
