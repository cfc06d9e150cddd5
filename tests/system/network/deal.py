# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One contract between both companies, as a test handles it."""

from __future__ import annotations

from collections.abc import Mapping

from devtools import twins
from devtools.trade import PURCHASE, SALES, Party
from devtools.waiting import wait_until
from tests.system.network.world import World

#: Quantities of a new order.
ORDERED: Mapping[str, float] = {"BENCH": 10, "STOOL": 20}


class Deal:
    """A contract with its two parties."""

    def __init__(self, world: World, uuid: str) -> None:
        self.world, self.uuid = world, uuid
        self.supplier = Party(world.supplier, SALES, uuid)
        self.customer = Party(world.customer, PURCHASE, uuid)

    @property
    def parties(self) -> tuple[Party, Party]:
        """Return both sides."""
        return self.supplier, self.customer

    def arrive(self) -> None:
        """Wait until each side has heard and answered all that was said of this
        contract.
        """
        self.world.come_to_rest(self.uuid)

    def assert_in_step(self) -> None:
        """Both sides hold the same contract, in the same version and state, and can prove
        it.
        """
        one, other = (party.pair() for party in self.parties)
        del one["id"], other["id"]
        assert one == other
        if one["agreed_hash"]:
            assert self.supplier.says() == self.customer.says()
            assert self.supplier.proved() and self.customer.proved()


def begin(world: World, quantities: Mapping[str, float] = ORDERED) -> Deal:
    """Let the customer order; return the contract that this is to become."""
    purchase = twins.order(world.customer, quantities)
    row = world.customer.read("purchase.order", [purchase], "pair_id")[0]
    pair = world.customer.read("bop.contract.pair", [row["pair_id"][0]], "uuid")[0]
    return Deal(world, pair["uuid"])


def agree(world: World, quantities: Mapping[str, float] = ORDERED) -> Deal:
    """Let the customer order and the supplier accept."""
    deal = begin(world, quantities)
    deal.arrive()
    deal.supplier.accept()
    deal.arrive()
    wait_until(lambda: deal.customer.pair()["state"] == "agreed", "the acceptance")
    return deal
