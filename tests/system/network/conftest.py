# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A supplier and a customer on two real servers, paired, with a network between them
that can be made a bad one.
"""

import base64
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from devtools import paths, server, twins
from tests.conftest import Peppol
from tests.system.network.proxy import Proxy
from tests.system.network.world import World, watching

QUICK_ODOO = paths.ROOT / "tests/system/quick_odoo.py"
STOCK = 1_000_000
TAX_NUMBERS = ("US123456782", "US987654325")


def start(name: str) -> server.OdooServer:
    """Start the server of one company."""
    return server.start(name, script=QUICK_ODOO)


@pytest.fixture(scope="session")
def shared_world(
    request: pytest.FixtureRequest, make_database: Callable[..., str]
) -> Iterator[World]:
    """Return both companies; it is shared by the whole run, take ``world``. In the end
    their documents are checked where ``BOP_PEPPOL`` names the checker.
    """
    ask = "BOP_PEPPOL" in os.environ
    peppol = request.getfixturevalue("peppol") if ask else None
    names = [make_database() for _side in range(2)]
    with ExitStack() as stack:
        with ThreadPoolExecutor() as pool:
            servers = list(pool.map(start, names))
        for running in servers:
            # The databases are dropped anyway: nobody has to wait for a good end.
            stack.callback(running.kill)
        proxies = [stack.enter_context(Proxy(running.url)) for running in servers]
        supplier = twins.introduce(servers[0], twins.SUPPLIER, twins.CUSTOMER)
        customer = twins.introduce(servers[1], twins.CUSTOMER, twins.SUPPLIER)
        for side, number in zip((supplier, customer), TAX_NUMBERS, strict=True):
            twins.register(side, number)
        twins.stock_articles(supplier, twins.ARTICLES, STOCK)
        twins.buy_articles(customer, twins.ARTICLES)
        twins.pair(
            supplier,
            customer,
            supplier_url=proxies[0].url,
            customer_url=proxies[1].url,
        )
        eyes = stack.enter_context(watching([supplier, customer]))
        yield World(supplier, customer, eyes, *proxies)
        if peppol:
            assert_valid(peppol, [supplier, customer])


def assert_valid(peppol: Peppol, sides: Sequence[twins.Side]) -> None:
    """Every document that one of the companies has sent, in whatever test, is valid by
    Peppol's rules.
    """
    sent = [body for side in sides for body in documents(side)]
    assert sent
    found = {finding for body in sent for finding in peppol.fatal(body)}
    assert not found, "\n".join(sorted(found))


def documents(side: twins.Side) -> list[bytes]:
    """Return the documents that a company has sent."""
    domain = [("direction", "=", "out"), ("content_type", "=", "application/xml")]
    return [
        base64.b64decode(row["body"])
        for row in side.find("bop.message", domain, "body")
    ]


@pytest.fixture
def world(shared_world: World) -> Iterator[World]:
    """Return both companies, with a quiet network before and after."""
    shared_world.settle()
    yield shared_world
    shared_world.settle()
