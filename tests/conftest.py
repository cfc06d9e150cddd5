# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the pure tests, the system tests and the benchmarks share."""

import importlib
import itertools
import os
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path

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


class Peppol:
    """The checker of UBL schema and Peppol rules; it counts what it has seen."""

    checked = 0

    def __init__(self, folder: Path) -> None:
        sys.path.insert(0, str(folder))
        self.module = importlib.import_module("check_ubl")

    def fatal(self, data: bytes, transaction: str | None = None) -> list[str]:
        """Return the fatal findings on a document.

        :param transaction: what it has to be; what it says itself by default
        """
        findings = self.module.check(data, transaction)
        Peppol.checked += 1
        return [str(finding) for finding in findings if finding.severity == "fatal"]


@pytest.fixture(scope="session")
def peppol() -> Peppol:
    """Return the checker; without it the test is skipped.

    It is no part of this project. ``BOP_PEPPOL`` names its folder, which is else looked
    for beside the checkout; it needs the package ``saxonche``.
    """
    folder = Path(os.environ.get("BOP_PEPPOL", paths.ROOT.parent / "shared/peppol"))
    if not (folder / "check_ubl.py").exists():
        pytest.skip(f"The Peppol checker is not at {folder}. Name it in BOP_PEPPOL.")
    pytest.importorskip("saxonche", reason="The Peppol checker needs saxonche.")
    return Peppol(folder)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many documents were checked, if any."""
    if Peppol.checked:
        terminalreporter.write_line(f"{Peppol.checked} documents checked by Peppol")


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
