# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, new_test_user, tagged

from .decision_common import DecisionCase


@tagged("post_install", "-at_install")
class TestAcceptanceTours(DecisionCase, HttpCase):
    """What each role does about acceptance, in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.acceptance_policy_id = False
        sales = "sales_team.group_sale_salesman"
        for login, groups in (
            (
                "bop_tour_admin",
                "bop_customer_order.group_acceptance_manager,base.group_partner_manager",
            ),
            ("bop_tour_sales", sales),
            ("bop_tour_approver", "bop_customer_order.group_acceptance"),
            ("bop_tour_stock", f"stock.group_stock_user,{sales}_all_leads"),
        ):
            new_test_user(
                cls.env,
                login=login,
                password=f"{login}_pw",
                groups=groups,
                company_id=cls.company.id,
            )
        cls.seller = cls.env["res.users"].search([("login", "=", "bop_tour_sales")])

    def _make_customer(self, name, **values):
        return self.env["res.partner"].create({"name": name, "city": "Basel", **values})

    def test_an_admin_sets_a_threshold_and_an_order_above_it_waits(self):
        customer = self._make_customer("Tour Threshold", is_company=True)
        self.start_tour(
            f"/odoo/res.partner/{customer.id}",
            "bop_set_threshold",
            login="bop_tour_admin",
        )
        customer.invalidate_recordset()
        self.assertEqual(customer.acceptance_limit, 1000)
        order = self._make_big_order(partner_id=customer.id, user_id=self.seller.id)
        self.start_tour(
            f"/odoo/orders/{order.id}", "bop_order_waits", login="bop_tour_sales"
        )
        order.invalidate_recordset()
        self._assert_waits(order)

    def test_an_approver_accepts_and_rejects_from_the_board(self):
        limited = {"acceptance_policy_id": self.policy.id}
        orders = [
            self._make_waiting_order(partner_id=self._make_customer(name, **limited).id)
            for name in ("Tour Waiting", "Tour Rejected")
        ]
        self.start_tour(
            "/odoo/intake", "bop_accept_from_board", login="bop_tour_approver"
        )
        self.env.invalidate_all()
        self._assert_in_force(orders[0], "manual")
        self.assertEqual(orders[0].acceptance_decided_by.login, "bop_tour_approver")
        self.assertEqual(orders[1].acceptance_state, "rejected")
        self.assertEqual(orders[1].rejection_reason, "Sold out")

    def test_the_delivery_of_a_held_customer_is_refused_with_the_reason(self):
        order = self._make_order((self.desk, 1))
        self.partner.place_credit_hold("Three invoices open")
        picking = order.picking_ids
        self.start_tour(
            f"/odoo/stock.picking/{picking.id}",
            "bop_held_delivery",
            login="bop_tour_stock",
        )
        picking.invalidate_recordset()
        self.assertNotEqual(picking.state, "done")
