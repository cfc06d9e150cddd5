# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How fast the network is, between two real servers on this machine. Started by
``./dev bench``; writes its samples as JSON.

Moments are those at which another session sees something in a database: both databases
are asked every millisecond over connections of their own.
"""

import argparse
import json
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from devtools import database, postgres, server, twins
from devtools.console import say
from tests.system.clients import Json2
from tests.system.eyes import Eyes

NAMES = ("bop_bench_supplier", "bop_bench_customer")
STOCK = 1_000_000
LINES = 10
QUANTITY = 10
#: Seconds within which a large order is on both sides.
LARGE_PATIENCE = 900
#: A type that every digital understands and that does nothing here.
TYPE = "urn:b-op:network:refused:1"
SEND = """
peer = env['bop.peer'].browse({peer})
for number in range({count}):
    peer._send(type='{type}', subject='{subject}', body=b'{{}}', content_type='application/json')
"""
SEEN = "SELECT count(*) FROM bop_message WHERE subject = %s AND direction = %s"
PAIRS = "SELECT count(*) FROM bop_contract_pair"
WRITTEN = "SELECT count(*) FROM bop_message WHERE direction = 'out'"
ARRIVED = "SELECT count(*) FROM bop_message WHERE direction = 'in'"
#: What both sides have agreed on: the last contract, in a version.
AGREED = """
SELECT count(*) FROM bop_contract_pair
 WHERE id = (SELECT max(id) FROM bop_contract_pair) AND version = %s
"""
#: The largest document about the last contract so far, in bytes.
LARGEST = """
SELECT max(a.file_size) FROM ir_attachment a JOIN bop_message m ON m.id = a.res_id
  JOIN bop_contract_pair p ON p.uuid = m.subject
 WHERE a.res_model = 'bop.message' AND a.res_field = 'body'
   AND p.id = (SELECT max(id) FROM bop_contract_pair)
"""
ACCEPTED = """
SELECT count(*) FROM sale_order
 WHERE state = 'sale' AND pair_id = (SELECT max(id) FROM bop_contract_pair)
"""
IDLE = """
SELECT (NOT EXISTS (SELECT FROM bop_message
                     WHERE state NOT IN ('sent', 'processed', 'refused', 'cancelled'))
    AND NOT EXISTS (SELECT FROM pg_stat_activity
                     WHERE datname = current_database() AND state <> 'idle'
                       AND pid <> pg_backend_pid()))::int
