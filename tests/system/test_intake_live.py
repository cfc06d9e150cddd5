# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The intake board on screen hears of what begins or ends to wait, as soon as the
transaction is through; who does not sell hears nothing.
"""

import json
import urllib.request

import pytest
import websocket

from tests.system.conftest import PASSWORD

SECONDS = 20
QUIET_SECONDS = 2


class Listener:
    """A browser that listens to the bus as one user."""

    def __init__(self, server, login: str) -> None:
        content = {
            "params": {"db": server.database, "login": login, "password": PASSWORD}
        }
        request = urllib.request.Request(
            f"{server.url}/web/session/authenticate",
            data=json.dumps(content).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as reply:
            cookie = reply.headers["Set-Cookie"].split(";")[0]
        self.socket = websocket.create_connection(
            f"{server.url.replace('http', 'ws', 1)}/websocket",
            cookie=cookie,
            origin=server.url,
            timeout=SECONDS,
        )
        self.subscribe()

    def subscribe(self) -> None:
        """Listen to the channels of the user, from the newest message on."""
        data = {"channels": [], "last": 0}
        self.socket.send(json.dumps({"event_name": "subscribe", "data": data}))

    def hear(self, seconds: float) -> list[dict]:
        """Return what comes until there is news of the board, or time is up."""
        self.socket.settimeout(seconds)
        try:
            while True:
                rows = json.loads(self.socket.recv())
                news = [row["message"] for row in rows]
                found = [row for row in news if row["type"] == "bop_intake"]
                if found:
                    return found
        except websocket.WebSocketTimeoutException:
            return []


@pytest.fixture(scope="module")
def people(make_user):
    """Make one who accepts and one who works in the warehouse."""
    make_user("rpc_live", "bop_customer_order.group_acceptance")
    make_user("rpc_live_stock", "stock.group_stock_user")


@pytest.fixture
def quotation(admin, goods):
    """Return the id of a quotation that will wait, and of its policy."""
    values = {"name": "Live", "always_ask": True}
    policy = admin.call("bop.acceptance.policy", "create", None, vals_list=[values])[0]
    values = {"name": "Live", "city": "Basel", "acceptance_policy_id": policy}
    partner = admin.call("res.partner", "create", None, vals_list=[values])[0]
    line = {"product_id": goods.desk, "product_uom_qty": 1}
    values = {"partner_id": partner, "order_line": [(0, 0, line)]}
    return admin.call("sale.order", "create", None, vals_list=[values])[0]


def test_the_board_hears_of_an_order_that_waits_and_nobody_else_does(
    odoo_server, admin, people, quotation
):
    board = Listener(odoo_server, "rpc_live")
    warehouse = Listener(odoo_server, "rpc_live_stock")
    board.hear(QUIET_SECONDS)
    admin.call("sale.order", "action_confirm", [quotation])
    [news] = board.hear(SECONDS)
    assert set(news["payload"]) == {"company_id"}, "nothing of the order is told"
    assert not warehouse.hear(QUIET_SECONDS)
    admin.call("sale.order", "action_accept_order", [quotation])
    assert board.hear(SECONDS), "it does not wait any more"
