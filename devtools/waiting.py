# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Wait for something that another process does, and say what did not happen."""

import time
from collections.abc import Callable
from typing import TypeVar

POLL_SECONDS = 0.05
T = TypeVar("T")


def wait_until(
    condition: Callable[[], T],
    what: str | Callable[[], str],
    seconds: float = 60,
    poll: float = POLL_SECONDS,
) -> T:
    """Return the first answer of ``condition`` that is true; raise ``TimeoutError`` at the
    deadline.

    :param what: what is waited for, or a function that tells what is missing still
    :param poll: how many seconds lie between two looks

    >>> wait_until(lambda: "there", "a word")
    'there'
    >>> wait_until(lambda: "", "a word", seconds=0)
    Traceback (most recent call last):
    TimeoutError: Not in 0 s: a word
    """
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > deadline:
            said = what if isinstance(what, str) else what()
            raise TimeoutError(f"Not in {seconds:g} s: {said}")
        time.sleep(poll)
    return answer
