# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from lxml import html

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..rules.acceptance import Policy
from .acceptance_common import AcceptanceCase

D = Decimal


@tagged("post_install", "-at_install", "bop")
class TestPolicy(AcceptanceCase):
    """What a policy says, and where it holds."""

    def test_three_policies_are_there_to_begin_with(self):
        for name in ("ask", "standard", "trusted"):
            policy = self.env.ref(f"bop_customer_order.acceptance_policy_{name}")
            self.assertIsInstance(policy._get_rule(), Policy)
        self.assertFalse(self.company.acceptance_policy_id)

    def test_zero_is_no_limit(self):
        rule = self._make_policy("Open")._get_rule()
        self.assertEqual(rule, Policy("Open", self.currency.name))

    def test_all_that_is_set_comes_to_the_rule(self):
        policy = self._make_policy(
            "Strict",
            always_ask=True,
            order_limit=10.004,
            exposure_limit=20,
            reject_limit=30,
            check_overdue=True,
            overdue_days=5,
            overdue_amount=6,
            min_paid_invoices=7,
            min_on_time_share=0.8,
            max_average_days_late=9.5,
            ask_origin_portal=True,
            ask_origin_network=True,
            ask_on_deviation=True,
        )
        self.assertEqual(
            policy._get_rule(),
            Policy(
                "Strict",
                self.currency.name,
                True,
                D(10),
                D(20),
                D(30),
                5,
                D(6),
                7,
                D("0.8"),
                D("9.5"),
                frozenset({"portal", "network"}),
                True,
            ),
        )

    def test_what_cannot_be_meant_is_refused(self):
        for values in (
            {"order_limit": -1},
            {"overdue_days": -1},
            {"min_on_time_share": 1.5},
            {"order_limit": 100, "reject_limit": 50},
        ):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self._make_policy("Wrong", **values)

    def test_the_customer_comes_before_the_default(self):
        order = self._quote(5000.0)
        self.assertEqual(self._judge(order), ("accept", set()))
        self.company.acceptance_policy_id = self.policy
        self.assertEqual(self._judge(order), ("ask", {"above_order_limit"}))
        self.partner.acceptance_policy_id = self._make_policy("Open")
        self.assertEqual(self._judge(order), ("accept", set()))

    def test_the_policy_of_the_commercial_partner_holds_for_contacts(self):
        self.partner.write(
            {"acceptance_policy_id": self.policy.id, "acceptance_limit": 50}
        )
        order = self._quote(60.0, partner_id=self.contact.id)
        self.assertEqual(self._judge(order), ("ask", {"above_order_limit"}))
        self.assertEqual(self.contact.commercial_acceptance_policy_id, self.policy)
        self.assertEqual(self.contact.commercial_acceptance_limit, 50)

    def test_a_contact_has_no_policy_of_its_own(self):
        with self.assertRaisesRegex(UserError, "Nordwind"), self.cr.savepoint():
            self.contact.acceptance_policy_id = self.policy
        with self.assertRaisesRegex(UserError, "Nordwind"), self.cr.savepoint():
            self.env["res.partner"].create(
                {"name": "X", "parent_id": self.partner.id, "acceptance_limit": 5}
            )

    def test_a_threshold_alone_is_a_policy(self):
        self.partner.acceptance_limit = 50
        self.assertEqual(self._judge(self._quote(50.0))[0], "accept")
        self.assertEqual(self._judge(self._quote(50.01))[0], "ask")
        self.assertEqual(self.partner.acceptance_currency_id, self.currency)

    def test_a_threshold_is_not_negative(self):
        with self.assertRaises(ValidationError):
            self.partner.acceptance_limit = -1

    def test_a_policy_of_another_company_cannot_be_chosen(self):
        other = self.env["res.company"].create({"name": "Other Ltd"})
        policy = self._make_policy("Theirs", company_id=other.id)
        with self.assertRaisesRegex(ValidationError, "Other Ltd"), self.cr.savepoint():
            self.partner.acceptance_policy_id = policy
        with self.assertRaisesRegex(ValidationError, "Other Ltd"), self.cr.savepoint():
            self.company.acceptance_policy_id = policy
        self.partner.with_company(other).acceptance_policy_id = policy
        self.assertFalse(self.partner.acceptance_policy_id)

    def test_a_policy_in_use_keeps_its_currency_and_is_not_deleted(self):
        self.partner.write(
            {"acceptance_policy_id": self.policy.id, "acceptance_limit": 50}
        )
        silver = self._make_currency("XSI", 10.0)
        with self.assertRaisesRegex(UserError, "Careful"), self.cr.savepoint():
            self.policy.currency_id = silver
        self.policy.currency_id = self.policy.currency_id
        with self.assertRaises(Exception), self.cr.savepoint():  # noqa: B017
            self.policy.unlink()
        self.partner.acceptance_limit = 0
        self.policy.currency_id = silver

    def test_an_archived_policy_still_holds(self):
        self.partner.acceptance_policy_id = self.policy
        self.policy.active = False
        self.assertEqual(self._judge(self._quote(1001.0))[0], "ask")


