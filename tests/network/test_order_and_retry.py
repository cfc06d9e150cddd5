# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Messages of one subject are processed in their order, and tried again more and more
rarely.
"""

from hypothesis import given
from hypothesis import strategies as st

from bop_network.rules import retry, sequence


@given(st.permutations(range(1, 8)), st.data())
def test_any_order_of_arrival_ends_in_the_same_order_of_processing(arrivals, data):
    repeated = arrivals + data.draw(st.lists(st.sampled_from(arrivals), max_size=5))
    waiting, done = set(), []
    for number in repeated:
        if sequence.place(number, len(done)) != sequence.PAST:
            waiting.add(number)
        while nexts := [n for n in waiting if sequence.place(n, len(done)) == "next"]:
            waiting -= set(nexts)
            done += nexts
    assert done == sorted(arrivals)


@given(st.integers(1, 9), st.floats(0, 1), st.floats(0, 1))
def test_delays_grow_and_end(attempts, first, second):
    assert retry.DELAYS[attempts - 1] <= retry.delay(attempts, first)
    assert retry.delay(10, first) is None
    if attempts < 9:
        assert retry.delay(attempts, first) < retry.delay(attempts + 1, second)


@given(st.integers(100, 599))
def test_a_status_has_one_meaning(status):
    meaning = retry.meaning(status)
    assert (meaning == retry.DONE) == (status in (200, 202))
    if meaning == retry.RETRY:
        assert status >= 500 or status in {408, 409, 425, 429}
