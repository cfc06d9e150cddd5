# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A real server with nothing but the addons and what they depend on."""

import urllib.request
import xmlrpc.client

import pytest

from devtools import database


@pytest.fixture(scope="module")
def call(odoo_server):
    """Return a function that calls a model's method over XML-RPC as the administrator."""
    common = xmlrpc.client.ServerProxy(f"{odoo_server.url}/xmlrpc/2/common")
    user = common.authenticate(odoo_server.database, "admin", "admin", {})
    models = xmlrpc.client.ServerProxy(f"{odoo_server.url}/xmlrpc/2/object")

    def call(model, method, *arguments, **named):
        return models.execute_kw(
            odoo_server.database, user, "admin", model, method, list(arguments), named
        )

    return call


def test_the_login_page_is_served(odoo_server):
    with urllib.request.urlopen(f"{odoo_server.url}/web/login") as reply:
        assert reply.status == 200
        assert b'name="login"' in reply.read()


def test_every_addon_is_installed_but_bridges_to_apps_that_are_not(call):
    domain = [("state", "=", "installed")]
    rows = call("ir.module.module", "search_read", domain, ["name"])
    installed = {row["name"] for row in rows}
    expected = {
        name
        for name, manifest in database.manifests().items()
        if not manifest.get("auto_install") or installed.issuperset(manifest["depends"])
    }
    assert {name for name in installed if name.startswith("bop_")} == expected
    assert installed.issuperset(database.standalone_addons())


def test_an_addon_needs_no_odoo_app_that_its_manifest_does_not_name(call):
    names = ["mrp", "project", "point_of_sale", "website_sale", "loyalty", "repair"]
    domain = [("name", "in", names), ("state", "=", "installed")]
    assert call("ir.module.module", "search_count", domain) == 0