@tagged("post_install", "-at_install", "bop")
class TestPolicyAccess(AcceptanceCase):
    """Nobody sets a policy or a threshold without the group, whatever the way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.system = new_test_user(
            cls.env,
            login="bop_system",
            groups="base.group_system,sales_team.group_sale_manager,"
            "base.group_partner_manager,account.group_account_manager",
            company_id=cls.company.id,
        )
        cls.approver = new_test_user(
            cls.env,
            login="bop_approver",
            groups="bop_customer_order.group_acceptance,base.group_partner_manager",
            company_id=cls.company.id,
        )
        cls.portal = new_test_user(
            cls.env, login="bop_portal", groups="base.group_portal"
        )
        cls.weak = (cls.salesman, cls.sales_manager, cls.approver, cls.system)

    def _refused(self, call):
        with self.assertRaises(AccessError), self.cr.savepoint():
            call()
        self.env.invalidate_all()

    def test_the_administrator_sets_all(self):
        partner = self.partner.with_user(self.admin)
        self.policy.with_user(self.admin).order_limit = 7
        partner.sudo().write(
            {"acceptance_policy_id": self.policy.id, "acceptance_limit": 9}
        )
        self.assertEqual(self.partner.acceptance_limit, 9)

    def test_policies_are_not_changed_without_the_group(self):
        for user in self.weak:
            policy = self.policy.with_user(user)
            for own in (policy, policy.sudo()):
                self._refused(lambda own=own: own.write({"order_limit": 10**6}))
                self._refused(lambda own=own: own.create({"name": "Mine"}))
                self._refused(lambda own=own: own.copy())
                self._refused(lambda own=own: own.unlink())
        self.assertEqual(self.policy.order_limit, 1000.0)
        self.assertFalse(self.policy.search([("name", "=", "Mine")]))

    def test_customers_are_not_changed_without_the_group(self):
        trusted = self.policy.id
        for user in self.weak:
            partner = self.partner.with_user(user)
            for own in (partner, partner.sudo()):
                self._refused(lambda own=own: own.write({"acceptance_limit": 10**6}))
                self._refused(
                    lambda own=own: own.write({"acceptance_policy_id": trusted})
                )
                self._refused(
                    lambda own=own: own.create({"name": "X", "acceptance_limit": 9})
                )
                self._refused(
                    lambda own=own: own.with_company(self.company).write(
                        {"commercial_acceptance_limit": 5, "acceptance_limit": 5}
                    )
                )
        self.assertFalse(self.partner.acceptance_limit)

    def test_writing_what_is_there_is_no_change(self):
        self.partner.sudo().with_user(self.sales_manager).sudo().write(
            {"acceptance_limit": 0, "name": "Nordwind AG"}
        )
        self.assertEqual(self.partner.name, "Nordwind AG")

    def test_an_import_changes_nothing(self):
        for user in self.weak:
            result = (
                self.env["res.partner"]
                .with_user(user)
                .sudo()
                .load(["name", "acceptance_limit"], [["Imported", "1000000"]])
            )
            self.assertFalse(result["ids"])
            self.assertIn("Order Acceptance", str(result["messages"]))
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Imported")]))

    def test_a_default_changes_nothing(self):
        context = {
            "default_acceptance_policy_id": self.policy.id,
            "default_acceptance_limit": 10**6,
        }
        self.env["ir.default"].with_user(self.approver).sudo().set(
            "res.partner", "acceptance_limit", 10**6, user_id=self.approver.id
        )
        partners = self.env["res.partner"].with_user(self.approver)
        partner = partners.with_context(**context).create({"name": "X"}).sudo()
        self.assertFalse(partner.acceptance_limit)
        self.assertFalse(partner.acceptance_policy_id)

    def test_the_users_of_a_customer_are_no_way_around(self):
        user = new_test_user(
            self.env, login="bop_their_user", groups="base.group_portal"
        )
        self._refused(
            lambda: user.with_user(self.system).write({"acceptance_limit": 10**6})
        )
        self.assertFalse(user.partner_id.acceptance_limit)

    def test_related_fields_are_no_way_around(self):
        for user in self.weak:
            self._refused(
                lambda user=user: (
                    self.company.with_user(user)
                    .sudo()
                    .write({"acceptance_policy_id": self.policy.id})
                )
            )
        self._refused(
            lambda: (
                self.env["res.config.settings"]
                .with_user(self.system)
                .create({"acceptance_policy_id": self.policy.id})
                .execute()
            )
        )
        self._refused(
            lambda: (
                self.env["res.config.settings"]
                .with_user(self.system)
                .create({"acceptance_escalation_days": 99})
                .execute()
            )
        )
        self.contact.with_user(self.system).sudo().write(
            {"commercial_acceptance_limit": 10**6}
        )
        self.assertFalse(self.partner.acceptance_limit)

    def test_other_settings_can_be_saved_without_the_group(self):
        self.company.acceptance_policy_id = self.policy
        self.env["res.config.settings"].with_user(self.system).create({}).execute()
        self.assertEqual(self.company.acceptance_policy_id, self.policy)

    def test_the_wizard_sets_nothing_without_the_group(self):
        wizards = self.env["bop.acceptance.wizard"]
        values = {"partner_ids": [Command.set(self.partner.ids)], "threshold": 10**6}
        for user in self.weak:
            self._refused(lambda user=user: wizards.with_user(user).create(values))
            wizard = wizards.with_user(user).sudo().create(values)
            self.assertFalse(wizard.preview)
            self._refused(wizard.action_apply)

    def test_the_wizard_sets_nothing_in_a_company_of_others(self):
        other = self.env["res.company"].create({"name": "Other Ltd"})
        wizard = (
            self.env["bop.acceptance.wizard"]
            .with_user(self.admin)
            .create({"partner_ids": [Command.set(self.partner.ids)], "threshold": 5})
        )
        wizard.sudo().company_id = other
        self._refused(wizard.action_apply)
        for company in (self.company, other):
            self.assertFalse(self.partner.with_company(company).acceptance_limit)

    def test_the_form_of_a_customer_shows_to_salespeople_and_edits_to_the_group(self):
        self.partner.write(
            {"acceptance_policy_id": self.policy.id, "acceptance_limit": 70}
        )
        shown = Form(self.partner.with_user(self.salesman))
        self.assertEqual(shown.commercial_acceptance_policy_id, self.policy)
        with self.assertRaises(AssertionError):
            shown.acceptance_limit = 5
        self.admin.group_ids += self.env.ref("base.group_partner_manager")
        with Form(self.partner.with_user(self.admin)) as form:
            form.acceptance_limit = 90.0
        self.assertEqual(self.partner.acceptance_limit, 90.0)

    def test_a_customer_does_not_see_what_is_thought_of_him(self):
        self.portal.partner_id.sudo().acceptance_limit = 50
        own = self.portal.partner_id.with_user(self.portal)
        for name in ("acceptance_limit", "acceptance_policy_id"):
            with self.assertRaises(AccessError), self.cr.savepoint():
                own.read([name])
        self._refused(lambda: own.write({"acceptance_limit": 10**6}))
        self._refused(lambda: self.policy.with_user(self.portal).read(["name"]))
        self.assertEqual(self.portal.partner_id.acceptance_limit, 50)

    def test_a_new_contact_of_a_customer_needs_no_group(self):
        self.partner.acceptance_policy_id = self.policy
        contact = (
            self.env["res.partner"]
            .with_user(self.approver)
            .create({"name": "New", "parent_id": self.partner.id})
        )
        self.assertEqual(contact.commercial_acceptance_policy_id, self.policy)

    def test_merging_customers_hands_no_policy_over(self):
        trusted, stranger = self.env["res.partner"].create(
            [{"name": "Trusted", "email": "t@x"}, {"name": "Stranger", "email": "t@x"}]
        )
        trusted.write({"acceptance_limit": 10**6, "acceptance_policy_id": self.policy})
        merge = self.env["base.partner.merge.automatic.wizard"].with_user(self.system)
        merge.create({})._merge((trusted | stranger).ids, stranger)
        stranger.invalidate_recordset()
        self.assertFalse(stranger.acceptance_limit)
        self.assertFalse(stranger.acceptance_policy_id)


@tagged("post_install", "-at_install", "bop")
class TestPreview(AcceptanceCase):
    """What a policy would have decided, before it is saved."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.small = cls._make_order((cls.desk, 1, 100.0))
        cls.big = cls._make_order((cls.desk, 50, 100.0))
        cls.elsewhere = cls._make_order((cls.desk, 1), partner_id=cls.vendor.id)

    def _rows(self, page):
        """{order: (would have been, reasons)}"""
        table = html.fromstring(str(page))
        return {
            row.xpath("td[1]")[0].text_content().strip(): (
                row.xpath("td[6]")[0].text_content().strip(),
                row.xpath("td[7]")[0].text_content().strip(),
            )
            for row in table.xpath("//tbody/tr")
        }

    def test_a_policy_shows_what_it_would_have_decided_while_it_is_edited(self):
        form = Form(self.policy.with_user(self.admin))
        self.assertFalse(form.preview)
        form.show_preview = True
        rows = self._rows(form.preview)
        self.assertEqual(rows[self.small.name][0], "Accepted")
        self.assertEqual(rows[self.big.name][0], "Waits")
        self.assertIn("1,000.00", rows[self.big.name][1])
        self.assertIn(self.elsewhere.name, rows)
        form.order_limit = 10000.0
        self.assertEqual(self._rows(form.preview)[self.big.name][0], "Accepted")
        self.assertEqual(self.policy.order_limit, 1000.0)

    def test_many_customers_are_set_at_once_after_a_look(self):
        wizard = Form(
            self.env["bop.acceptance.wizard"]
            .with_user(self.admin)
            .with_context(active_model="res.partner", active_ids=self.contact.ids)
        )
        wizard.policy_id = self.policy
        self.assertEqual(self._rows(wizard.preview)[self.big.name][0], "Waits")
        wizard.threshold = 9000.0
        rows = self._rows(wizard.preview)
        self.assertEqual(rows[self.big.name][0], "Accepted")
        self.assertNotIn(self.elsewhere.name, rows)
        wizard.partner_ids.add(self.vendor)
        self.assertIn(self.elsewhere.name, self._rows(wizard.preview))
        self.assertFalse(self.partner.acceptance_policy_id)
        wizard.save().action_apply()
        for customer in (self.partner, self.vendor):
            self.assertEqual(customer.acceptance_policy_id, self.policy)
            self.assertEqual(customer.acceptance_limit, 9000.0)

    def test_changes_and_old_orders_are_not_shown(self):
        successor = self._change(self.big, {self.desk: 60})
        page = self.env["sale.order"]._acceptance_preview(self.policy, self.company)
        rows = self._rows(page)
        self.assertIn(self.big.name, rows)
        self.assertNotIn(successor.name, rows)

    def test_a_name_is_text(self):
        self.partner.name = "<script>alert(1)</script>"
        page = self.env["sale.order"]._acceptance_preview(self.policy, self.company)
        self.assertNotIn("<script>", str(page))

    def test_the_number_of_queries_does_not_grow_with_the_orders(self):
        self.policy.write({"exposure_limit": 1, "ask_on_deviation": True})

        def queries():
            for _warm in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                self.env["sale.order"]._acceptance_preview(self.policy, self.company)
            return self.cr.sql_log_count - before

        few = queries()
        for n in range(8):
            self._make_order((self.desk, n + 1), (self.chair, n + 2))
        self.assertEqual(queries(), few)
