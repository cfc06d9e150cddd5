# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The sub-commands of ``./dev``."""

import argparse
import contextlib
import fcntl
import importlib
import shlex
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence

from . import (
    bench,
    console,
    demo,
    jobs,
    lint,
    odoo,
    odoo_source,
    paths,
    postgres,
    python_env,
    testing,
)
from .console import DevError, say

HELP = """\
./dev demo               two companies to click through, on ports 8069 and 8070 (Ctrl-C stops them)
./dev test [--fresh]     every check; again where nothing has changed: --fresh
./dev test PATH ...      the tests that are named (pytest options are passed on)
./dev lint [--fix]       the linters and the type checker
./dev shell [DATABASE]   a Python prompt in Odoo
./dev bench [--quick]    plain Odoo beside the addons: medians and ratios
./dev regress [...]      Odoo's own tests, with the addons installed
./dev env                the variables to run Odoo, pytest and psql by hand, for eval
./dev postgres start|stop   keep the embedded PostgreSQL running, or stop it
"""


def main(arguments: Sequence[str]) -> int:
    """Run one sub-command and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="./dev", usage=HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=sorted(COMMANDS))
    chosen, rest = parser.parse_known_args(arguments[:1]), list(arguments[1:])
    # Both signals end a command the same way, also where a shell in the background
    # ignores one of them.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        return COMMANDS[chosen[0].command](rest)
    except DevError as error:
        return console.fail(error)
    except KeyboardInterrupt:
        return 130
    finally:
        jobs.end_all()


@contextlib.contextmanager
def environment(*, keep: bool = False) -> Iterator[None]:
    """Give Odoo, its Python packages and a running PostgreSQL."""
    with _set_up():
        odoo_source.ensure()
        python_env.ensure()
    with postgres.running(keep=keep):
        odoo.write_configuration()
        yield


@contextlib.contextmanager
def _set_up() -> Iterator[None]:
    """Let one process at a time set things up."""
    paths.DEV.mkdir(parents=True, exist_ok=True)
    with (paths.DEV / "setup.lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _test(arguments: list[str]) -> int:
    with environment():
        if testing.select(arguments).everything:
            lint.ensure()
        return testing.main(arguments)


def _lint(arguments: list[str]) -> int:
    with _set_up():
        python_env.ensure()
        lint.ensure()
    outcomes = lint.check(fix="--fix" in arguments)
    return 0 if all(outcome.good for outcome in outcomes) else 1


def _demo(arguments: list[str]) -> int:
    with environment():
        return demo.main(arguments)


def _shell(arguments: list[str]) -> int:
    with environment():
        name = arguments[0] if arguments else demo.ensure()[0]
        words = odoo.command("shell", "-d", name, "--no-http", *arguments[1:])
        return subprocess.run(words, env=odoo.environment(), cwd=paths.DEV).returncode


def _bench(arguments: list[str]) -> int:
    with environment():
        return bench.main(arguments)


def _regress(arguments: list[str]) -> int:
    with environment():
        return importlib.import_module("devtools.regress").main(arguments)


def _env(_arguments: list[str]) -> int:
    names = ("PATH", "PYTHONPATH", "ODOO_RC", "PGHOST", "PGPORT", "PGUSER")
    values = odoo.environment()
    for name in names:
        if name in values:
            say(f"export {name}={shlex.quote(values[name])}")
    return 0


def _postgres(arguments: list[str]) -> int:
    if arguments == ["stop"]:
        postgres.stop()
        return 0
    if arguments != ["start"]:
        raise DevError("Say `./dev postgres start` or `./dev postgres stop`.")
    with environment(keep=True):
        values = postgres.environment()
        say(
            f"[dev] PostgreSQL runs: host {values.get('PGHOST')}, port"
            f" {values.get('PGPORT')}"
        )
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "bench": _bench,
    "demo": _demo,
    "env": _env,
    "lint": _lint,
    "postgres": _postgres,
    "regress": _regress,
    "shell": _shell,
    "test": _test,
}
