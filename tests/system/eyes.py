# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""See what is in a database, past its server: whoever looks all the time takes nothing of
the server's time.
"""

import time
from typing import Any

import psycopg2

from devtools import postgres
from devtools.waiting import wait_until

POLL_SECONDS = 0.001
PATIENCE = 120


class Eyes:
    """A connection of its own to a database."""

    def __init__(self, name: str) -> None:
        place = postgres.environment()
        self.connection = psycopg2.connect(
            host=place.get("PGHOST"),
            port=place.get("PGPORT"),
            user=place.get("PGUSER"),
            dbname=name,
        )
        self.connection.autocommit = True

    def look(self, query: str, *values: object) -> tuple[Any, ...]:
        """Return the one row that a query gives."""
        with self.connection.cursor() as cursor:
            cursor.execute(query, values)
            row: tuple[Any, ...] = cursor.fetchone()
            return row

    def count(self, query: str, *values: object) -> int:
        """Return the number that a query gives."""
        return int(self.look(query, *values)[0])

    def wait(
        self, query: str, *values: object, count: int = 1, seconds: float = PATIENCE
    ) -> float:
        """Return the moment at which a query gives at least ``count``.

        :raises TimeoutError: that is not within ``seconds``
        """
        wait_until(
            lambda: self.count(query, *values) >= count,
            f"{count} of {query} {values}",
            seconds,
            POLL_SECONDS,
        )
        return time.monotonic()

    def close(self) -> None:
        """End the connection."""
        self.connection.close()
