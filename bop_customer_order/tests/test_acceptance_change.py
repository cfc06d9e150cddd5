# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .decision_common import DecisionCase


@tagged("post_install", "-at_install")
class TestAcceptanceOfChanges(DecisionCase):
    """A change is decided upon as an order is: the new total counts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._make_order((cls.desk, 5))

    def _ask(self, quantity=20, **values):
        """A change to ``quantity`` desks that was to be applied."""
        request = self._change(self.order, {self.desk: quantity}, apply=False)
        request.write(values)
        request.action_apply()
        return request

    def _assert_untouched(self):
        self.assertEqual(
            (self.order.state, self.order.successor_id.id, self.order.is_contract),
            ("sale", False, True),
        )
        self.assertEqual(self._open_demand(self.order), {self.desk: 5})

    def test_a_change_within_the_limit_is_applied_at_once(self):
        successor = self._change(self.order, {self.desk: 6})
        self.assertEqual(self.order.successor_id, successor)
        self._assert_in_force(successor)
        self.assertEqual(successor.acceptance_amount, successor.amount_total)

    def test_a_change_above_the_limit_waits_and_moves_nothing(self):
        request = self._ask()
        offer = request.offer_id
        self._assert_waits(offer)
        self.assertEqual(self._codes(offer), ["above_order_limit"])
        self.assertTrue(request.is_open)
        self._assert_untouched()
        row = self.order.acceptance_decision_ids[0]
        self.assertEqual((row.outcome, row.change_request_id), ("waiting", request))
        self.assertTrue(row.facts["is_change"])
        self.assertEqual(float(row.facts["delta"]), 1725)

    def test_accepting_the_offer_applies_the_change(self):
        request = self._ask()
        offer = request.offer_id
        offer.with_user(self.approver).action_accept_order()
        self.assertEqual(request.state, "applied")
        self.assertEqual(self.order.successor_id, offer)
        self._assert_in_force(offer, "manual")
        self.assertEqual(self._open_demand(offer), {self.desk: 20})
        self.assertTrue(offer._contract_verify()["valid"])
        self.assertFalse(self._tasks(offer))

    def test_the_successor_carries_its_own_decision(self):
        offer = self._ask().offer_id
        offer.with_user(self.approver).action_accept_order()
        self.assertEqual(
            (self.order.acceptance_mode, self.order.acceptance_amount), ("auto", 575)
        )
        self.assertEqual(
            (offer.acceptance_mode, offer.acceptance_amount), ("manual", 2300)
        )
        self.assertEqual(offer.acceptance_decided_by, self.approver)

    def test_rejecting_the_offer_rejects_the_request_and_leaves_the_order(self):
        request = self._ask()
        offer = request.offer_id
        offer.with_user(self.approver)._acceptance_reject("Too many desks.")
        self.assertEqual(request.state, "rejected")
        self.assertEqual(
            (offer.state, offer.business_status, offer.rejection_reason),
            ("cancel", "rejected", "Too many desks."),
        )
        self._assert_untouched()
        self._change(self.order, {self.desk: 6})

    def test_a_change_above_the_rejection_limit_is_rejected(self):
        self.policy.reject_limit = 2000
        request = self._ask()
        self.assertEqual(request.state, "rejected")
        self._assert_untouched()

    def test_a_rejected_change_cannot_be_overridden_afterwards(self):
        offer = self._ask().offer_id
        offer.with_user(self.approver)._acceptance_reject("Too many desks.")
        with self.assertRaisesRegex(UserError, "is not an open offer"):
            offer.with_user(self.acceptance_manager)._acceptance_accept(
                "override", "After all."
            )

    def test_discarding_a_change_that_waits_withdraws_it(self):
        request = self._ask()
        request.action_withdraw()
        self.assertEqual(request.state, "withdrawn")
        self.assertEqual(self.order.acceptance_decision_ids[0].outcome, "withdrawn")
        self._assert_untouched()

    def test_applying_again_decides_anew(self):
        request = self._ask()
        self.policy.order_limit = 5000
        request.action_apply()
        self.assertEqual(request.state, "applied")
        self._assert_in_force(self.order.successor_id)

    def test_a_salesperson_who_says_that_all_agreed_does_not_get_around_the_limit(self):
        request = self._ask(initiator="supplier", consent="portal", consent_note="Me")
        self._assert_waits(request.offer_id)
        self._assert_untouched()

    def test_cancelling_an_order_by_agreement_needs_nobody_when_it_adds_no_risk(self):
        self.company.acceptance_policy_id = False
        order = self._make_order((self.desk, 50))
        self.company.acceptance_policy_id = self.policy
        self._change(order, {self.desk: 0})
        self.assertEqual(order.business_status, "cancelled")

    def test_an_offer_confirmed_by_its_customer_is_decided_too(self):
        request = self._change(self.order, {self.desk: 20}, apply=False)
        request.offer_id.write({"signed_by": "Anna"})
        request.offer_id.action_confirm()
        self._assert_waits(request.offer_id)
        self.assertEqual(request.consent, "portal")
        self._assert_untouched()

    def test_the_connected_system_learns_that_a_change_waits(self):
        self.order.bop_request_change(
            {
                "lines": [
                    {"position": self.order.order_line.position_uid, "quantity": 20}
                ]
            }
        )
        result = self.order.bop_apply_change()
        self.assertEqual(
            (result["state"], result["order"]), ("proposed", self.order.name)
        )
