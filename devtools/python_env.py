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
WORK = """
import time

class Order:
    def __init__(self, number):
        self.number = number

    def name(self):
        return f"S{self.number:05d}"

def work():
    start = time.process_time()
    orders = {number: Order(number) for number in range(20_000)}
    sum(len(order.name()) for order in orders.values() if order.number % 3)
    return time.process_time() - start

print(min(work() for _round in range(25)))
"""


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
    """Return the interpreter that was chosen when the first environment was made: the
    quickest one that fits.

    Odoo's time is Python's. An interpreter that was compiled at home is often built
    without the compiler's profile and needs up to half as much time again.
    """
    note = paths.STAMPS / "interpreter"
    if note.exists() and Path(note.read_text()).exists():
        return note.read_text()
    quickest = min(_fitting(), key=_duration, default="")
    if not quickest:
        raise DevError(
            "Odoo 19 runs on Python 3.10 to 3.13 and none of them is here with its"
            " module venv. Install one, on Debian with the package python3-venv."
        )
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(quickest)
    return quickest


def _fitting() -> list[str]:
    """Return the interpreters on this machine that Odoo runs on and that can make a
    virtual environment.
    """
    names = [f"python3.{minor}" for minor in range(OLDEST[1], NEWEST[1] + 1)]
    places = [None, "/usr/local/bin", "/usr/bin"]
    found = [shutil.which(name, path=place) for place in places for name in names]
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        found.append(sys.executable)
    # Not the path it was found by, which may be a script that looks for it.
    ask = "import ensurepip, sys, venv; print(getattr(sys, '_base_executable', sys.executable))"
    usable = {output([path, "-c", ask]).strip() for path in found if path}
    return sorted(usable - {""})


def _duration(interpreter: str) -> float:
    """Return the seconds that an interpreter needs for a bit of everyday work."""
    return float(output([interpreter, "-c", WORK]) or "inf")


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
