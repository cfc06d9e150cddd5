# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .flow_common import FlowCase


@tagged("post_install", "-at_install")
class TestFlow(FlowCase):
    """An order is one contract in two places: it comes into being, changes and ends only
    when both sides agree.
    """

    # === ORDERS ===#
    def test_an_order_waits_until_the_supplier_accepts(self):
        bought = self.order()
        self.assertEqual(bought.vendor_acceptance_state, "waiting")
        self.run_network()
        sold = self.sold(bought)
        self.assertEqual(sold.acceptance_state, "waiting")
        self.assertEqual(sold.order_line.price_unit, 90.0)
        self.assertNotEqual(bought.state, "purchase")
        sold._acceptance_accept()
        self.run_network()
        self.assertEqual((sold.state, bought.state), ("sale", "purchase"))
        self.assertTrue(bought.is_contract)
        self.assert_in_step(bought)

    def test_people_read_who_did_what_and_what_comes_next(self):
        seller = new_test_user(
            self.env, "flow_own_seller", "sales_team.group_sale_salesman"
        )
        self.east.partner_id.user_id = seller
        bought, sold = self.agreed()
        self.assertEqual(sold.user_id, seller)
        self.assertIn(self.west.partner_id.name, bought.version_text)
        said = self.env["bop.message"].search([("subject", "=", bought.pair_id.uuid)])
        self.assertEqual(set(said.mapped("type_name")), {"Order", "Order response"})
        request = self.change(bought, desk=12)
        self.assertIn("waits for the answer", request.offer_id.version_notice)
        self.run_network()
        theirs = sold._contract_open_request()
        self.assertIn("Accept or refuse it", theirs.offer_id.version_notice)

    def test_both_orders_say_where_a_change_stands(self):
        bought, sold = self.agreed()
        east, west = self.east.partner_id.name, self.west.partner_id.name
        self.assertFalse(bought.change_notice or sold.change_notice)
        sold.action_change_order()
        self.assertIn("is being prepared", sold.change_notice)
        request = self.change(sold, desk=8)
        self.assertRegex(sold.change_notice, f"was sent to {east} on .*20")
        self.run_network()
        self.assertRegex(bought.change_notice, f"{west} proposes .* since .*20")
        theirs = bought._contract_open_request()
        theirs.action_accept_proposal()
        for notice in (bought.change_notice, theirs.offer_id.version_notice):
            self.assertRegex(
                notice,
                f"consent to the change of {bought.name} is on its way to {west} since .*20",
            )
        theirs.action_withdraw()
        self.assertRegex(bought.change_notice, f"{west} was asked to give back our con")
        self.run_network()
        self.assertEqual(request.state, "applied")
        self.assertFalse(self.current(bought).change_notice)

    def test_nobody_is_the_salesperson_of_a_customer_without_one(self):
        bought, sold = self.agreed()
        self.assertFalse(sold.user_id)
        self.assert_in_step(bought)

    def test_a_trusted_customer_has_his_order_without_a_key_pressed(self):
        self.east.partner_id.with_company(
            self.west
        ).acceptance_policy_id = self.env.ref(
            "bop_customer_order.acceptance_policy_trusted"
        )
        bought = self.order()
        self.run_network()
        self.assertEqual(bought.state, "purchase")
        self.assert_in_step(bought)

    def test_people_read_which_policy_accepted_and_why(self):
        policy = self.env.ref("bop_customer_order.acceptance_policy_trusted").copy(
            {"order_limit": 5000, "currency_id": self.env.ref("base.EUR").id}
        )
        policy.name = "Regulars"
        self.east.partner_id.with_company(self.west).acceptance_policy_id = policy
        bought = self.order()
        self.run_network()
        sold = self.sold(bought)
        accepter = "the policy “Regulars” .*900.00.* within the order limit of .*5,000"
        self.assertRegex(sold.version_text, f"^Accepted on .* by {accepter}")
        self.assertRegex(sold.web_contract_versions()[-1]["by"], accepter)
        self.assertRegex(sold.bop_history()[-1]["accepted_by"], accepter)
        self.change(bought, desk=12)
        self.run_network()
        self.assertRegex(
            sold.version_notice, f"was superseded on .* by {accepter[:23]}"
        )
        customer = new_test_user(
            self.env, login="flow_portal", groups="base.group_portal"
        )
        customer.partner_id.parent_id = self.east.partner_id
        seen = self.sold(bought).with_user(customer)
        self.assertRegex(seen.version_text, "by our rules of acceptance$")

    def test_who_was_asked_accepted_and_no_policy(self):
        _bought, sold = self.agreed()
        self.assertRegex(sold.version_text, f"by {self.env.user.name}$")

    def test_a_rejected_order_is_cancelled_with_the_reason(self):
        bought = self.order()
        self.run_network()
        self.sold(bought)._acceptance_reject("We are closed.")
        self.run_network()
        self.assertEqual(bought.state, "cancel")
        self.assertEqual(bought.vendor_acceptance_reason, "We are closed.")
        self.assertEqual(bought.pair_id.state, "rejected")

    def test_an_order_that_waits_can_be_taken_back(self):
        bought = self.order()
        self.run_network()
        bought.button_cancel()
        self.assertNotEqual(bought.state, "cancel")
        self.run_network()
        self.assertEqual(bought.state, "cancel")
        self.assertEqual(self.sold(bought).state, "cancel")

    def test_who_may_not_order_is_told_so(self):
        self.to_east.may_order = False
        bought = self.order()
        self.run_network()
        self.assertEqual(bought.state, "cancel")
        self.assertIn("does not take this", bought.vendor_acceptance_reason)
        self.assertFalse(self.sold(bought))

    # === CHANGES BY THE CUSTOMER ===#
    def test_a_change_of_the_customer_comes_into_force_when_accepted(self):
        bought, sold = self.agreed()
        request = self.change(bought, desk=12)
        self.run_network()
        theirs = sold._contract_open_request()
        self.assertTrue(theirs.is_to_answer)
        self.assertEqual(self.current(bought), bought)
        theirs.offer_id._acceptance_accept()
        self.run_network()
        self.assertEqual(request.state, "applied")
        self.assertEqual(self.current(bought).order_line.product_qty, 12)
        self.assertEqual(self.sold(bought).order_line.product_uom_qty, 12)
        self.assertNotEqual(self.current(bought), bought)
        self.assert_in_step(bought)

    def test_a_change_that_waits_is_accepted_on_the_change_itself(self):
        bought, sold = self.agreed()
        self.change(bought, desk=12)
        self.run_network()
        theirs = sold._contract_open_request()
        self.assertEqual(theirs.offer_id.acceptance_state, "waiting")
        seller = new_test_user(
            self.env,
            "flow_seller",
            "sales_team.group_sale_salesman_all_leads",
            company_id=self.west.id,
            company_ids=[(6, 0, self.west.ids)],
        )
        with self.assertRaises(AccessError):
            theirs.with_user(seller).action_accept_proposal()
        self.assertEqual(theirs.state, "proposed")
        action = theirs.action_accept_proposal()
        self.assertEqual(action["res_id"], self.sold(bought).id)
        self.run_network()
        self.assertEqual(self.current(bought).order_line.product_qty, 12)
        self.assert_in_step(bought)

    def test_each_version_names_the_number_of_its_twin(self):
        bought, sold = self.agreed()
        first, versions = bought.name, [(bought, sold)]
        self.change(bought, desk=12)
        self.run_network()
        sold._contract_open_request().offer_id._acceptance_accept()
        self.run_network()
        versions.append((self.current(bought), self.sold(bought)))
        self.change(self.sold(bought), desk=8)
        self.run_network()
        self.current(bought)._contract_open_request().action_accept_proposal()
        self.run_network()
        versions.append((self.current(bought), self.sold(bought)))
        self.env.invalidate_all()
        for mine, theirs in versions:
            self.assertEqual(mine.partner_ref, theirs.name)
            # What the customer calls the contract is a term of it.
            self.assertEqual(theirs.client_order_ref, first)
            self.assertTrue(theirs._contract_verify()["valid"])
        self.assertEqual(theirs.twin_number, mine.name)
        self.assertEqual(len({theirs.name for _mine, theirs in versions}), 3)
        self.assert_in_step(bought)

    def test_a_change_that_is_rejected_changes_nothing(self):
        bought, sold = self.agreed()
        request = self.change(bought, desk=12)
        self.run_network()
        sold._contract_open_request().action_refuse_proposal("Sold out.")
        self.run_network()
        self.assertEqual(request.state, "rejected")
        self.assertEqual(request.refusal, "Sold out.")
        self.assertEqual(self.current(bought), bought)
        self.assertEqual(bought.order_line.product_qty, 10)
        self.assert_in_step(bought)

    def test_the_supplier_counters_a_change(self):
        bought, sold = self.agreed()
        request = self.change(bought, desk=12)
        self.run_network()
        self.counter(sold, desk=11)
        self.run_network()
        self.assertEqual(request.state, "countered")
        theirs = bought._contract_open_request()
        self.assertTrue(theirs.is_to_answer)
        theirs.action_accept_proposal()
        self.run_network()
        self.assertEqual(self.current(bought).order_line.product_qty, 11)
        self.assert_in_step(bought)

    def test_what_is_agreed_is_no_answer_to_a_change(self):
        for one, other in (("bought", "sold"), ("sold", "bought")):
            with self.subTest(proposes=one):
                order = dict(zip(("bought", "sold"), self.agreed(), strict=True))
                self.change(order[one], desk=12)
                self.run_network()
                with (
                    self.assertRaisesRegex(UserError, "nothing else than what is"),
                    self.cr.savepoint(),
                ):
                    self.change(order[other], desk=10)
                self.env.invalidate_all()
                order[other]._contract_open_request().action_refuse_proposal("No.")
                self.run_network()
                self.assert_in_step(order["bought"])

    def test_the_supplier_answers_a_change_by_cancelling(self):
        bought, sold = self.agreed()
        request = self.change(bought, desk=12)
        self.run_network()
        self.cancel(sold)
        self.run_network()
        self.assertEqual(request.state, "rejected")
        theirs = bought._contract_open_request()
        self.assertTrue(theirs.is_to_answer)
        self.assertEqual(
            bought.pair_id.open_message, self.sold(bought).pair_id.open_message
        )
        theirs.action_accept_proposal()
        self.run_network()
        self.assertEqual((bought.state, sold.state), ("cancel", "cancel"))
        self.assert_in_step(bought)

    def test_the_customer_answers_a_change_by_cancelling(self):
        bought, sold = self.agreed()
        request = self.change(sold, desk=12)
        self.run_network()
        self.cancel(bought)
        self.run_network()
        self.assertEqual(request.state, "countered")
        theirs = sold._contract_open_request()
        theirs.offer_id._acceptance_accept()
        self.run_network()
        self.assertEqual((bought.state, sold.state), ("cancel", "cancel"))
        self.assert_in_step(bought)

    def test_a_change_is_taken_back(self):
        bought, sold = self.agreed()
        request = self.change(bought, desk=12)
        self.run_network()
        request.action_withdraw()
        self.assertTrue(request.is_withdrawal_asked)
        self.run_network()
        self.assertEqual(request.state, "withdrawn")
        self.assertFalse(sold._contract_open_request())
        self.assert_in_step(bought)

    def test_the_customer_cancels_with_consent(self):
        bought, sold = self.agreed()
        self.change(bought, desk=0)
        self.run_network()
        sold._contract_open_request().offer_id._acceptance_accept()
        self.run_network()
        self.assertEqual((bought.state, sold.state), ("cancel", "cancel"))
        self.assertEqual(bought.pair_id.state, "cancelled")
        self.assertEqual(bought.pair_id.agreed_hash, sold.pair_id.agreed_hash)

    # === CHANGES BY THE SUPPLIER ===#
    def test_a_change_of_the_supplier_needs_the_customer(self):
        bought, sold = self.agreed()
        request = self.change(sold, desk=8)
        with self.assertRaisesRegex(UserError, "only when both agree"):
            request.action_apply()
        self.run_network()
        theirs = bought._contract_open_request()
        self.assertEqual((request.initiator, theirs.initiator), ("supplier",) * 2)
        with self.assertRaisesRegex(UserError, "only when both agree"):
            theirs.action_apply()
        theirs.action_accept_proposal()
        self.assertEqual(self.current(bought), bought)
        self.run_network()
        self.assertEqual(self.current(bought).order_line.product_qty, 8)
        self.assertEqual(request.state, "applied")
        self.assert_in_step(bought)

    def test_a_refused_change_of_the_supplier_changes_nothing(self):
        bought, sold = self.agreed()
        request = self.change(sold, desk=8)
        self.run_network()
        bought._contract_open_request().action_refuse_proposal("We need ten.")
        self.run_network()
        self.assertEqual((request.state, request.refusal), ("rejected", "We need ten."))
        self.assert_in_step(bought)

    def test_the_customer_counters_a_change_of_the_supplier(self):
        bought, sold = self.agreed()
        request = self.change(sold, desk=8)
        self.run_network()
        self.counter(bought, desk=9)
        self.run_network()
        self.assertEqual(request.state, "countered")
        sold._contract_open_request().offer_id._acceptance_accept()
        self.run_network()
        self.assertEqual(self.current(bought).order_line.product_qty, 9)
        self.assert_in_step(bought)

    def test_the_supplier_takes_his_change_back(self):
        bought, sold = self.agreed()
        request = self.change(sold, desk=8)
        self.run_network()
        request.action_withdraw()
        self.assertEqual(request.state, "withdrawn")
        self.run_network()
        self.assertFalse(bought._contract_open_request())
        self.assert_in_step(bought)

    def test_the_supplier_cancels_with_consent(self):
        bought, sold = self.agreed()
        self.change(sold, desk=0)
        self.run_network()
        bought._contract_open_request().action_accept_proposal()
        self.run_network()
        self.assertEqual((bought.state, sold.state), ("cancel", "cancel"))

    # === CROSSING ===#
    def test_of_two_proposals_that_cross_the_customers_stands(self):
        bought, sold = self.agreed()
        ours, theirs = self.change(bought, desk=12), self.change(sold, desk=8)
        self.run_network()
        self.assertEqual((ours.state, theirs.state), ("proposed", "withdrawn"))
        sold._contract_open_request().offer_id._acceptance_accept()
        self.run_network()
        self.assertEqual(self.sold(bought).order_line.product_uom_qty, 12)
        self.assert_in_step(bought)

    # === HELPERS ===#
    def counter(self, order, **quantities):
        """Answer the open proposal of the other side with another one."""
        self.change(order, **quantities)
