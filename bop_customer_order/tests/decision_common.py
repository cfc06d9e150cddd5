# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import new_test_user

from .common import ContractCase


class DecisionCase(ContractCase):
    """A company whose orders above 1000 wait for acceptance, and people who decide."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        manager = cls.env.ref("bop_customer_order.group_acceptance_manager")
        cls.env.user.sudo().group_ids += manager  # sets the policies below
        cls.approver = cls._make_user("bop_approver", "group_acceptance")
        cls.acceptance_manager = cls._make_user("bop_chief", "group_acceptance_manager")
        cls.partner.lang = "en_US"
        cls.policy = cls._make_policy(order_limit=1000)
        cls.company.acceptance_policy_id = cls.policy

    @classmethod
    def _make_user(cls, login, group):
        return new_test_user(
            cls.env,
            login=login,
            groups=f"bop_customer_order.{group},base.group_user",
            company_id=cls.company.id,
            email=f"{login}@example.com",
        )

    @classmethod
    def _make_policy(cls, **values):
        """A policy in the currency of the company."""
        currency = cls.company.currency_id.id
        return cls.env["bop.acceptance.policy"].create(
            {"name": "Test policy", "currency_id": currency, **values}
        )

    @classmethod
    def _make_big_order(cls, **values):
        """A quotation of 2300 with tax, above the limit."""
        return cls._make_order((cls.desk, 20), confirm=False, **values)

    @classmethod
    def _make_waiting_order(cls, **values):
        order = cls._make_big_order(**values)
        order.action_confirm()
        assert order.acceptance_state == "waiting"
        return order

    def _assert_waits(self, order):
        """Nothing of the order is in force, and somebody has to decide."""
        self.assertEqual(order.acceptance_state, "waiting")
        self.assertIn(order.state, ("draft", "sent"))
        self.assertFalse(order.is_contract)
        self.assertFalse(order.picking_ids)
        self.assertFalse(order.invoice_ids)
        self.assertTrue(order.acceptance_requested_at)

    def _assert_in_force(self, order, mode="auto"):
        self.assertEqual(
            (order.state, order.acceptance_state, order.acceptance_mode),
            ("sale", "accepted", mode),
        )
        self.assertTrue(order.is_contract)

    def _log(self, order):
        """What was decided about the order, oldest first: (outcome, mode)."""
        return [(row.outcome, row.mode) for row in self._rows(order)]

    def _rows(self, order):
        return order.acceptance_decision_ids.sorted("id")

    def _codes(self, order):
        return [reason["code"] for reason in order.acceptance_reasons]

    def _tasks(self, order):
        """Users with an open task to decide on the order."""
        kind = self.env.ref("bop_customer_order.mail_activity_type_acceptance")
        activities = order.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )
        return activities.user_id
