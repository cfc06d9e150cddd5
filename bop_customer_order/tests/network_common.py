# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A customer whose database is on the network, without a database: what is sent is read
where it waits to be sent.
"""

import base64

from odoo.addons.bop_contract.models.capability import SYSTEM, contract_token, hold
from odoo.addons.bop_contract.tests.peppol import findings
from odoo.addons.bop_contract.ubl.document import parse_document

from .common import ContractCase


class NetworkCase(ContractCase):
    """A company and a customer that are on the network; orders with a twin there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        country = cls.env.ref("base.at")
        cls.company.partner_id.write(
            {
                "country_id": country.id,
                "vat": "ATU12345675",
                "city": "Wien",
                "zip": "1010",
                "peppol_eas": False,
                "peppol_endpoint": False,
            }
        )
        cls.partner.write(
            {
                "country_id": country.id,
                "vat": "ATU57780814",
                "zip": "8010",
                "peppol_eas": False,
                "peppol_endpoint": False,
            }
        )
        cls.bodies = set()
        cls.digital = cls.env["bop.digital"].create(
            {"company_id": cls.company.id, "is_live": True}
        )
        cls.peer = cls._make_peer(cls.partner)

    @classmethod
    def tearDownClass(cls):
        """All that was sent is valid by Peppol's rules, where the checker is there."""
        super().tearDownClass()
        assert not (found := findings(cls.bodies)), found

    @classmethod
    def _make_peer(cls, partner):
        return cls.env["bop.peer"].create(
            {
                "name": partner.name,
                "digital_id": cls.digital.id,
                "partner_id": partner.id,
                "identifier": f"digital of {partner.name}",
                "transport": "file",
                "state": "confirmed",
            }
        )

    @classmethod
    def _pair(cls, order, number="P00007", peer=None):
        """Give an order a twin in the customer's database."""
        with hold(cls.env, SYSTEM, contract_token(order)):
            order.pair_id = cls.env["bop.contract.pair"].create(
                {
                    "company_id": order.company_id.id,
                    "peer_id": (peer or cls.peer).id,
                    "role": "supplier",
                    "number": number,
                }
            )
        return order.pair_id

    def _make_network_order(self, *items, number="P00007", peer=None, **values):
        order = self._make_order(*items, **values)
        self._pair(order, number, peer)
        return order

    def _messages(self, pair):
        """The messages to the customer about a contract, oldest first."""
        return self.env["bop.message"].search(
            [("subject", "=", pair.uuid), ("direction", "=", "out")], order="sequence"
        )

    def _sent(self, pair):
        """The documents that were sent to the customer about a contract."""
        bodies = [base64.b64decode(message.body) for message in self._messages(pair)]
        self.bodies.update(bodies)
        return [parse_document(body) for body in bodies]

    def _position(self, order, product):
        return self._line(order, product).position_uid
