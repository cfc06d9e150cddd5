# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who may see and change what: buyers, billing, vendors in the portal, other companies."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .succession_common import SuccessionCase


@tagged("post_install", "-at_install")
class TestAccess(SuccessionCase):
    def setUp(self):
        super().setUp()
        self.order = self._make_order((self.desk, 10), user_id=self.buyer.id)

    def test_a_buyer_changes_an_order_from_button_to_successor(self):
        mine = self.order.with_user(self.buyer)
        action = mine.action_change_order()
        offer = mine.browse(action["res_id"])
        self.assertTrue(offer.is_offer)
        offer.order_line.product_qty = 12
        review = offer.action_review_change()
        request = self.env[review["res_model"]].browse(review["res_id"])
        request = request.with_user(self.buyer)
        self.assertTrue(request.is_feasible)
        self.assertIn("12", request.impact[0]["text"])
        request.write({"consent": "phone", "consent_note": "Ms Roth"})
        request.action_apply_reviewed()
        self.assertEqual(self.order.successor_id.accepted_by, self.buyer)
        self.assertTrue(request.comparison["lines"])
        self.assertEqual(len(mine.web_contract_versions()), 2)

    def test_billing_may_write_orders_but_not_change_them(self):
        """Odoo lets who enters bills write purchase orders."""
        clerk = new_test_user(
            self.env, login="bop_clerk", groups="account.group_account_invoice"
        )
        self.order.with_user(clerk).check_access("write")
        with self.assertRaises(AccessError):
            self.order.with_user(clerk).action_change_order()
        self.assertFalse(self.order.change_request_ids)

    def test_a_request_is_written_by_nobody_but_the_system(self):
        request = self._change(self.order, {self.desk: 12}, apply=False)
        mine = request.with_user(self.buyer)
        for attempt in (
            lambda: mine.write({"state": "applied"}),
            lambda: mine.write({"offer_id": self.order.id}),
            lambda: mine.sudo().create(
                {"order_id": self.order.id, "company_id": self.company.id}
            ),
            mine.sudo().unlink,
        ):
            with self.assertRaises(UserError):
                attempt()
        mine.write({"reason": "Growth", "consent": "phone"})

    def test_another_company_sees_and_changes_nothing(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            login="bop_stranger",
            groups="purchase.group_purchase_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        request = self._change(self.order, {self.desk: 12}, apply=False)
        for attempt in (
            lambda: self.order.with_user(stranger).action_change_order(),
            lambda: self.order.with_user(stranger).bop_history(),
            lambda: request.with_user(stranger).action_apply(),
            lambda: request.with_user(stranger).read(["reason"]),
        ):
            with self.assertRaises(AccessError):
                attempt()
        self.assertFalse(
            self.env["purchase.change.request"].with_user(stranger).search([])
        )

    def test_a_second_company_has_numbers_and_receipts_of_its_own(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", other.id)], limit=1
        )
        mine = self.env(context={**self.env.context, "allowed_company_ids": other.ids})
        order = mine["purchase.order"].create(
            {
                "partner_id": self.partner.id,
                "company_id": other.id,
                "picking_type_id": warehouse.in_type_id.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.desk.id,
                            "product_qty": 10,
                            "price_unit": 5,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        order.button_confirm()
        successor = self._succeed(order, {self.desk: 12})
        self.assertEqual(successor.company_id, other)
        self.assertEqual(self._open_moves(successor).company_id, other)
        self.assertEqual(self._open_demand(successor), {self.desk: 12})

    def test_a_vendor_sees_his_order_in_the_portal_and_changes_nothing(self):
        vendor = new_test_user(self.env, login="bop_vendor", groups="base.group_portal")
        vendor.partner_id.parent_id = self.partner
        seen = self.order.with_user(vendor)
        self.assertEqual(seen.name, self.order.name)
        for attempt in (
            lambda: seen.write({"priority": "1"}),
            lambda: seen.bop_request_change({}),
            seen.action_change_order,
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_offers_are_filtered_from_requests_for_quotation(self):
        offer = self._change(self.order, {self.desk: 12}, apply=False).offer_id
        filters = [("successor_id", "=", False), ("is_offer", "=", False)]
        found = self.env["purchase.order"].search(filters)
        self.assertIn(self.order, found)
        self.assertNotIn(offer, found)
        self.assertEqual(offer.business_status, "ordered")
        self.assertEqual(offer.predecessor_id, self.order)
        for action in ("purchase.purchase_rfq", "purchase.purchase_form_action"):
            self.assertIn("current_versions", self.env.ref(action).context)

    def test_guarded_fields_are_read_only_on_a_contract_in_every_form_and_list(self):
        views = self.env["ir.ui.view"].search(
            [("model", "=", "purchase.order"), ("type", "in", ("form", "list"))]
        )
        checked = 0
        for view in views.filtered(lambda view: view.mode == "primary"):
            arch, _view = self.env["purchase.order"]._get_view(view.id, view.type)
            for node in arch.iter("field"):
                if node.get("name") == "partner_id" and not list(
                    node.iterancestors("field")
                ):
                    self.assertTrue(
                        "is_contract" in node.get("readonly", "")
                        or node.get("readonly") == "1",
                        view.name,
                    )
                    checked += 1
        self.assertGreater(checked, 2)
