# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A supplier and a customer on two real servers, paired, with a network between them
that can be made a bad one.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from devtools import paths, server, twins
from tests.system.network.proxy import Proxy
from tests.system.network.world import World

QUICK_ODOO = paths.ROOT / "tests/system/quick_odoo.py"
STOCK = 1_000_000


def start(name: str) -> server.OdooServer:
    """Start the server of one company."""
    return server.start(name, script=QUICK_ODOO)


@pytest.fixture(scope="session")
def shared_world(make_database: Callable[..., str]) -> Iterator[World]:
    """Return both companies; it is shared by the whole run, take ``world``."""
    names = [make_database() for _side in range(2)]
    with ExitStack() as stack:
        with ThreadPoolExecutor() as pool:
            servers = list(pool.map(start, names))
        for running in servers:
            stack.callback(running.stop)
        proxies = [stack.enter_context(Proxy(running.url)) for running in servers]
        supplier = twins.introduce(servers[0], twins.SUPPLIER, twins.CUSTOMER)
        customer = twins.introduce(servers[1], twins.CUSTOMER, twins.SUPPLIER)
        twins.stock_articles(supplier, twins.ARTICLES, STOCK)
        twins.buy_articles(customer, twins.ARTICLES)
        twins.pair(
            supplier,
            customer,
            supplier_url=proxies[0].url,
            customer_url=proxies[1].url,
        )
        yield World(supplier, customer, *proxies)


@pytest.fixture
def world(shared_world: World) -> Iterator[World]:
    """Return both companies, with a quiet network before and after."""
    shared_world.settle()
    yield shared_world
    shared_world.settle()
