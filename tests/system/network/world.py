# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Both companies and what is between them, as a test handles them."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from devtools.twins import OVER, WAKE_SECONDS, Side, Twins
from devtools.waiting import wait_until
from tests.system.eyes import Eyes
from tests.system.network.proxy import FAULTS, FaultPlan, Proxy

LOOK = """
SELECT count(*), count(*) FILTER (WHERE state NOT IN %s),
       count(*) FILTER (WHERE state IN ('failed', 'dead'))
  FROM bop_message WHERE %s IN ('', subject)
"""


class Seen(NamedTuple):
    """How many messages a database has.

    ``unfinished``: something will still happen to them; ``failed``: only later
    """

    messages: int
    unfinished: int
    failed: int


@dataclass
class World(Twins):
    """A supplier and a customer.

    :param eyes: on the messages of the supplier and of the customer
    :param to_supplier: what the customer's messages pass
    :param to_customer: what the supplier's messages pass
    """

    eyes: Sequence[Eyes]
    to_supplier: Proxy
    to_customer: Proxy

    def disturb(self, share: float, seed: int, faults: Sequence[str] = FAULTS) -> None:
        """Let something happen to a share of all messages."""
        self.to_supplier.disturb(FaultPlan(share, seed, faults))
        self.to_customer.disturb(FaultPlan(share, seed + 1, faults))

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Let nothing pass meanwhile."""
        self.disturb(1, seed=0, faults=["lose request"])
        yield
        self.calm()

    def calm(self) -> None:
        """End all faults."""
        self.to_supplier.calm()
        self.to_customer.calm()

    def passed(self) -> int:
        """Return how many requests have reached the network since the beginning."""
        return sum(self.tally().values())

    def let_pass(self, requests: int, seconds: float = 120) -> None:
        """Wait until so many more requests have reached the network."""
        goal = self.passed() + requests

        def there() -> bool:
            self.hurry()
            return self.passed() >= goal

        wait_until(there, f"{requests} requests in the network", seconds)

    def tally(self) -> dict[str, int]:
        """Return how many requests each thing happened to."""
        return dict(self.to_supplier.counts + self.to_customer.counts)

    def faults(self) -> int:
        """Return to how many of them something happened."""
        return sum(self.tally().get(fault, 0) for fault in FAULTS)

    def settle(self, seconds: float = 60) -> None:
        """End all faults, and wait until every message has come to its end."""
        self.calm()
        self.come_to_rest(seconds=seconds)

    def come_to_rest(self, subject: str = "", seconds: float = 60) -> None:
        """Wait until every message, or every one about a subject, has come to its end."""

        begin = time.monotonic()

        def done() -> bool:
            found = self.look(subject)
            if not any(one.unfinished for one in found):
                # An answer may be on its way while one side was looked at and the other
                # not.
                return self.look(subject) == found
            everything = time.monotonic() - begin > WAKE_SECONDS
            if everything or any(one.failed for one in found):
                self.hurry(everything=everything)
            return False

        wait_until(done, lambda: f"an end of {self.unfinished(subject)}", seconds)

    def look(self, subject: str = "") -> list[Seen]:
        """Return how many messages each side has, in all or about a subject."""
        return [Seen(*eyes.look(LOOK, OVER, subject)) for eyes in self.eyes]


@contextmanager
def watching(sides: Sequence[Side]) -> Iterator[list[Eyes]]:
    """Give eyes on the databases of both companies."""
    with ExitStack() as stack:
        names = [side.server.database for side in sides]
        yield [stack.enter_context(closing(Eyes(name))) for name in names]
