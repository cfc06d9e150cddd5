# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from datetime import datetime

from odoo.exceptions import UserError

from odoo.addons.bop_contract.rules.agreement import comparable
from odoo.addons.bop_contract.rules.terms import LineTerms, Release, Tax

from .common import PurchaseCase


class TestTermsIn(PurchaseCase):
    """What goes to the vendor, and what he proposes instead."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["product.supplierinfo"].create(
            {
                "partner_id": cls.partner.id,
                "product_tmpl_id": cls.chair.product_tmpl_id.id,
                "product_code": "V-CHAIR",
            }
        )
        cls.order = cls._make_order((cls.desk, 10), (cls.chair, 4))
        cls.terms = cls.order._contract_wire_terms()

    def _take(self, terms):
        offer = self.order._contract_request_change().offer_id
        offer._contract_take_terms(terms)
        return offer

    def _with_line(self, index, **changes):
        """The terms with one position changed."""
        lines = list(self.terms.lines)
        lines[index] = replace(lines[index], **changes)
        return replace(self.terms, lines=tuple(lines))

    def test_the_vendor_reads_his_own_numbers_and_codes(self):
        desk, chair = self.terms.lines
        self.assertEqual((desk.sku, chair.sku), ("", "V-CHAIR"))
        self.assertEqual((desk.unit, chair.unit), ("C62", "C62"))
        self.assertEqual(
            self.order._contract_buyers_ids(), {desk.uid: "DESK", chair.uid: "CHAIR"}
        )

    def test_a_tax_that_we_owe_ourselves_is_none_of_the_vendor(self):
        self.tax.invoice_repartition_line_ids.filtered(
            lambda line: line.repartition_type == "tax"
        ).copy({"factor_percent": -100})
        self.assertEqual(self.order._contract_wire_terms().lines[0].taxes, ())

    def test_the_counter_offer_of_the_vendor_is_taken_as_it_is(self):
        uid = self.terms.lines[0].uid
        wanted = self._with_line(
            0,
            quantity="8",
            price="104.5",
            releases=(Release("8", due="2027-03-01T12:00:00Z"),),
        )
        offer = self._take(wanted)
        self.assertFalse(offer.intake_gaps)
        self.assertEqual(comparable(offer._contract_wire_terms()), comparable(wanted))
        line = offer.order_line.filtered(lambda row: row.position_uid == uid)
        self.assertEqual(
            (line.product_qty, line.price_unit, line.date_planned),
            (8.0, 104.5, datetime(2027, 3, 1, 12)),
        )

    def test_a_new_position_is_found_by_the_number_of_the_vendor(self):
        new = LineTerms(
            "n1",
            sku="V-CHAIR",
            quantity="1",
            unit="C62",
            price="5",
            taxes=(Tax("USt", "percent", "15"),),
        )
        offer = self._take(replace(self.terms, lines=(*self.terms.lines, new)))
        line = offer.order_line.filtered(lambda row: row.position_uid == "n1")
        self.assertEqual((line.product_id, line.price_unit), (self.chair, 5.0))

    def test_what_is_unknown_blocks_the_change(self):
        offer = self._take(self._with_line(0, unit="XBX"))
        self.assertEqual([gap["kind"] for gap in offer.intake_gaps], ["unit"])
        with self.assertRaisesRegex(UserError, "Complete order"):
            offer._intake_check_complete()

    def test_a_position_that_is_missing_is_cancelled(self):
        offer = self._take(replace(self.terms, lines=self.terms.lines[1:]))
        self.assertEqual(offer.order_line.mapped("product_qty"), [0.0, 4.0])
