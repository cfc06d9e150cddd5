# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Upgrade and uninstallation on the list of apps, on a server and a database of its own."""

import pytest

from devtools import database, paths, server
from devtools.rpc import XmlRpc

QUICK_ODOO = paths.ROOT / "tests/system/quick_odoo.py"
SET_UP = """
env["res.company"].search([]).write({"bop_contracts": True})
tax = env["account.tax"].create({"name": "VAT", "amount": 10})
product = env["product.product"].create({"name": "Desk", "taxes_id": [(6, 0, tax.ids)]})
order = env["sale.order"].create({
    "partner_id": env["res.partner"].create({"name": "Nordwind"}).id,
    "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 5})],
})
order.action_confirm()
request = order._contract_request_change()
request.offer_id.order_line.write({"product_uom_qty": 6})
request._apply()
"""
PLAIN = """
order = env["sale.order"].search([("partner_id.name", "=", "Nordwind")], order="id desc", limit=1)
order.write({"client_order_ref": "plain again"})
order.order_line.write({"product_uom_qty": 7, "tax_ids": [(5, 0, 0)]})
order._action_cancel()
order.action_draft()
order.action_confirm()
"""


class Admin(XmlRpc):
    """An administrator, who runs scripts and has the list of apps."""

    def run(self, script: str) -> None:
        """Run a script as a server action; it fails when the script raises."""
        [model] = self.call("ir.model", "search", domain=[("model", "=", "sale.order")])
        values = {"name": "Run", "model_id": model, "state": "code", "code": script}
        [action] = self.call("ir.actions.server", "create", vals_list=[values])
        self.call("ir.actions.server", "run", [action])

    def press(self, button: str, *names: str) -> None:
        """Press a button of some modules and wait for what it does."""
        found = self.call("ir.module.module", "search", domain=[("name", "in", names)])
        self.call("ir.module.module", button, found)

    def orders(self, *domain: object) -> list[dict]:
        """Read the orders of the customer, the oldest first."""
        found: list[dict] = self.call(
            "sale.order",
            "search_read",
            domain=[("partner_id.name", "=", "Nordwind"), *domain],
            fields=["state", "client_order_ref", "amount_total"],
            order="id",
        )
        return found


def triggers(name: str) -> int:
    """Return how many triggers and functions of the guard the database has."""
    query = """SELECT (SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'bop\\_%')
                    + (SELECT count(*) FROM pg_proc WHERE proname LIKE 'bop\\_%')"""
    return int(database.sql(query, name))


@pytest.fixture(scope="module")
def running(make_database):
    """Return a server on whose database an order was changed once."""
    with server.serving(make_database(), script=QUICK_ODOO) as running:
        Admin(running, "admin", "admin").run(SET_UP)
        yield running


@pytest.fixture
def admin(running):
    """Return its administrator."""
    return Admin(running, "admin", "admin")


def test_an_upgrade_keeps_contracts_seals_and_guard(running, admin):
    before = triggers(running.database)
    admin.press("button_immediate_upgrade", "bop_contract")
    assert triggers(running.database) == before > 0
    versions = admin.orders(("is_contract", "=", True))
    assert [row["state"] for row in versions] == ["cancel", "sale"]
    for row in versions:
        assert admin.call("sale.order", "bop_verify", [row["id"]])["valid"]


def test_without_the_addons_orders_are_plain_odoo_again(running, admin):
    gone = "bop_customer_order"
    admin.press("button_immediate_uninstall", gone)
    agreed = admin.orders()[-1]
    admin.run(PLAIN)
    plain = admin.orders()[-1]
    assert plain["id"] == agreed["id"]
    assert (plain["state"], plain["client_order_ref"]) == ("sale", "plain again")
    assert plain["amount_total"] > 0
    rest = [name for name in database.standalone_addons() if name != gone]
    admin.press("button_immediate_uninstall", *rest)
    assert triggers(running.database) == 0
    assert admin.orders()[-1] == plain
