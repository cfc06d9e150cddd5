# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What was agreed with a vendor can be proved."""

from odoo.tests import tagged

from .guard_common import GuardCase

#: What somebody with the password of the database may do, by what the proof names.
TAMPERING = {
    "terms number": ("purchase_order", "name = 'X1'"),
    "terms delivery_date": (
        "purchase_order",
        "date_planned = now() + interval '1 day'",
    ),
    "terms note": ("purchase_order", "note = 'Free of charge'"),
    "anchor partner_id": ("purchase_order", "partner_id = {partner}"),
    "state state": ("purchase_order", "state = 'draft'"),
    "missing ": ("purchase_order", "is_contract = false"),
    "terms quantity": ("purchase_order_line", "product_qty = 9"),
    "terms price": ("purchase_order_line", "price_unit = 99"),
    "terms due": ("purchase_order_line", "date_planned = now() + interval '1 day'"),
    "anchor product_id": ("purchase_order_line", "product_id = {product}"),
}


@tagged("post_install", "-at_install")
class TestSeal(GuardCase):
    def _breaches(self):
        result = self.order._contract_verify()
        return [f"{breach['code']} {breach['path']}" for breach in result["breaches"]]

    def test_tampering_is_found_and_named(self):
        others = {"partner": self.other_partner.id, "product": self.lamp.id}
        for expected, (table, change) in TAMPERING.items():
            record = self.order if table == "purchase_order" else self.line
            with self.subTest(change=change), self.env.cr.savepoint() as savepoint:
                self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                self.env.cr.execute(
                    f"UPDATE {table} SET {change.format(**others)} WHERE id = %s",
                    (record.id,),
                )
                self.env.invalidate_all()
                code, _blank, word = expected.partition(" ")
                found = self._breaches()
                self.assertTrue(
                    [text for text in found if text.startswith(code) and word in text],
                    (expected, found),
                )
                savepoint.rollback()
            self.env.invalidate_all()
        self.assertEqual(self._breaches(), [])

    def test_receiving_billing_and_other_master_data_are_no_tampering(self):
        self._receive(self.order)
        self._bill(self.order)
        self.partner.write({"name": "Renamed", "street": "Elsewhere 1"})
        self.desk.write({"name": "Renamed", "default_code": "R"})
        self.tax.name = "Renamed"
        self.assertEqual(self._breaches(), [])

    def test_a_merged_vendor_is_no_tampering(self):
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (self.partner | self.other_partner).ids, self.other_partner
        )
        self.env.invalidate_all()
        self.assertEqual(self.order.partner_id, self.other_partner)
        self.assertEqual(self._breaches(), [])

    def test_switched_on_for_a_company_its_orders_are_guarded_at_once_and_sealed(self):
        self.company.bop_contracts = False
        order = self._make_order((self.desk, 1))
        self.assertFalse(order.is_contract)
        self.company.bop_contracts = True
        self.assertTrue(order.is_contract)
        self._assert_refused(order, lambda: order.write({"note": "x"}))
        self.patch(
            type(self.env["ir.cron"]),
            "_commit_progress",
            lambda cron, processed=0, **left: 60,
        )
        self.env["purchase.order"]._cron_seal_contracts()
        self.assertEqual(order._contract_seals().mapped("event"), ["installation"])
        self.assertTrue(order._contract_verify()["valid"])
