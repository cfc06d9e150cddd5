# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The part of ``./dev bench`` that is measured between two servers."""

import json
import statistics
import subprocess
from collections.abc import Mapping
from typing import Any

from . import odoo, paths
from .console import DevError

MODULE = "tests.bench.network"
RESULT = paths.DEV / "bench-network.json"
FULL = {"messages": 40, "burst": 300, "orders": 40, "lines": 1000}
QUICK = {"messages": 5, "burst": 30, "orders": 2, "lines": 50}
#: Seconds from the commit here to that of the other side.
LATENCY_TARGET = 0.3
#: An order from the network, as a multiple of the same order over ``/json/2``.
ORDER_TARGET = 1.15


def measure(quick: bool) -> dict[str, Any]:
    """Start two servers, measure, and return the samples."""
    scope = QUICK if quick else FULL
    words = [str(paths.PYTHON), "-m", MODULE, "--json", str(RESULT)]
    for name, count in scope.items():
        words += [f"--{name}", str(count)]
    environment = {**odoo.environment(), "PYTHONPATH": str(paths.ROOT)}
    status = subprocess.run(words, env=environment, cwd=paths.ROOT).returncode
    if status:
        raise DevError(
            f"The benchmark ended with {status}. What went wrong stands above."
        )
    result: dict[str, Any] = json.loads(RESULT.read_text())
    return result


def table(result: Mapping[str, Any]) -> str:
    """Return the medians as a Markdown table."""
    orders, outbox, large = result["orders"], result["outbox"], result["large"]
    many = f"{large['lines']} lines"
    rows = [
        ("from the commit to the other side's commit", _shown(result["latency"])),
        ("messages per second", f"{outbox['messages'] / outbox['seconds']:.1f}"),
        ("an order created and confirmed over `/json/2`", _shown(orders["json2"])),
        ("an order from its arrival until it is accepted", _shown(orders["network"])),
        ("ratio of the two", f"{order_ratio(result):.2f}"),
        (f"an order of {many}, until both have it", _shown([large["order"]])),
        (f"a change of {many}, until both have it", _shown([large["change"]])),
        (f"the largest message about {many}", f"{large['bytes'] / 1e6:.2f} MB"),
    ]
    lines = [f"| {label} | {value} |" for label, value in rows]
    return "\n".join(["| two servers |  |", "|---|--:|", *lines])


def missed_targets(result: Mapping[str, Any]) -> list[str]:
    """Return one sentence for each target that was missed."""
    missed = []
    latency, ratio = statistics.median(result["latency"]), order_ratio(result)
    if latency > LATENCY_TARGET:
        missed.append(
            f"A message took {latency * 1000:.0f} ms; at most"
            f" {LATENCY_TARGET * 1000:.0f} ms is wanted."
        )
    if ratio > ORDER_TARGET:
        missed.append(
            f"An order from the network took {ratio:.2f} of one over /json/2; at most"
            f" {ORDER_TARGET:.2f} is wanted."
        )
    return missed


def order_ratio(result: Mapping[str, Any]) -> float:
    """Return the median seconds of an order from the network as a multiple of those of
    the same order over ``/json/2``.
    """
    orders = result["orders"]
    return statistics.median(orders["network"]) / statistics.median(orders["json2"])


def _shown(samples: list[float]) -> str:
    seconds = statistics.median(samples)
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"
