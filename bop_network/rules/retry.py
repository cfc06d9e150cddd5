# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When a message is tried again, and what an answer means.

The delays are those that Standard Webhooks recommends.
"""

from __future__ import annotations

SECOND, MINUTE, HOUR = 1, 60, 3600
DELAYS = (
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
)
DONE, RETRY, STOP = "done", "retry", "stop"
#: The recipient may answer otherwise later: time-out, conflict, too early, too many.
TRANSIENT = frozenset({408, 409, 425, 429})


def delay(attempts: int, jitter: float = 0.0, *, is_lost: bool = False) -> float | None:
    """Return the seconds until the next try, nothing when it was the last one.

    :param attempts: how often it was tried, at least once
    :param jitter: from 0 to 1; spreads the tries over a tenth of the delay
    :param is_lost: no valid answer came back. A single loss is normal, and mended by
        trying once more at once

    >>> delay(1), delay(2, jitter=1.0), delay(10)
    (5.0, 330.0, None)
    >>> [delay(attempts, is_lost=True) for attempts in (1, 2, 3, 11)]
    [0.0, 5.0, 300.0, None]
    """
    delays = (0, *DELAYS) if is_lost else DELAYS
    if attempts > len(delays):
        return None
    return delays[attempts - 1] * (1 + jitter / 10)


def meaning(status: int) -> str:
    """Return what an HTTP status means for a message.

    >>> [meaning(status) for status in (200, 202, 301, 404, 422, 429, 500)]
    ['done', 'done', 'stop', 'stop', 'stop', 'retry', 'retry']
    """
    if status in (200, 202):
        return DONE
    return RETRY if status >= 500 or status in TRANSIENT else STOP


def silence(failures: int) -> int:
    """Return for how many seconds a partner is left alone who did not answer so often
    in a row. Single losses are normal and cost nothing.

    >>> [silence(failures) for failures in (1, 2, 3, 4, 5, 99)]
    [0, 0, 10, 20, 40, 900]
    """
    if failures < 3:
        return 0
    return min(10 << min(failures - 3, 20), 15 * MINUTE)
