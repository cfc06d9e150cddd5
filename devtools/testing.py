# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./dev test``: every check of the project, or the tests that the arguments name.

Four kinds of tests, each with its own runner: pure rules (plain pytest, no Odoo), Odoo
tests of the addons (pytest-odoo on a database with everything installed, browser
included), system tests (real servers on loopback), and before them the linters and the
type checker.
"""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from . import browser, database, jobs, lint, odoo, paths
from .console import DevError, say

PURE = ("tests/rules", "tests/ubl", "tests/dev")
SYSTEM = "tests/system"
SYSTEM_JOB = "system"
DURATIONS = paths.DEV / "durations.json"
# The name under which the time of the linters and of the pure tests is kept.
CHECKS = "checks"
# What tells that a test file is for the database with many apps: it asks for one, drives
# a browser through the screens, or is tagged so.
NEEDS_APPS = ("self._need(", "BOP_WIDE", "start_tour(", "bop_apps")
# A file that was never timed counts as this many seconds.
UNKNOWN_SECONDS = 10.0


@dataclass
class Selection:
    """What the arguments ask for: paths per kind of test, and options for pytest."""

    rules: list[str] = field(default_factory=list)
    addons: list[str] = field(default_factory=list)
    system: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)

    @property
    def everything(self) -> bool:
        """Tell whether no test was named."""
        return not (self.rules or self.addons or self.system)


def select(arguments: Sequence[str]) -> Selection:
    """Sort arguments into paths per kind of test and options.

    >>> chosen = select(["tests/rules/test_seal.py::test_x", "-k", "seal"])
    >>> chosen.rules, chosen.options, chosen.everything
    (['tests/rules/test_seal.py::test_x'], ['-k', 'seal'], False)
    """
    selection = Selection()
    for argument in arguments:
        target = argument.split("::")[0].rstrip("/").removeprefix("./")
        if argument.startswith("-") or not (paths.ROOT / target).exists():
            selection.options.append(argument)
        elif target.startswith(PURE):
            selection.rules.append(argument)
        elif target.startswith("tests"):
            selection.system.append(argument)
        elif target.split("/")[0] in paths.addons():
            selection.addons.append(argument)
        else:
            raise DevError(
                f"{target} holds no tests. Name a file below tests/ or an addon."
            )
    return selection


def main(arguments: Sequence[str]) -> int:
    """Run the checks the arguments ask for and return the exit status."""
    selection = select(arguments)
    database.drop_leftovers()
    if selection.everything:
        return _summary(_run_everything(selection.options))
    return _summary(_run_selected(selection))


def plain_job(
    name: str, targets: Sequence[str], options: Sequence[str] = ()
) -> jobs.Job:
    """Return a job that runs pytest without an Odoo registry."""
    words = [paths.PYTHON, "-m", "pytest", "-c", paths.ROOT / "tests/pytest.ini"]
    words += [f"--rootdir={paths.ROOT}", "-q", *options, *targets]
    # pytest-odoo would load a registry as soon as it sees this variable.
    environment = {
        key: value for key, value in odoo.environment().items() if key != "ODOO_RC"
    }
    return jobs.Job(name, words, environment)


def _run_everything(options: Sequence[str]) -> list[jobs.Outcome]:
    """Run all stages in two lanes that should end at the same time, for two cores.

    The first lane has the database with many apps, the second one a small database,
    which is quicker. It begins with what needs none, while the first one makes its own.
    """
    wide = database.with_addons(wide=True)
    head_start = (
        _known_seconds().get(CHECKS, 0.0) if database.exists(wide.name) else 0.0
    )
    first, second = _split([*_odoo_test_files(), SYSTEM], head_start)
    outcomes: list[jobs.Outcome] = []
    ended = []

    def second_lane() -> None:
        """Check what needs no database; then do this lane's share of the tests."""
        outcomes.extend(_check_without_odoo(options))
        outcomes.extend(_run_lane(1, second, options))
        ended.append(True)

    lane = threading.Thread(target=second_lane, daemon=True)
    lane.start()
    _prepare()
    own = _run_lane(0, first, options)
    lane.join()
    if not ended:
        raise DevError("The second half of the checks did not come to its end.")
    _remember_durations([*outcomes, *own])
    return [*outcomes, *own]


def _run_lane(
    place: int, targets: Sequence[str], options: Sequence[str]
) -> list[jobs.Outcome]:
    """Run the Odoo tests among ``targets`` in one process, then the system tests."""
    outcomes = []
    if files := [name for name in targets if name != SYSTEM]:
        outcomes.append(jobs.run(_odoo_job(place, files, options)))
        database.drop(database.scratch_name("test", place))
    if SYSTEM in targets:
        outcomes.append(jobs.run(plain_job(SYSTEM_JOB, [SYSTEM], options)))
    return outcomes


