# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which Odoo tests run together: those that need many apps, on a database that has them;
the tours, which take long and leave the processor alone; and the others, in two halves.
"""

import ast
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from . import database, paths

APPS, TOURS, OTHERS = "apps", "tours", "others"
# What tells that the tests of a class need many apps, or a browser: they ask for an app,
# are tagged so, or go through the screens.
TELLS = {
    APPS: ("self._need(", "BOP_WIDE", "bop_apps"),
    TOURS: ("start_tour(",),
}


class Share(NamedTuple):
    """What pytest has to run, each part in a process of its own: files, and classes of
    files that belong to several parts.
    """

    apps: list[str]
    tours: list[str]
    halves: tuple[list[str], list[str]]


def share() -> Share:
    """Return which tests run together."""
    chosen: dict[str, list[str]] = {APPS: [], TOURS: [], OTHERS: []}
    for path in _files():
        name = str(path.relative_to(paths.ROOT))
        found = classes(path.read_text())
        if _addon(name) not in database.standalone_addons():
            # It joins apps and is only where they are.
            found = dict.fromkeys(found, APPS)
        for kind, targets in split(name, found).items():
            chosen[kind] += targets
    return Share(chosen[APPS], chosen[TOURS], halve(chosen[OTHERS]))


def halve(targets: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return two parts of about the same size, each with whole addons: what one test has
    loaded is of use to the next one.

    >>> halve(["a/x.py", "b/x.py", "b/y.py", "c/x.py"])
    (['b/x.py', 'b/y.py'], ['a/x.py', 'c/x.py'])
    """
    parts: tuple[list[str], list[str]] = ([], [])
    for addon, _size in Counter(map(_addon, targets)).most_common():
        smaller = min(parts, key=len)
        smaller += [target for target in targets if _addon(target) == addon]
    return parts


def split(name: str, found: Mapping[str, str]) -> dict[str, list[str]]:
    """Return what pytest has to run of one file in each part.

    :param found: see :func:`classes`

    >>> split("a.py", {"TestA": "apps", "TestB": "apps"})
    {'apps': ['a.py']}
    >>> split("a.py", {"TestA": "apps", "TestB": "others"})
    {'apps': ['a.py::TestA'], 'others': ['a.py::TestB']}
    """
    kinds = set(found.values())
    if len(kinds) == 1:
        return {kind: [name] for kind in kinds}
    return {
        kind: [f"{name}::{label}" for label in found if found[label] == kind]
        for kind in sorted(kinds)
    }


def classes(text: str) -> dict[str, str]:
    """Tell of each class with tests in a file which part it belongs to; its base classes
    in the file may be the reason.

    >>> classes('class TestA:\\n    def test_x(self):\\n        self.start_tour("/")')
    {'TestA': 'tours'}
    """
    found: dict[str, str] = {}
    nodes = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    lines = text.splitlines()
    for node in nodes:
        first = min(part.lineno for part in (node, *node.decorator_list))
        source = "\n".join(lines[first - 1 : node.end_lineno])
        bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
        kinds = {found.get(base, OTHERS) for base in bases} | set(_told(source))
        found[node.name] = next((kind for kind in TELLS if kind in kinds), OTHERS)
    return {node.name: found[node.name] for node in nodes if _has_tests(node)}


def _told(source: str) -> Iterable[str]:
    return (kind for kind, words in TELLS.items() if any(w in source for w in words))


def _addon(target: str) -> str:
    return target.split("/")[0]


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
