# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the pure tests, the system tests and the benchmarks share."""

import itertools
import sys
import types
from collections.abc import Callable, Iterator

import pytest

from devtools import database, paths, postgres, server

QUICK_ODOO = paths.ROOT / "tests/system/quick_odoo.py"


def _make_pure_modules_importable() -> None:
    """Let ``import bop_contract.rules`` work without Odoo.

    The package of an addon imports its models and those import Odoo. An empty package
    of the same name and path stands in for it, so that only the pure modules below it
    are loaded.
    """
    for name in paths.addons():
        package = types.ModuleType(name)
        package.__path__ = [str(paths.ROOT / name)]
        sys.modules.setdefault(name, package)


_make_pure_modules_importable()


@pytest.fixture(scope="session")
def make_database() -> Iterator[Callable[..., str]]:
    """Return a function that makes a database with the addons installed and returns its
    name.

    ``make_database(wide=False)``: with ``wide`` it has every Odoo app the addons know
    of. All databases are dropped in the end.
    """
    made: list[str] = []
    numbers = itertools.count()
    with postgres.running():

        def make(*, wide: bool = False) -> str:
            name = database.scratch_name("system", next(numbers))
            made.append(database.clone(database.with_addons(wide), name))
            return name

        yield make
        for name in made:
            database.drop(name)


@pytest.fixture
def start_server(
    make_database: Callable[..., str],
) -> Iterator[Callable[..., server.OdooServer]]:
    """Return a function that starts an Odoo server on loopback; all are stopped in the
    end.

    ``start_server(database=None, wide=False, extra=())`` makes a database unless one is
    given.
    """
    started: list[server.OdooServer] = []

    def start(
        name: str | None = None, *, wide: bool = False, extra: tuple[str, ...] = ()
    ) -> server.OdooServer:
        chosen = name or make_database(wide=wide)
        running = server.start(chosen, extra=extra, script=QUICK_ODOO)
        started.append(running)
        return running

    yield start
    for running in started:
        running.stop()


@pytest.fixture(scope="session")
def odoo_server(make_database: Callable[..., str]) -> Iterator[server.OdooServer]:
    """Return one running server (``url``, ``database``, ``stop()``, ``kill()``,
    ``restart()``).

    It is shared by the whole run: a test that needs an untouched one takes
    ``start_server``.
    """
    with server.serving(make_database(), script=QUICK_ODOO) as running:
        yield running
