# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who may touch the terms of a contract: code that holds a capability, and nobody else.

A capability lives in a context variable of the running thread and, for the PostgreSQL
triggers, in a setting of the running transaction. Neither can be given by a client: an
RPC caller chooses the Odoo context, a field value or a user, but not this.

* ``contract_token(order)``: the succession engine, for the orders of one chain.
* ``SYSTEM``: versions, seals and positions are numbered and linked by this addon alone,
  also on orders that are no contract yet.
* ``EXECUTION``: Odoo adds lines to a confirmed order while it is carried out (down
  payments, re-invoiced expenses, goods delivered on top). They are stored as execution
  lines, outside the terms.
* ``NETWORK``: what both sides of a network contract agreed to is carried out here.
* ``REPOINT``: two master records are merged and every reference to the first becomes
  one to the second.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

import psycopg2

from odoo.api import Environment
from odoo.models import BaseModel

SYSTEM = "system"
EXECUTION = "execution"
REPOINT = "repoint"
NETWORK = "network"
SETTING = "bop.capability"

#: What a client may say about how a contract is changed. Any other key of the context
#: could switch off a step of the succession (``skip_procurement``) or choose a default.
CLIENT_CONTEXT = ("lang", "tz", "uid", "allowed_company_ids")

_held: ContextVar[frozenset[str]] = ContextVar("bop_capability", default=frozenset())


def contract_token(order: BaseModel) -> str:
    """The token that opens the terms of one order: ``sale.order:12``."""
    return f"{order._name}:{order.id}"


def holds(token: str) -> bool:
    """Whether the running code holds ``token``."""
    return token in _held.get()


def is_succeeding() -> bool:
    """Whether the running code is the succession engine at work on any chain."""
    return any(":" in token for token in _held.get())


def in_own_context(records: BaseModel) -> BaseModel:
    """``records`` in the context in which contracts are changed: theirs, without
    anything that could change what is done.
    """
    context = records.env.context
    return records.with_env(
        records.env(
            context={key: context[key] for key in CLIENT_CONTEXT if key in context}
        )
    )


@contextmanager
def hold(env: Environment, *tokens: str) -> Iterator[None]:
    """Hold ``tokens`` inside the block, for Python and for the triggers of this
    transaction.

    What was written before the block is flushed before it begins, and what the block
    wrote before it ends: a write is always judged by what its author held. ``EXECUTION``
    needs no flush: it permits new lines, and those are never put off. Whoever holds the
    tokens already pays nothing for holding them again.
    """
    before = _held.get()
    now = before.union(tokens)
    if now == before:
        yield
        return
    late = now - before != {EXECUTION}
    if late:
        env.flush_all()
    reset = _held.set(now)
    _announce(env, now)
    try:
        yield
        if late:
            env.flush_all()
    finally:
        _held.reset(reset)
        # In an aborted transaction nothing can be said, and its rollback takes the
        # setting back by itself.
        with suppress(psycopg2.InternalError):
            _announce(env, before)


def _announce(env: Environment, tokens: frozenset[str]) -> None:
    text = f",{','.join(sorted(tokens))}," if tokens else ""
    env.cr.execute(
        "SELECT set_config(%s, %s, true)", (SETTING, text), log_exceptions=False
    )
