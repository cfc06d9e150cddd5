# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.bop_contract.ubl.document import parse_document

from .flow_common import FlowCase


@tagged("post_install", "-at_install")
class TestFlowCounter(FlowCase):
    """A supplier answers an order with a counter-offer: it comes into force as both
    agree, or not at all.
    """

    def countered(self, desks=8, **values):
        """An order of ten desks at 90 that West answered with other terms; both
        perspectives of it, and what East has to decide on.
        """
        bought = self.order(**values)
        self.run_network()
        sold = self.sold(bought)
        action = sold.action_counter_offer()
        offer = self.env[action["res_model"]].browse(action["res_id"])
        offer.order_line.write({"product_uom_qty": desks, "price_unit": 95.0})
        offer.action_send_change()
        self.run_network()
        return bought, sold, bought._contract_open_request()

    def assert_without_contract(self, bought, sold):
        """Neither side has a contract, and nothing is open."""
        for order in (bought, sold):
            self.assertEqual(order.state, "cancel")
            self.assertFalse(order.is_contract)
            self.assertEqual(order.pair_id.state, "rejected")
            self.assertFalse(order.pair_id.open_message)
            self.assertFalse(order._contract_open_request())
            self.assertFalse(order.picking_ids)
        unexplained = self.env["bop.message"].search(
            [("state", "not in", ("sent", "processed"))]
        )
        self.assertFalse(unexplained.mapped("error"))

    # === WHAT IS OPEN ===#
    def test_the_order_stays_as_it_was_sent_while_it_is_negotiated(self):
        bought, sold, theirs = self.countered()
        self.assertEqual((bought.order_line.product_qty, bought.state), (10, "draft"))
        self.assertEqual((sold.order_line.product_uom_qty, sold.state), (10, "draft"))
        self.assertTrue(theirs.is_to_answer)
        self.assertEqual(theirs.offer_id.order_line.product_qty, 8)
        self.assertEqual(theirs.offer_id.order_line.price_unit, 95.0)
        self.assertEqual(theirs.offer_id.offer_network, "to_answer")
        self.assertIn("waits for our answer", bought.negotiation_notice)
        self.assertIn("has to answer", sold.negotiation_notice)
        self.assertIn("has to answer", sold.intake_reason)

    def test_the_customer_has_a_task_to_decide(self):
        bought, _sold, theirs = self.countered()
        self.assertIn(theirs.name, bought.activity_ids.summary)

    def test_while_it_is_at_the_customer_nobody_decides_here(self):
        _bought, sold, _theirs = self.countered()
        with self.assertRaisesRegex(UserError, "counter-offer was sent"):
            sold._acceptance_accept()
        with self.assertRaisesRegex(UserError, "does not wait for our answer"):
            sold.action_counter_offer()
        with self.assertRaisesRegex(UserError, "was sent to the other side"):
            sold._contract_open_request().offer_id.order_line.product_uom_qty = 7

    def test_the_customer_reads_that_his_consent_is_on_its_way(self):
        bought, _sold, theirs = self.countered()
        self.assertRegex(bought.negotiation_notice, "waits for our answer since .*20")
        theirs.action_accept_proposal()
        self.assertRegex(
            bought.negotiation_notice,
            f"consent .* on its way to {self.west.partner_id.name} since .*20",
        )

    # === ACCEPTED ===#
    def test_it_comes_into_force_as_it_was_countered(self):
        bought, sold, theirs = self.countered()
        theirs.action_accept_proposal()
        self.assertFalse(bought.is_contract)
        self.run_network()
        self.assertEqual((sold.state, bought.state), ("sale", "purchase"))
        for order in (bought, sold):
            self.assertTrue(order.is_contract)
            self.assertEqual((order.contract_version, order.pair_id.version), (1, 1))
            self.assertTrue(order._contract_verify()["valid"])
            self.assertEqual(len(order._contract_seals()), 1)
        self.assertEqual(sold.order_line.product_uom_qty, 8)
        self.assertEqual(bought.order_line.product_qty, 8)
        self.assertEqual(bought.picking_ids.move_ids.product_uom_qty, 8)
        self.assertEqual(sold.picking_ids.move_ids.product_uom_qty, 8)
        self.assertEqual(bought.vendor_acceptance_state, "accepted")
        self.assertEqual(sold.acceptance_state, "accepted")
        self.assertRegex(sold.version_text, r"by .*\(Both sides have agreed to this")
        self.assert_in_step(bought)

    def test_what_was_ordered_stays_provable(self):
        bought, sold, theirs = self.countered()
        ours = sold._contract_open_request()
        theirs.action_accept_proposal()
        self.run_network()
        for order, request in ((bought, theirs), (sold, ours)):
            sent = order.pair_id.ordered_message_id
            self.assertNotEqual(sent.body_sha256, order.pair_id.agreed_hash)
            document = parse_document(sent._body_bytes())
            self.assertEqual(document.terms.lines[0].quantity, "10")
            self.assertEqual(request.state, "applied")
            self.assertEqual(request.base_hash, sent.body_sha256)
            told = json.dumps(request.comparison)
            self.assertIn(f"{order.name} as ordered", told)
            changes = request.difference["lines"][0]["changes"]
            self.assertIn({"field": "quantity", "old": "10", "new": "8"}, changes)

    def test_date_and_new_positions_are_countered_as_well(self):
        bought = self.order()
        self.run_network()
        sold = self.sold(bought)
        sold.action_counter_offer()
        offer = sold._contract_open_request().offer_id
        offer.commitment_date = "2031-03-01 08:00:00"
        offer.write(
            {"order_line": [(0, 0, {"product_id": self.lamp.id, "price_unit": 20.0})]}
        )
        offer.order_line[-1].tax_ids = False
        offer.action_send_change()
        self.run_network()
        bought._contract_open_request().action_accept_proposal()
        self.run_network()
        self.assertEqual(bought.order_line.product_id, self.desk | self.lamp)
        self.assertEqual(str(bought.order_line[-1].date_planned.date()), "2031-03-01")
        self.assert_in_step(bought)

    def test_it_changes_afterwards_like_any_contract(self):
        bought, sold, theirs = self.countered()
        theirs.action_accept_proposal()
        self.run_network()
        request = self.change(bought, desk=12)
        self.run_network()
        sold._contract_open_request().offer_id._acceptance_accept()
        self.run_network()
        self.assertEqual(request.state, "applied")
        self.assertEqual(self.current(bought).contract_version, 2)
        self.assertEqual(self.sold(bought).order_line.product_uom_qty, 12)
        self.assert_in_step(bought)

    # === REFUSED ===#
    def test_a_refusal_leaves_both_without_a_contract(self):
        bought, sold, theirs = self.countered()
        theirs.action_refuse_proposal("We need ten.")
        self.run_network()
        self.assert_without_contract(bought, sold)
        request = sold.change_request_ids
        self.assertEqual((request.state, request.refusal), ("rejected", "We need ten."))
        self.assertEqual(sold.order_line.product_uom_qty, 10)

    def test_a_counter_offer_that_is_taken_back_is_a_rejection(self):
        bought, sold, theirs = self.countered()
        sold._contract_open_request().action_withdraw()
        self.run_network()
        self.assert_without_contract(bought, sold)
        self.assertEqual(bought.vendor_acceptance_state, "rejected")
        self.assertEqual(theirs.state, "withdrawn")

    def test_a_supplier_who_cancels_the_order_takes_it_back(self):
        bought, sold, _theirs = self.countered()
        sold._action_cancel()
        self.run_network()
        self.assert_without_contract(bought, sold)

    def test_a_customer_who_cancels_the_order_refuses_it(self):
        bought, sold, _theirs = self.countered()
        bought.button_cancel()
        self.run_network()
        self.assert_without_contract(bought, sold)

    def test_an_order_that_was_refused_comes_into_force_by_nobodys_hand(self):
        bought, sold, theirs = self.countered()
        theirs.action_refuse_proposal("We need ten.")
        self.run_network()
        with self.assertRaisesRegex(UserError, "nothing is open"), self.cr.savepoint():
            sold.action_draft()
            sold.action_confirm()
            sold._acceptance_accept()
        self.assertFalse(sold.is_contract or bought.is_contract)

    # === COUNTERED AGAIN ===#
    def test_the_customer_counters_back_and_the_supplier_accepts(self):
        bought, sold, _theirs = self.countered()
        ours = self.change(bought, desk=9)
        self.run_network()
        theirs = sold._contract_open_request()
        self.assertTrue(theirs.is_to_answer)
        self.assertEqual(sold.order_line.product_uom_qty, 10)
        theirs.offer_id._acceptance_accept()
        self.run_network()
        self.assertEqual((ours.state, theirs.state), ("applied", "applied"))
        self.assertEqual(sold.order_line.product_uom_qty, 9)
        self.assertEqual(bought.order_line.product_qty, 9)
        self.assertEqual(bought.pair_id.version, 1)
        self.assert_in_step(bought)

    def test_the_customer_comes_back_to_what_he_ordered_first(self):
        bought, sold, _theirs = self.countered()
        offer = bought._contract_open_request().offer_id
        offer.order_line.price_unit = 90.0
        ours = self.change(bought, desk=10)
        self.run_network()
        theirs = sold._contract_open_request()
        self.assertEqual((ours.state, theirs.state), ("proposed", "proposed"))
        self.assertTrue(theirs.is_to_answer)
        theirs.offer_id._acceptance_accept()
        self.run_network()
        self.assertEqual((ours.state, theirs.state), ("applied", "applied"))
        for order in (bought, sold):
            self.assertTrue(order.is_contract)
            self.assertTrue(order._contract_verify()["valid"])
            [said] = order.message_ids.filtered(lambda m: "In force as" in m.body)
            self.assertIn("it was ordered first", said.body)
        self.assertEqual(
            (bought.order_line.product_qty, bought.pair_id.version), (10, 1)
        )
        self.assertEqual(sold.order_line.price_unit, 90.0)
        self.assert_in_step(bought)

    def test_a_supplier_who_comes_back_to_what_was_ordered_is_told_what_to_do(self):
        bought, sold, _theirs = self.countered()
        self.change(bought, desk=9)
        self.run_network()
        theirs = sold._contract_open_request()
        theirs.offer_id.order_line.price_unit = 90.0
        with (
            self.assertRaisesRegex(UserError, "ordered first.*accept or refuse what"),
            self.cr.savepoint(),
        ):
            self.change(sold, desk=10)
        self.env.invalidate_all()
        self.assertTrue(theirs.is_to_answer)
        theirs.offer_id._acceptance_reject("Eight or none.")
        self.run_network()
        self.assert_without_contract(bought, sold)

    def test_other_words_alone_are_no_counter_offer(self):
        bought = self.order()
        self.run_network()
        sold = self.sold(bought)
        sold.action_counter_offer()
        offer = sold._contract_open_request().offer_id
        offer.order_line.name = "A desk of oak"
        with self.assertRaisesRegex(UserError, "ordered first"), self.cr.savepoint():
            offer.action_send_change()
        self.env.invalidate_all()
        sold._acceptance_accept()
        self.run_network()
        self.assert_in_step(bought)

    def test_the_supplier_refuses_what_the_customer_counters(self):
        bought, sold, _theirs = self.countered()
        ours = self.change(bought, desk=9)
        self.run_network()
        sold._contract_open_request().action_refuse_proposal("Eight or none.")
        self.run_network()
        self.assertEqual((ours.state, ours.refusal), ("rejected", "Eight or none."))
        self.assert_without_contract(bought, sold)

    def test_an_approver_rejects_what_the_customer_counters(self):
        bought, sold, _theirs = self.countered()
        self.change(bought, desk=9)
        self.run_network()
        sold._contract_open_request().offer_id._acceptance_reject("Eight or none.")
        self.run_network()
        self.assert_without_contract(bought, sold)

    def test_the_supplier_counters_a_second_time(self):
        bought, sold, _theirs = self.countered()
        ours = self.change(bought, desk=9)
        self.run_network()
        self.change(sold, desk=7)
        self.run_network()
        self.assertEqual(ours.state, "countered")
        bought._contract_open_request().action_accept_proposal()
        self.run_network()
        self.assertEqual(bought.order_line.product_qty, 7)
        self.assert_in_step(bought)

    def test_the_customer_takes_his_counter_offer_back(self):
        bought, sold, _theirs = self.countered()
        self.change(bought, desk=9)
        self.run_network()
        bought._contract_open_request().action_withdraw()
        self.run_network()
        self.assert_without_contract(bought, sold)

    # === WHO DECIDES ===#
    def test_the_counter_offer_of_a_salesperson_is_accepted_by_an_approver(self):
        bought = self.order()
        self.run_network()
        sold = self.sold(bought)
        policy = self.env.ref("bop_customer_order.acceptance_policy_ask")
        self.east.partner_id.with_company(self.west).acceptance_policy_id = policy
        seller = new_test_user(
            self.env,
            login="counter_seller",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=self.west.id,
            company_ids=[(6, 0, self.west.ids)],
        )
        own = sold.with_user(seller).with_company(self.west)
        own.action_counter_offer()
        offer = sold._contract_open_request().offer_id
        offer.with_user(seller).order_line.product_uom_qty = 8
        offer.with_user(seller).action_send_change()
        self.run_network()
        bought._contract_open_request().action_accept_proposal()
        self.run_network()
        self.assertEqual(offer.acceptance_state, "waiting")
        self.assertFalse(sold.is_contract)
        offer._acceptance_accept()
        self.run_network()
        self.assertEqual(sold.order_line.product_uom_qty, 8)
        self.assert_in_step(bought)

    def test_a_counter_offer_that_is_smaller_is_not_taken_for_a_harmless_change(self):
        _bought, sold, _theirs = self.countered()
        facts = sold._contract_open_request().offer_id._acceptance_facts()
        [fact] = facts.values()
        self.assertFalse(fact.is_change)
        self.assertTrue(fact.adds_risk)
        self.assertEqual(float(fact.added), 8 * 95.0)

    # === WHAT CANNOT BE COUNTERED ===#
    def test_a_counter_offer_has_to_offer_something_else(self):
        bought = self.order()
        self.run_network()
        sold = self.sold(bought)
        sold.action_counter_offer()
        request = sold._contract_open_request()
        with self.assertRaisesRegex(UserError, "changes nothing"):
            request.action_send()
        request.offer_id.order_line.product_uom_qty = 0
        with self.assertRaisesRegex(UserError, "leaves nothing"):
            request.action_send()

    def test_only_the_supplier_whose_answer_is_wanted_counters(self):
        bought, sold = self.agreed()
        for order in (bought, sold):
            with self.assertRaisesRegex(UserError, "does not wait for our answer"):
                order.action_counter_offer()
        waiting = self.order()
        with self.assertRaisesRegex(UserError, "has not answered yet"):
            waiting.action_change_order()

    def test_an_accepted_order_needs_no_draft_of_a_counter_offer(self):
        bought = self.order()
        self.run_network()
        sold = self.sold(bought)
        sold.action_counter_offer()
        draft = sold._contract_open_request()
        sold._acceptance_accept()
        self.run_network()
        self.assertEqual(draft.state, "withdrawn")
        self.assertFalse(draft.offer_id)
        self.assert_in_step(bought)

    def test_an_edited_counter_offer_is_not_what_is_consented_to(self):
        _bought, _sold, theirs = self.countered()
        theirs.offer_id.order_line.product_qty = 9
        with self.assertRaisesRegex(UserError, "was edited"):
            theirs.action_accept_proposal()
