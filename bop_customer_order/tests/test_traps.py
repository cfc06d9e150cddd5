# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import tagged

from .common import ContractCase


@tagged("post_install", "-at_install")
class TestStockTraps(ContractCase):
    """What goes wrong in Odoo when a confirmed order is rebuilt. Each docstring says
    how the test fails without the cure.
    """

    def test_g1_a_decrease_is_absorbed_whatever_the_deadline_of_the_open_delivery(self):
        """Without it 4 pieces come back on a receipt while 10 still ship."""
        order = self._make_order((self.desk, 10))
        order.order_line.move_ids.date_deadline += timedelta(days=3)
        delivery = order.picking_ids
        successor = self._succeed(order, {self.desk: 6})
        self.assertEqual(successor.picking_ids, delivery)
        self.assertEqual(delivery.move_ids.mapped("product_uom_qty"), [6])

    def test_g1_a_later_date_and_fewer_pieces_in_one_change_end_on_the_same_delivery(
        self,
    ):
        """The date moves with the open delivery, so the decrease finds it: holds with
        and without the cure of the test above.
        """
        order = self._make_order((self.desk, 10))
        delivery = order.picking_ids
        later = fields.Datetime.now() + timedelta(days=30)
        successor = self._succeed(
            order, {self.desk: 6}, header={"commitment_date": later}
        )
        self.assertEqual(successor.picking_ids, delivery)
        self.assertEqual(delivery.move_ids.mapped("product_uom_qty"), [6])
        self.assertEqual(delivery.move_ids.date_deadline, successor.commitment_date)

    def test_g2_a_printed_delivery_is_not_shrunk_behind_the_back_of_the_warehouse(self):
        """Without it a receipt for 4 appears while the printed delivery ships 10."""
        order = self._make_order((self.desk, 10))
        order.picking_ids.printed = True
        self._assert_refused(
            order, {self.desk: 6}, f"{order.picking_ids.name} is printed"
        )

    def test_g2_goods_that_are_picked_are_not_taken_from_the_order(self):
        """Without it the order says 5 and the delivery ships the 8 that are picked."""
        order = self._make_order((self.desk, 10))
        order.order_line.move_ids.write({"quantity": 8, "picked": True})
        self._assert_refused(order, {self.desk: 5}, "are picked for a delivery")

    def test_g3_an_increase_joins_the_open_delivery_because_the_reference_follows(self):
        """Without it the additional pieces go on a second delivery."""
        order = self._make_order((self.desk, 10))
        reference, delivery = order.stock_reference_ids, order.picking_ids
        self.assertTrue(reference)
        successor = self._succeed(order, {self.desk: 12}, new=[(self.lamp, 1)])
        self.assertEqual(
            (successor.stock_reference_ids, order.stock_reference_ids.ids),
            (reference, []),
        )
        self.assertEqual(successor.picking_ids, delivery)

    def test_g4_a_locked_order_is_delivered_as_changed_and_stays_locked(self):
        """Without it Odoo refuses to touch the successor, which is locked like its
        predecessor.
        """
        order = self._make_order((self.desk, 10))
        order.action_lock()
        successor = self._succeed(order, {self.desk: 12})
        self.assertEqual(self._open_demand(successor), {self.desk: 12})
        self.assertTrue(successor.locked)

    def test_g5_cancelled_moves_follow_too_so_that_the_delivery_knows_its_order(self):
        """Without it the delivery belongs to the superseded order again, whose first
        move decides.
        """
        order = self._make_order((self.desk, 3), (self.lamp, 4))
        order.order_line[0].move_ids._action_cancel()
        delivery = order.picking_ids
        successor = self._succeed(order, {self.lamp: 5})
        self.assertIn("cancel", successor.order_line.move_ids.mapped("state"))
        self.env.add_to_compute(delivery._fields["sale_id"], delivery)
        self.assertEqual(delivery.sale_id, successor)


