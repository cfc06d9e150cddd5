# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Credit hold (S4.19, S4.59): nothing more goes to a customer who does not pay, and
nothing else stops.

What is decided here:

* What leaves for the customer is refused with its last step; goods may be picked and
  packed for him, so that they go at once when he has paid.
* A drop shipment counts as a delivery: somebody with the credit group says that it may
  be booked.
* A sale at the till is not refused: the goods are handed over and paid for before it is
  booked.
"""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .credit_hold_common import CreditHoldCase


@tagged("post_install", "-at_install")
class TestCreditHold(CreditHoldCase):
    # === WHO IS HELD ===#
    def test_order_of_held_customer_is_held(self):
        order = self._make_order((self.desk, 1))
        self.assertFalse(order.credit_hold)
        self._hold(self.partner)
        self.assertTrue(order.credit_hold)
        self.assertIn("Three reminders", order.credit_hold_text)
        self.assertIn(self.controller.name, order.credit_hold_text)
        self._unhold(self.partner)
        self.assertFalse(order.credit_hold)

    def test_contact_of_held_company_is_held_and_holding_a_contact_holds_the_company(
        self,
    ):
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.partner.id}
        )
        order = self._make_order((self.desk, 1), partner_id=contact.id)
        self._hold(contact)
        self.assertTrue(self.partner.credit_hold)
        self.assertTrue(order.credit_hold)
        self._assert_not_delivered(self._ready(order))

    def test_held_customer_that_becomes_a_contact_stays_held(self):
        parent = self.env["res.partner"].create({"name": "Group", "is_company": True})
        self._hold(self.partner)
        self.partner.parent_id = parent
        self.env.flush_all()
        self.assertTrue(self.partner.credit_hold)
        self.assertTrue(self._make_order((self.desk, 1), confirm=False).credit_hold)

    def test_one_order_is_held_and_the_others_are_delivered(self):
        held, free = self._make_order((self.desk, 1)), self._make_order((self.desk, 2))
        self._hold(held)
        self.assertFalse(self.partner.credit_hold)
        self.assertFalse(free.credit_hold)
        self._assert_not_delivered(self._ready(held))
        self._deliver(free)
        self.assertEqual(free.fulfilment_status, "full")

    def test_search_finds_exactly_what_is_held(self):
        held, free = self._make_order((self.desk, 1)), self._make_order((self.desk, 2))
        self._hold(held)
        both = held | free
        orders = self.env["sale.order"].search
        own = [("id", "in", both.ids)]
        self.assertEqual(orders([*own, ("credit_hold", "=", True)]), held)
        self.assertEqual(orders([*own, ("credit_hold", "=", False)]), free)
        pickings = self.env["stock.picking"].search(
            [("id", "in", both.picking_ids.ids), ("credit_hold", "=", True)]
        )
        self.assertEqual(pickings, held.picking_ids)
        self._hold(self.partner)
        self.assertEqual(orders([*own, ("credit_hold", "=", True)]), both)
        partners = self.env["res.partner"].search([("credit_hold", "=", True)])
        self.assertIn(self.partner, partners)
        self.assertNotIn(self.vendor, partners)

    def test_held_in_one_company_is_delivered_in_the_other(self):
        other = self.env["res.company"].create({"name": "Other", "bop_contracts": True})
        order = self._make_order((self.desk, 1))
        self.controller.company_ids |= other
        self.partner.with_user(self.controller).with_company(other).place_credit_hold(
            "Does not pay there"
        )
        self.env.invalidate_all()
        self.assertFalse(self.partner.credit_hold)
        self.assertTrue(self.partner.with_company(other).credit_hold)
        self._deliver(order)
        self.assertEqual(order.fulfilment_status, "full")

    def test_company_without_contracts_is_plain_odoo(self):
        order = self._make_order((self.desk, 1))
        self._hold(self.partner)
        self.company.bop_contracts = False
        self.env.invalidate_all()
        self.assertFalse(order.credit_hold)
        self._deliver(order)
        with self.assertRaisesRegex(UserError, "makes no contracts"):
            self._hold(self.vendor)

    def test_map_costs_the_same_for_many_orders(self):
        orders = self.env["sale.order"].union(
            *(self._make_order((self.desk, 1), confirm=False) for _n in range(12))
        )
        self._hold(self.partner)
        counts = []
        for some in (orders[:2], orders):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(set(some._credit_hold_map()), set(some.ids))
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(*counts)

    # === DELIVERIES ===#
    def test_delivery_is_refused_with_order_reason_person_and_way(self):
        order = self._make_order((self.desk, 1))
        self._hold(order, "Limit of 10,000 exceeded")
        picking = self._ready(order)
        for text in (
            picking.name,
            order.name,
            "Limit of 10,000 exceeded",
            self.controller.name,
            "release the hold",
        ):
            self._assert_not_delivered(picking, text)
        self.assertTrue(picking.credit_hold)
        self._unhold(order)
        self._deliver(order)
        self.assertEqual(order.fulfilment_status, "full")

    def test_button_refuses_when_nothing_is_picked_yet(self):
        order = self._make_order((self.desk, 1))
        self._hold(self.partner)
        with self.assertRaisesRegex(UserError, "credit hold"):
            order.picking_ids.with_user(self.worker).button_validate()

    def test_back_order_of_a_held_customer_waits(self):
        order = self._make_order((self.desk, 5))
        self._deliver(order, {self.desk: 2})
        self._hold(self.partner)
        self._assert_not_delivered(self._ready(order))
        self.assertEqual(order.order_line.qty_delivered, 2)

    def test_delivery_without_an_order_is_refused_for_a_held_customer(self):
        self._hold(self.partner)
        picking = self._make_transfer(self.partner)
        self._assert_not_delivered(picking)
        self._make_transfer(self.vendor)._action_done()

    def _make_transfer(self, partner, done=False):
        customers = self.env.ref("stock.stock_location_customers")
        picking = self.env["stock.picking"].create(
            {
                "partner_id": partner.id,
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.stock.id,
                "location_dest_id": customers.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.desk.id,
                            "product_uom_qty": 1,
                            "location_id": self.stock.id,
                            "location_dest_id": customers.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.write({"quantity": 1, "picked": True})
        return picking

    def test_goods_added_to_a_done_delivery_are_refused(self):
        order = self._make_order((self.desk, 5))
        self._deliver(order, {self.desk: 2})
        self._hold(self.partner)
        done = order.picking_ids.filtered(lambda picking: picking.state == "done")
        with self.assertRaisesRegex(UserError, "credit hold"), self.cr.savepoint():
            done.move_ids.move_line_ids.quantity = 5
        with self.assertRaisesRegex(UserError, "credit hold"), self.cr.savepoint():
            done.move_ids.move_line_ids.copy({"quantity": 3})
        done.move_ids.move_line_ids.quantity = 1  # less is a correction

    def test_goods_are_picked_and_packed_but_do_not_leave(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self._make_order((self.desk, 2))
        self._hold(order)
        for _step in ("pick", "pack"):
            self._deliver(order)
        last = self._ready(order)
        self.assertEqual(last.picking_type_id, self.warehouse.out_type_id)
        self._assert_not_delivered(last)
        self._unhold(order)
        self._deliver(order)
        self.assertEqual(order.fulfilment_status, "full")

    # === NEVER BLOCKED ===#
    def test_delivered_goods_are_billed_and_credited(self):
        order = self._make_order((self.chair, 3))
        self._deliver(order)
        self._hold(self.partner)
        invoice = self._invoice(order)
        self.assertEqual(order.billing_status, "full")
        refund = invoice._reverse_moves()
        refund.action_post()
        self.assertEqual(refund.state, "posted")

    def test_goods_come_back(self):
        order = self._make_order((self.chair, 3))
        self._deliver(order)
        self._hold(order)
        self._hold(self.partner)
        self._return(order, self.chair, 2)
        self.assertEqual(order.order_line.qty_delivered, 1)

    def test_goods_come_in_from_a_vendor_who_is_a_held_customer(self):
        self._hold(self.vendor)
        picking = self.env["stock.picking"].create(
            {
                "partner_id": self.vendor.id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.stock.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.desk.id,
                            "product_uom_qty": 1,
                            "location_id": self.env.ref(
                                "stock.stock_location_suppliers"
                            ).id,
                            "location_dest_id": self.stock.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking._action_done()
        self.assertEqual(picking.state, "done")

    # === CHANGES ===#
    def test_change_to_more_is_refused_and_nothing_moves(self):
        order = self._make_order((self.desk, 5), (self.chair, 2))
        self._hold(order)
        self._assert_refused(order, {self.desk: 7}, "nothing more can be supplied")

    def test_new_position_is_refused(self):
        order = self._make_order((self.desk, 5))
        self._hold(self.partner)
        request = self._change(order, new=[(self.lamp, 1)], apply=False)
        findings = order._contract_assess(request.offer_id).obstacles
        self.assertEqual([finding.code for finding in findings], ["credit_hold"])

    def test_held_order_is_reduced_without_asking_anybody(self):
        order = self._make_order((self.desk, 5))
        self._hold(self.partner)
        successor = self._succeed(order, {self.desk: 3})
        self.assertEqual(successor.order_line.product_uom_qty, 3)
        self.assertTrue(successor.credit_hold)

    def test_order_may_shrink_and_its_successor_is_held(self):
        order = self._make_order((self.desk, 5), (self.chair, 2))
        row = self._hold(order)
        findings = order._contract_assess(
            self._change(order, {self.desk: 3, self.chair: 0}, apply=False).offer_id
        )
        self.assertFalse(findings.obstacles)
        request = order._contract_open_request()
        successor = order._contract_succeed(request.offer_id)
        self.env.invalidate_all()
        self.assertTrue(successor.credit_hold)
        self.assertFalse(order.credit_hold)
        self.assertEqual(row.order_id, successor)
        self._assert_not_delivered(self._ready(successor))
        self._unhold(successor)
        self._finish(successor)

    def test_offer_is_held_with_its_order_and_a_hold_on_it_holds_the_order(self):
        order = self._make_order((self.desk, 5))
        offer = self._change(order, {self.desk: 3}, apply=False).offer_id
        offer.with_user(self.controller).place_credit_hold("Stop")
        self.env.invalidate_all()
        self.assertTrue(order.credit_hold)
        self.assertTrue(offer.credit_hold)

    def test_held_order_is_cancelled(self):
        order = self._make_order((self.desk, 5))
        self._hold(order)
        order._contract_succeed(
            self._change(order, {self.desk: 0}, apply=False).offer_id
        )
        self.assertEqual(order.state, "cancel")
        self.assertEqual(set(order.picking_ids.mapped("state")), {"cancel"})

    # === SUPPLY ===#
    def test_order_of_a_held_customer_waits_until_the_release(self):
        self._hold(self.partner)
        order = self._make_order((self.desk, 5))
        self.assertEqual((order.state, order.acceptance_state), ("draft", "waiting"))
        self.assertFalse(order.picking_ids)
        with self.assertRaisesRegex(UserError, "on credit hold"):
            order._acceptance_accept()
        self._unhold(self.partner)
        order._acceptance_accept()
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.picking_ids)

    def test_goods_in_stock_are_prepared(self):
        order = self._make_order((self.desk, 5), confirm=False)
        self._hold(order)
        self._launch(order)
        moves = order.order_line.move_ids
        self.assertEqual(moves.product_uom_qty, 5)
        self._assert_not_delivered(self._ready(order) or moves.picking_id)

    # === HISTORY ===#
    def test_history_says_who_when_and_why_of_both_ends(self):
        row = self._hold(self.partner, "Bounced cheque")
        self._unhold(self.partner, "Cheque honoured")
        self.assertRecordValues(
            row.sudo(),
            [
                {
                    "reason": "Bounced cheque",
                    "placed_by": self.controller.id,
                    "released_by": self.controller.id,
                    "release_note": "Cheque honoured",
                    "is_active": False,
                    "automatic": False,
                }
            ],
        )
        notes = self.partner.message_ids.mapped("body")
        self.assertTrue(any("Bounced cheque" in note for note in notes))
        self.assertTrue(any("Cheque honoured" in note for note in notes))

    def test_second_hold_changes_nothing_and_a_later_one_is_a_new_row(self):
        first = self._hold(self.partner, "One")
        self.assertEqual(self._hold(self.partner, "Two"), first)
        self._unhold(self.partner)
        self.assertNotEqual(self._hold(self.partner, "Three"), first)

    def test_reason_and_note_are_asked_for(self):
        for reason in ("", "  ", None, False):
            with self.assertRaisesRegex(UserError, "Say why"):
                self.partner.with_user(self.controller).place_credit_hold(reason)
        self._hold(self.partner)
        with self.assertRaisesRegex(UserError, "Say why"):
            self.partner.with_user(self.controller).release_credit_hold(" ")

    def test_order_held_by_its_customer_is_not_released_alone(self):
        order = self._make_order((self.desk, 1))
        self._hold(self.partner)
        with self.assertRaisesRegex(UserError, "release the customer"):
            order.with_user(self.controller).release_credit_hold("Please")

    def test_deleted_quotation_leaves_its_history(self):
        order = self._make_order((self.desk, 1), confirm=False)
        row = self._hold(order)
        name = order.name
        order.unlink()
        self.env.flush_all()
        self.assertRecordValues(
            row.sudo(),
            [
                {
                    "order_id": False,
                    "target_name": name,
                    "is_active": False,
                    "commercial_partner_id": self.partner.id,
                }
            ],
        )

    def test_merged_customers_are_held_once(self):
        double = self.env["res.partner"].create({"name": "Nordwind Werkzeuge AG"})
        rows = self._hold(self.partner) | self._hold(double)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            [self.partner.id, double.id], self.partner
        )
        self.env.invalidate_all()
        self.assertEqual(rows.partner_id, self.partner)
        self.assertEqual(rows.mapped("is_active").count(True), 1)
        self.assertTrue(self.partner.credit_hold)

    # === MANY AT ONCE ===#
    def test_many_are_held_and_released_with_the_wizard(self):
        customers = self.partner | self.vendor
        orders = self._make_order((self.desk, 1)) | self._make_order((self.desk, 2))
        for targets in (customers, orders):
            self._wizard(targets, "place", reason="Mass").action_apply()
            self.env.invalidate_all()
            self.assertEqual(set(targets.mapped("credit_hold")), {True})
        rows = self.env["bop.credit.hold"].search([("is_active", "=", True)])
        rows = rows.filtered(lambda row: row.reason == "Mass")
        self.assertEqual(len(rows), 4)
        self._wizard(rows, "release", note="Paid").action_apply()
        self.env.invalidate_all()
        self.assertFalse(any((customers | customers).mapped("credit_hold")))
        self.assertFalse(any(orders.mapped("credit_hold")))

    def _wizard(self, targets, mode, **values):
        wizard = self.env["bop.credit.hold.wizard"].with_user(self.controller)
        wizard = wizard.with_context(active_model=targets._name, active_ids=targets.ids)
        return wizard.create({"mode": mode, **values})

    def test_queue_says_how_many_orders_wait_and_what_they_are_worth(self):
        orders = self._make_order((self.desk, 1)) | self._make_order((self.desk, 2))
        row = self._hold(self.partner).with_user(self.controller)
        self.assertEqual(row.order_count, 2)
        self.assertAlmostEqual(row.order_amount, sum(orders.mapped("amount_total")))
        self.assertEqual(
            self.env["sale.order"].search(row.action_view_orders()["domain"]), orders
        )


@tagged("post_install", "-at_install", "bop_apps")
class TestCreditHoldOfOtherApps(CreditHoldCase):
    def test_batch_with_one_held_order_delivers_none_and_names_it(self):
        self._need("stock_picking_batch")
        other = self.env["res.partner"].create({"name": "Good Payer"})
        held = self._make_order((self.desk, 1))
        free = self._make_order((self.desk, 1), partner_id=other.id)
        self._hold(self.partner)
        pickings = self._ready(held) | self._ready(free)
        batch = self.env["stock.picking.batch"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "company_id": self.company.id,
                "picking_ids": [Command.set(pickings.ids)],
            }
        )
        batch.action_confirm()
        with (
            self.assertRaisesRegex(UserError, held.picking_ids.name) as refused,
            self.cr.savepoint(),
        ):
            batch.action_done()
        self.assertNotIn(free.picking_ids.name, str(refused.exception))
        self.env.invalidate_all()
        self.assertEqual(set(pickings.mapped("state")), {"assigned"})

    def test_drop_shipment_is_a_delivery(self):
        self._need("stock_dropshipping")
        route = self.env.ref("stock_dropshipping.route_drop_shipping")
        product = self._make_product(
            "Crane",
            900.0,
            quantity=0,
            route_ids=[Command.set(route.ids)],
            seller_ids=[Command.create({"partner_id": self.vendor.id, "price": 700})],
        )
        order = self._make_order((product, 1))
        purchase = order._get_purchase_orders()
        purchase.button_confirm()
        self._hold(order)
        picking = purchase.picking_ids
        picking.move_ids.write({"quantity": 1, "picked": True})
        self.assertTrue(picking.credit_hold)
        self._assert_not_delivered(picking)
