# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .flow_common import FlowCase


@tagged("post_install", "-at_install")
class TestFlowGaps(FlowCase):
    """What the other side names and nobody here knows stands against its offer, until
    somebody has said what it means.
    """

    def offer_with(self, order, product, price=30.0):
        """Let one side add a product to an agreed order, and send that."""
        order.action_change_order()
        offer = order._contract_open_request().offer_id
        field = offer.order_line._contract_quantity_field
        offer.order_line.create(
            {
                "order_id": offer.id,
                "product_id": product.id,
                field: 2,
                "price_unit": price,
                "tax_ids": [],
            }
        )
        offer.action_send_change()
        self.run_network()

    def own_product(self, company, name):
        """A product that the other company cannot use."""
        return self.env["product.product"].create(
            {
                "name": name,
                "default_code": name.upper(),
                "company_id": company.id,
                "is_storable": True,
            }
        )

    def obstacles(self, offer):
        """Codes of what stands against an offer, and what people read."""
        found = [row for row in offer.change_impact if row["severity"] == "obstacle"]
        return [row["code"] for row in found], "\n".join(row["text"] for row in found)

    def map(self, offer, user=None, **records):
        """Answer the questions of the wizard, by kind."""
        action = offer.with_user(user or self.env.user).action_complete_order()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard = wizard.with_user(user or self.env.user)
        for line in wizard.line_ids:
            line[f"{line.kind}_id"] = records[line.kind]
        wizard.action_apply()

    def buyer(self, groups="purchase.group_purchase_user"):
        """Somebody of East."""
        return new_test_user(
            self.env,
            login=f"gaps_{groups}",
            groups=groups,
            company_id=self.east.id,
            company_ids=[(6, 0, self.east.ids)],
        )

    # === OFFERS OF THE SUPPLIER ===#
    def test_an_unknown_product_stands_against_the_offer_of_the_supplier(self):
        bought, sold = self.agreed()
        self.offer_with(sold, self.own_product(self.west, "Anvil"))
        request = bought._contract_open_request()
        codes, text = self.obstacles(request.offer_id)
        self.assertEqual(codes, ["unknown_product"])
        self.assertIn("Which product is “ANVIL · Anvil”?", text)
        self.assertIn("Complete order", text)
        self.assertFalse(request.is_feasible)
        with self.assertRaisesRegex(UserError, "Which product is"):
            request.action_accept_proposal()
        self.assertTrue(request.is_to_answer)

    def test_the_buyer_says_what_it_means_and_accepts(self):
        bought, sold = self.agreed()
        anvil = self.own_product(self.west, "Anvil")
        self.offer_with(sold, anvil)
        request = bought._contract_open_request()
        self.map(request.offer_id, self.buyer(), product=self.lamp)
        self.assertFalse(request.offer_id.intake_gap_text)
        line = request.offer_id.order_line.filtered(
            lambda line: line.product_id == self.lamp
        )
        self.assertEqual((line.product_qty, line.price_unit), (2, 30.0))
        request.action_accept_proposal()
        self.run_network()
        self.assertIn(self.lamp, self.current(bought).order_line.product_id)
        self.assert_in_step(bought)

    def test_what_was_said_once_is_known_from_then_on(self):
        bought, sold = self.agreed()
        anvil = self.own_product(self.west, "Anvil")
        self.offer_with(sold, anvil)
        self.map(bought._contract_open_request().offer_id, product=self.lamp)
        bought._contract_open_request().action_refuse_proposal("Not now.")
        self.run_network()
        self.offer_with(sold, anvil)
        offer = bought._contract_open_request().offer_id
        self.assertFalse(offer.intake_gaps)
        self.assertEqual(self.obstacles(offer), ([], ""))

    def test_what_does_not_fit_is_refused(self):
        bought, sold = self.agreed()
        self.offer_with(sold, self.own_product(self.west, "Anvil"))
        offer = bought._contract_open_request().offer_id
        with self.assertRaisesRegex(UserError, "does not fit"), self.cr.savepoint():
            self.map(offer, product=self.own_product(self.west, "Hammer"))
        self.env.invalidate_all()
        self.assertTrue(offer.intake_gaps)

    def test_only_buyers_complete_it(self):
        bought, sold = self.agreed()
        self.offer_with(sold, self.own_product(self.west, "Anvil"))
        offer = bought._contract_open_request().offer_id
        with self.assertRaises(AccessError):
            self.map(offer, self.buyer("stock.group_stock_user"), product=self.lamp)

    def test_a_complete_offer_has_nothing_to_map(self):
        bought, sold = self.agreed()
        self.change(sold, desk=8)
        self.run_network()
        with self.assertRaisesRegex(UserError, "is complete"):
            bought._contract_open_request().offer_id.action_complete_order()

    # === OFFERS OF THE CUSTOMER ===#
    def test_an_unknown_product_stands_against_the_change_of_the_customer(self):
        bought, sold = self.agreed()
        self.offer_with(bought, self.own_product(self.east, "Tripod"))
        request = sold._contract_open_request()
        codes, text = self.obstacles(request.offer_id)
        self.assertEqual(codes, ["unknown_product"])
        self.assertIn("Tripod", text)
        with self.assertRaisesRegex(UserError, "Which product is"):
            request.action_accept_proposal()
        self.map(request.offer_id, product=self.lamp)
        self.assertEqual(self.obstacles(request.offer_id), ([], ""))

    def test_a_counter_offer_with_an_unknown_product_is_completed_first(self):
        bought = self.order()
        self.run_network()
        sold = self.sold(bought)
        sold.action_counter_offer()
        offer = sold._contract_open_request().offer_id
        anvil = self.own_product(self.west, "Anvil")
        line = {"product_id": anvil.id, "price_unit": 9.0, "tax_ids": False}
        offer.write({"order_line": [(0, 0, line)]})
        offer.action_send_change()
        self.run_network()
        request = bought._contract_open_request()
        with self.assertRaisesRegex(UserError, "Which product is"):
            request.action_accept_proposal()
        self.map(request.offer_id, product=self.lamp)
        request.action_accept_proposal()
        self.run_network()
        self.assertEqual(bought.order_line.product_id, self.desk | self.lamp)
        self.assert_in_step(bought)
