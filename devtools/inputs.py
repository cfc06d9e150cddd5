# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the outcome of a test run depends on. While all of it is the same, the outcome is
the same, and ``./dev test`` says it again instead of finding it again.

Each file of the project counts, except documents and the test files of other runs; so do
Odoo, the Python packages, the settings in the environment, and the day: a test that
works with dates meets others tomorrow.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path

from . import odoo_source, paths, postgres, python_env
from .console import digest, output

#: Settings of the tests and of what runs them.
SETTINGS = ("BOP_", "HYPOTHESIS", "LANG", "LC_", "ODOO", "PYTEST", "TZ")
#: What is not of this project and may change without a trace in its folder.
OUTSIDE = ("ODOO_HOME", "BOP_PEPPOL")
DOCUMENTS = {".md"}


def key_of(targets: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return a hash of all that the outcome of a test run depends on; empty when that
    cannot be known, because something from outside the project takes part.

    :param targets: files, folders, and classes of files that are run
    """
    if postgres.external() or any(os.environ.get(name) for name in OUTSIDE):
        return ""
    found: list[object] = [
        *sorted(targets),
        datetime.now(timezone.utc).date(),
        odoo_source.release(),
        output([paths.PYTHON, "-VV"]),
        *(f"{name}={environment[name]}" for name in sorted(environment) if _sets(name)),
    ]
    for path in read_by(targets, project_files()):
        found += [path.relative_to(paths.ROOT).as_posix(), path]
    return digest([*found, python_env.REQUIREMENTS])


def project_files() -> Iterator[Path]:
    """Give the files of the project, without what was made from them."""
    for entry in sorted(paths.ROOT.iterdir()):
        if entry.name.startswith(".") or entry == paths.DEV:
            continue
        for path in sorted(entry.rglob("*")) if entry.is_dir() else [entry]:
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def read_by(targets: Sequence[str], files: Iterable[Path]) -> Iterator[Path]:
    """Give the files that a run of tests may read: all but documents and the test files
    that other runs read.
    """
    run = {paths.ROOT / target.partition("::")[0] for target in targets}
    for path in files:
        is_test = path.name.startswith("test_") and path.suffix == ".py"
        if is_test and not run & {path, *path.parents}:
            continue
        if path.suffix not in DOCUMENTS:
            yield path


def _sets(name: str) -> bool:
    return name.startswith(SETTINGS)
