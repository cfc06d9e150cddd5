# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A customer and a supplier, two companies of one database that trade over the network.

Both perspectives are needed, so these tests run where both order addons are installed.
"""

import base64

from odoo.addons.bop_contract.rules.agreement import comparable
from odoo.addons.bop_network.tests.common import NetworkCase

from .peppol import findings


class FlowCase(NetworkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bodies = set()
        for company, number in ((cls.east, "DE123456788"), (cls.west, "DE136695976")):
            company.partner_id.write(
                {
                    "vat": number,
                    "country_id": cls.env.ref("base.de").id,
                    "city": "Berlin",
                    "zip": "10115",
                    "street": "Hauptstr. 1",
                }
            )
        currency = cls.env.ref("base.EUR")
        currency.active = True
        (cls.east | cls.west).write({"bop_contracts": True, "currency_id": currency.id})
        cls.to_east.write({"may_order": True, "may_change": True})
        cls.to_west.write({"may_change": True})
        cls.desk, cls.lamp = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "default_code": name.upper(),
                    "list_price": price,
                    "is_storable": True,
                    "invoice_policy": "delivery",
                    "seller_ids": [
                        (
                            0,
                            0,
                            {
                                "partner_id": cls.west.partner_id.id,
                                "product_code": name.upper(),
                                "company_id": cls.east.id,
                                "price": price,
                            },
                        )
                    ],
                }
                for name, price in (("Desk", 100.0), ("Lamp", 25.0))
            ]
        )

    def setUp(self):
        super().setUp()
        self.addCleanup(self._keep_documents)

    @classmethod
    def tearDownClass(cls):
        """All that was sent is valid by Peppol's rules, where the checker is there."""
        super().tearDownClass()
        assert not (found := findings(cls.bodies)), found

    def _keep_documents(self):
        """Keep what a test has sent, which ends with it."""
        sent = self.env["bop.message"].search(
            [("direction", "=", "out"), ("content_type", "=", "application/xml")]
        )
        self.bodies.update(base64.b64decode(message.body) for message in sent)

    # === ACTS ===#
    def order(self, desks=10, **values):
        """East orders from West; nothing has arrived there yet."""
        order = (
            self.env["purchase.order"]
            .with_company(self.east)
            .create(
                {
                    "company_id": self.east.id,
                    "partner_id": self.west.partner_id.id,
                    "currency_id": self.env.ref("base.EUR").id,
                    "order_line": [
                        (
                            0,
                            0,
                            {
                                "product_id": self.desk.id,
                                "product_qty": desks,
                                "price_unit": 90.0,
                                "tax_ids": [],
                            },
                        )
                    ],
                    **values,
                }
            )
        )
        order.button_confirm()
        return order

    def agreed(self, **values):
        """An order on which both sides have agreed: both perspectives of it."""
        bought = self.order(**values)
        self.run_network()
        sold = self.sold(bought)
        if sold.acceptance_state == "waiting":
            sold._acceptance_accept()
            self.run_network()
        return bought, sold

    def sold(self, bought):
        """West's perspective of an order of East: the version in force."""
        pair = self.env["bop.contract.pair"].search(
            [("uuid", "=", bought.pair_id.uuid), ("role", "=", "supplier")]
        )
        return pair._current_order()

    def current(self, bought):
        """East's version in force."""
        return bought.pair_id._current_order()

    def change(self, order, **quantities):
        """Offer other quantities of desks and lamps, and send that: a change, or the
        counter-offer to one of the other side.
        """
        order.action_change_order()
        offer = order._contract_open_request().offer_id
        field = offer.order_line._contract_quantity_field
        for line in offer.order_line:
            name = line.product_id.default_code.lower()
            if name in quantities:
                line[field] = quantities[name]
        order._contract_open_request().action_send()
        return order._contract_open_request()

    def cancel(self, order):
        """Propose to cancel the order, also in answer to the other side."""
        order.action_cancel_contract()
        order._contract_open_request().action_send()

    # === CHECKS ===#
    def assert_in_step(self, bought):
        """Both sides hold the same agreement, nothing is open, and their orders say
        what was agreed.
        """
        pair, twin = bought.pair_id, self.sold(bought).pair_id
        self.assertEqual(pair.agreed_hash, twin.agreed_hash)
        self.assertEqual(pair.version, twin.version)
        self.assertEqual(pair.state, twin.state)
        self.assertFalse(pair.open_message or twin.open_message)
        mine, theirs = self.current(bought), self.sold(bought)
        self.assertEqual(pair.twin_number, theirs.name)
        self.assertEqual(twin.twin_number, mine.name)
        self.assertEqual(
            comparable(mine._contract_wire_terms())["positions"],
            comparable(theirs._contract_wire_terms())["positions"],
        )
        unexplained = self.env["bop.message"].search(
            [("state", "not in", ("sent", "processed"))]
        )
        self.assertFalse(unexplained.mapped("error"))
