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

import psycopg2

from devtools import database, postgres, server, twins
from devtools.console import say
from devtools.waiting import wait_until
from tests.system.clients import Json2

NAMES = ("bop_bench_supplier", "bop_bench_customer")
STOCK = 1_000_000
LINES = 10
QUANTITY = 10
POLL_SECONDS = 0.001
PATIENCE = 120
#: A type that every digital understands and that does nothing here.
TYPE = "urn:b-op:network:refused:1"
SEND = """
peer = env['bop.peer'].browse({peer})
for number in range({count}):
    peer._send(type='{type}', subject='{subject}', body=b'{{}}', content_type='application/json')
"""
SEEN = "SELECT count(*) FROM bop_message WHERE subject = %s AND direction = %s"
PAIRS = "SELECT count(*) FROM bop_contract_pair"
ARRIVED = "SELECT count(*) FROM bop_message WHERE direction = 'in'"
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
        "--json", required=True, type=Path, help="where to write the samples"
    )
    return parser.parse_args()


class Eyes:
    """A connection of its own to a database, to see when something is there."""

    def __init__(self, name: str) -> None:
        place = postgres.environment()
        self.connection = psycopg2.connect(
            host=place.get("PGHOST"),
            port=place.get("PGPORT"),
            user=place.get("PGUSER"),
            dbname=name,
        )
        self.connection.autocommit = True

    def count(self, query: str, *values: object) -> int:
        """Return the number that a query gives."""
        with self.connection.cursor() as cursor:
            cursor.execute(query, values)
            return int(cursor.fetchone()[0])

    def wait(self, query: str, *values: object, count: int = 1) -> float:
        """Return the moment at which a query gives at least ``count``."""
        wait_until(
            lambda: self.count(query, *values) >= count,
            f"{count} of {query} {values}",
            PATIENCE,
            POLL_SECONDS,
        )
        return time.monotonic()

    def close(self) -> None:
        """End the connection."""
        self.connection.close()


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
