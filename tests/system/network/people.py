# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""People on both sides who do what comes to their mind, and power cuts meanwhile."""

import http.client
import random
import threading
import xml.parsers.expat
import xmlrpc.client
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from devtools import twins
from devtools.rpc import Refused
from devtools.trade import Party
from devtools.waiting import wait_until
from tests.system.network.deal import Deal
from tests.system.network.world import World

#: What a call says when its server is gone, or goes during the call.
GONE = (
    ConnectionError,
    http.client.HTTPException,
    xmlrpc.client.ProtocolError,
    xml.parsers.expat.ExpatError,  # half an answer
)
RESTART_SECONDS = 180


class People:
    """Order, accept, reject, propose, counter, withdraw and cancel at random.

    :param chance: decides on everything; the same seed gives the same decisions on the
        same situations
    """

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world, self.chance = world, chance
        #: What was done, and how often the server refused it.
        self.done: Counter[str] = Counter()
        pairs = world.customer.call("bop.contract.pair", "search", domain=[])
        self._before = max(pairs, default=0)

    def deals(self) -> list[Deal]:
        """Return the contracts that were begun here."""
        while True:
            try:
                rows = self.world.customer.find(
                    "bop.contract.pair", [("id", ">", self._before)], "uuid"
                )
            except GONE:
                self.wait_for_power()
            else:
                return [Deal(self.world, row["uuid"]) for row in rows]

    def order(self) -> None:
        """Order something."""
        quantities = {
            sku: self.chance.randint(1, 30)
            for sku in self.chance.sample(sorted(self.world.customer.articles), 2)
        }
        self._try("order", lambda: twins.order(self.world.customer, quantities))

    def act(self, deal: Deal) -> None:
        """Let somebody on one side do something that is possible there now."""
        party = self.chance.choice(deal.parties)
        self._try("look", lambda: self._act(party))

    def hurry(self) -> None:
        """Let administrators try again what failed."""
        self._try("hurry", self.world.hurry)

    def _act(self, party: Party) -> None:
        pair = party.pair()
        if not pair or pair["state"] in ("rejected", "cancelled"):
            return
        name = self.chance.choice(self._choices(party, pair))
        if name == "wait":
            return
        quantity = float(self.chance.randint(1, 40))
        values = {"STOOL": quantity} if name in ("propose", "counter") else {}
        self.done[f"{party.books.order} {name}"] += 1
        getattr(party, name)(**values)

    def _choices(self, party: Party, pair: dict) -> list[str]:
        """Return the acts that make sense, the likely ones more than once; to wait is
        one of them.
        """
        request = party.request()
        sells = party.books.order == "sale.order"
        if request and request["is_to_answer"]:
            return ["accept", "accept", "refuse", "counter"]
        if request:
            return ["wait", "wait", "withdraw"]
        if pair["state"] == "ordered":
            return (
                ["accept", "accept", "accept", "refuse"]
                if sells
                else ["wait"] * 9 + ["take_order_back"]
            )
        return ["propose"] * 5 + ["propose_to_cancel"]

    def _try(self, name: str, action) -> None:
        """Do something; that it is refused, or that the server goes, is part of life."""
        try:
            action()
            self.done[name] += 1
        except Refused as refusal:
            if refusal.kind != "UserError":
                raise
            self.done[f"{name}: refused"] += 1
        except LookupError:
            self.done[f"{name}: too late"] += 1
        except GONE:
            self.done[f"{name}: power cut"] += 1
            self.wait_for_power()

    def wait_for_power(self) -> None:
        """Wait until both servers answer."""
        wait_until(
            lambda: all(side.server.answers() for side in self.world.sides),
            "an answer of both servers",
            RESTART_SECONDS,
        )


@contextmanager
def power_cuts(
    world: World, chance: random.Random, seconds: tuple[float, float]
) -> Iterator[Counter[str]]:
    """Kill one of the servers now and then, and start it again; count how often.

    :param seconds: shortest and longest time between two
    """
    over, counts = threading.Event(), Counter[str]()

    def cut() -> None:
        while not over.wait(chance.uniform(*seconds)):
            victim = chance.choice(world.sides).server
            victim.kill()
            victim.restart()
            counts[victim.database] += 1

    thread = threading.Thread(target=cut)
    thread.start()
    try:
        yield counts
    finally:
        over.set()
        thread.join()
