# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from itertools import product

import pytest

from bop_contract.rules.workflow import (
    CHANGE_REQUEST,
    FINAL,
    OPEN,
    TransitionError,
    check,
)

STATES = sorted(OPEN | FINAL)


def test_the_states_are_those_of_the_design():
    assert {"draft", "proposed", "accepted"} == OPEN
    final = {"applied", "failed", "rejected", "countered", "withdrawn", "expired"}
    assert final == FINAL


@pytest.mark.parametrize(
    ("old", "allowed"),
    [
        ("draft", {"proposed", "accepted", "withdrawn"}),
        ("proposed", {"accepted", "rejected", "countered", "withdrawn", "expired"}),
        ("accepted", {"applied", "failed"}),
        *((state, set()) for state in sorted(FINAL)),
    ],
)
def test_each_state_allows_exactly_its_steps(old, allowed):
    assert {new for new in STATES if _passes(old, new)} == allowed


def _passes(old, new):
    try:
        check(CHANGE_REQUEST, old, new)
    except TransitionError:
        return False
    return True


def test_a_refused_step_is_named():
    with pytest.raises(TransitionError, match="applied -> draft") as refusal:
        check(CHANGE_REQUEST, "applied", "draft")
    assert (refusal.value.old, refusal.value.new) == ("applied", "draft")


def test_staying_or_going_to_an_unknown_state_is_refused():
    for old, new in product(STATES, ["", "unknown"]):
        assert not _passes(old, new)
        assert not _passes(old, old)
