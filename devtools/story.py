# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happened between the two companies of the demo before anybody looks: played over
RPC, as people do it on the screens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from . import paths, trade, twins
from .console import DevError, say
from .rpc import Refused
from .server import OdooServer
from .trade import Party
from .twins import Article, Company, Side, Twins
from .waiting import wait_until

SUPPLIER = Company(
    "Birkenau Furniture",
    "4000003000003",
    "Mill Street 8",
    "Portland",
    "97201",
    vat="US123456782",
)
CUSTOMER = Company(
    "Seeblick Hotels",
    "4000004000002",
    "Shore Road 21",
    "Aspen",
    "81611",
    vat="US987654325",
)
ARTICLES = (
    Article("TABLE", "4000003000102", "Bistro Table", 180.0),
    Article("CHAIR", "4000003000201", "Oak Chair", 95.0),
    Article("PARASOL", "4000003000300", "Parasol 3 m", 240.0),
)
#: What the customer orders under a number that the supplier does not know, and what he
#: means.
UNKNOWN = Article("SUNBED", "", "Sun Bed", 310.0)
MEANT = Article("LOUNGER", "", "Sun Lounger", 310.0)
STOCK = 2000
#: An order up to it is accepted without anybody being asked.
TRUSTED_UP_TO = 10_000.0
POLICY = ("bop_customer_order", "acceptance_policy_trusted")


@dataclass(frozen=True)
class Deal:
    """A contract with its two parties."""

    twins: Twins
    supplier: Party
    customer: Party

    def play(self, act: Callable[..., None], *words: str, **values: float) -> None:
        """Let somebody do something, and wait until the other side has heard of it."""
        act(*words, **values)
        self.twins.come_to_rest(self.customer.uuid)

    def in_step(self) -> bool:
        """Tell whether both sides hold the same contract."""
        one, other = (party.pair() for party in (self.supplier, self.customer))
        return all(one[name] == other[name] for name in trade.PAIR)


def tell(supplier: OdooServer, customer: OdooServer) -> None:
    """Introduce both companies to each other, and play the story between them.

    :raises DevError: the two databases do not say the same in the end
    """
    both = introduce(supplier, customer)
    for title, chapter in CHAPTERS.items():
        say(f"[dev] Demo story: {title}")
        try:
            in_step = chapter(both).in_step()
        except (Refused, TimeoutError) as error:
            raise DevError(
                f"The demo story cannot go on ({title}): {error}\n"
                f"The servers' output: {paths.LOGS}."
            ) from error
        if not in_step:
            raise DevError(
                f"The demo story went wrong ({title}): the two databases do not hold the"
                f" same contract. The servers' output: {paths.LOGS}."
            )


def introduce(supplier: OdooServer, customer: OdooServer) -> Twins:
    """Set up both companies and pair them."""
    say("[dev] Demo story: two companies get to know each other")
    seller = twins.introduce(supplier, SUPPLIER, CUSTOMER)
    buyer = twins.introduce(customer, CUSTOMER, SUPPLIER)
    twins.stock_articles(seller, (*ARTICLES, MEANT), STOCK)
    twins.buy_articles(buyer, (*ARTICLES, UNKNOWN))
    twins.pair(seller, buyer)
    values = {
        "acceptance_policy_id": _known(seller, *POLICY),
        "acceptance_limit": TRUSTED_UP_TO,
        "user_id": seller.admin.user,
    }
    seller.call("res.partner", "write", [seller.partner], vals=values)
    return Twins(seller, buyer)


# === CHAPTERS ===#
def shipped_and_billed(both: Twins) -> Deal:
    """Accepted by itself; a part is shipped, received and billed."""
    deal = _order(both, {"TABLE": 12, "CHAIR": 48}, "Lake terrace")
    deal.play(deal.supplier.move, TABLE=12, CHAIR=20)
    deal.play(deal.customer.move, TABLE=12, CHAIR=20)
    deal.play(deal.supplier.bill)
    return deal


