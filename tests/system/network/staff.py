# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""People who work for the companies, with no more rights than they need."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from devtools import twins
from devtools.trade import Party
from tests.system.clients import Json2, XmlRpc

#: Methods by which a test looks something up.
LOOKS = ("search_read", "read")
PASSWORD = "a long password 1"
KEY_CODE = """
user = env['res.users'].search([('login', '=', '{login}')])
until = datetime.datetime.now() + datetime.timedelta(days=1)
action = {{'key': env['res.users.apikeys'].with_user(user).sudo()._generate('rpc', 'system test', until)}}
"""


def hire(side: twins.Side, login: str, module: str, group: str) -> None:
    """Let somebody work for a company."""
    domain = [("module", "=", module), ("name", "=", group)]
    found = side.find("ir.model.data", domain, "res_id")[0]["res_id"]
    side.admin.call(
        "res.users",
        "create",
        None,
        vals_list=[
            {
                "name": login.title(),
                "login": login,
                "password": PASSWORD,
                "group_ids": [(6, 0, [found])],
            }
        ],
        context={"no_reset_password": True},
    )


@dataclass
class Desk(twins.Side):
    """A company for which somebody acts. What a test has to look up of a contract, it
    looks up as the administrator: people find their orders on a screen.
    """

    person: XmlRpc | Json2 | None = None

    def call(
        self, model: str, method: str, ids: Sequence[int] | None = None, **values: Any
    ) -> Any:
        """Call a method as that person, see :meth:`XmlRpc.call`."""
        if method in LOOKS or not self.person:
            return super().call(model, method, ids, **values)
        return self.person.call(model, method, ids, **values)


def acting(party: Party, login: str, wire: str) -> Party:
    """Return a party for which somebody acts who was hired.

    :param wire: ``xmlrpc`` or ``json2``
    """
    side = party.side
    if wire == "xmlrpc":
        person = XmlRpc(side.server, login, PASSWORD)
    else:
        code = KEY_CODE.format(login=login)
        person = Json2(side.server, twins.run_code(side, code)["key"])
    desk = Desk(**vars(side), person=person)
    return Party(desk, party.books, party.uuid)