@tagged("post_install", "-at_install")
class TestBillingTraps(ContractCase):
    """Money that Odoo would forget or count twice."""

    def test_g6_a_superseded_order_has_nothing_left_to_bill(self):
        """Without it the old version still shows its total as to be billed."""
        order = self._make_order((self.desk, 10))
        successor = self._succeed(order, {self.desk: 12})
        self.env.invalidate_all()
        self._recompute_all(order)
        self.assertEqual(
            (order.invoice_status, order.amount_to_invoice, order.amount_invoiced),
            ("no", 0, 0),
        )
        self.assertEqual(order.order_line.mapped("qty_to_invoice"), [0])
        self.assertAlmostEqual(successor.amount_to_invoice, 12 * 115.0)

    def test_g7_a_new_price_holds_for_the_open_quantity_only(self):
        """Without it the 4 billed at 100 are silently agreed at 80, and nobody bills or
        credits the difference.
        """
        order = self._make_order((self.chair, 10, 100.0))
        self._deliver(order, {self.chair: 4})
        self._invoice(order)
        successor = self._succeed(order, {self.chair: {"price_unit": 80.0}})
        lines = [
            (line.product_uom_qty, line.price_unit, line.qty_invoiced)
            for line in successor.order_line
        ]
        self.assertEqual(lines, [(4, 100.0, 4), (6, 80.0, 0)])
        self._finish(successor)

    def test_g7_another_product_is_another_position(self):
        """Without it Odoo refuses to replace the product of a confirmed line."""
        order = self._make_order((self.desk, 5))
        successor = self._succeed(order, {self.desk: {"product_id": self.shelf.id}})
        self.assertEqual(self._open_demand(successor), {self.shelf: 5})
        self.assertEqual(len(successor.order_line), 2)
        self._finish(successor)

    def test_g8_the_cost_of_goods_sold_is_booked_once_over_the_chain(self):
        """Without it the predecessor keeps its invoice, and the next one does not see
        the cost that was booked.
        """
        category = self.env["product.category"].create({"name": "Valued"})
        account = self.env["account.account"].create(
            {"name": "Stock", "code": "bop110", "account_type": "asset_current"}
        )
        category.write(
            {"property_cost_method": "fifo", "property_valuation": "real_time"}
        )
        category.property_stock_valuation_account_id = account
        self.company.anglo_saxon_accounting = True
        saw = self._make_product(
            "Saw", 200.0, policy="delivery", quantity=0, categ_id=category.id
        )
        self._receive_at(saw, 4, 10.0)
        self._receive_at(saw, 8, 20.0)
        order = self._make_order((saw, 10))
        self._deliver(order, {saw: 4})
        self._invoice(order)
        successor = self._succeed(order, {saw: 12})
        self._finish(successor)
        entries = successor.invoice_ids.line_ids.filtered(
            lambda line: line.display_type == "cogs" and line.balance > 0
        )
        self.assertAlmostEqual(sum(entries.mapped("balance")), 4 * 10.0 + 8 * 20.0)

    def _receive_at(self, product, quantity, cost):
        supplier = self.env.ref("stock.stock_location_suppliers")
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "location_id": supplier.id,
                "location_dest_id": self.stock.id,
                "price_unit": cost,
                "value_manual": quantity * cost,
            }
        )
        move._action_confirm()
        move.write({"quantity": quantity, "picked": True})
        move._action_done()

    def test_g9_goods_delivered_on_top_are_carried_over_outside_the_terms(self):
        """Without it the extra goods are lost for billing when the order is changed."""
        order = self._make_order((self.desk, 5))
        delivery = order.picking_ids
        places = {
            "location_id": delivery.location_id.id,
            "location_dest_id": delivery.location_dest_id.id,
        }
        extra = {
            "product_id": self.chair.id,
            "product_uom_qty": 2,
            "quantity": 2,
            "picked": True,
            "picking_id": delivery.id,
        }
        self.env["stock.move"].create({**extra, **places})
        delivery.move_ids.filtered(lambda move: move.product_id == self.desk).write(
            {"quantity": 2, "picked": True}
        )
        delivery._action_done()
        line = order.order_line.filtered(lambda line: line.product_id == self.chair)
        self.assertEqual((line.is_execution, line.qty_delivered), (True, 2))
        successor = self._succeed(order, {self.desk: 4})
        carried = successor.order_line.filtered(
            lambda line: line.product_id == self.chair
        )
        self.assertEqual(
            (carried.is_execution, carried.qty_delivered, line.qty_delivered),
            (True, 2, 0),
        )
        self._deliver(successor)
        self._invoice(successor)
        self.assertEqual(carried.qty_invoiced, 2)
        self.assertAlmostEqual(self._billed(successor), (4 * 100 + 2 * 40) * 1.15)

    def test_g11_reports_count_the_chain_once_in_the_month_of_the_first_version(self):
        """Without it 37 are counted: the superseded order, its successor and the open
        offer.
        """
        signed = fields.Datetime.now() - timedelta(days=70)
        order = self._make_order((self.desk, 10), confirm=False)
        order.action_confirm()
        self.env.cr.execute("ALTER TABLE sale_order DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE sale_order SET date_order = %s WHERE id = %s", (signed, order.id)
        )
        self.env.cr.execute("ALTER TABLE sale_order ENABLE TRIGGER USER")
        self.env.invalidate_all()
        counted = self.partner.with_user(self.sales_manager).sale_order_count
        successor = self._succeed(order, {self.desk: 12})
        self._change(successor, {self.desk: 15}, apply=False)
        self.env.flush_all()
        rows = self.env["sale.report"].search([("partner_id", "=", self.partner.id)])
        self.assertEqual(sum(rows.mapped("product_uom_qty")), 12)
        self.assertEqual({row.date.date() for row in rows}, {signed.date()})
        self.env.invalidate_all()
        self.assertEqual(
            (counted, self.partner.with_user(self.sales_manager).sale_order_count),
            (1, 1),
        )

    def test_g12_nothing_leaves_the_house_before_the_transaction_is_over(self):
        """Without it a retried or failed change would have mailed the customer already."""
        order = self._make_order((self.desk, 10))
        self._deliver(order, {self.desk: 4})
        request = self._change(order, {self.desk: 12}, apply=False)
        before = (
            self._sums(order),
            self._open_demand(order),
            order.state,
            request.state,
        )
        mailserver = self.env.registry["ir.mail_server"]
        with (
            patch.object(mailserver, "send_email", autospec=True) as mail,
            patch("requests.Session.request") as http,
        ):
            with self.cr.savepoint() as savepoint:
                request._apply()
                savepoint.rollback()
            self.assertEqual((mail.call_count, http.call_count), (0, 0))
        self.env.invalidate_all()
        self.assertEqual(
            (self._sums(order), self._open_demand(order), order.state, request.state),
            before,
        )
        self.assertTrue(request._apply())


