# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which of the two databases an Odoo test runs on: the one with many apps, where a
browser is at hand as well, or the small one, which is quicker.
"""

import ast
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import database, paths

# What tells that the tests of a class are for the database with many apps: they ask for
# one, drive a browser through the screens, or are tagged so.
NEEDS_APPS = ("self._need(", "BOP_WIDE", "start_tour(", "bop_apps")


def share() -> tuple[list[str], list[str]]:
    """Return what pytest has to run on the database with many apps, and on the small
    one: files, and classes of files of which each database runs a part.
    """
    apps: list[str] = []
    others: list[str] = []
    for path in _files():
        name = str(path.relative_to(paths.ROOT))
        if _is_of_bridge(name):
            apps.append(name)
            continue
        for targets, chosen in zip(
            (apps, others), split(name, classes(path.read_text())), strict=True
        ):
            targets += chosen
    return apps, others


def split(name: str, found: Mapping[str, bool]) -> tuple[list[str], list[str]]:
    """Return what pytest has to run of one file on each of the databases.

    :param found: see :func:`classes`

    >>> split("a.py", {"TestA": True, "TestB": True})
    (['a.py'], [])
    >>> split("a.py", {"TestA": True, "TestB": False})
    (['a.py::TestA'], ['a.py::TestB'])
    """
    apps = [f"{name}::{label}" for label, needs in found.items() if needs]
    others = [f"{name}::{label}" for label, needs in found.items() if not needs]
    if apps and others:
        return apps, others
    return ([name], []) if apps else ([], [name])


def classes(text: str) -> dict[str, bool]:
    """Tell of each class with tests in a file whether it needs the database with many
    apps, which its base classes in the file may be the reason for.

    >>> classes('class TestA:\\n    def test_x(self):\\n        self._need("mrp")')
    {'TestA': True}
    """
    needs: dict[str, bool] = {}
    nodes = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    lines = text.splitlines()
    for node in nodes:
        first = min(part.lineno for part in (node, *node.decorator_list))
        source = "\n".join(lines[first - 1 : node.end_lineno])
        bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
        needs[node.name] = any(word in source for word in NEEDS_APPS) or any(
            needs.get(base, False) for base in bases
        )
    return {node.name: needs[node.name] for node in nodes if _has_tests(node)}


def _has_tests(node: ast.ClassDef) -> bool:
    return any(
        isinstance(part, ast.FunctionDef) and part.name.startswith("test_")
        for part in node.body
    )


def _files() -> Sequence[Path]:
    return sorted(
        path
        for name in paths.addons()
        for path in paths.ROOT.glob(f"{name}/tests/**/test_*.py")
    )


def _is_of_bridge(name: str) -> bool:
    """Tell whether a file belongs to an addon that joins apps, and is only where they
    are.
    """
    return name.split("/")[0] not in database.standalone_addons()
