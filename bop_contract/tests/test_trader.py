# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import TransactionCase

from odoo.addons.bop_contract.ubl.common import Trader


class TestTrader(TransactionCase):
    """A partner as the documents name it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.germany = cls.env.ref("base.de")
        cls.partner = cls.env["res.partner"].create(
            {
                "name": "Nordwind GmbH",
                "is_company": True,
                "street": "Hafen 1",
                "city": "Hamburg",
                "zip": "20457",
                "country_id": cls.germany.id,
            }
        )

    def _endpoint(self, **values):
        self.partner.write(values)
        trader = self.partner._bop_trader()
        return trader.scheme, trader.endpoint

    def test_the_address_it_states_itself_comes_first(self):
        found = self._endpoint(
            vat="DE123456788",
            global_location_number="4000001000005",
            peppol_eas="0060",
            peppol_endpoint="123456789",
        )
        self.assertEqual(found, ("0060", "123456789"))

    def test_a_number_that_peppol_refuses_is_passed_over(self):
        """Odoo checks the form of a GLN less than Peppol does (COMMON-R040)."""
        found = self._endpoint(
            global_location_number="4000001000005",
            peppol_eas="0088",
            peppol_endpoint="4000001000006",
        )
        self.assertEqual(found, ("0088", "4000001000005"))

    def test_the_tax_number_is_an_address(self):
        self.partner.vat = "DE123456788"
        self.partner.write({"peppol_eas": False, "peppol_endpoint": False})
        self.assertEqual(self._endpoint(), ("9930", "DE123456788"))
        self.assertEqual(self.partner._bop_tax_number(), "DE123456788")

    def test_a_contact_is_named_by_its_company(self):
        self.partner.vat = "DE123456788"
        contact = self.env["res.partner"].create(
            {"name": "Anna", "parent_id": self.partner.id, "type": "delivery"}
        )
        self.assertEqual(contact._bop_trader(), self.partner._bop_trader())
        trader = contact._bop_trader()
        self.assertIsInstance(trader, Trader)
        self.assertEqual(
            (trader.name, trader.address.city, trader.address.country),
            ("Nordwind GmbH", "Hamburg", "DE"),
        )

    def test_what_is_missing_is_named_with_the_partner(self):
        self.partner.country_id = False
        with self.assertRaisesRegex(UserError, "Nordwind.*Tax ID.*country"):
            self.partner._bop_trader()
        self.partner.vat = "DE123456788"
        with self.assertRaisesRegex(UserError, r"missing: the country\."):
            self.partner._bop_trader()
