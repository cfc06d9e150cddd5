# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders that were accepted and are on their way into force.

They become contracts at the end of Odoo's confirmation, when every addon has done its
part; an order whose state is written past it becomes one at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from odoo.models import BaseModel

from .capability import contract_token

_passing: ContextVar[frozenset[str]] = ContextVar("bop_passing", default=frozenset())


@contextmanager
def passing(orders: BaseModel) -> Iterator[None]:
    """Inside the block these orders are accepted: nobody decides on them again."""
    reset = _passing.set(_passing.get().union(map(contract_token, orders)))
    try:
        yield
    finally:
        _passing.reset(reset)


def is_passing(order: BaseModel) -> bool:
    """Whether ``order`` was accepted and is being confirmed by the running code."""
    return contract_token(order) in _passing.get()
