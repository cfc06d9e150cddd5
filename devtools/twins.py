# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two companies that trade with each other, each with a database and a server of its
own: for the demo, the system tests and the benchmark.

Everything is set up over RPC, as an administrator would do it on the screens.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .rpc import XmlRpc
from .server import OdooServer
from .waiting import wait_until

#: States in which nothing more happens to a message.
OVER = ("sent", "processed", "refused", "cancelled")
#: After so long somebody has to look: a server that was started again looks by itself
#: only once a minute for what it had to do when its power was cut.
WAKE_SECONDS = 2
MESSAGE = ("direction", "state", "type", "subject", "sequence", "message_id", "error")


@dataclass(frozen=True)
class Company:
    """What a company says of itself.

    :param gln: its number in documents (GS1); the last digit is the check digit
    :param vat: its tax number, without which it cannot bill
    """

    name: str
    gln: str
    street: str
    city: str
    zip: str
    vat: str = ""

    def values(self) -> dict[str, Any]:
        """Return the values of a contact, but for its country."""
        return {
            "name": self.name,
            "is_company": True,
            "street": self.street,
            "city": self.city,
            "zip": self.zip,
            "vat": self.vat,
            "peppol_eas": "0088",
            "peppol_endpoint": self.gln,
        }


@dataclass(frozen=True)
class Article:
    """A product that both companies know.

    :param gtin: may be empty
    :param price: per unit, in the currency of both companies
    """

    sku: str
    gtin: str
    name: str
    price: float


# Without e-mail addresses: nobody is to write to them.
SUPPLIER = Company(
    "Nordwind Workshop", "4000001000005", "Harbour Street 12", "Portland", "97201"
)
CUSTOMER = Company(
    "Alpenhof Hotels", "4000002000004", "Station Square 3", "Aspen", "81611"
)
ARTICLES = (
    Article("BENCH", "4000001000104", "Bench", 240.0),
    Article("STOOL", "4000001000203", "Stool", 45.0),
    Article("LAMP", "4000001000302", "Lamp", 80.0),
)


ANY_AMOUNT = 1e9
KEY_CODE = """
until = datetime.datetime.now() + datetime.timedelta(days=1)
action = {'key': env['res.users.apikeys'].sudo()._generate('rpc', 'set-up', until)}
"""


@dataclass
class Side:
    """One company: its server, and what was set up there.

    :param partner: the other company, as a contact here
    :param articles: product ids by stock keeping unit
    """

    server: OdooServer
    admin: XmlRpc
    company: int
    partner: int
    articles: dict[str, int] = field(default_factory=dict)
    peer: int = 0

    def call(
        self, model: str, method: str, ids: Sequence[int] | None = None, **values: Any
    ) -> Any:
        """Call a method as the administrator, see :meth:`XmlRpc.call`."""
        return self.admin.call(model, method, ids, **values)

    def create(self, model: str, **values: Any) -> int:
        """Make one record and return its id."""
        made: list[int] = self.call(model, "create", vals_list=[values])
        return made[0]

    def read(self, model: str, ids: Sequence[int], *fields: str) -> list[dict]:
        """Read fields of records."""
        rows: list[dict] = self.call(model, "read", ids, fields=list(fields))
        return rows

    def find(self, model: str, domain: Sequence[object], *fields: str) -> list[dict]:
        """Read fields of the records that match, oldest first."""
        rows: list[dict] = self.call(
            model, "search_read", domain=list(domain), fields=list(fields), order="id"
        )
        return rows


@dataclass
class Twins:
    """Both companies."""

    supplier: Side
    customer: Side

    @property
    def sides(self) -> tuple[Side, Side]:
        """Return both companies."""
        return self.supplier, self.customer

    def hurry(self, *, everything: bool = False) -> None:
        """Let administrators try again what failed, or ``everything`` that waits."""
        for side in self.sides:
            hurry(side, everything=everything)

    def come_to_rest(self, subject: str = "", seconds: float = 60) -> None:
        """Wait until every message, or every one about a subject, has come to its end."""
        begin = time.monotonic()

        def done() -> bool:
            self.hurry(everything=time.monotonic() - begin > WAKE_SECONDS)
            # An answer may be on its way while one side was looked at and the other not.
            before = self.count(subject)
            return not self.unfinished(subject) and self.count(subject) == before

        wait_until(done, lambda: f"an end of {self.unfinished(subject)}", seconds)

    def count(self, subject: str = "") -> list[int]:
        """Return how many messages each side has."""
        domain = [("subject", "=", subject)] if subject else []
        return [
            side.call("bop.message", "search_count", domain=domain)
            for side in self.sides
        ]

    def unfinished(self, subject: str = "") -> list[dict]:
        """Return the messages that something will still happen to."""
        domain: list[object] = [("state", "not in", OVER)]
        domain += [("subject", "=", subject)] if subject else []
        return [row for side in self.sides for row in messages(side, domain)]


def hurry(side: Side, *, everything: bool = False) -> None:
    """Try again at once what failed, as an administrator does who has mended something.

    :param everything: wake the server for all that waits, also for what never failed
    """
    waiting = ("state", "not in", OVER)
    failed = ("state", "in", ("failed", "dead"))
    found = side.call(
        "bop.message", "search", domain=[waiting if everything else failed]
    )
    if found:
        side.call("bop.message", "action_retry", found)


def messages(side: Side, domain: Sequence[object] = ()) -> list[dict]:
    """Return messages of a side, oldest first."""
    return side.find("bop.message", domain, *MESSAGE)


