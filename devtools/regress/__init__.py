# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./dev regress``: Odoo's own tests with the addons installed, compared with plain
Odoo.

Three variants, each with a database of its own: ``plain`` without the addons; ``off``
with the addons, contracts switched off in every company; ``on`` with contracts switched
on. ``off`` must be identical to ``plain``, test by test. ``on`` may differ where a test
edits, cancels or reopens a confirmed order: ``expected.json`` lists each such test with
its reason.
"""

import argparse
import fcntl
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from .. import browser, console, database, odoo, odoo_source, paths
from ..console import DevError, say

SUITES = (
    "sale",
    "sale_stock",
    "sale_management",
    "purchase",
    "purchase_stock",
    "sale_purchase",
    "sale_purchase_stock",
)
VARIANTS = ("plain", "off", "on")
EXPECTED = Path(__file__).with_name("expected.json")
RESULTS = paths.DEV / "regress"
SWITCH_OFF = """
env["ir.default"].set("res.company", "bop_contracts", False)
env["res.company"].search([]).bop_contracts = False
env.cr.commit()
"""
#: Outcomes of a test by its identifier, such as
#: ``sale.tests.test_sale_order.TestSaleOrder::test_x``.
Outcomes = dict[str, str]


def main(arguments: Sequence[str]) -> int:
    """Run what has no result yet, compare, and return the exit status."""
    options = _parse(arguments)
    if options.browser:
        browser.ensure()
    with _alone():
        outcomes = {
            variant: _run(variant, options)
            for variant in dict.fromkeys(["plain", *options.variants])
        }
    suites = [suite for suite in SUITES if suite in options.suites]
    complaints: list[str] = []
    if "off" in outcomes:
        complaints += compare(outcomes["plain"], outcomes["off"], {}, "off")
    if "on" in outcomes:
        complaints += compare(
            outcomes["plain"], outcomes["on"], _expected(suites), "on"
        )
    for complaint in complaints:
        say(f"[regress] {complaint}")
    say(f"[regress] {_summary(outcomes)}; {len(complaints)} unexplained differences")
    return 1 if complaints or not outcomes["plain"] else 0


@contextmanager
def _alone() -> Iterator[None]:
    """Keep a second run away: both would use the same databases and wait for each
    other for ever.
    """
    with (paths.DEV / "regress.lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DevError(
                "./dev regress runs already. Wait for it: what it has done is kept."
            ) from error
        yield


def compare(
    plain: Mapping[str, str],
    ours: Mapping[str, str],
    expected: Mapping[str, str],
    variant: str,
) -> list[str]:
    """Return one sentence for each difference that is not expected, and for each
    expected one that is not there.

    >>> compare({"a": "passed", "b": "passed"}, {"a": "passed", "b": "failed"}, {}, "off")
    ['off: b failed, it passed in plain Odoo']
    >>> compare({"b": "passed"}, {"b": "failed"}, {"b": "edits a confirmed order"}, "on")
    []
    >>> compare({"b": "passed"}, {"b": "passed"}, {"b": "edits a confirmed order"}, "on")
    ['on: b is listed as a difference, but there is none: remove it from expected.json']
    """
    different = {name for name in {*plain, *ours} if plain.get(name) != ours.get(name)}
    unexpected = [
        f"{variant}: {name} {ours.get(name, 'did not run')}, it"
        f" {plain.get(name, 'did not run')} in plain Odoo"
        for name in sorted(different - set(expected))
    ]
    stale = [
        f"{variant}: {name} is listed as a difference, but there is none: remove it"
        f" from {EXPECTED.name}"
        for name in sorted(set(expected) - different)
    ]
    return unexpected + stale


def read_report(report: Path) -> Outcomes:
    """Return the outcome of each test in a JUnit report."""
    outcomes: Outcomes = {}
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        module = case.get("classname", "").rpartition("addons.")[2]
        kinds = {child.tag for child in case}
        bad = (
            "failed"
            if kinds & {"failure", "error"}
            else "skipped"
            if "skipped" in kinds
            else "passed"
        )
        outcomes[f"{module}::{case.get('name')}"] = bad
    return outcomes


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev regress", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        help=f"variants ({', '.join(VARIANTS)}) and suites; all by default",
    )
    parser.add_argument(
        "--fresh", action="store_true", help="run again what has a result already"
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="keep databases and results although the addons changed",
    )
    parser.add_argument(
        "--no-browser",
        dest="browser",
        action="store_false",
        help="leave out what needs a server",
    )
    options = parser.parse_intermixed_args(arguments)
    unknown = set(options.names) - {*VARIANTS, *SUITES}
    if unknown:
        raise DevError(
            f"{', '.join(sorted(unknown))}: neither a variant nor a suite. See ./dev"
            " regress --help."
        )
    options.variants = [name for name in VARIANTS if name in options.names] or list(
        VARIANTS
    )
    options.suites = [name for name in SUITES if name in options.names] or list(SUITES)
    return options


def _run(variant: str, options: argparse.Namespace) -> Outcomes:
    """Run the suites that have no result yet and return the outcomes of all."""
    folder = RESULTS / variant
    template = (
        database.plain(wide=False)
        if variant == "plain"
        else database.with_addons(wide=False)
    )
    name = f"bop_regress_{variant}"
    key = f"{template.name} {options.browser}"
    stamp = folder / "key"
    known = (
        stamp.exists()
        and (options.keep or stamp.read_text() == key)
        and database.exists(name)
    )
    if not known or (options.fresh and not options.keep):
        _prepare(variant, name, template)
        for report in folder.glob("*.xml"):
            report.unlink()
        folder.mkdir(parents=True, exist_ok=True)
        stamp.write_text(key)
    outcomes: Outcomes = {}
    for suite in options.suites:
        outcomes |= _run_suite(variant, name, suite, options)
    return outcomes


def _prepare(variant: str, name: str, template: database.Template) -> None:
    say(f"[regress] {variant}: making the database ...")
    database.clone(template, name)
    if variant == "off":
        words = ["shell", "-d", name, "--no-http", "--log-level=warn"]
        odoo.run(words, "regress-off.log", input=SWITCH_OFF.encode())


def _run_suite(
    variant: str, name: str, suite: str, options: argparse.Namespace
) -> Outcomes:
    report = RESULTS / variant / f"{suite}.xml"
    if not report.exists() or options.fresh:
        say(f"[regress] {variant}: {suite} ...")
        unfinished = report.with_suffix(".part")
        words = [
            paths.PYTHON,
            "-m",
            "pytest",
            f"--odoo-config={paths.ODOO_RC}",
            f"--odoo-database={name}",
        ]
        words += [
            "-q",
            "-p",
            "no:cacheprovider",
            f"--junitxml={unfinished}",
            _tests(suite),
        ]
        words += ["--odoo-http"] if options.browser else []
        log = f"regress-{variant}-{suite}.log"
        console.run(
            words, log=log, env=odoo.environment(), cwd=paths.ROOT, raises=False
        )
        if not unfinished.exists() or not read_report(unfinished):
            raise DevError(
                f"{suite} ran no test with contracts {variant}. Read"
                f" {paths.LOGS / log}."
            )
        unfinished.rename(report)
    outcomes = read_report(report)
    say(f"[regress] {variant}: {suite}: {_counts(outcomes)}")
    return outcomes


def _tests(suite: str) -> Path:
    found = [folder / suite / "tests" for folder in odoo_source.addons_paths()]
    existing = [folder for folder in found if folder.is_dir()]
    if not existing:
        raise DevError(
            f"This Odoo has no tests of {suite}: its package may have been stripped of"
            " them."
        )
    return existing[0]


def _expected(suites: Sequence[str]) -> dict[str, str]:
    """Return the listed differences of ``suites``: test to reason."""
    listed = json.loads(EXPECTED.read_text())
    return {
        name: reason
        for name, reason in listed.items()
        if name.partition(".")[0] in suites
    }


def _counts(outcomes: Mapping[str, str]) -> str:
    found = list(outcomes.values())
    return ", ".join(
        f"{found.count(kind)} {kind}" for kind in ("passed", "failed", "skipped")
    )


def _summary(outcomes: Mapping[str, Outcomes]) -> str:
    return "; ".join(
        f"{re.sub('^plain$', 'plain Odoo', name)}: {_counts(found)}"
        for name, found in outcomes.items()
    )
