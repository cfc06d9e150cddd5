# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .flow_common import FlowCase


@tagged("post_install", "-at_install")
class TestFlowObstacles(FlowCase):
    """What stands against a change is said, and nothing is half done."""

    # === GOODS ON THEIR WAY ===#
    def test_a_change_after_a_part_was_delivered_keeps_what_was_delivered(self):
        bought, sold = self.agreed()
        self.move_goods(sold, 4)
        self.move_goods(bought, 4)
        self.change(bought, desk=12)
        self.run_network()
        self.sold(bought)._contract_open_request().offer_id._acceptance_accept()
        self.run_network()
        mine, theirs = self.current(bought), self.sold(bought)
        self.assertEqual(theirs.order_line.qty_delivered, 4)
        self.assertEqual(mine.order_line.qty_received, 4)
        self.assert_in_step(bought)

    def test_what_was_delivered_already_waits_for_a_person(self):
        bought, sold = self.agreed()
        self.move_goods(sold, 4)
        request = self.change(bought, desk=2)
        self.run_network()
        theirs = sold._contract_open_request()
        self.assertEqual((theirs.state, request.state), ("proposed", "proposed"))
        self.assertTrue(theirs.obstacle)
        theirs.action_refuse_proposal("Four are on their way.")
        self.run_network()
        self.assertEqual(request.state, "rejected")
        self.assert_in_step(bought)

    def agreed_but_not_in_force(self):
        """Both agreed to less than has come in meanwhile: both perspectives of the
        order, and the customer's change.
        """
        bought, sold = self.agreed()
        request = self.change(bought, desk=8)
        self.move_goods(bought, 10)
        self.run_network()
        sold._contract_open_request().offer_id._acceptance_accept()
        self.run_network()
        self.assertEqual(request.state, "accepted")
        return bought, sold, request

    def test_what_arrived_meanwhile_is_no_reason_to_forget_what_was_agreed(self):
        bought, sold, request = self.agreed_but_not_in_force()
        self.assertTrue(request.obstacle)
        self.assertEqual(self.current(bought), bought)
        self.assertEqual(bought.pair_id.agreed_hash, sold.pair_id.agreed_hash)
        self.give_back(bought, 2)
        self.assertIn("is agreed, but not in force yet", bought.change_notice)
        request.action_apply()
        self.run_network()
        self.assertEqual(self.current(bought).order_line.product_qty, 8)
        self.assertEqual(self.current(bought).partner_ref, self.sold(bought).name)
        self.assert_in_step(bought)

    def test_a_consent_that_comes_too_late_is_rejected(self):
        bought, sold = self.agreed()
        request = self.change(sold, desk=8)
        self.run_network()
        bought._contract_open_request().action_accept_proposal()
        self.move_goods(sold, 10)
        self.run_network()
        self.assertEqual(request.state, "failed")
        self.assertTrue(request.failure)
        self.assertEqual(self.current(bought).order_line.product_qty, 10)
        self.assert_in_step(bought)

    def test_what_was_agreed_comes_into_force_with_the_network_switched_off(self):
        bought, sold = self.agreed()
        request = self.change(bought, desk=8)
        self.move_goods(bought, 10)
        self.run_network()
        sold._contract_open_request().offer_id._acceptance_accept()
        self.run_network()
        self.give_back(bought, 2)
        bought.pair_id.peer_id.sudo().digital_id.is_live = False
        request.action_apply()
        self.assertEqual(request.state, "applied")
        successor = self.current(bought)
        self.assertEqual(successor.partner_ref, self.sold(bought).name)
        notes = " ".join(successor.message_ids.mapped("body"))
        self.assertIn("could not be told the number of this version", notes)

    def test_nothing_new_is_decided_before_what_was_agreed_is_in_force(self):
        bought, _sold, agreed = self.agreed_but_not_in_force()
        request = self.change(self.sold(bought), desk=9)
        self.run_network()
        self.assertEqual((agreed.state, request.state), ("accepted", "rejected"))
        self.assertIn("Propose this again after that", request.refusal)
        self.give_back(bought, 2)
        agreed.action_apply()
        self.run_network()
        self.change(self.sold(bought), desk=9)
        self.run_network()
        self.assertTrue(self.current(bought)._contract_open_request().is_to_answer)

    # === A CONSENT THAT WAITS ===#
    def consented_on_hold(self):
        """A higher price that West proposed and East consented to while East is on
        credit hold; both perspectives of it, and what waits there.
        """
        bought, sold = self.agreed()
        sold.action_change_order()
        sold._contract_open_request().offer_id.order_line.price_unit = 95.0
        request = self.change(sold)
        controller = new_test_user(
            self.env,
            login="flow_controller",
            groups="bop_customer_order.group_credit,sales_team.group_sale_salesman",
            company_id=self.west.id,
            company_ids=[(6, 0, self.west.ids)],
        )
        held = self.east.partner_id.with_user(controller).with_company(self.west)
        held.place_credit_hold("Three reminders without an answer")
        self.run_network()
        bought._contract_open_request().action_accept_proposal()
        self.run_network()
        self.assertEqual((request.state, request.failure), ("proposed", False))
        self.assertEqual(request.offer_id.acceptance_state, "waiting")
        self.assertIn("consented to the change of", sold.change_notice)
        self.assertIn("consented to the change of", request.offer_id.version_notice)
        return bought, sold, request

    def assert_unchanged(self, bought, sold):
        """Both orders are as they were, and nothing is open on either side."""
        self.assertEqual((self.current(bought), self.sold(bought)), (bought, sold))
        self.assertFalse(bought._contract_open_request())
        self.assertFalse(sold._contract_open_request())
        self.assert_in_step(bought)

    def test_a_consent_that_waits_is_asked_back(self):
        bought, sold, request = self.consented_on_hold()
        theirs = bought._contract_open_request()
        theirs.action_withdraw()
        self.run_network()
        self.assertEqual((request.state, theirs.state), ("withdrawn", "withdrawn"))
        self.assert_unchanged(bought, sold)

    def test_a_consent_that_waits_is_rejected_by_an_approver(self):
        bought, sold, request = self.consented_on_hold()
        theirs = bought._contract_open_request()
        request.offer_id._acceptance_reject("Pay first.")
        self.run_network()
        self.assertEqual((request.state, theirs.state), ("rejected", "rejected"))
        self.assertEqual(theirs.refusal, "Pay first.")
        self.assert_unchanged(bought, sold)

    def test_a_supplier_who_discards_what_was_consented_to_refuses_it(self):
        bought, sold, request = self.consented_on_hold()
        theirs = bought._contract_open_request()
        request.offer_id.action_discard_offer()
        self.run_network()
        self.assertEqual((request.state, theirs.state), ("rejected", "rejected"))
        self.assert_unchanged(bought, sold)

    def test_a_consent_that_waits_comes_into_force_when_the_hold_is_released(self):
        bought, _sold, request = self.consented_on_hold()
        hold = self.env["bop.credit.hold"].search(
            [("commercial_partner_id", "=", self.east.partner_id.id)]
        )
        controller = hold.placed_by
        held = self.east.partner_id.with_user(controller).with_company(self.west)
        held.release_credit_hold("Paid today")
        request.offer_id._acceptance_decide_released()
        self.run_network()
        self.assertEqual(request.state, "applied")
        self.assertEqual(self.current(bought).order_line.price_unit, 95.0)
        self.assert_in_step(bought)

    # === PRICES ===#
    def test_a_new_price_after_a_part_was_billed_is_the_same_on_both_sides(self):
        bought, sold = self.agreed()
        self.move_goods(sold, 4)
        self.bill(sold)
        sold.action_change_order()
        sold._contract_open_request().offer_id.order_line.price_unit = 80.0
        request = self.change(sold)
        self.assertEqual(len(request.offer_id.order_line), 2)
        self.run_network()
        bought._contract_open_request().action_accept_proposal()
        self.run_network()
        self.assert_in_step(bought)
        self.assertEqual(
            self.current(bought).order_line.mapped(
                lambda line: (line.product_qty, line.price_unit)
            ),
            self.sold(bought).order_line.mapped(
                lambda line: (line.product_uom_qty, line.price_unit)
            ),
        )

    def test_an_order_that_was_edited_while_it_waited_is_not_accepted(self):
        bought = self.order()
        self.run_network()
        sold = self.sold(bought)
        sold.order_line.price_unit = 95.0
        with self.assertRaises(UserError):
            sold.action_confirm()
            sold._acceptance_accept()
        self.assertFalse(sold.is_contract)

    # === TIME ===#
    def test_a_proposal_nobody_answers_expires(self):
        bought, sold = self.agreed()
        request = self.propose_until_yesterday(bought)
        self.run_network()
        self.expire()
        self.run_network()
        self.assertEqual(request.state, "expired")
        self.assertFalse(self.sold(bought)._contract_open_request())
        request = self.propose_until_yesterday(sold)
        self.run_network()
        self.expire()
        self.assertEqual(request.state, "expired")
        self.run_network()
        self.assertFalse(bought._contract_open_request())
        self.assert_in_step(bought)

    # === EDITING ===#
    def test_what_was_sent_stays_as_it_was_sent(self):
        bought, _sold = self.agreed()
        request = self.change(bought, desk=12)
        with self.assertRaisesRegex(UserError, "was sent to the other side"):
            request.offer_id.order_line.product_qty = 99

    def test_what_was_sent_is_not_sent_again(self):
        bought, _sold = self.agreed()
        request = self.change(bought, desk=12)
        with self.assertRaisesRegex(UserError, "was sent to .* already. Wait for"):
            request.action_send()
        self.assertEqual(request.state, "proposed")

    def test_a_change_of_an_order_without_a_twin_is_applied_and_not_sent(self):
        self.to_west.state = "suspended"
        bought = self.order()
        self.assertFalse(bought.pair_id)
        bought.action_change_order()
        request = bought._contract_open_request()
        with self.assertRaisesRegex(UserError, "Apply the change instead"):
            request.action_send()
        self.assertEqual(request.state, "draft")

    def test_an_edited_proposal_is_not_accepted_but_sent_back(self):
        bought, sold = self.agreed()
        self.change(bought, desk=12)
        self.run_network()
        theirs = sold._contract_open_request()
        theirs.offer_id.order_line.product_uom_qty = 11
        with self.assertRaisesRegex(UserError, "was edited"):
            theirs.action_accept_proposal()
        self.assertEqual(self.sold(bought).order_line.product_uom_qty, 10)
        theirs.action_send()
        self.assertEqual(theirs.state, "countered")

    # === RIGHTS ===#
    def test_who_may_not_propose_is_told_so(self):
        bought, sold = self.agreed()
        self.to_east.may_change = False
        request = self.change(bought, desk=12)
        self.run_network()
        self.assertEqual(request.state, "rejected")
        self.assertIn("does not take this", request.refusal)
        self.to_west.may_change = False
        request = self.change(sold, desk=8)
        self.run_network()
        self.assertEqual(request.state, "rejected")
        self.assert_in_step(bought)

    def test_only_change_requests_are_refused_with_the_wizard(self):
        bought, sold = self.agreed()
        self.change(bought, desk=12)
        self.run_network()
        theirs = sold._contract_open_request()
        refusals = self.env["bop.change.refusal"]
        for model, record in (
            ("res.partner", self.env.user.partner_id.id),
            ("sale.order", sold.id),
            ("bop.change.request", theirs.id),
            ("no.such.model", 1),
        ):
            refusal = refusals.create(
                {"res_model": model, "res_id": record, "reason": "No."}
            )
            with self.assertRaisesRegex(UserError, "no kind of change request"):
                refusal.action_refuse()
        values = {"res_model": theirs._name, "reason": "No."}
        with self.assertRaisesRegex(UserError, "no change request with the id"):
            refusals.create({**values, "res_id": theirs.id + 1000}).action_refuse()
        refusals.create({**values, "res_id": theirs.id}).action_refuse()
        self.assertEqual((theirs.state, theirs.refusal), ("rejected", "No."))

    def test_nobody_moves_a_pair_by_hand(self):
        bought, sold = self.agreed()
        for values in ({"agreed_hash": "0" * 64}, {"is_ended": True}):
            with self.assertRaisesRegex(UserError, "written by the system"):
                bought.pair_id.write(values)
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            bought.pair_id.unlink()
        with self.assertRaises(UserError):
            sold.write({"pair_id": False})

    def test_pairs_of_other_companies_are_not_seen(self):
        bought, _sold = self.agreed()
        user = new_test_user(
            self.env,
            login="flow_user",
            groups="bop_network.group_network_user,bop_contract.group_auditor",
            company_id=self.west.id,
            company_ids=[(6, 0, self.west.ids)],
        )
        pairs = self.env["bop.contract.pair"].with_user(user)
        self.assertEqual(pairs.search([]).mapped("role"), ["supplier"])
        with self.assertRaises(AccessError):
            bought.pair_id.with_user(user).read(["agreed_hash"])

    # === HELPERS ===#
    def expire(self):
        """Let the job run that takes back what nobody answered."""
        # A test cannot commit.
        with patch.object(self.env.registry["ir.cron"], "_commit_progress"):
            self.env["bop.contract.pair"]._cron_expire()

    def propose_until_yesterday(self, order):
        """Propose a change whose answer was wanted yesterday."""
        yesterday = fields.Date.today() - timedelta(days=1)
        order.action_change_order()
        order._contract_open_request().valid_until = yesterday
        return self.change(order, desk=7)

    def move_goods(self, order, quantity):
        """Deliver or receive part of an order."""
        picking = order.picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel")
        )
        if picking.picking_type_code == "outgoing":
            self.env["stock.quant"]._update_available_quantity(
                self.desk, picking.location_id, quantity
            )
        picking.move_ids.write({"quantity": quantity, "picked": True})
        picking.with_context(skip_backorder=True)._action_done()

    def bill(self, order):
        """Bill what was delivered; a new company has no chart of accounts yet."""
        company = order.company_id
        income = self.env["account.account"].create(
            {
                "name": "Income",
                "code": "4000",
                "account_type": "income",
                "company_ids": [(6, 0, company.ids)],
            }
        )
        receivable = self.env["account.account"].create(
            {
                "name": "Receivable",
                "code": "1200",
                "account_type": "asset_receivable",
                "reconcile": True,
                "company_ids": [(6, 0, company.ids)],
            }
        )
        self.env["account.journal"].create(
            {
                "name": "Sales",
                "code": "SAL",
                "type": "sale",
                "company_id": company.id,
                "default_account_id": income.id,
            }
        )
        order.partner_id.with_company(
            company
        ).property_account_receivable_id = receivable
        self.desk.with_company(company).property_account_income_id = income
        order._create_invoices().action_post()

    def give_back(self, order, quantity):
        """Return goods to the supplier."""
        picking = order.picking_ids.filtered(lambda p: p.state == "done")[:1]
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.write({"quantity": quantity, "to_refund": True})
        back = wizard._create_return()
        back.move_ids.write({"quantity": quantity, "picked": True})
        back._action_done()