def changed_by_the_customer(both: Twins) -> Deal:
    """The customer wants more, and the supplier agrees."""
    deal = _order(both, {"CHAIR": 30}, "Breakfast room")
    deal.play(deal.customer.propose, "Six more guests at breakfast", CHAIR=36)
    _consent(deal.supplier, deal)
    return deal


def changed_by_the_supplier(both: Twins) -> Deal:
    """The supplier cannot deliver all, and the customer agrees."""
    deal = _order(both, {"PARASOL": 16, "TABLE": 6}, "Pool")
    deal.play(deal.supplier.propose, "Only 14 parasols of this colour", PARASOL=14)
    deal.play(deal.customer.accept)
    return deal


def waiting_in_the_intake(both: Twins) -> Deal:
    """Above the limit up to which this customer is trusted."""
    return _order(both, {"TABLE": 40, "CHAIR": 160}, "Ballroom")


def proposed_by_the_customer(both: Twins) -> Deal:
    """A change above the limit waits for the supplier's answer."""
    deal = _order(both, {"TABLE": 20, "CHAIR": 50}, "Winter garden")
    deal.play(deal.customer.propose, "The architect wants five rows", CHAIR=80)
    return deal


def proposed_by_the_supplier(both: Twins) -> Deal:
    """A change waits for the customer's answer."""
    deal = _order(both, {"CHAIR": 24, "PARASOL": 4}, "Roof bar")
    deal.play(deal.supplier.propose, "The last 20 chairs of this oak", CHAIR=20)
    return deal


def incomplete(both: Twins) -> Deal:
    """The supplier does not know what the customer means."""
    return _order(both, {"SUNBED": 10, "PARASOL": 5}, "Spa")


def billed_otherwise(both: Twins) -> Deal:
    """The bill is not what was ordered and received, so it waits."""
    deal = _order(both, {"TABLE": 10, "CHAIR": 40}, "Restaurant")
    deal.play(deal.supplier.move, TABLE=10, CHAIR=40)
    deal.play(deal.customer.move, TABLE=10, CHAIR=38)
    deal.play(deal.supplier.bill, TABLE=189.0)
    return deal


CHAPTERS: Mapping[str, Callable[[Twins], Deal]] = {
    "an order that is shipped and billed in part": shipped_and_billed,
    "a change by the customer": changed_by_the_customer,
    "a change by the supplier": changed_by_the_supplier,
    "a bill that differs": billed_otherwise,
    "an order that waits for its acceptance": waiting_in_the_intake,
    "an order that is incomplete": incomplete,
    "a change that waits for the supplier": proposed_by_the_customer,
    "a change that waits for the customer": proposed_by_the_supplier,
}


# === PARTS ===#
def _order(both: Twins, quantities: Mapping[str, float], what: str) -> Deal:
    """Let the customer order something, and the supplier hear of it.

    :param what: it is for
    """
    purchase = twins.order(both.customer, quantities, origin=what)
    row = both.customer.read("purchase.order", [purchase], "pair_id")[0]
    pair = both.customer.read("bop.contract.pair", [row["pair_id"][0]], "uuid")[0]
    deal = Deal(
        both,
        Party(both.supplier, trade.SALES, pair["uuid"]),
        Party(both.customer, trade.PURCHASE, pair["uuid"]),
    )
    both.come_to_rest(pair["uuid"])
    wait_until(deal.supplier.pair, f"the order “{what}” at the supplier")
    return deal


def _consent(party: Party, deal: Deal) -> None:
    """Accept a change, unless the policy has done it."""
    if party.request():
        deal.play(party.accept)


def _known(side: Side, module: str, name: str) -> Any:
    """Return the id of a record that an addon brings along."""
    domain = [("module", "=", module), ("name", "=", name)]
    return side.find("ir.model.data", domain, "res_id")[0]["res_id"]