def introduce(server: OdooServer, own: Company, other: Company) -> Side:
    """Let the company of a database be ``own``, with ``other`` as a contact."""
    admin = XmlRpc(server, "admin", "admin")
    side = Side(server, admin, company=1, partner=0)
    company = side.find("res.company", [], "partner_id", "account_fiscal_country_id")[0]
    side.company = company["id"]
    # At home in the country of the chart of accounts, so that its taxes are the right ones.
    country = {"country_id": company["account_fiscal_country_id"][0]}
    side.call(
        "res.partner", "write", [company["partner_id"][0]], vals=own.values() | country
    )
    warehouse = _warehouse(side, "id")["id"]
    side.call("stock.warehouse", "write", [warehouse], vals={"name": own.name})
    side.partner = side.create("res.partner", **other.values(), **country)
    return side


def register(side: Side, tax_number: str) -> None:
    """Give a company its tax number, without which it cannot bill."""
    own = side.read("res.company", [side.company], "partner_id")[0]["partner_id"][0]
    side.call("res.partner", "write", [own], vals={"vat": tax_number})


def stock_articles(side: Side, articles: Sequence[Article], quantity: float) -> None:
    """Make the articles that a company sells, with a quantity of each in stock."""
    for article in articles:
        side.articles[article.sku] = side.create(
            "product.product",
            name=article.name,
            default_code=article.sku,
            barcode=article.gtin or False,
            list_price=article.price,
            is_storable=True,
            invoice_policy="delivery",
        )
    place = _warehouse(side, "lot_stock_id")["lot_stock_id"][0]
    for product in side.articles.values():
        side.create(
            "stock.quant", product_id=product, location_id=place, quantity=quantity
        )


def _warehouse(side: Side, *fields: str) -> dict[str, Any]:
    """Read fields of the warehouse of a company."""
    domain = [("company_id", "=", side.company)]
    return side.find("stock.warehouse", domain, *fields)[0]


def buy_articles(side: Side, articles: Sequence[Article]) -> None:
    """Make the articles that a company buys from the other one."""
    for article in articles:
        vendor = {
            "partner_id": side.partner,
            "product_code": article.sku,
            "price": article.price,
        }
        side.articles[article.sku] = side.create(
            "product.product",
            name=article.name,
            barcode=article.gtin or False,
            is_storable=True,
            seller_ids=[(0, 0, vendor)],
            purchase_method="receive",
        )


def go_live(side: Side, endpoint: str) -> dict[str, Any]:
    """Give a company its digital, switch the network on, and return the invitation.

    :param endpoint: address under which the other side reaches it
    """
    digital = side.create("bop.digital", company_id=side.company, endpoint=endpoint)
    side.call("bop.digital", "write", [digital], vals={"is_live": True})
    invitation: dict[str, Any] = side.call("bop.digital", "bop_invitation", [digital])
    invitation["fingerprint"] = side.read("bop.digital", [digital], "fingerprint")[0][
        "fingerprint"
    ]
    return invitation


def accept_invitation(side: Side, invitation: Mapping[str, Any]) -> None:
    """Take the invitation of the other side, compare the fingerprint, and confirm."""
    told = dict(invitation)
    fingerprint = told.pop("fingerprint")
    answer = side.call("bop.peer", "bop_pair", invitation=told, partner=side.partner)
    side.peer = answer["peer"]
    side.call("bop.peer", "bop_confirm", [side.peer], fingerprint=fingerprint)


def pair(
    supplier: Side, customer: Side, *, supplier_url: str = "", customer_url: str = ""
) -> None:
    """Pair two companies and let each do what its role needs.

    :param supplier_url: address under which the customer reaches the supplier, if it
        is not that of the server; ``customer_url`` the other way round
    """
    invitations = (
        go_live(supplier, supplier_url or supplier.server.url),
        go_live(customer, customer_url or customer.server.url),
    )
    accept_invitation(customer, invitations[0])
    accept_invitation(supplier, invitations[1])
    supplier.call(
        "bop.peer",
        "write",
        [supplier.peer],
        vals={"may_order": True, "may_change": True},
    )
    customer.call(
        "bop.peer",
        "write",
        [customer.peer],
        vals={"may_change": True, "may_bill": True},
    )


def trust(supplier: Side, trusted: bool) -> None:
    """Let the supplier accept what the customer orders without asking anybody, or let
    his people decide, as it is when nothing is set up.
    """
    policy: int | bool = False
    if trusted:
        policy = supplier.create(
            "bop.acceptance.policy",
            name="Trust",
            order_limit=ANY_AMOUNT,
            exposure_limit=ANY_AMOUNT,
        )
    supplier.call(
        "res.partner",
        "write",
        [supplier.partner],
        vals={"acceptance_policy_id": policy},
    )


def order(customer: Side, quantities: Mapping[str, float], **values: Any) -> int:
    """Let the customer order articles, each with a quantity; return the purchase order,
    which is on its way.
    """
    lines = [
        {
            "product_id": customer.articles[sku],
            "product_qty": quantity,
        }
        for sku, quantity in quantities.items()
    ]
    purchase = customer.create(
        "purchase.order",
        partner_id=customer.partner,
        order_line=[(0, 0, line) for line in lines],
        **values,
    )
    customer.call("purchase.order", "button_confirm", [purchase])
    return purchase


def run_code(side: Side, code: str) -> Any:
    """Run Python on a server as its administrator, as a server action; return its
    ``action``.
    """
    model = side.find("ir.model", [("model", "=", "res.company")])[0]["id"]
    action = side.create(
        "ir.actions.server",
        name="Set-up",
        model_id=model,
        state="code",
        code=code,
    )
    return side.call("ir.actions.server", "run", [action])


def api_key(side: Side) -> str:
    """Return a key of the administrator for ``/json/2``, valid for a day."""
    key: str = run_code(side, KEY_CODE)["key"]
    return key
