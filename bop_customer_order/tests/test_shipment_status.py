# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError

from odoo.addons.bop_contract.ubl.despatch_advice import DespatchAdvice, progress

from .network_common import NetworkCase


class TestShipmentStatus(NetworkCase):
    """Each delivery of an order with a twin is told to the customer's database."""

    def _lines(self, advice):
        return {
            line.uid: (line.quantity, line.outstanding, line.delivered, line.returned)
            for line in advice.lines
        }

    def test_a_delivery_tells_what_came_and_what_is_outstanding(self):
        order = self._make_network_order((self.desk, 5), (self.chair, 4))
        picking = self._deliver(order, {self.desk: 2, self.chair: 4})
        (advice,) = self._sent(order.pair_id)
        self.assertIsInstance(advice, DespatchAdvice)
        self.assertEqual(
            (advice.envelope.id, advice.order, advice.shipment),
            (picking.name, "P00007", picking.name),
        )
        self.assertEqual(
            self._lines(advice),
            {
                self._position(order, self.desk): ("2", "3", "2", ""),
                self._position(order, self.chair): ("4", "", "4", ""),
            },
        )
        self.assertTrue(picking.bop_sent_at)

    def test_the_rest_is_told_with_the_back_order(self):
        order = self._make_network_order((self.desk, 5))
        self._deliver(order, {self.desk: 2})
        self._deliver(order)
        uid = self._position(order, self.desk)
        first, second = self._sent(order.pair_id)
        self.assertEqual(self._lines(second), {uid: ("3", "", "5", "")})
        self.assertEqual(progress([first.lines, second.lines]), {uid: "5"})

    def test_a_return_is_told_as_what_is_delivered_then(self):
        order = self._make_network_order((self.desk, 5))
        self._deliver(order)
        self._return(order, self.desk, 2)
        uid = self._position(order, self.desk)
        _first, back = self._sent(order.pair_id)
        self.assertEqual(self._lines(back), {uid: ("0", "2", "3", "2")})
        self.assertIsNone(back.ship_to)

    def test_a_return_that_is_to_be_replaced_is_no_news(self):
        order = self._make_network_order((self.desk, 5))
        (picking,) = self._deliver(order)
        context = {"active_id": picking.id, "active_model": "stock.picking"}
        wizard = self.env["stock.return.picking"].with_context(**context).create({})
        wizard.product_return_moves.write({"quantity": 1, "to_refund": False})
        returned = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        returned.move_ids.write({"quantity": 1, "picked": True})
        returned._action_done()
        self.assertEqual(len(self._sent(order.pair_id)), 1)
        self.assertFalse(returned.bop_sent_at)

    def test_more_than_ordered_is_told_as_it_is(self):
        order = self._make_network_order((self.desk, 5))
        self._deliver(order, {self.desk: 7})
        (advice,) = self._sent(order.pair_id)
        uid = self._position(order, self.desk)
        self.assertEqual(self._lines(advice), {uid: ("7", "", "7", "")})

    def test_only_the_last_step_of_a_delivery_is_news(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self._make_network_order((self.desk, 5))
        self._deliver(order)
        self.assertEqual(self._sent(order.pair_id), [])
        self._deliver(order)
        self.assertEqual(len(self._sent(order.pair_id)), 1)

    def test_quantities_are_in_the_unit_of_the_position(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._make_order((self.desk, 2), confirm=False)
        order.order_line.product_uom_id = dozen
        order.action_confirm()
        self._pair(order)
        self._deliver(order, {self.desk: 12})
        (advice,) = self._sent(order.pair_id)
        line = advice.lines[0]
        self.assertEqual(
            (line.unit, line.quantity, line.outstanding), ("DZN", "1", "1")
        )

    def test_lots_and_serial_numbers_are_told(self):
        self.desk.tracking = "serial"
        lot = self.env["stock.lot"].create(
            {"name": "SN-7", "product_id": self.desk.id, "company_id": self.company.id}
        )
        self.env["stock.quant"]._update_available_quantity(
            self.desk, self.stock, 1, lot_id=lot
        )
        order = self._make_network_order((self.desk, 1))
        picking = order.picking_ids
        picking.move_line_ids.write({"lot_id": lot.id, "quantity": 1})
        picking.move_ids.picked = True
        picking._action_done()
        (advice,) = self._sent(order.pair_id)
        self.assertEqual(
            (advice.lines[0].serials, advice.lines[0].lots), (("SN-7",), ())
        )

    def test_after_a_change_it_is_the_same_contract_and_the_same_positions(self):
        order = self._make_network_order((self.desk, 5))
        pair = order.pair_id
        self._deliver(order, {self.desk: 2})
        request = order._contract_request_change()
        request.offer_id.order_line.product_uom_qty = 4
        successor = order._contract_succeed(request.offer_id)
        self.assertEqual(successor.pair_id, pair)
        self._deliver(successor)
        uid = self._position(successor, self.desk)
        self.assertEqual(self._lines(self._sent(pair)[1]), {uid: ("2", "", "4", "")})

    def test_one_transfer_for_two_contracts_tells_each_its_own(self):
        first = self._make_network_order((self.desk, 1))
        second = self._make_network_order((self.chair, 1), number="P00008")
        second.picking_ids.move_ids.picking_id = first.picking_ids
        self._deliver(first)
        for order, product in ((first, self.desk), (second, self.chair)):
            (advice,) = self._sent(order.pair_id)
            self.assertEqual(
                [line.uid for line in advice.lines], [self._position(order, product)]
            )

    def test_an_order_without_a_twin_is_told_to_nobody(self):
        order = self._make_order((self.desk, 1))
        (picking,) = self._deliver(order)
        self.assertFalse(picking.bop_sent_at or picking.bop_send_error)
        self.assertFalse(picking.bop_to_send)

    # === ONCE, AND NOT LOST ===#
    def test_what_cannot_be_written_does_not_stop_the_delivery(self):
        order = self._make_network_order((self.desk, 1))
        self.partner.vat = False
        (picking,) = self._deliver(order)
        self.assertEqual(picking.state, "done")
        self.assertRegex(picking.bop_send_error, "Nordwind.*Tax ID")
        self.assertTrue(picking.bop_to_send)
        with self.assertRaisesRegex(UserError, "Nordwind.*Tax ID"):
            picking.action_bop_send()
        self.partner.vat = "ATU57780814"
        picking.action_bop_send()
        self.assertFalse(picking.bop_send_error)
        self.assertEqual(len(self._sent(order.pair_id)), 1)

    def test_a_partner_that_is_not_confirmed_gets_nothing_and_the_reason_is_kept(self):
        order = self._make_network_order((self.desk, 1))
        self.peer.state = "suspended"
        (picking,) = self._deliver(order)
        self.assertRegex(picking.bop_send_error, "not confirmed")
        self.assertFalse(self._messages(order.pair_id))

    def test_a_delivery_is_told_once(self):
        order = self._make_network_order((self.desk, 1))
        (picking,) = self._deliver(order)
        picking.action_bop_send()
        self.assertEqual(len(self._sent(order.pair_id)), 1)

    def test_an_order_that_gets_its_twin_later_can_be_told_then(self):
        order = self._make_order((self.desk, 1))
        (picking,) = self._deliver(order)
        with self.assertRaisesRegex(UserError, "no contract"):
            picking.action_bop_send()
        pair = self._pair(order)
        picking.invalidate_recordset(["bop_to_send"])
        self.assertTrue(picking.bop_to_send)
        picking.action_bop_send()
        self.assertEqual(len(self._sent(pair)), 1)

    def test_nobody_says_himself_that_something_was_sent(self):
        order = self._make_network_order((self.desk, 1))
        for values in ({"bop_sent_at": "2026-01-01"}, {"bop_send_error": "x"}):
            with self.assertRaisesRegex(UserError, "by the system alone"):
                order.picking_ids.write(values)
            with self.assertRaisesRegex(UserError, "by the system alone"):
                self.env["stock.picking"].create(
                    {"picking_type_id": order.picking_ids.picking_type_id.id, **values}
                )

    def test_a_copy_was_not_sent(self):
        order = self._make_network_order((self.desk, 1))
        (picking,) = self._deliver(order)
        self.assertFalse(picking.copy().bop_sent_at)

    def test_queries_do_not_grow_with_the_positions(self):
        counts = []
        for size in (3, 30):
            products = [
                self._make_product(f"Part {size} {number}", 1.0)
                for number in range(size)
            ]
            order = self._make_order(*((product, 1) for product in products))
            (picking,) = self._deliver(order)
            self._pair(order, f"P{size}")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            picking.action_bop_send()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)