"""


def main() -> None:
    """Start both servers, measure, and write the result."""
    options = _parse()
    with postgres.running(), ExitStack() as stack:
        for name in NAMES:
            database.clone(database.with_addons(wide=False), name)
            stack.callback(database.drop, name)
        servers = [stack.enter_context(server.serving(name)) for name in NAMES]
        eyes = [stack.enter_context(closing(Eyes(name))) for name in NAMES]
        supplier, customer = _set_up(*servers)
        result = {
            "latency": measure_latency(customer, eyes, options.messages),
            "outbox": measure_outbox(customer, eyes, options.burst),
            "orders": measure_orders(supplier, customer, eyes, options.orders),
            "large": measure_large(supplier, customer, eyes, options.lines),
        }
    options.json.write_text(json.dumps(result, indent=1))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--messages", required=True, type=int, help="messages sent one by one"
    )
    parser.add_argument(
        "--burst", required=True, type=int, help="messages written in one transaction"
    )
    parser.add_argument(
        "--orders", required=True, type=int, help="orders over the network, and by RPC"
    )
    parser.add_argument(
        "--lines", required=True, type=int, help="lines of a large order"
    )
    parser.add_argument(
        "--json", required=True, type=Path, help="where to write the samples"
    )
    return parser.parse_args()


def _set_up(*servers: server.OdooServer) -> tuple[twins.Side, twins.Side]:
    say("network: two companies")
    articles = [
        twins.Article(f"BENCH{n}", "", f"Bench {n}", 100.0) for n in range(LINES)
    ]
    supplier = twins.introduce(servers[0], twins.SUPPLIER, twins.CUSTOMER)
    customer = twins.introduce(servers[1], twins.CUSTOMER, twins.SUPPLIER)
    twins.stock_articles(supplier, articles, STOCK)
    twins.buy_articles(customer, articles)
    twins.pair(supplier, customer)
    twins.trust(supplier, True)
    return supplier, customer


# === MEASURE ===#
def measure_latency(customer: twins.Side, eyes: list[Eyes], count: int) -> list[float]:
    """Seconds from a commit at the customer to the message's commit at the supplier,
    both idle before.
    """
    there, here = eyes
    samples = []
    for number in range(count + 1):
        subject = str(uuid.uuid4())
        with _meanwhile(lambda subject=subject: _send(customer, subject, 1)):
            begin = here.wait(SEEN, subject, "out")
            samples.append(there.wait(SEEN, subject, "in") - begin)
        _rest(eyes)
        say(f"network: message {number}: {samples[-1] * 1000:.0f} ms")
    return samples[1:]


def measure_outbox(
    customer: twins.Side, eyes: list[Eyes], count: int
) -> dict[str, float]:
    """Seconds in which so many messages, written at once, have all arrived."""
    there, here = eyes
    subject = str(uuid.uuid4())
    with _meanwhile(lambda: _send(customer, subject, count)):
        begin = here.wait(SEEN, subject, "out", count=count)
        seconds = there.wait(SEEN, subject, "in", count=count) - begin
    _rest(eyes)
    say(f"network: {count} messages: {count / seconds:.1f} per second")
    return {"messages": count, "seconds": seconds}


def measure_orders(
    supplier: twins.Side, customer: twins.Side, eyes: list[Eyes], count: int
) -> dict[str, list[float]]:
    """Seconds from the arrival of an order to the accepted customer order, beside those
    of creating and confirming the same order over ``/json/2``; by turns.
    """
    client = Json2(supplier.server, twins.api_key(supplier))
    quantities = dict.fromkeys(customer.articles, QUANTITY)
    samples: dict[str, list[float]] = {"network": [], "json2": []}
    for number in range(count + 1):
        samples["json2"].append(_by_rpc(client, supplier, quantities))
        _rest(eyes)
        samples["network"].append(_by_network(customer, eyes, quantities))
        _rest(eyes)
        taken = {name: f"{times[-1] * 1000:.0f} ms" for name, times in samples.items()}
        say(f"network: order {number}: {taken}")
    return {name: times[1:] for name, times in samples.items()}


def _by_rpc(client: Json2, supplier: twins.Side, quantities: dict[str, float]) -> float:
    lines = [
        {
            "product_id": supplier.articles[sku],
            "product_uom_qty": quantity,
            "price_unit": 100.0,
        }
        for sku, quantity in quantities.items()
    ]
    values = {
        "partner_id": supplier.partner,
        "client_order_ref": str(uuid.uuid4()),
        "order_line": [(0, 0, line) for line in lines],
    }
    begin = time.monotonic()
    ids = client.call("sale.order", "create", None, vals_list=[values])
    client.call("sale.order", "action_confirm", ids)
    return time.monotonic() - begin


def _by_network(
    customer: twins.Side, eyes: list[Eyes], quantities: dict[str, float]
) -> float:
    there = eyes[0]
    pairs, arrived = there.count(PAIRS), there.count(ARRIVED)
    with _meanwhile(lambda: twins.order(customer, quantities)):
        begin = there.wait(ARRIVED, count=arrived + 1)
        there.wait(PAIRS, count=pairs + 1)
        return there.wait(ACCEPTED) - begin


def measure_large(
    supplier: twins.Side, customer: twins.Side, eyes: list[Eyes], size: int
) -> dict[str, float]:
    """Seconds from the commit of an order of many lines until both sides have it in
    force, the same of a change of it, and the bytes of the largest message.
    """
    quantities = dict.fromkeys(_teach(supplier, customer, size), QUANTITY)
    result: dict[str, float] = {"lines": size}
    result["order"] = _until_agreed(
        lambda: twins.order(customer, quantities), eyes, version=1
    )
    say(f"network: an order of {size} lines: {result['order']:.1f} s")
    result["change"] = _until_agreed(
        lambda: _change(customer, QUANTITY + 2), eyes, version=2
    )
    result["bytes"] = max(one.count(LARGEST) for one in eyes)
    say(f"network: a change of it: {result['change']:.1f} s; {result['bytes']} bytes")
    return result


def _teach(supplier: twins.Side, customer: twins.Side, size: int) -> list[str]:
    """Let both companies know many articles; return their stock keeping units."""
    skus = [f"PART{number}" for number in range(size)]
    goods = [{"name": sku, "default_code": sku, "is_storable": True} for sku in skus]
    bought = [
        {
            "name": sku,
            "is_storable": True,
            "seller_ids": [
                (
                    0,
                    0,
                    {"partner_id": customer.partner, "product_code": sku, "price": 7},
                )
            ],
        }
        for sku in skus
    ]
    for side, values in ((supplier, goods), (customer, bought)):
        ids = side.call("product.product", "create", vals_list=values)
        side.articles.update(zip(skus, ids, strict=True))
    return skus


def _change(customer: twins.Side, quantity: float) -> None:
    """Let the customer propose another quantity of the first position of the last
    order.
    """
    last = customer.find("bop.contract.pair", [], "number")[-1]["number"]
    [order] = customer.find("purchase.order", [("name", "=", last)])
    action = customer.call("purchase.order", "action_change_order", [order["id"]])
    offer = action["res_id"]
    lines = customer.find("purchase.order.line", [("order_id", "=", offer)])
    customer.call(
        "purchase.order.line", "write", [lines[0]["id"]], vals={"product_qty": quantity}
    )
    customer.call("purchase.order", "action_send_change", [offer])


def _until_agreed(
    action: Callable[[], object], eyes: list[Eyes], version: int
) -> float:
    """Let the customer propose something; return the seconds from its commit until both
    sides have that version of the contract in force.
    """
    here = eyes[1]
    sent = here.count(WRITTEN)
    with _meanwhile(action):
        begin = here.wait(WRITTEN, count=sent + 1, seconds=LARGE_PATIENCE)
        ends = [one.wait(AGREED, version, seconds=LARGE_PATIENCE) for one in eyes]
    _rest(eyes)
    return max(ends) - begin


def _send(side: twins.Side, subject: str, count: int) -> None:
    code = SEND.format(peer=side.peer, subject=subject, count=count, type=TYPE)
    twins.run_code(side, code)


class _meanwhile:
    """Let something run while one looks on."""

    def __init__(self, action: Callable[[], object]) -> None:
        self.thread = threading.Thread(target=action)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_error: object) -> None:
        self.thread.join()


def _rest(eyes: list[Eyes]) -> None:
    """Wait until nothing is under way on either side."""
    for _round in range(2):
        for one in eyes:
            one.wait(IDLE)


if __name__ == "__main__":
    main()
