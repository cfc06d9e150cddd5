# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Nobody accepts, rejects or overrides without the role for it: tried as the weakest
users who can touch an order, by every way values come in.
"""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.bop_contract.models.capability import SYSTEM, hold

from .decision_common import DecisionCase

#: What somebody would set who wants his order accepted.
WISHES = {
    "acceptance_state": "accepted",
    "acceptance_mode": "manual",
    "acceptance_decided_at": "2026-01-01 00:00:00",
    "acceptance_reasons": [],
    "acceptance_reason_kind": "hold",
    "acceptance_amount": 1.0,
    "acceptance_limit": 10**9,
    "acceptance_terms": "x",
    "acceptance_requested_at": "2026-01-01 00:00:00",
    "acceptance_escalated_at": "2026-01-01 00:00:00",
    "rejection_reason": "x",
    "order_origin": "import",
}


@tagged("post_install", "-at_install")
class TestAcceptanceAccess(DecisionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._make_waiting_order(user_id=cls.salesman.id)
        cls.own = cls.order.with_user(cls.salesman)

    def _assert_refused(self, call, error=UserError):
        with self.assertRaises(error), self.cr.savepoint():
            call()
        self.env.invalidate_all()
        self._assert_waits(self.order)

    # === DECIDING ===#
    def test_a_salesperson_can_neither_accept_nor_reject_nor_override(self):
        for call in (
            self.own.action_accept_order,
            self.own.action_reject_order,
            self.own.action_override_acceptance,
            lambda: self.own._acceptance_accept("override", "Because."),
            lambda: self.own._acceptance_reject("Because."),
        ):
            self._assert_refused(call, AccessError)

    def test_code_that_runs_as_superuser_for_a_salesperson_cannot_accept_either(self):
        self._assert_refused(self.own.sudo().action_accept_order, AccessError)

    def test_an_approver_cannot_override(self):
        approver = self.order.with_user(self.approver)
        self._assert_refused(approver.action_override_acceptance, AccessError)
        self._assert_refused(
            lambda: approver._acceptance_accept("override", "Because."), AccessError
        )

    def test_an_approver_of_another_company_cannot_accept(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            login="bop_stranger",
            groups="bop_customer_order.group_acceptance",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self._assert_refused(
            self.order.with_user(stranger).action_accept_order, AccessError
        )

    def test_the_dialog_of_an_approver_is_no_way_for_others(self):
        wizard = self.env["bop.acceptance.reason"].create(
            {"order_ids": self.order.ids, "decision": "override", "reason": "x"}
        )
        self._assert_refused(wizard.with_user(self.salesman).action_decide, AccessError)
        self._assert_refused(wizard.with_user(self.approver).action_decide, AccessError)
        with self.assertRaises(AccessError):
            wizard.with_user(self.salesman).create({"decision": "reject"})

    def test_portal_and_public_users_cannot_accept(self):
        portal = new_test_user(self.env, login="bop_buyer", groups="base.group_portal")
        portal.partner_id.parent_id = self.partner
        for user in (portal, self.env.ref("base.public_user")):
            self._assert_refused(
                self.order.with_user(user).action_accept_order, AccessError
            )
            self._assert_refused(
                self.order.with_user(user).sudo().action_accept_order, AccessError
            )

    def test_a_customer_does_not_read_limits_and_reasons(self):
        portal = new_test_user(self.env, login="bop_reader", groups="base.group_portal")
        portal.partner_id.parent_id = self.partner
        self.order.message_subscribe(portal.partner_id.ids)
        own = self.order.with_user(portal)
        self.assertEqual(
            own.read(["acceptance_state"])[0]["acceptance_state"], "waiting"
        )
        for name in (
            "acceptance_reasons",
            "acceptance_reason_text",
            "acceptance_limit",
            "acceptance_amount",
            "acceptance_policy_id",
            "acceptance_decision_ids",
        ):
            with self.subTest(field=name), self.assertRaises(AccessError):
                own.read([name])

    # === VALUES FROM OUTSIDE ===#
    def test_no_acceptance_field_is_missing_in_these_tests(self):
        names = {
            name
            for name, field in self.order._fields.items()
            if field.store and name.startswith(("acceptance_", "rejection_"))
            if field.type != "one2many"
        }
        relations = {
            "acceptance_policy_id",
            "acceptance_currency_id",
            "acceptance_decided_by",
        }
        self.assertEqual(names - relations, set(WISHES) - {"order_origin"})
        self.assertLessEqual(
            names | {"order_origin"}, set(self.order._contract_system_fields())
        )

    def test_no_field_of_acceptance_can_be_written(self):
        for name, value in WISHES.items():
            with self.subTest(field=name):
                self._assert_refused(lambda n=name, v=value: self.own.write({n: v}))
                self._assert_refused(
                    lambda n=name, v=value: self.own.sudo().write({n: v})
                )

    def test_no_order_is_born_accepted(self):
        for name, value in WISHES.items():
            with self.subTest(field=name), self.assertRaises(UserError):
                self.own.create({"partner_id": self.partner.id, name: value})

    def test_no_default_of_a_client_decides(self):
        context = {f"default_{name}": value for name, value in WISHES.items()}
        order = self.own.with_context(**context).create({"partner_id": self.partner.id})
        self.assertFalse(order.acceptance_state)
        self.assertFalse(order.acceptance_mode)
        self.assertEqual(order.order_origin, "manual")

    def test_no_default_of_a_user_decides(self):
        self.env["ir.default"].set(
            "sale.order", "acceptance_state", "accepted", user_id=self.salesman.id
        )
        order = self.own.create({"partner_id": self.partner.id})
        self.assertFalse(order.acceptance_state)

    def test_no_copy_is_born_accepted(self):
        with self.assertRaises(UserError):
            self.own.copy({"acceptance_state": "accepted"})

    def test_an_order_written_through_its_customer_is_not_accepted(self):
        command = [Command.update(self.order.id, {"acceptance_state": "accepted"})]
        partner = self.partner.with_user(self.salesman)
        self._assert_refused(lambda: partner.sudo().write({"sale_order_ids": command}))

    def test_an_import_cannot_set_the_acceptance(self):
        result = self.own.load(
            [".id", "acceptance_state"], [[str(self.order.id), "accepted"]]
        )
        self.assertFalse(result["ids"])
        self.env.invalidate_all()
        self._assert_waits(self.order)

    # === AROUND THE GATE ===#
    def test_who_may_not_write_an_order_does_not_even_ask_for_its_acceptance(self):
        order = self._make_big_order(user_id=self.sales_manager.id)
        portal = new_test_user(self.env, login="bop_asker", groups="base.group_portal")
        portal.partner_id.parent_id = self.partner
        order.message_subscribe(portal.partner_id.ids)
        for user in (portal, self.salesman, self.env.ref("base.public_user")):
            with self.subTest(login=user.login), self.assertRaises(AccessError):
                order.with_user(user).action_confirm()
        self.assertFalse(order.acceptance_state)
        self.assertFalse(order.acceptance_decision_ids)

    def test_the_state_cannot_be_written_past_the_gate(self):
        self._assert_refused(lambda: self.own.write({"state": "sale"}))
        self._assert_refused(lambda: self.own.sudo().write({"state": "sale"}))

    def test_no_order_above_the_limit_is_created_in_force(self):
        line = Command.create({"product_id": self.desk.id, "product_uom_qty": 20})
        with self.assertRaisesRegex(UserError, "above the order limit"):
            self.own.create(
                {
                    "partner_id": self.partner.id,
                    "state": "sale",
                    "order_line": [line],
                }
            )

    def test_an_order_within_the_limit_may_be_created_in_force(self):
        line = Command.create({"product_id": self.desk.id, "product_uom_qty": 2})
        order = self.own.create(
            {"partner_id": self.partner.id, "state": "sale", "order_line": [line]}
        )
        self._assert_in_force(order)

    def test_no_context_opens_the_gate(self):
        order = self._make_big_order(user_id=self.salesman.id)
        context = {
            "bop_passing": order.ids,
            "bop_gate": False,
            "default_acceptance_state": "accepted",
            "active_ids": order.ids,
            "bypass_acceptance": True,
        }
        order.with_user(self.salesman).with_context(**context).action_confirm()
        self._assert_waits(order)

    def test_the_second_half_of_confirming_is_not_public(self):
        for name in ("_action_confirm", "_acceptance_accept", "_contract_accept"):
            self.assertTrue(name.startswith("_"))
        public = [
            name
            for name in dir(type(self.order))
            if name.startswith(("action_", "bop_")) and "accept" in name
        ]
        self.assertIn("action_accept_order", public)

    # === THE LOG ===#
    def test_the_log_is_read_by_those_who_see_the_order(self):
        rows = self.env["bop.acceptance.decision"]
        domain = [("order_id", "=", self.order.id)]
        self.assertTrue(rows.with_user(self.salesman).search(domain))
        colleague = new_test_user(
            self.env, login="bop_other", groups="sales_team.group_sale_salesman"
        )
        self.assertFalse(rows.with_user(colleague).search(domain))
        clerk = new_test_user(self.env, login="bop_desk", groups="base.group_user")
        with self.assertRaises(AccessError):
            rows.with_user(clerk).search(domain)

    def test_nobody_writes_the_log(self):
        row = self.order.acceptance_decision_ids
        for user in (self.salesman, self.acceptance_manager):
            for call in (
                lambda u=user: row.with_user(u).write({"note": "x"}),
                lambda u=user: row.with_user(u).unlink(),
                lambda u=user: row.with_user(u).create({"order_id": self.order.id}),
            ):
                with self.assertRaises(UserError):
                    call()

    def test_raw_sql_cannot_change_the_log(self):
        row = self.order.acceptance_decision_ids
        self.env.flush_all()
        for query in (
            "UPDATE bop_acceptance_decision SET note = 'x' WHERE id = %s",
            "DELETE FROM bop_acceptance_decision WHERE id = %s",
        ):
            with self.assertRaises(Exception) as caught, self.cr.savepoint():
                self.env.cr.execute(query, [row.id], log_exceptions=False)
            self.assertIn("append-only", str(caught.exception))

    def test_a_decision_on_a_contract_cannot_be_changed_by_the_system_either(self):
        order = self._make_order((self.desk, 2))
        with self.assertRaises(UserError), hold(self.env, SYSTEM):
            order.acceptance_mode = "manual"


@tagged("post_install", "-at_install")
class TestAcceptancePortal(DecisionCase, HttpCase):
    """What a customer sees of an order that waits, and can do with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._make_waiting_order(
            require_signature=True, require_payment=False
        )
        cls.url = cls.order.get_portal_url()

    def _post(self, path, **values):
        """Send a form as the customer's browser does."""
        self.authenticate(None, None)
        page = self.url_open(self.url)
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        return self.url_open(
            f"/my/orders/{self.order.id}/{path}",
            data={"csrf_token": token, **values},
            allow_redirects=False,
        )

    def test_the_customer_reads_that_his_order_waits_and_has_nothing_to_sign(self):
        page = self.url_open(self.url).text
        self.assertIn("waiting for our acceptance", page)
        self.assertIn("o_bop_withdraw", page)
        self.assertNotIn("Accept & Sign", page)
        self.assertNotIn("above the order limit", page)

    def test_the_customer_reads_why_his_order_was_rejected(self):
        self.order.with_user(self.approver)._acceptance_reject("Out of desks.")
        page = self.url_open(self.url).text
        self.assertIn("Out of desks.", page)
        self.assertNotIn("o_bop_withdraw", page)

    def test_the_customer_withdraws_with_his_link(self):
        self._post("withdraw", access_token=self.order.access_token)
        self.assertEqual(
            (self.order.state, self.order.acceptance_state), ("cancel", False)
        )
        self.assertEqual(self._log(self.order)[-1][0], "withdrawn")

    def test_without_the_token_nobody_withdraws(self):
        for token in ("", "wrong"):
            self._post("withdraw", access_token=token)
            self._assert_waits(self.order)

    def test_what_was_decided_cannot_be_withdrawn(self):
        token = self.url_open(self.url).text  # the form is open in another tab
        token = token.split('name="csrf_token" value="')[1].split('"')[0]
        self.order.with_user(self.approver).action_accept_order()
        answer = self.url_open(
            f"/my/orders/{self.order.id}/withdraw",
            data={"csrf_token": token, "access_token": self.order.access_token},
        )
        self.assertIn("it was decided upon", answer.text)
        self._assert_in_force(self.order, "manual")
