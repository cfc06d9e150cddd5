# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Upgrade and uninstallation, each on a database of its own."""

import pytest

from devtools import database, odoo

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
request.offer_id.order_line.product_uom_qty = 6
request._apply()
env.cr.commit()
"""
VERIFY = """
orders = env["sale.order"].search([("is_contract", "=", True)])
assert len(orders) == 2, orders
assert all(order._contract_verify()["valid"] for order in orders)
"""
PLAIN = """
order = env["sale.order"].search([("partner_id.name", "=", "Nordwind")], order="id desc", limit=1)
assert order.state == "sale", order
order.write({"client_order_ref": "plain again"})
order.order_line.write({"product_uom_qty": 7, "tax_ids": [(5, 0, 0)]})
order._action_cancel()
order.action_draft()
order.action_confirm()
env.cr.commit()
"""


def shell(name: str, script: str) -> None:
    """Run a script in a shell of its own on the database ``name``; it fails when the
    script raises.
    """
    odoo.run(
        ["shell", "-d", name, "--no-http", "--log-level=warn"],
        "lifecycle.log",
        input=script.encode(),
    )


def triggers(name: str) -> int:
    """Return how many triggers and functions of the guard the database has."""
    query = """SELECT (SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'bop\\_%')
                    + (SELECT count(*) FROM pg_proc WHERE proname LIKE 'bop\\_%')"""
    return int(database.sql(query, name))


@pytest.fixture(scope="module")
def contracts(make_database):
    """Return a database with an order that was changed once."""
    name = make_database()
    shell(name, SET_UP)
    return name


def test_an_upgrade_keeps_contracts_seals_and_guard(contracts):
    before = triggers(contracts)
    odoo.run(
        [
            "-d",
            contracts,
            "-u",
            "bop_contract",
            "--stop-after-init",
            "--log-level=warn",
        ],
        "lifecycle.log",
    )
    assert triggers(contracts) == before > 0
    shell(contracts, VERIFY)


def test_without_the_addons_orders_are_plain_odoo_again(contracts):
    gone = "bop_customer_order"
    odoo.run(["module", "uninstall", gone, "-d", contracts], "lifecycle.log")
    shell(contracts, PLAIN)
    rest = [name for name in database.standalone_addons() if name != gone]
    odoo.run(["module", "uninstall", *rest, "-d", contracts], "lifecycle.log")
    assert triggers(contracts) == 0