@tagged("post_install", "-at_install", "bop_apps")
class TestLoyaltyTraps(ContractCase):
    def test_g10_a_reward_stays_with_both_versions_and_points_are_counted_once(self):
        """Without it (Odoo's own cancellation) the reward line is deleted from the
        superseded order.
        """
        self._need("sale_loyalty")
        self.env["loyalty.program"].search([]).active = False
        reward = {
            "reward_type": "discount",
            "discount": 10,
            "discount_mode": "percent",
            "discount_applicability": "order",
        }
        self.env["loyalty.program"].create(
            {
                "name": "Ten percent",
                "program_type": "promotion",
                "trigger": "auto",
                "rule_ids": [Command.create({"minimum_qty": 1})],
                "reward_ids": [Command.create(reward)],
            }
        )
        order = self._make_order((self.desk, 10), confirm=False)
        order._update_programs_and_rewards()
        for coupon, rewards in order._get_claimable_rewards().items():
            order._apply_program_reward(rewards[:1], coupon)
        order.action_confirm()
        agreed = order.order_line.filtered("is_reward_line")
        self.assertEqual(len(agreed), 1)
        history = self.env["loyalty.history"].search(
            [("order_model", "=", "sale.order"), ("order_id", "=", order.id)]
        )
        coupons = order.coupon_point_ids
        successor = self._succeed(order, {self.desk: 8})
        carried = successor.order_line.filtered("is_reward_line")
        self.assertEqual(
            (agreed.exists(), carried.price_unit), (agreed, agreed.price_unit)
        )
        self.assertEqual(
            (successor.coupon_point_ids, history.mapped("order_id")),
            (coupons, [successor.id] * len(history)),
        )
        self.assertTrue(successor._contract_verify()["valid"])