def _check_without_odoo(options: Sequence[str]) -> list[jobs.Outcome]:
    return [*lint.check(), jobs.run(plain_job("rules", PURE, options))]


def _run_selected(selection: Selection) -> list[jobs.Outcome]:
    outcomes = []
    if selection.rules:
        outcomes.append(
            jobs.run(plain_job("rules", selection.rules, selection.options))
        )
    if selection.addons:
        _prepare()
        outcomes += _run_lane(0, selection.addons, selection.options)
    if selection.system:
        outcomes.append(
            jobs.run(plain_job(SYSTEM_JOB, selection.system, selection.options))
        )
    return outcomes


def _prepare() -> None:
    """Make the database of the Odoo tests; their tours need the browser."""
    browser.ensure()
    if not paths.addons():
        raise DevError(
            "There is no addon in this folder, so there is nothing to install."
        )
    database.ensure(database.with_addons(wide=True))


def _odoo_job(place: int, targets: Sequence[str], options: Sequence[str]) -> jobs.Job:
    wide = place == 0
    name = database.clone(
        database.with_addons(wide=wide), database.scratch_name("test", place)
    )
    words = [paths.PYTHON, "-m", "pytest", f"--odoo-config={paths.ODOO_RC}"]
    words += [f"--odoo-database={name}", "--odoo-http", "-q", *options, *targets]
    # Every app is installed there: a scenario that is skipped for want of one is a
    # failure.
    apps = {"BOP_WIDE": "1"} if wide else {}
    environment = {**odoo.environment(), **apps}
    return jobs.Job(f"odoo-{place}", words, environment, whole=True)


def _odoo_test_files() -> list[str]:
    found = [
        path
        for name in paths.addons()
        for path in paths.ROOT.glob(f"{name}/tests/**/test_*.py")
    ]
    return sorted(str(path.relative_to(paths.ROOT)) for path in found)


def _split(files: Sequence[str], head_start: float = 0.0) -> list[list[str]]:
    """Share the tests among two lanes that should end at the same time.

    What needs many apps stays in the first lane, and with it what drives a browser: two
    of them on two cores only wait for each other.

    :param head_start: seconds by which the first lane begins earlier
    """
    known = _known_seconds()

    def seconds(name: str) -> float:
        return known.get(_key(name), UNKNOWN_SECONDS)

    groups: list[list[str]] = [[], []]
    loads = [0.0, head_start]
    for name in sorted(
        files, key=lambda name: (not _needs_apps(name), -seconds(name), name)
    ):
        place = 0 if _needs_apps(name) else loads.index(min(loads))
        groups[place].append(name)
        loads[place] += seconds(name)
    return [sorted(group) for group in groups]


def _key(name: str) -> str:
    """Return the name of a test file in a JUnit report."""
    return name.removesuffix(".py").replace("/", ".")


def _known_seconds() -> dict[str, float]:
    return json.loads(DURATIONS.read_text()) if DURATIONS.exists() else {}


def _needs_apps(name: str) -> bool:
    if name == SYSTEM:
        return False
    text = (paths.ROOT / name).read_text()
    standalone = name.split("/")[0] in database.standalone_addons()
    return not standalone or any(word in text for word in NEEDS_APPS)


def _remember_durations(outcomes: Sequence[jobs.Outcome]) -> None:
    """Keep what each test file, the system tests and all other checks took."""
    system = _key(SYSTEM)
    found = {**_known_seconds(), system: 0.0, CHECKS: 0.0}
    for outcome in outcomes:
        if not outcome.name.startswith("odoo"):
            found[system if outcome.name == SYSTEM_JOB else CHECKS] += outcome.seconds
    measured = {}
    for report in sorted(paths.LOGS.glob("odoo-?.xml")):
        for name, seconds in jobs.durations(report).items():
            module = (
                name.rpartition(".")[0]
                if name.rpartition(".")[2][:1].isupper()
                else name
            )
            measured[module] = measured.get(module, 0.0) + seconds
    DURATIONS.write_text(json.dumps({**found, **measured}, indent=1, sort_keys=True))


def _summary(outcomes: Sequence[jobs.Outcome]) -> int:
    bad = [outcome for outcome in outcomes if not outcome.good]
    for outcome in bad:
        reason = outcome.complaint or f"{outcome.failed} failed"
        say(
            f"[test] FAILED {outcome.name}: {reason} (output:"
            f" {paths.LOGS / outcome.name}.log)"
        )
    passed, failed, skipped = (
        sum(getattr(outcome, kind) for outcome in outcomes)
        for kind in ("passed", "failed", "skipped")
    )
    say(f"total: {passed} passed, {failed} failed, {skipped} skipped")
    return 1 if bad or not passed else 0
