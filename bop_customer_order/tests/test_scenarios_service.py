# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import tagged

from .common import ContractCase


@tagged("post_install", "-at_install")
class TestServiceScenarios(ContractCase):
    """Changes of orders for work: by hand, purchased, in tasks, by milestone and by
    timesheet.
    """

    def _make_service(self, name, price, **values):
        return self._make_product(
            name, price, type="service", is_storable=False, **values
        )

    def test_a_service_keeps_what_was_entered_as_done(self):
        advice = self._make_service("Advice", 150.0, policy="delivery")
        order = self._make_order((advice, 8))
        order.order_line.qty_delivered = 3
        self._invoice(order)
        successor = self._succeed(order, {advice: 6})
        self.assertEqual(
            (successor.order_line.qty_delivered, successor.order_line.qty_invoiced),
            (3, 3),
        )
        self.assertEqual(order.order_line.qty_delivered, 0)
        successor.order_line.qty_delivered = 6
        self._finish(successor)

    # === PURCHASED ===#
    def _make_purchased(self):
        self._need("sale_purchase")
        seller = Command.create({"partner_id": self.vendor.id, "price": 70.0})
        return self._make_service(
            "Welding", 110.0, service_to_purchase=True, seller_ids=[seller]
        )

    def _purchases(self, order):
        return self.env["purchase.order.line"].search(
            [("sale_line_id", "in", order.order_line.ids)]
        )

    def test_the_request_for_a_purchased_service_follows_up(self):
        welding = self._make_purchased()
        order = self._make_order((welding, 4))
        line = self._purchases(order)
        self.assertEqual((line.product_qty, line.state), (4, "draft"))
        successor = self._succeed(order, {welding: 6})
        self.assertEqual((self._purchases(successor), line.product_qty), (line, 6))
        self._finish(successor)

    def test_more_of_a_service_purchased_already_is_asked_for_anew(self):
        welding = self._make_purchased()
        order = self._make_order((welding, 4))
        first = self._purchases(order)
        first.order_id.button_confirm()
        successor = self._succeed(order, {welding: 6})
        second = self._purchases(successor) - first
        self.assertEqual((first.product_qty, second.product_qty), (4, 2))
        self._finish(successor)

    def test_less_of_a_purchased_service_warns_the_buyer(self):
        welding = self._make_purchased()
        order = self._make_order((welding, 4))
        line = self._purchases(order)
        line.order_id.button_confirm()
        successor = self._succeed(order, {welding: 3})
        self.assertEqual((self._purchases(successor), line.product_qty), (line, 4))
        warnings = self.env["mail.activity"].search(
            [("res_model", "=", "purchase.order"), ("res_id", "=", line.order_id.id)]
        )
        self.assertTrue(warnings)
        self._finish(successor)

    def test_a_new_line_for_a_purchased_service_is_purchased(self):
        welding = self._make_purchased()
        order = self._make_order((self.desk, 1))
        successor = self._succeed(order, new=[(welding, 2)])
        self.assertEqual(self._purchases(successor).mapped("product_qty"), [2])
        self._finish(successor)

    # === PROJECTS ===#
    def _make_project(self):
        self._need("sale_timesheet")
        return self.env["project.project"].create(
            {"name": "Hall 3", "allow_billable": True, "partner_id": self.partner.id}
        )

    def _work(self, task, hours):
        employee = self.env["hr.employee"].create(
            {"name": "Fitter", "hourly_cost": 50.0}
        )
        values = {
            "project_id": task.project_id.id,
            "task_id": task.id,
            "unit_amount": hours,
            "employee_id": employee.id,
            "name": "Work",
        }
        return self.env["account.analytic.line"].create(values)

    def test_task_and_timesheets_follow_and_later_hours_count_for_the_successor(self):
        project = self._make_project()
        fitting = self._make_service(
            "Fitting",
            80.0,
            policy="delivery",
            service_type="timesheet",
            service_tracking="task_global_project",
            project_id=project.id,
            uom_id=self.env.ref("uom.product_uom_hour").id,
        )
        order = self._make_order((fitting, 10))
        task = order.tasks_ids
        self.assertEqual(len(task), 1)
        done = self._work(task, 4)
        self.assertEqual(
            (done.so_line, order.order_line.qty_delivered), (order.order_line, 4)
        )
        successor = self._succeed(order, {fitting: 12})
        self.assertEqual(
            (task.sale_line_id, task.sale_order_id, done.so_line),
            (successor.order_line, successor, successor.order_line),
        )
        self.assertEqual((successor.tasks_ids, task.allocated_hours), (task, 12))
        later = self._work(task, 8)
        self.assertEqual(
            (later.so_line, successor.order_line.qty_delivered),
            (successor.order_line, 12),
        )
        self._finish(successor)

    def test_milestones_follow_and_are_not_made_twice(self):
        self._need("sale_timesheet")
        building = self._make_service(
            "Building",
            1000.0,
            policy="delivery",
            service_type="milestones",
            service_tracking="project_only",
        )
        order = self._make_order((building, 1), (self.desk, 1))
        milestone = self.env["project.milestone"].search(
            [("sale_line_id", "in", order.order_line.ids)]
        )
        self.assertEqual(len(milestone), 1)
        successor = self._succeed(order, {self.desk: 2})
        line = self._line(successor, building)
        self.assertEqual(
            self.env["project.milestone"].search(
                [("sale_line_id", "in", successor.order_line.ids)]
            ),
            milestone,
        )
        self.assertEqual(milestone.sale_line_id, line)
        milestone.is_reached = True
        self.assertEqual(line.qty_delivered, 1)
        self._finish(successor)

    def test_the_project_made_for_an_order_follows(self):
        self._need("sale_timesheet")
        planning = self._make_service(
            "Planning", 500.0, service_tracking="task_in_project"
        )
        order = self._make_order((planning, 2))
        project, task = order.project_ids, order.tasks_ids
        self.assertEqual((len(project), len(task)), (1, 1))
        successor = self._succeed(order, {planning: 3})
        self.assertEqual((successor.project_ids, successor.tasks_ids), (project, task))
        self.assertEqual(
            (project.sale_line_id, project.reinvoiced_sale_order_id),
            (successor.order_line, successor),
        )
        self.assertFalse(order.tasks_ids)
        self._finish(successor)

    def test_re_invoiced_costs_stay_on_the_order_as_execution(self):
        self._need("sale_timesheet")
        travel = self._make_service(
            "Travel",
            50.0,
            policy="delivery",
            expense_policy="sales_price",
            purchase_ok=True,
        )
        project = self._make_project()
        project._create_analytic_account()
        account = project.account_id
        order = self._make_order((self.desk, 2), project_id=project.id)
        trips = {
            "product_id": travel.id,
            "quantity": 3,
            "price_unit": 50.0,
            "analytic_distribution": {str(account.id): 100},
        }
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.vendor.id,
                "invoice_date": "2026-01-15",
                "invoice_line_ids": [Command.create(trips)],
            }
        )
        bill.action_post()
        cost = order.order_line.filtered("is_expense")
        self.assertEqual((cost.is_execution, cost.qty_delivered), (True, 3))
        successor = self._succeed(order, {self.desk: 3})
        moved = successor.order_line.filtered("is_expense")
        self.assertEqual(
            (moved.is_execution, moved.qty_delivered, cost.qty_delivered), (True, 3, 0)
        )
        self._deliver(successor)
        self._invoice(successor)
        self.assertAlmostEqual(self._billed(successor), (3 * 100 + 3 * 50) * 1.15)
