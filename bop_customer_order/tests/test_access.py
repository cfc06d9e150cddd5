# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who may do what: tried as the weakest user who should be able to, and as those who
should not.
"""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .guard_common import GuardCase


@tagged("post_install", "-at_install")
class TestAccess(GuardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = new_test_user(
            cls.env, login="bop_colleague", groups="sales_team.group_sale_salesman"
        )
        cls.leader = new_test_user(
            cls.env,
            login="bop_leader",
            groups="sales_team.group_sale_salesman_all_leads",
        )
        cls.auditor = new_test_user(
            cls.env,
            login="bop_auditor",
            groups="base.group_user,bop_contract.group_auditor",
        )
        cls.clerk = new_test_user(cls.env, login="bop_clerk", groups="base.group_user")
        cls.portal = new_test_user(
            cls.env, login="bop_portal", groups="base.group_portal"
        )
        cls.portal.partner_id.parent_id = cls.partner

    def _calls(self, order):
        """All public methods of this project on an order."""
        return {
            "bop_request_change": lambda: order.bop_request_change({}),
            "bop_apply_change": order.bop_apply_change,
            "bop_history": order.bop_history,
            "bop_verify": order.bop_verify,
            "action_change_order": order.action_change_order,
            "action_cancel_contract": order.action_cancel_contract,
        }

    def _assert_denied(self, order, names=None):
        before = (
            self._facts(self.order),
            self.order.change_request_ids.mapped("state"),
        )
        for name, call in self._calls(order).items():
            self.env.invalidate_all()
            if names is None or name in names:
                with (
                    self.subTest(login=order.env.user.login, call=name),
                    self.assertRaises(AccessError),
                ):
                    call()
        self.assertEqual(
            (self._facts(self.order), self.order.change_request_ids.mapped("state")),
            before,
        )

    # === SALES ===#
    def test_a_salesperson_changes_an_own_order_without_further_rights(self):
        order = self.order.with_user(self.salesman)
        offer = order.browse(order.action_change_order()["res_id"])
        offer.order_line[0].product_uom_qty = 12
        offer.action_apply_change()
        self.assertEqual(order.successor_id.order_line[0].product_uom_qty, 12)
        request = order.change_request_ids.with_user(self.salesman)
        self.assertEqual((request.state, request.closed_by), ("applied", self.salesman))
        self.assertTrue(order.successor_id.bop_verify()["valid"])

    def test_a_salesperson_with_own_documents_reaches_no_order_of_a_colleague(self):
        request = self._change(self.order, {self.desk: 11}, apply=False)
        self._assert_denied(self.order.with_user(self.colleague))
        foreign = request.with_user(self.colleague)
        self.assertFalse(foreign.search([("id", "=", request.id)]))
        write, read = (
            lambda: foreign.write({"reason": "x"}),
            lambda: foreign.read(["state"]),
        )
        for call in (foreign.action_apply, foreign.action_withdraw, write, read):
            with self.assertRaises(AccessError):
                call()
        self.assertEqual(request.state, "draft")

    def test_who_sees_all_orders_applies_the_change_of_a_colleague(self):
        request = self._change(self.order, {self.desk: 11}, apply=False)
        request.with_user(self.leader).action_apply()
        self.assertEqual(self.order.successor_id.accepted_by, self.leader)

    def test_the_memory_of_a_change_shows_to_the_next_salesperson(self):
        successor = self._change(self.order, {self.desk: 11})
        successor.user_id = self.colleague
        history = successor.with_user(self.colleague).bop_history()
        self.assertEqual(
            [version["order"] for version in history], [self.order.name, successor.name]
        )

    # === NOT SALES ===#
    def test_without_sales_rights_nothing_works(self):
        self._change(self.order, {self.desk: 11}, apply=False)
        stranger = new_test_user(
            self.env, login="bop_other_portal", groups="base.group_portal"
        )
        for user in (self.clerk, stranger):
            self._assert_denied(self.order.with_user(user))
            with self.assertRaises(AccessError):
                self.env["sale.change.request"].with_user(user).search([])
            with self.assertRaises(AccessError):
                self.order.change_request_ids.with_user(user).action_withdraw()

    def test_the_customer_in_the_portal_changes_nothing(self):
        self.order.partner_id = self.order.partner_id
        self.order.message_subscribe(self.portal.partner_id.ids)
        order = self.order.with_user(self.portal)
        self.assertTrue(order.name, "the portal user may read the order")
        self._assert_denied(
            order,
            {
                "bop_request_change",
                "bop_apply_change",
                "action_change_order",
                "action_cancel_contract",
            },
        )

    def test_the_warehouse_and_the_accountant_carry_out_what_they_cannot_change(self):
        keeper = new_test_user(
            self.env, login="bop_keeper", groups="stock.group_stock_user"
        )
        picking = self.order.picking_ids.with_user(keeper)
        for move in picking.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.line.qty_delivered, 10)
        self._assert_denied(
            self.order.with_user(keeper),
            {"bop_request_change", "bop_apply_change", "action_change_order"},
        )

    # === PROOF ===#
    def test_an_auditor_reads_seals_and_requests_and_changes_nothing(self):
        request = self._change(self.order, {self.desk: 11}, apply=False)
        seal = self.order._contract_seals().with_user(self.auditor)
        self.assertIn(self.order.name, seal.payload)
        foreign = request.with_user(self.auditor)
        self.assertEqual(foreign.state, "draft")
        for call in (
            foreign.action_withdraw,
            foreign.action_apply,
            lambda: foreign.write({"reason": "x"}),
        ):
            with self.assertRaises(AccessError):
                call()
        self.assertEqual(request.state, "draft")

    def test_seals_keys_and_registry_are_closed_to_salespeople(self):
        for user in (self.salesman, self.sales_manager, self.clerk, self.portal):
            for model in (
                "bop.contract.seal",
                "bop.idempotency.key",
                "bop.contract.link",
            ):
                with (
                    self.subTest(user=user.login, model=model),
                    self.assertRaises(AccessError),
                ):
                    self.env[model].with_user(user).search([])
        for user in (self.auditor, self.env.ref("base.user_admin")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["bop.idempotency.key"].with_user(user).search([])

    # === COMPANIES ===#
    def test_who_works_in_another_company_sees_and_changes_nothing_of_this_one(self):
        abroad = self.env["res.company"].create({"name": "Abroad"})
        values = {"company_id": abroad.id, "company_ids": [Command.set(abroad.ids)]}
        groups = "sales_team.group_sale_manager,bop_contract.group_auditor"
        stranger = new_test_user(
            self.env, login="bop_stranger", groups=groups, **values
        )
        request = self._change(self.order, {self.desk: 11}, apply=False)
        self._assert_denied(self.order.with_user(stranger))
        for records in (request, self.order._contract_seals(), self.order):
            seen = (
                self.env[records._name]
                .with_user(stranger)
                .with_company(abroad)
                .search([("id", "in", records.ids)])
            )
            self.assertFalse(seen, records._name)
            with self.assertRaises(AccessError):
                records.with_user(stranger).read(["name"])
        with self.assertRaises(AccessError):
            request.with_user(stranger).action_apply()

    def test_the_switch_of_one_company_leaves_the_other_alone(self):
        abroad = self.env["res.company"].create(
            {"name": "Abroad", "bop_contracts": False}
        )
        self.assertFalse(abroad.bop_contracts)
        self.assertTrue(self.company.bop_contracts)
        order = (
            self.env["sale.order"]
            .with_company(abroad)
            .create({"partner_id": self.partner.id, "company_id": abroad.id})
        )
        order.action_confirm()
        self.assertFalse(order.is_contract)
        self.assertTrue(self.order.is_contract)
