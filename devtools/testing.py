# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./dev test``: every check of the project, or the tests that the arguments name.

Four kinds of tests, each with its own runner: pure rules (plain pytest, no Odoo), Odoo
tests of the addons (pytest-odoo on a database with everything installed, browser
included), system tests (real servers on loopback), and before them the linters and the
type checker.

Of the Odoo tests and the system tests, which take minutes, those of which nothing has
changed since they passed are not run again unless ``--fresh`` is said. Each run of the
pure rules tries other examples.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from . import browser, database, inputs, jobs, lint, odoo, odoo_tests, paths
from .console import DevError, say

PURE = ("tests/rules", "tests/ubl", "tests/network", "tests/dev")
SYSTEM = "tests/system"
SYSTEM_JOB = "system"
FRESH = "--fresh"


@dataclass
class Selection:
    """What the arguments ask for: paths per kind of test, options for pytest, and whether
    what has passed is run again.
    """

    rules: list[str] = field(default_factory=list)
    addons: list[str] = field(default_factory=list)
    system: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    fresh: bool = False

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
        if argument == FRESH:
            selection.fresh = True
        elif argument.startswith("-") or not (paths.ROOT / target).exists():
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
    if selection.fresh:
        jobs.forget()
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
    """Run all stages in four lanes at once: together they keep two cores busy, alone a
    lane waits, for its database or for its servers.
    """
    chosen = odoo_tests.share()
    one, other = chosen.halves
    # Options choose among the tests.
    keep = not options
    lanes = jobs.at_once(
        lambda: [_run_system_tests([SYSTEM], options, keep=keep)],
        lambda: _run_odoo_tests("core1", one, options, keep=keep),
        lambda: _run_odoo_tests("core2", other, options, keep=keep),
        lambda: [
            *_check_without_odoo(options),
            *_run_odoo_tests("apps", chosen.apps, options, wide=True, keep=keep),
            *_run_odoo_tests(
                "tours", chosen.tours, options, with_browser=True, keep=keep
            ),
        ],
    )
    return [outcome for lane in lanes for outcome in lane]


def _run_odoo_tests(
    label: str,
    targets: Sequence[str],
    options: Sequence[str],
    *,
    wide: bool = False,
    with_browser: bool = False,
    keep: bool = False,
) -> list[jobs.Outcome]:
    """Run Odoo tests in one process, on a database of their own.

    :param label: what the log and the database are called
    :param wide: on the database with many apps
    :param with_browser: some are tours
    :param keep: not again if they have passed and nothing has changed
    """
    if not targets:
        raise DevError(f"No addon has a test for {label}.")
    name = database.scratch_name("test", label)
    job = _odoo_job(label, name, targets, options, wide=wide)
    if keep:
        job = _keeping(job, targets)
    if found := jobs.kept(job):
        return [found]
    if with_browser:
        browser.ensure()
    database.clone(database.with_addons(wide), name)
    try:
        return [jobs.run(job)]
    finally:
        database.drop(name)


def _run_system_tests(
    targets: Sequence[str], options: Sequence[str], *, keep: bool = False
) -> jobs.Outcome:
    job = plain_job(SYSTEM_JOB, targets, options)
    return jobs.run(_keeping(job, targets) if keep else job)


def _keeping(job: jobs.Job, targets: Sequence[str]) -> jobs.Job:
    """Return the job with the key of its targets, by which its outcome is kept."""
    return replace(job, key=lambda: inputs.key_of(targets, job.environment))


def _check_without_odoo(options: Sequence[str]) -> list[jobs.Outcome]:
    return [*lint.check(), jobs.run(plain_job("rules", PURE, options))]


def _run_selected(selection: Selection) -> list[jobs.Outcome]:
    outcomes = []
    if selection.rules:
        outcomes.append(
            jobs.run(plain_job("rules", selection.rules, selection.options))
        )
    if selection.addons:
        outcomes += _run_odoo_tests(
            "apps", selection.addons, selection.options, wide=True, with_browser=True
        )
    if selection.system:
        outcomes.append(_run_system_tests(selection.system, selection.options))
    return outcomes


def _odoo_job(
    label: str, name: str, targets: Sequence[str], options: Sequence[str], *, wide: bool
) -> jobs.Job:
    words = [paths.PYTHON, "-m", "pytest", f"--odoo-config={paths.ODOO_RC}"]
    words += [f"--odoo-database={name}", "--odoo-http", "-q", *options, *targets]
    # Every app is installed there: a scenario that is skipped for want of one is a
    # failure.
    apps = {"BOP_WIDE": "1"} if wide else {}
    environment = {**odoo.environment(), **apps}
    return jobs.Job(f"odoo-{label}", words, environment, whole=True)


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
    earlier = sum(outcome.passed for outcome in outcomes if outcome.kept)
    remark = f" ({earlier} of them before, see {FRESH})" if earlier else ""
    say(f"total: {passed} passed{remark}, {failed} failed, {skipped} skipped")
    return 1 if bad or not passed else 0
