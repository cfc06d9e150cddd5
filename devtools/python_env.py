# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The virtual environment with everything Odoo, the tests and the linters import."""

import shutil
import sys
from pathlib import Path

from . import paths
from .console import DevError, digest, output, run, step

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
OLDEST, NEWEST = (3, 10), (3, 13)


def ensure() -> None:
    """Create the virtual environment; does nothing when it fits the pinned
    requirements.
    """
    interpreter = _interpreter()
    version = output([interpreter, "--version"])
    step(
        "Python packages",
        digest([REQUIREMENTS, version]),
        lambda: _create(interpreter),
        _usable,
    )


def _usable() -> bool:
    return bool(
        output([paths.PYTHON, "-c", "import psycopg2, lxml, gevent; print('yes')"])
    )


def _interpreter() -> str:
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    raise DevError(
        "Odoo 19 runs on Python 3.10 to 3.13 and none of them is here. Install one."
    )


def _create(interpreter: str) -> None:
    # Brought up to date in place when the interpreter is the same: a server may be
    # using it.
    if output([paths.PYTHON, "--version"]) != output([interpreter, "--version"]):
        shutil.rmtree(paths.VENV, ignore_errors=True)
        advice = "Install the package python3-venv if the module venv is missing."
        run([interpreter, "-m", "venv", paths.VENV], log="venv.log", advice=advice)
    words = [paths.PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
    # The file pins every package, so pip has nothing to resolve.
    words += ["--no-deps", "-r", REQUIREMENTS]
    run(words, log="pip.log", advice="Check the network; the command resumes.")
