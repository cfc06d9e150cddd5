# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A change makes a successor that takes over receipts and bills; law 2 holds in each
scenario.
"""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .succession_common import SuccessionCase


@tagged("post_install", "-at_install")
class TestSuccession(SuccessionCase):
    # === THE CHAIN ===#
    def test_a_change_makes_a_successor_with_a_number_of_its_own(self):
        order = self._make_order((self.desk, 10), partner_ref="SO 1", origin="Need")
        approved = order.date_approve
        successor = self._succeed(order, {self.desk: 12})
        self.assertNotEqual(successor.name, order.name)
        self.assertEqual(
            (order.state, order.business_status, order.successor_id),
            ("cancel", "superseded", successor),
        )
        self.assertEqual(
            (successor.state, successor.business_status, successor.contract_version),
            ("purchase", "active", 2),
        )
        self.assertEqual(
            (successor.partner_ref, successor.origin, successor.date_approve),
            ("SO 1", "Need", approved),
        )
        self.assertEqual(
            successor._contract_seals().mapped("event"), ["acceptance", "succession"]
        )
        self.assertTrue(successor._contract_verify()["valid"])
        self._finish(successor)

    def test_an_offer_changes_nothing_until_it_is_applied(self):
        order = self._make_order((self.desk, 10))
        demand = self._open_demand(order)
        request = self._change(order, {self.desk: 12}, apply=False)
        self.assertEqual(self._open_demand(order), demand)
        self.assertFalse(request.offer_id.order_line.move_ids)
        request.action_withdraw()
        self.assertFalse(request.offer_id.exists())
        self.assertEqual(
            (order.business_status, self._open_demand(order)), ("active", demand)
        )

    def test_an_offer_keeps_the_agreed_price_date_and_text(self):
        self.desk.seller_ids = [
            Command.create({"partner_id": self.partner.id, "price": 70, "delay": 9})
        ]
        order = self._make_order((self.desk, 10, 95))
        line = order.order_line
        agreed = (line.price_unit, line.date_planned, line.name)
        successor = self._succeed(order, {self.desk: 12})
        line = successor.order_line
        self.assertEqual((line.price_unit, line.date_planned, line.name), agreed)

    # === RECEIPTS ===#
    def test_up_down_zero_and_a_new_line_after_a_partial_receipt(self):
        order = self._make_order(
            (self.desk, 10), (self.chair, 5), (self.shelf, 4), (self.lamp, 6)
        )
        self._receive(order, {self.desk: 4, self.chair: 2})
        successor = self._succeed(
            order, {self.desk: 12, self.chair: 3, self.shelf: 0}, new=[(self.table, 7)]
        )
        self.assertEqual(
            self._open_demand(successor),
            {self.desk: 8, self.chair: 1, self.lamp: 6, self.table: 7},
        )
        self.assertEqual(len(self._open_moves(successor).picking_id), 1)
        self._finish(successor)

    def test_more_after_everything_came_makes_a_new_receipt(self):
        order = self._make_order((self.desk, 10))
        self._receive(order)
        successor = self._succeed(order, {self.desk: 12})
        self.assertEqual(self._open_demand(successor), {self.desk: 2})
        self._finish(successor)

    def test_less_than_was_received_is_refused(self):
        order = self._make_order((self.desk, 10))
        self._receive(order, {self.desk: 4})
        self._assert_not_feasible(order, {self.desk: 3}, "Return the goods first")

    def test_down_to_what_was_received_leaves_nothing_open(self):
        order = self._make_order((self.desk, 10))
        self._receive(order, {self.desk: 4})
        successor = self._succeed(order, {self.desk: 4})
        self.assertEqual(self._open_demand(successor), {})
        self.assertEqual(successor.fulfilment_status, "full")

    def test_a_cancelled_back_order_is_not_received_after_all(self):
        order = self._make_order((self.desk, 10), (self.chair, 5))
        self._receive(order, {self.desk: 4})
        self._open_moves(order).picking_id.action_cancel()
        successor = self._succeed(order, {self.desk: 12})
        self.assertEqual(self._open_demand(successor), {self.desk: 2})
        again = self._succeed(successor, {self.desk: 11})
        self.assertEqual(self._open_demand(again), {self.desk: 2})

    def test_what_went_back_is_not_ordered_again(self):
        order = self._make_order((self.desk, 10))
        self._receive(order)
        self._return(order, self.desk, 4)
        self.assertEqual(order.order_line.qty_received, 6)
        successor = self._succeed(order, {self.desk: 7})
        self.assertEqual(self._open_demand(successor), {})
        self.assertEqual(successor.order_line.qty_received, 6)

    def test_what_came_on_top_is_not_ordered_again(self):
        order = self._make_order((self.desk, 10))
        self._receive(order, {self.desk: 13})
        self.assertEqual(order.fulfilment_status, "over")
        successor = self._succeed(order, {self.desk: 12})
        self.assertEqual(self._open_demand(successor), {})
        self.assertEqual(successor.order_line.qty_received, 13)

    def test_receipts_in_two_and_three_steps(self):
        for steps in ("two_steps", "three_steps"):
            with self.subTest(steps=steps):
                self.warehouse.reception_steps = steps
                order = self._make_order((self.desk, 10), (self.chair, 5))
                self._receive_first_step(order, {self.desk: 4})
                successor = self._succeed(order, {self.desk: 7, self.chair: 6})
                self.assertEqual(
                    self._open_demand(successor), {self.desk: 3, self.chair: 6}
                )
                self._finish(successor)
                self._finish_inside(successor)

    def test_goods_at_the_dock_are_not_taken_back(self):
        order = self._make_order((self.desk, 10))
        order.picking_ids.move_ids.write({"quantity": 6, "picked": True})
        self._assert_not_feasible(order, {self.desk: 5}, "not validated")

    def test_a_printed_receipt_does_not_shrink(self):
        order = self._make_order((self.desk, 10))
        order.picking_ids.printed = True
        self._assert_not_feasible(order, {self.desk: 5}, "printed")

    def test_more_goes_beside_a_printed_receipt(self):
        order = self._make_order((self.desk, 10))
        order.picking_ids.printed = True
        successor = self._succeed(order, {self.desk: 12})
        self.assertEqual(
            sorted(self._open_moves(successor).mapped("product_uom_qty")), [2, 10]
        )

    def test_a_service_keeps_what_was_entered_by_hand(self):
        order = self._make_order((self.service, 10))
        order.order_line.qty_received = 4
        successor = self._succeed(order, {self.service: 12})
        self.assertEqual(successor.order_line.qty_received, 4)
        self.assertEqual(order.order_line.qty_received, 0)
        successor.order_line.qty_received = 12
        self.assertEqual(successor.fulfilment_status, "full")

    def test_another_unit_of_measure(self):
        order = self._make_order((self.desk, 2), confirm=False)
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        order.button_confirm()
        self._receive(order, {self.desk: 12})
        successor = self._succeed(order, {self.desk: 3})
        self.assertEqual(self._open_demand(successor), {self.desk: 24})
        again = self._succeed(successor, {self.desk: 1.5})
        self.assertEqual(self._open_demand(again), {self.desk: 6})
        self._finish(again)

    def test_the_same_product_twice_stays_apart(self):
        order = self._make_order((self.desk, 10, 100), (self.desk, 5, 80))
        first, second = order.order_line
        self._receive(order, {self.desk: 3})
        successor = self._succeed(order, {first: 12, second: 4})
        self.assertEqual(successor.order_line.mapped("product_qty"), [12, 4])
        self._finish(successor)

    def test_another_date_reaches_the_open_receipts(self):
        order = self._make_order((self.desk, 10), (self.chair, 5))
        self._receive(order, {self.desk: 4})
        line = order.order_line[0]
        successor = self._succeed(
            order, {line: {"date_planned": "2031-03-04 08:00:00"}}
        )
        moves = self._open_moves(successor)
        desk = moves.filtered(lambda move: move.product_id == self.desk)
        self.assertEqual(str(desk.date_deadline), "2031-03-04 08:00:00")
        self.assertEqual((moves - desk).date_deadline, order.order_line[1].date_planned)
        header = self._succeed(
            successor, header={"date_planned": "2031-05-06 08:00:00"}
        )
        self.assertEqual(str(header.date_planned), "2031-05-06 08:00:00")
        self.assertTrue(header._contract_verify()["valid"])

    def test_another_warehouse_receives_what_is_still_to_come(self):
        other = self.env["stock.warehouse"].create({"name": "North", "code": "NO"})
        order = self._make_order((self.desk, 10), (self.chair, 5))
        self._receive(order, {self.desk: 4})
        successor = self._succeed(
            order, {self.chair: 6}, header={"picking_type_id": other.in_type_id.id}
        )
        moves = self._open_moves(successor)
        self.assertEqual(self._open_demand(successor), {self.desk: 6, self.chair: 6})
        self.assertEqual(moves.location_dest_id, other.lot_stock_id)
        self._finish(successor)

    # === BILLS ===#
    def test_bills_follow_whatever_their_state(self):
        order = self._make_order((self.desk, 10), (self.chair, 5))
        self._receive(order, {self.desk: 4, self.chair: 2})
        posted = self._bill(order, {self.desk: 3})
        draft = self._bill(order, {self.desk: 2, self.chair: 1}, post=False)
        successor = self._succeed(order, {self.desk: 12, self.chair: 4})
        self.assertEqual(successor.invoice_ids, posted | draft)
        self.assertEqual(draft.state, "draft")
        self._finish(successor)

    def test_a_credit_note_follows(self):
        order = self._make_order((self.desk, 10))
        self._receive(order)
        self._bill(order)
        refund = self._refund(order, {self.desk: 4})
        successor = self._succeed(order, {self.desk: 12})
        self.assertIn(refund, successor.invoice_ids)
        self.assertEqual(successor.order_line.qty_invoiced, 6)
        self._finish(successor)

    def test_below_billed_needs_a_credit_note(self):
        order = self._make_order((self.desk, 10))
        self._bill(order)
        request = self._change(order, {self.desk: 6}, apply=False)
        told = [row["code"] for row in request.offer_id.change_impact]
        self.assertIn("credit_needed", told)
        before, documents = self._sums(order), self._documents(order)
        successor = request._apply()
        self._assert_conserved(order, successor, before, documents)
        self.assertEqual(successor.billing_status, "over")
        self._finish(successor)

    def test_a_bill_in_a_locked_period_follows(self):
        order = self._make_order((self.desk, 10))
        bill = self._bill(order, {self.desk: 5})
        self.company.fiscalyear_lock_date = "2026-02-28"
        successor = self._succeed(order, {self.desk: 12})
        self.assertEqual(successor.invoice_ids, bill)

    def test_a_new_price_holds_for_what_is_not_billed(self):
        order = self._make_order((self.desk, 10, 100))
        self._receive(order, {self.desk: 4})
        self._bill(order, {self.desk: 3})
        successor = self._succeed(order, {self.desk: {"price_unit": 90}})
        lines = successor.order_line
        self.assertEqual(
            sorted((line.product_qty, line.price_unit) for line in lines),
            [(4, 100), (6, 90)],
        )
        self.assertEqual(self._open_demand(successor), {self.desk: 6})
        self._finish(successor)

    def test_a_new_price_of_what_is_only_received_holds_for_all(self):
        order = self._make_order((self.chair, 10, 40))
        self._receive(order, {self.chair: 4})
        successor = self._succeed(order, {self.chair: {"price_unit": 35}})
        self.assertEqual(successor.order_line.price_unit, 35)
        self._finish(successor)

    def test_another_product_is_another_position(self):
        order = self._make_order((self.desk, 10), (self.chair, 5))
        line = order.order_line[0]
        request = self._change(order, apply=False)
        offered = request.offer_id.order_line.filtered(
            lambda row: row.predecessor_line_id == line
        )
        offered.write({"product_id": self.lamp.id, "name": "Lamp", "price_unit": 20})
        successor = request._apply()
        self.assertEqual(self._open_demand(successor), {self.lamp: 10, self.chair: 5})
        self._finish(successor)

    def test_a_foreign_currency(self):
        currency = self.env["res.currency"].create(
            {
                "name": "BOP",
                "symbol": "B",
                "rate_ids": [Command.create({"name": "2020-01-01", "rate": 2.0})],
            }
        )
        order = self._make_order((self.desk, 10, 50), currency_id=currency.id)
        self._receive(order, {self.desk: 4})
        self._bill(order, {self.desk: 4})
        successor = self._succeed(order, {self.desk: 12})
        self.assertEqual(successor.currency_id, currency)
        self._finish(successor)
        request = self._change(successor, {self.desk: 13}, apply=False)
        request.offer_id.currency_id = self.company.currency_id
        with self.assertRaisesRegex(UserError, "another contract"):
            request._apply()

    # === EXECUTION ===#
    def test_goods_received_on_top_follow(self):
        order = self._make_order((self.desk, 10))
        self._receive_on_top(order, self.lamp, 2)
        self._receive(order, {self.desk: 4, self.lamp: 2})
        successor = self._succeed(order, {self.desk: 12})
        extra = successor.order_line.filtered("is_execution")
        self.assertEqual((extra.product_id, extra.qty_received), (self.lamp, 2))
        self.assertEqual(self._open_demand(successor), {self.desk: 8})

    def test_a_down_payment_follows(self):
        order = self._make_order((self.desk, 10))
        bill = self._pay_down(order, 200)
        successor = self._succeed(order, {self.desk: 12})
        advance = successor.order_line.filtered(
            lambda line: line.is_downpayment and not line.display_type
        )
        self.assertEqual(advance.invoice_lines.move_id, bill)
        self.assertEqual((advance.is_execution, advance.qty_invoiced), (True, 1))

    # === CANCELLATION ===#
    def test_all_positions_at_0_cancel_the_order(self):
        order = self._make_order((self.desk, 10), (self.chair, 5))
        result = self._change(order, {self.desk: 0, self.chair: 0})
        self.assertEqual(result, order)
        self.assertEqual(
            (order.state, order.business_status), ("cancel",) + ("cancelled",)
        )
        self.assertEqual(set(order.picking_ids.mapped("state")), {"cancel"})
        self.assertEqual(
            order._contract_seals().mapped("event"), ["acceptance", "cancellation"]
        )
        self.assertTrue(order._contract_verify()["valid"])

    def test_a_billed_order_is_cancelled_although_odoo_refuses(self):
        order = self._make_order((self.desk, 10))
        bill = self._bill(order)
        self.assertEqual(self._change(order, {self.desk: 0}), order)
        self.assertEqual((order.state, order.invoice_ids), ("cancel", bill))
        self.assertEqual(set(order.picking_ids.move_ids.mapped("state")), {"cancel"})
        self.assertEqual(bill.state, "posted")
        self.assertTrue(order._contract_verify()["valid"])

    def test_a_received_order_is_not_cancelled(self):
        order = self._make_order((self.desk, 10))
        self._receive(order, {self.desk: 4})
        self._assert_not_feasible(order, {self.desk: 0}, "Return the goods first")

    def test_a_received_and_returned_order_is_cancelled(self):
        order = self._make_order((self.desk, 10))
        self._receive(order)
        self._return(order, self.desk, 10)
        self.assertEqual(self._change(order, {self.desk: 0}), order)
        self.assertEqual(order.business_status, "cancelled")

    # === TWO PEOPLE ===#
    def test_only_one_change_at_a_time_and_only_of_the_version_in_force(self):
        order = self._make_order((self.desk, 10))
        request = self._change(order, {self.desk: 12}, apply=False)
        with self.assertRaisesRegex(UserError, request.name):
            order._contract_request_change()
        successor = request._apply()
        with self.assertRaisesRegex(UserError, successor.name):
            order._contract_request_change()
        with self.assertRaisesRegex(UserError, successor.name):
            request._apply()

    def test_a_second_approval_is_no_part_of_a_change(self):
        self.company.po_double_validation = "two_step"
        self.company.po_double_validation_amount = 1
        order = self._make_order((self.desk, 10), user_id=self.buyer.id, confirm=False)
        order.with_user(self.buyer).button_confirm()
        self.assertEqual((order.state, order.is_contract), ("to approve", False))
        order.with_user(self.purchase_manager).button_approve()
        self.assertTrue(order.is_contract)
        self.assertEqual(self._succeed(order, {self.desk: 12}).state, "purchase")

    def test_confirming_an_offer_applies_it(self):
        order = self._make_order((self.desk, 10))
        request = self._change(order, {self.desk: 12}, apply=False)
        request.offer_id.with_user(self.buyer).button_confirm()
        self.assertEqual(
            (request.state, order.business_status), ("applied", "superseded")
        )

    def test_cancelling_an_offer_discards_it(self):
        order = self._make_order((self.desk, 10))
        request = self._change(order, {self.desk: 12}, apply=False)
        request.offer_id.with_user(self.buyer).button_cancel()
        self.assertEqual(
            (request.state, order.business_status), ("withdrawn", "active")
        )

    def test_a_closed_offer_says_what_became_of_it_and_offers_nothing(self):
        order = self._make_order((self.desk, 10))
        for state, label, notice in (
            ("withdrawn", "Withdrawn", "was taken back on"),
            ("rejected", "Rejected", "was refused on"),
            ("expired", "Expired", "was not answered in time"),
        ):
            request = self._change(order, {self.desk: 12}, apply=False)
            offer = request.offer_id
            self.assertIn("action_review_change", self._offered(offer))
            offer.write({"state": "sent"})
            request._advance(state)
            offer.write({"state": "cancel"})
            acts = [
                offer.button_confirm,
                offer.button_approve,
                offer.action_review_change,
                offer.action_apply_change,
                offer.action_discard_offer,
                offer.button_draft,
                offer.bop_apply_change,
                lambda offer=offer: offer.write({"state": "draft"}),
                lambda offer=offer: offer.write({"state": "purchase"}),
            ]
            self._assert_closed(offer, acts, label)
            self.assertIn(f"{offer.name} {notice}", offer.version_notice)

    def test_a_locked_order_is_succeeded_by_a_locked_one(self):
        self.company.po_lock = "lock"
        order = self._make_order((self.desk, 10))
        self.assertTrue(order.locked)
        successor = self._succeed(order, {self.desk: 12})
        self.assertTrue(successor.locked)
        self._finish(successor)
