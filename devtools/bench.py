# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./dev bench``: plain Odoo beside the addons, as a table of medians and ratios."""

import argparse
import json
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import bench_network, database, odoo, paths
from .console import DevError, say

SCRIPT = paths.ROOT / "tests/bench/measure.py"
RESULT = paths.DEV / "bench.json"
PLAIN, OURS = "bop_bench_plain", "bop_bench"
#: Lines of an order, with how often it is measured.
FULL = {
    "lines": {10: 40, 100: 10, 1000: 3},
    "orders": 20_000,
    "pages": 15,
    "invoices": 100_000,
    "decisions": 9,
}
QUICK = {
    "lines": {10: 3, 50: 2},
    "orders": 2_000,
    "pages": 3,
    "invoices": 1_000,
    "decisions": 3,
}
NETWORK = "network"
PARTS = ("orders", "acceptance", NETWORK)
COLUMNS = (
    "",
    "plain Odoo",
    "switched off",
    "contracts",
    "ratio",
    "queries plain / contracts",
)
CHANGE_STEPS = {
    "apply a change": ("apply",),
    "offer, edit and apply": ("offer", "edit", "apply"),
}
#: Time of a decision as a share of plain Odoo's confirm.
DECISION_TARGET = 0.05
#: Confirming with sealing, without the decision, which has a target of its own.
CONFIRM_TARGET, CHANGE_TARGET = 1.10, 0.35
CHANGE_TARGET_LINES = 1000


