# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .decision_common import DecisionCase


@tagged("post_install", "-at_install")
class TestAcceptance(DecisionCase):
    """An order is accepted, waits, or is rejected: nothing else."""

    # === WHAT IS DECIDED ===#
    def test_an_order_is_accepted_at_once_when_nothing_is_configured(self):
        self.company.acceptance_policy_id = False
        order = self._make_order((self.desk, 200))
        self._assert_in_force(order)
        self.assertEqual(self._log(order), [("accepted", "auto")])
        self.assertEqual(order.order_origin, "manual")
        self.assertFalse(order.activity_ids)

    def test_an_order_within_the_limit_is_accepted_at_once(self):
        order = self._make_order((self.desk, 5))
        self._assert_in_force(order)
        self.assertEqual(
            (order.acceptance_policy_id, order.acceptance_amount),
            (self.policy, order.amount_total),
        )
        self.assertEqual(order.acceptance_limit, 1000)

    def test_an_order_above_the_limit_waits_with_the_reasons(self):
        order = self._make_waiting_order()
        self._assert_waits(order)
        self.assertEqual(self._codes(order), ["above_order_limit"])
        self.assertIn("2,300.00", order.acceptance_reason_text)
        self.assertIn("1,000.00", order.acceptance_reason_text)
        self.assertEqual(order.business_status, "waiting")
        row = self._rows(order)
        self.assertEqual((row.outcome, row.mode), ("waiting", "auto"))
        self.assertEqual(row.facts["amount"], "2300")

    def test_confirming_returns_true_and_no_action_for_an_order_that_waits(self):
        self.assertIs(self._make_big_order().action_confirm(), True)

    def test_only_the_accepted_ones_of_several_orders_go_on(self):
        small = self._make_order((self.desk, 5), confirm=False)
        big = self._make_big_order()
        (small | big).action_confirm()
        self._assert_in_force(small)
        self._assert_waits(big)

    def test_no_code_of_another_addon_runs_for_an_order_that_waits(self):
        order = self._make_big_order()
        with (
            patch.object(type(order), "_action_confirm") as launched,
            patch.object(type(order), "_prepare_confirmation_values") as prepared,
        ):
            order.action_confirm()
        launched.assert_not_called()
        prepared.assert_not_called()

    def test_the_gate_stands_before_all_addons_that_extend_confirming(self):
        self.assertTrue(type(self.env["sale.order"]).action_confirm.bop_gate)

    def test_an_order_above_the_rejection_limit_is_rejected(self):
        self.policy.reject_limit = 2000
        order = self._make_big_order()
        order.action_confirm()
        self.assertEqual(
            (order.state, order.acceptance_state, order.business_status),
            ("cancel", "rejected", "rejected"),
        )
        self.assertEqual(self._log(order), [("rejected", "auto")])
        self.assertFalse(order.rejection_reason, "limits are no customer's business")

    def test_nothing_is_decided_when_contracts_are_switched_off(self):
        self.company.bop_contracts = False
        order = self._make_order((self.desk, 20))
        self.assertEqual((order.state, order.acceptance_state), ("sale", False))
        self.assertFalse(order.acceptance_decision_ids)

    def test_what_waits_when_contracts_are_switched_off_is_a_plain_order(self):
        order = self._make_waiting_order()
        self.company.bop_contracts = False
        order.action_confirm()
        self.assertEqual((order.state, order.acceptance_state), ("sale", False))

    def test_a_policy_can_ask_for_imported_orders(self):
        self.policy.ask_origin_import = True
        result = self.env["sale.order"].load(
            ["partner_id/.id", "order_line/product_id/.id", "order_line/name"],
            [[str(self.partner.id), str(self.desk.id), "Desk"]],
        )
        order = self.env["sale.order"].browse(result["ids"])
        self.assertEqual(order.order_origin, "import")
        order.action_confirm()
        self._assert_waits(order)

    def test_what_odoo_refuses_to_confirm_is_still_refused(self):
        order = self._make_order((self.desk, 5))
        with self.assertRaisesRegex(UserError, "not in a state requiring"):
            order.action_confirm()

    # === AGAIN ===#
    def test_confirming_again_decides_anew(self):
        order = self._make_waiting_order()
        self.policy.order_limit = 5000
        order.action_confirm()
        self._assert_in_force(order)
        self.assertEqual(self._log(order), [("waiting", "auto"), ("accepted", "auto")])
        self.assertFalse(self._tasks(order))

    def test_asking_again_for_the_same_is_logged_and_told_once(self):
        order = self._make_waiting_order()
        before = len(order.message_ids)
        order.action_confirm()
        self._assert_waits(order)
        self.assertEqual(self._log(order), [("waiting", "auto")])
        self.assertEqual(len(order.message_ids), before)
        self.assertEqual(len(self._tasks(order)), 1)

    def test_a_copy_has_no_acceptance(self):
        copy = self._make_waiting_order().copy()
        self.assertFalse(copy.acceptance_state)
        self.assertFalse(copy.acceptance_requested_at)
        self.assertFalse(copy.acceptance_decision_ids)

    def test_set_to_quotation_resets_the_acceptance(self):
        order = self._make_waiting_order()
        order.action_cancel()
        order.action_draft()
        self.assertFalse(order.acceptance_state)
        self.assertFalse(order.acceptance_reasons)

    # === DECISIONS OF PEOPLE ===#
    def test_an_approver_accepts(self):
        order = self._make_waiting_order()
        order.with_user(self.approver).action_accept_order()
        self._assert_in_force(order, "manual")
        self.assertEqual(order.acceptance_decided_by, self.approver)
        self.assertEqual(
            self._log(order), [("waiting", "auto"), ("accepted", "manual")]
        )
        self.assertTrue(order.picking_ids)
        self.assertFalse(self._tasks(order))
        self.assertEqual(self._rows(order)[-1].user_id, self.approver)

    def test_confirming_as_an_approver_does_not_accept(self):
        order = self._make_big_order()
        order.with_user(self.approver).action_confirm()
        self._assert_waits(order)

    def test_a_mail_that_cannot_be_written_does_not_undo_what_was_decided(self):
        self._can_be_written_to()
        order = self._make_waiting_order()
        failure = UserError("There is no program for the document.")
        with patch.object(
            self.env.registry["sale.order"],
            "_send_order_notification_mail",
            side_effect=failure,
        ):
            order._acceptance_accept()
        self.assertEqual((order.state, order.acceptance_state), ("sale", "accepted"))
        self.assertIn("could not be told", order.message_ids[0].body)

    def test_an_order_edited_while_it_waits_cannot_be_accepted(self):
        order = self._make_waiting_order()
        order.order_line.product_uom_qty = 40
        with self.assertRaisesRegex(UserError, "edited while it waited"):
            order.with_user(self.approver).action_accept_order()
        self._assert_waits(order)
        order.action_confirm()
        order.with_user(self.approver).action_accept_order()
        self._assert_in_force(order, "manual")
        self.assertEqual(order.acceptance_amount, 4600)

    def test_what_does_not_wait_cannot_be_accepted(self):
        order = self._make_big_order()
        with self.assertRaisesRegex(UserError, "does not wait for acceptance"):
            order.with_user(self.approver).action_accept_order()

    def test_an_approver_rejects_with_a_reason(self):
        order = self._make_waiting_order()
        action = order.with_user(self.approver).action_reject_order()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        dialog = dialog.with_user(self.approver)
        dialog.reason = "We are out of desks."
        dialog.action_decide()
        self.assertEqual(
            (order.state, order.acceptance_state, order.business_status),
            ("cancel", "rejected", "rejected"),
        )
        self.assertEqual(order.rejection_reason, "We are out of desks.")
        self.assertEqual(
            self._log(order), [("waiting", "auto"), ("rejected", "manual")]
        )
        self.assertFalse(self._tasks(order))

    def test_rejecting_needs_a_reason(self):
        order = self._make_waiting_order()
        with self.assertRaisesRegex(UserError, "Say why"):
            order.with_user(self.approver)._acceptance_reject("  ")
        self._assert_waits(order)

    def test_a_manager_overrides_a_rejection_with_a_reason(self):
        order = self._make_waiting_order()
        order.with_user(self.approver)._acceptance_reject("Too big.")
        manager = order.with_user(self.acceptance_manager)
        with self.assertRaisesRegex(UserError, "Say why"):
            manager._acceptance_accept("override", "")
        manager._acceptance_accept("override", "Paid in advance.")
        self._assert_in_force(order, "override")
        row = self._rows(order)[-1]
        self.assertEqual((row.mode, row.note), ("override", "Paid in advance."))

    def test_an_order_on_hold_waits_until_the_hold_is_released(self):
        self.policy.order_limit = 0
        customer = self.partner.with_user(self.acceptance_manager)
        customer.place_credit_hold("Pays nothing.")
        order = self._make_waiting_order()
        self.assertIn("on_hold", self._codes(order))
        for accept in (
            order.with_user(self.approver).action_accept_order,
            lambda: order.with_user(self.acceptance_manager)._acceptance_accept(
                "override", "Bank guarantee."
            ),
        ):
            with self.assertRaisesRegex(UserError, "on credit hold"):
                accept()
        self._assert_waits(order)
        customer.release_credit_hold("Paid.")
        order.with_user(self.approver).action_accept_order()
        self._assert_in_force(order, "manual")

    def test_several_orders_are_accepted_at_once(self):
        orders = self._make_waiting_order() | self._make_waiting_order()
        orders.with_user(self.approver).action_accept_order()
        for order in orders:
            self._assert_in_force(order, "manual")

    def test_what_is_accepted_together_is_in_the_facts_of_the_next_one(self):
        self.policy.write({"order_limit": 0, "exposure_limit": 1500})
        orders = self.env["sale.order"].union(
            *[self._make_order((self.desk, 5), confirm=False) for _n in range(4)]
        )
        orders.action_confirm()
        exposure = [self._rows(order).facts["exposure"] for order in orders]
        self.assertEqual(exposure, ["0", "575", "1150", "1150"])
        states = orders.mapped("acceptance_state")
        self.assertEqual(states, ["accepted", "accepted", "waiting", "waiting"])
        (orders[2] | orders[3]).with_user(self.approver).action_accept_order()
        exposure = [self._rows(order)[-1].facts["exposure"] for order in orders]
        self.assertEqual(exposure, ["0", "575", "1150", "1725"])

    # === TAKEN BACK ===#
    def test_cancelling_an_order_that_waits_withdraws_it(self):
        order = self._make_waiting_order()
        order.action_cancel()
        self.assertEqual((order.state, order.acceptance_state), ("cancel", False))
        self.assertEqual(
            self._log(order), [("waiting", "auto"), ("withdrawn", "manual")]
        )
        self.assertFalse(self._tasks(order))
        self.assertEqual(order.business_status, "cancelled")

    def test_an_order_that_was_decided_upon_cannot_be_deleted(self):
        order = self._make_waiting_order()
        order.action_cancel()
        with self.assertRaisesRegex(UserError, "kept as history"):
            order.unlink()

    # === PEOPLE ARE TOLD ===#
    def test_the_salesperson_is_asked_if_he_may_decide(self):
        self.approver.group_ids += self.env.ref("sales_team.group_sale_salesman")
        order = self._make_waiting_order(user_id=self.approver.id)
        self.assertEqual(self._tasks(order), self.approver)

    def test_else_the_approver_of_the_company_is_asked(self):
        self.company.acceptance_approver_id = self.acceptance_manager
        order = self._make_waiting_order(user_id=self.salesman.id)
        self.assertEqual(self._tasks(order), self.acceptance_manager)

    def test_the_task_is_due_when_the_company_wants_it_decided(self):
        self.company.acceptance_escalation_days = 3
        order = self._make_waiting_order()
        due = order.acceptance_requested_at.date() + timedelta(days=3)
        self.assertEqual(order.activity_ids.date_deadline, due)

    def test_an_overdue_order_is_escalated_once(self):
        self.company.acceptance_escalation_days = 2
        order = self._make_waiting_order()
        kind = self.env.ref(
            "bop_customer_order.mail_activity_type_acceptance_escalation"
        )
        self.env["sale.order"]._cron_escalate_acceptance()
        self.assertNotIn(kind, order.activity_ids.activity_type_id)
        with freeze_time(fields.Datetime.now() + timedelta(days=2, minutes=1)):
            self.env["sale.order"]._cron_escalate_acceptance()
            self.env["sale.order"]._cron_escalate_acceptance()
        escalated = order.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        self.assertEqual(len(escalated), 1)
        self.assertTrue(
            escalated.user_id.has_group("bop_customer_order.group_acceptance_manager")
        )
        order.with_user(self.approver).action_accept_order()
        self.assertFalse(order.activity_ids)

    def _subjects(self, order):
        return [message.subject or "" for message in order.message_ids]

    def test_the_customer_is_told_each_step_in_his_language(self):
        self._can_be_written_to()
        order = self._make_waiting_order()
        self.assertIn("Order received", self._subjects(order)[0])
        order.with_user(self.approver).action_accept_order()
        self.assertTrue(any("Order accepted" in x for x in self._subjects(order)))
        rejected = self._make_waiting_order()
        rejected.with_user(self.approver)._acceptance_reject("Out of desks.")
        mail = rejected.message_ids.filtered(
            lambda message: "not accepted" in (message.subject or "")
        )
        self.assertIn("Out of desks.", mail.body)

    def test_the_customer_of_an_order_accepted_at_once_gets_no_extra_mail(self):
        self._can_be_written_to()
        order = self._make_order((self.desk, 5))
        self.assertFalse([x for x in self._subjects(order) if "accepted" in x])

    def test_the_reasons_are_a_note_the_customer_does_not_see(self):
        self._can_be_written_to()
        order = self._make_waiting_order()
        note = order.message_ids.filtered(lambda m: "above the order limit" in m.body)
        self.assertTrue(note)
        self.assertTrue(all(note.mapped("subtype_id.internal")))

    # === THE LOG ===#
    def test_the_log_cannot_be_changed(self):
        row = self._rows(self._make_waiting_order()).sudo()
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            row.note = "Never happened"
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            row.unlink()
        with self.assertRaisesRegex(UserError, "recorded by the system"):
            row.copy()
