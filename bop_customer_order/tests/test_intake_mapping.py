# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.bop_contract.rules.agreement import comparable
from odoo.addons.bop_contract.rules.terms import Address

from .terms_common import DESK, TermsCase

STRANGE = replace(DESK, sku="X-77", product="Anvil", unit="XBX")


class TestMapping(TermsCase):
    """What a person maps once is known from then on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.strange = replace(cls.terms, lines=(STRANGE,))
        cls.order = cls._receive(cls.strange)
        cls.order.user_id = cls.salesman
        cls.unit = cls.env.ref("uom.product_uom_unit")

    def _map(self, order=None, **records):
        """Map the gaps of these kinds, as a salesperson."""
        order = order or self.order
        return order.with_user(self.salesman).bop_map(
            [
                {"kind": gap["kind"], "key": gap["key"], "id": records[gap["kind"]].id}
                for gap in order.intake_gaps
                if gap["kind"] in records
            ]
        )

    def test_mapping_fills_the_order_and_changes_no_number(self):
        answer = self._map(product=self.lamp, unit=self.unit)
        self.assertEqual(answer["gaps"], [])
        self.assertEqual(answer["acceptance"], "waiting")
        line = self.order.order_line
        self.assertEqual((line.product_id, line.tax_ids), (self.lamp, self.tax))
        self.assertEqual(
            (line.price_unit, line.discount, line.product_uom_qty), (81.3333, 5.0, 7.0)
        )
        self.assertEqual(
            comparable(self.order._contract_wire_terms()), comparable(self.strange)
        )

    def test_the_next_order_needs_nobody(self):
        self._map(product=self.lamp, unit=self.unit)
        order = self._receive(self.strange, number="P00043")
        self.assertFalse(order.intake_gaps)
        self.assertEqual(order.order_line.product_id, self.lamp)

    def test_another_customer_means_something_else(self):
        self._map(product=self.lamp, unit=self.unit)
        order = self.env["sale.order"]._contract_make_from_terms(
            self.vendor, self.strange
        )
        self.assertIn(("product", "d1"), self._gaps(order))

    def test_what_is_left_stays_open(self):
        answer = self._map(product=self.lamp)
        self.assertEqual([gap["kind"] for gap in answer["gaps"]], ["unit"])
        self.assertEqual(answer["business_status"], "incomplete")

    def test_what_does_not_fit_is_refused_and_not_learned(self):
        with self.assertRaisesRegex(UserError, "does not fit"), self.cr.savepoint():
            self._map(product=self.lamp, unit=self.env.ref("uom.product_uom_kgm"))
        self.env.invalidate_all()
        self.assertFalse(self.env["bop.trade.mapping"].search([]))
        self.assertEqual(len(self.order.intake_gaps), 2)

    def test_a_tax_at_another_rate_does_not_fit(self):
        order = self._receive_line(taxes=(replace(DESK.taxes[0], amount="7"),))
        order.user_id = self.salesman
        with self.assertRaisesRegex(UserError, "does not fit"), self.cr.savepoint():
            self._map(order, tax=self.tax)
        low = self.tax.copy({"name": "Low", "amount": 7})
        self._map(order, tax=low)
        self.assertEqual(order.order_line.tax_ids, low)

    def test_only_what_is_asked_can_be_mapped(self):
        order = self.order.with_user(self.salesman)
        bad = (
            [{"kind": "product", "key": "else", "id": self.lamp.id}],
            [{"kind": "user", "key": "x", "id": 1}],
            [{"kind": "product", "key": "seller X-77", "id": 0}],
            [{"kind": "product", "key": "seller X-77", "id": True}],
            [{"kind": "product", "key": "seller X-77", "id": 2**40}],
            [{"kind": [], "key": {}, "id": "1"}],
            [{"other": 1}],
            "text",
        )
        for mappings in bad:
            with self.assertRaises(UserError, msg=str(mappings)), self.cr.savepoint():
                order.bop_map(mappings)
        self.assertFalse(self.env["bop.trade.mapping"].search([]))

    def test_who_may_not_write_the_order_maps_nothing(self):
        employee = new_test_user(self.env, login="bop_nobody", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.order.with_user(employee).bop_map([])

    def test_a_complete_order_has_nothing_to_map(self):
        with self.assertRaisesRegex(UserError, "is complete"):
            self._receive().bop_map([])

    # === THE WIZARD ===#
    def test_the_wizard_asks_and_applies(self):
        action = self.order.with_user(self.salesman).action_complete_order()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard = wizard.with_user(self.salesman)
        self.assertEqual(
            wizard.line_ids.mapped("question"),
            ["Which product is “X-77 · Anvil”?", "Which unit is “XBX”?"],
        )
        for line in wizard.line_ids:
            line[{"product": "product_id", "unit": "unit_id"}[line.kind]] = (
                self.lamp if line.kind == "product" else self.unit
            )
        wizard.action_apply()
        self.assertFalse(self.order.intake_gaps)
        self.assertEqual(self.order.acceptance_state, "waiting")

    def test_the_wizard_makes_the_address(self):
        order = self._receive(
            ship_to=Address("Halle 2", "Weg 9", "", "Bern", "3000", "BE", "ch")
        )
        order.user_id = self.salesman
        user = new_test_user(
            self.env,
            login="bop_addresses",
            groups="sales_team.group_sale_salesman_all_leads,base.group_partner_manager",
        )
        action = order.with_user(user).action_complete_order()
        wizard = self.env[action["res_model"]].with_user(user).browse(action["res_id"])
        wizard.line_ids.action_create_address()
        wizard.action_apply()
        address = order.partner_shipping_id
        self.assertEqual(
            (address.parent_id, address.type, address.street, address.country_id),
            (self.partner, "delivery", "Weg 9", self.switzerland),
        )
        self.assertFalse(order.intake_gaps)

    # === THE TABLE ===#
    def test_a_word_means_one_thing(self):
        mappings = self.env["bop.trade.mapping"]
        values = {
            "partner_id": self.partner.id,
            "kind": "unit",
            "key": "XBX",
            "record": f"uom.uom,{self.unit.id}",
        }
        mappings.create(values)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            mappings.create(values)

    def test_a_unit_means_a_unit(self):
        with self.assertRaises(ValidationError):
            self.env["bop.trade.mapping"].create(
                {
                    "partner_id": self.partner.id,
                    "kind": "unit",
                    "key": "XBX",
                    "record": f"product.product,{self.lamp.id}",
                }
            )

    def test_salespeople_do_not_see_the_table(self):
        with self.assertRaises(AccessError):
            self.env["bop.trade.mapping"].with_user(self.salesman).search([])

    def test_another_company_knows_nothing(self):
        self._map(product=self.lamp, unit=self.unit)
        other = self.env["res.company"].create({"name": "Other"})
        known = self.env["bop.trade.mapping"]._known(
            other, self.partner, [("product", "seller X-77")]
        )
        self.assertFalse(known)

    def test_what_was_archived_since_is_asked_again(self):
        self._map(product=self.lamp, unit=self.unit)
        self.lamp.active = False
        order = self._receive(self.strange, number="P00043")
        self.assertIn(("product", "d1"), self._gaps(order))

    # === WHAT PEOPLE SEE ===#
    def test_the_board_says_what_to_map(self):
        self.assertEqual(self.order.intake_status, "incomplete")
        self.assertIn("Which product is “X-77 · Anvil”?", self.order.intake_reason)

    def test_differences_are_shown_and_nothing_is_overwritten(self):
        order = self._receive(lines=(DESK,))
        text = order.intake_difference_text
        self.assertIn("price 77.27, price list 100.00", text)
        self.assertIn("the customer calls it “A desk”", text)
        self.assertIn("Payment: In a month, usually at once.", text)
        self.assertEqual(order.order_line.price_unit, 81.3333)
