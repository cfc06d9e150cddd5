# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every measurement needs: a timed call, fair turns, rows by SQL."""

import gc
import sys
import time
from collections.abc import Callable

import odoo.init  # noqa: F401 (what makes a program of the packages of Odoo)
from odoo.api import Environment

#: One timed call: wall seconds, and queries sent to PostgreSQL.
Sample = dict[str, float]


def say(text: str) -> None:
    """Tell what is being done."""
    print(f"[bench] {text}", file=sys.stderr, flush=True)


def timed(
    env: Environment,
    action: Callable[[], object],
    before: Callable[[], object] = lambda: None,
) -> Sample:
    """Time one call that finds no record in the cache, but for those that ``before``
    reads, and flushes what it wrote.
    """
    env.flush_all()
    env.invalidate_all()
    before()
    gc.collect()
    gc.disable()
    queries, start = env.cr.sql_log_count, time.perf_counter()
    try:
        action()
        env.flush_all()
        return {
            "seconds": time.perf_counter() - start,
            "queries": env.cr.sql_log_count - queries,
        }
    finally:
        gc.enable()


def take_turns(
    title: str, variants: dict[str, Callable[[], Sample]], turns: range
) -> dict[str, list[Sample]]:
    """Sample each variant once in each turn but turn 0, beginning with another one each
    time.
    """
    samples: dict[str, list[Sample]] = {name: [] for name in variants}
    names = list(variants)
    for turn in turns:
        say(f"{title}, {turn} of {turns[-1]}")
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            sample = variants[name]()
            if turn:
                samples[name].append(sample)
    return samples


def columns_of(env: Environment, table: str, *without: str) -> str:
    """Return the columns of a table, to copy rows by SQL; ``without`` those that
    differ.
    """
    env.cr.execute(
        "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute WHERE attrelid"
        " = %s::regclass AND attnum > 0 AND NOT attisdropped AND attname <> ALL(%s)",
        (table, list(without)),
    )
    return env.cr.fetchone()[0]
