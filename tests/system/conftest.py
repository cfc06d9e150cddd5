# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A company with a customer, goods and people, made over RPC on the running server."""

from types import SimpleNamespace

import pytest

from tests.system.clients import Json2, OdooRpc, XmlRpc

PASSWORD = "a long password 1"
KEY_CODE = """
user = env['res.users'].browse({user})
until = datetime.datetime.now() + datetime.timedelta(days=1)
action = {{'key': env['res.users.apikeys'].with_user(user).sudo()._generate('rpc', 'system test', until)}}
"""


@pytest.fixture(scope="session")
def admin(odoo_server):
    """Return the administrator's client."""
    return XmlRpc(odoo_server, "admin", "admin")


@pytest.fixture(scope="session")
def run_code(admin):
    """Return a function that runs Python on the server as the administrator, as a
    server action, and returns its ``action``.
    """
    model = admin.call(
        "ir.model", "search", None, domain=[("model", "=", "sale.order")]
    )[0]

    def run(code: str, ids=()):
        values = {
            "name": "System test",
            "model_id": model,
            "state": "code",
            "code": code,
        }
        action = admin.call("ir.actions.server", "create", None, vals_list=[values])
        context = {
            "active_model": "sale.order",
            "active_ids": list(ids),
            "active_id": ids[0] if ids else False,
        }
        return admin.call("ir.actions.server", "run", action, context=context)

    return run


@pytest.fixture(scope="session")
def group_ids(admin):
    """Return a function that gives the ids of groups by their external ids."""

    def find(*names: str) -> list[int]:
        found = []
        for name in names:
            module, _dot, local = name.partition(".")
            domain = [("module", "=", module), ("name", "=", local)]
            found += [
                row["res_id"]
                for row in admin.call(
                    "ir.model.data",
                    "search_read",
                    None,
                    domain=domain,
                    fields=["res_id"],
                )
            ]
        assert len(found) == len(names)
        return found

    return find


@pytest.fixture(scope="session")
def make_user(odoo_server, admin, group_ids, run_code):
    """Return a function that makes a user with ``groups`` and returns its clients:
    ``xmlrpc``, ``odoorpc``, ``json2``, and ``id``.
    """

    def make(login: str, *groups: str) -> SimpleNamespace:
        values = {
            "name": login,
            "login": login,
            "password": PASSWORD,
            "group_ids": [(6, 0, group_ids(*groups))],
        }
        user = admin.call(
            "res.users",
            "create",
            None,
            vals_list=[values],
            context={"no_reset_password": True},
        )[0]
        key = run_code(KEY_CODE.format(user=user))["key"]
        return SimpleNamespace(
            id=user,
            xmlrpc=XmlRpc(odoo_server, login, PASSWORD),
            odoorpc=OdooRpc(odoo_server, login, PASSWORD),
            json2=Json2(odoo_server, key),
        )

    return make


@pytest.fixture(scope="session")
def salesperson(make_user):
    """Return a salesperson who sees own orders only."""
    return make_user("rpc_sales", "sales_team.group_sale_salesman")


@pytest.fixture(scope="session")
def goods(admin):
    """Return the ids of a customer and of two products, one with the code DESK and one
    with the code LAMP.
    """
    customer = admin.call(
        "res.partner", "create", None, vals_list=[{"name": "Nordwind Werkzeuge"}]
    )[0]
    values = [
        {
            "name": name,
            "default_code": name.upper(),
            "list_price": price,
            "is_storable": True,
            "invoice_policy": "order",
        }
        for name, price in (("Desk", 100), ("Lamp", 25))
    ]
    desk, lamp = admin.call("product.product", "create", None, vals_list=values)
    return SimpleNamespace(customer=customer, desk=desk, lamp=lamp)


@pytest.fixture
def make_order(admin, goods, salesperson):
    """Return a function that makes a confirmed order of ten desks for the salesperson:
    ``id``, ``name``, ``line``, ``position``.
    """

    def make(user: int | None = None) -> SimpleNamespace:
        line = {"product_id": goods.desk, "product_uom_qty": 10, "price_unit": 100}
        values = {
            "partner_id": goods.customer,
            "user_id": user or salesperson.id,
            "order_line": [(0, 0, line)],
        }
        order = admin.call("sale.order", "create", None, vals_list=[values])[0]
        admin.call("sale.order", "action_confirm", [order])
        row = admin.call("sale.order", "read", [order], fields=["name", "order_line"])[
            0
        ]
        position = admin.call(
            "sale.order.line", "read", row["order_line"], fields=["position_uid"]
        )[0]["position_uid"]
        return SimpleNamespace(
            id=order, name=row["name"], line=row["order_line"][0], position=position
        )

    return make


@pytest.fixture
def order(make_order):
    """Return a confirmed order of the salesperson."""
    return make_order()


@pytest.fixture
def facts(admin):
    """Return a function that reads what an order says and whether that is proved."""

    def read(order) -> tuple:
        header = admin.call(
            "sale.order",
            "read",
            [order.id],
            fields=["name", "state", "client_order_ref", "amount_total", "order_line"],
        )
        lines = admin.call(
            "sale.order.line",
            "read",
            header[0]["order_line"],
            fields=["product_uom_qty", "price_unit", "tax_ids"],
        )
        return header, lines, admin.call("sale.order", "bop_verify", [order.id])

    return read