def main(arguments: Sequence[str]) -> int:
    """Measure, print the table, and return 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="small orders, to see that it works; judges no target",
    )
    parser.add_argument(
        "--keep", action="store_true", help="use the databases of the last run"
    )
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=PARTS, help="what to measure"
    )
    parser.add_argument(
        "--json", type=Path, default=RESULT, help="where to write every sample"
    )
    options = parser.parse_args(arguments)
    result = _run(options)
    options.json.write_text(json.dumps(result, indent=1))
    say(table(result))
    missed = [] if options.quick else missed_targets(result)
    for sentence in missed:
        say(f"[bench] {sentence}")
    return 1 if missed else 0


def _run(options: argparse.Namespace) -> dict[str, dict]:
    """Measure what was asked for and return all samples."""
    result = {}
    if own := [part for part in options.only if part != NETWORK]:
        if not (options.keep and {PLAIN, OURS} <= set(database.names())):
            database.clone(database.plain(wide=False), PLAIN)
            database.clone(database.with_addons(wide=False), OURS)
        _measure(QUICK if options.quick else FULL, own, options.json)
        result = json.loads(options.json.read_text())
    if NETWORK in options.only:
        result[NETWORK] = bench_network.measure(options.quick)
    return result


def _measure(scope: Mapping[str, object], only: Sequence[str], target: Path) -> None:
    words = [
        str(paths.PYTHON),
        str(SCRIPT),
        "--config",
        str(paths.ODOO_RC),
        "--plain",
        PLAIN,
        "--database",
        OURS,
    ]
    words += [
        "--lines",
        json.dumps(scope["lines"]),
        "--orders",
        str(scope["orders"]),
        "--pages",
        str(scope["pages"]),
        "--invoices",
        str(scope["invoices"]),
        "--decisions",
        str(scope["decisions"]),
        "--only",
        *only,
    ]
    status = subprocess.run(
        [*words, "--json", str(target)], env=odoo.environment(), cwd=paths.ROOT
    ).returncode
    if status:
        raise DevError(
            f"The benchmark ended with {status}. What went wrong stands above."
        )


def table(result: Mapping[str, dict]) -> str:
    """Return the medians and ratios as Markdown tables."""
    rows = [*_confirm_rows(result), *_change_rows(result)]
    if "list" in result:
        rows.append(_list_row(result["list"]))
    if "acceptance" in result:
        rows += _decision_rows(result["acceptance"])
    tables = []
    if rows:
        lines = ["| " + " | ".join(row) + " |" for row in (COLUMNS, *rows)]
        tables.append("\n".join([lines[0], "|---|--:|--:|--:|--:|--:|", *lines[1:]]))
    if NETWORK in result:
        tables.append(bench_network.table(result[NETWORK]))
    return "\n\n".join(tables)


def _confirm_rows(result: Mapping[str, dict]) -> list[tuple[str, ...]]:
    return [
        (
            f"confirm, {size} lines",
            *(_shown(_median(samples[name])) for name in ("plain", "off", "on")),
            f"{ratio(samples['on'], samples['plain']):.2f}",
            f"{_queries(samples['plain'])} / {_queries(samples['on'])}",
        )
        for size, samples in result.get("confirm", {}).items()
    ]


def _change_rows(result: Mapping[str, dict]) -> list[tuple[str, ...]]:
    rows = []
    for size, steps in result.get("change", {}).items():
        confirm = _median(result["confirm"][size]["plain"])
        for label, names in CHANGE_STEPS.items():
            seconds = sum(_median(steps[name]) for name in names)
            queries = sum(_queries(steps[name]) for name in names)
            share = f"{seconds / confirm:.2f} of confirm"
            rows.append(
                (
                    f"{label}, {size} lines",
                    "",
                    "",
                    _shown(seconds),
                    share,
                    f" / {queries}",
                )
            )
    return rows


def _list_row(result: Mapping[str, object]) -> tuple[str, ...]:
    samples = result["samples"]
    return (
        f"order list, {result['orders']} orders",
        _shown(_median(samples["plain"])),
        "",
        _shown(_median(samples["on"])),
        f"{ratio(samples['on'], samples['plain']):.2f}",
        f"{_queries(samples['plain'])} / {_queries(samples['on'])}",
    )


def _decision_rows(result: Mapping[str, object]) -> list[tuple[str, ...]]:
    samples = result["samples"]
    names = {"short": "a short history", "long": f"{result['invoices']} paid invoices"}
    return [
        (
            f"decide, {result['lines']} lines, {label}",
            _shown(_median(samples["plain"])),
            "",
            _shown(_median(samples[name])),
            f"{ratio(samples[name], samples['plain']):.3f} of confirm",
            f" / {_queries(samples[name])}",
        )
        for name, label in names.items()
    ]


def missed_targets(result: Mapping[str, dict]) -> list[str]:
    """Return one sentence for each target that was missed."""
    missed = []
    for size, samples in result.get("confirm", {}).items():
        sealing = [
            {**sample, "seconds": sample["seconds"] - sample.get("deciding", 0.0)}
            for sample in samples["on"]
        ]
        found = ratio(sealing, samples["plain"])
        if found > CONFIRM_TARGET:
            missed.append(
                f"Confirming {size} lines took {found:.2f} of plain Odoo; at most"
                f" {CONFIRM_TARGET:.2f} is wanted."
            )
    size = str(CHANGE_TARGET_LINES)
    if size in result.get("change", {}):
        found = ratio(result["change"][size]["apply"], result["confirm"][size]["plain"])
        if found > CHANGE_TARGET:
            missed.append(
                f"Applying a change to {size} lines took {found:.2f} of a confirm; at"
                f" most {CHANGE_TARGET:.2f} is wanted."
            )
    if NETWORK in result:
        missed += bench_network.missed_targets(result[NETWORK])
    return missed + _missed_by_decisions(result)


def _missed_by_decisions(result: Mapping[str, dict]) -> list[str]:
    if "acceptance" not in result:
        return []
    samples, missed = result["acceptance"]["samples"], []
    found = ratio(samples["long"], samples["plain"])
    if found > DECISION_TARGET:
        missed.append(
            f"A decision took {found:.3f} of a confirm; at most {DECISION_TARGET:.2f}"
            " is wanted."
        )
    short, long = _queries(samples["short"]), _queries(samples["long"])
    if long > short:
        missed.append(
            f"A decision with a long history took {long} queries, with a short one"
            f" {short}; they are to be equal."
        )
    return missed


def ratio(
    ours: Sequence[Mapping[str, float]], plain: Sequence[Mapping[str, float]]
) -> float:
    """Return the median seconds of ``ours`` as a multiple of those of ``plain``."""
    return _median(ours) / _median(plain)


def _median(samples: Sequence[Mapping[str, float]]) -> float:
    return statistics.median(sample["seconds"] for sample in samples)


def _queries(samples: Sequence[Mapping[str, float]]) -> int:
    return int(statistics.median(sample["queries"] for sample in samples))


def _shown(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"
