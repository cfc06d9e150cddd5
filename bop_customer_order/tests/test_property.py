# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Random sequences of everything that happens to an order, with law 2 checked after
each step.

``BOP_SEQUENCES`` sets their number, ``BOP_SEED`` makes other ones than the build's.
"""

import os

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ContractCase

WHICH = st.integers(0, 1)
PIECES = st.integers(1, 4)
STEPS = st.one_of(
    st.tuples(st.just("change"), WHICH, st.integers(0, 9)),
    st.tuples(st.just("change"), WHICH, st.integers(0, 9)),
    st.tuples(st.just("reprice"), WHICH, st.sampled_from((80, 100, 120))),
    st.tuples(st.just("deliver"), WHICH, PIECES),
    st.tuples(st.just("send_back"), WHICH, PIECES),
    st.tuples(st.just("bill"), st.booleans(), st.none()),
    st.tuples(st.just("credit"), WHICH, PIECES),
    st.tuples(st.just("cancel"), st.none(), st.none()),
)


@tagged("post_install", "-at_install")
class TestRandomSequences(ContractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Reservation is the slowest part of a confirmation and says nothing about what
        # was delivered or billed.
        cls.warehouse.out_type_id.reservation_method = "manual"
        cls.products = (cls.desk, cls.chair)
        # Each sequence begins with it and is rolled back to it.
        cls.order = cls._make_order((cls.desk, 5), (cls.chair, 5))

    def test_law_2_holds_after_each_step_of_any_sequence(self):
        count = int(os.environ.get("BOP_SEQUENCES", "60"))
        chosen = os.environ.get("BOP_SEED")
        done = []

        def check(steps):
            with self.cr.savepoint() as savepoint:
                self._live(steps)
                savepoint.rollback()
            self.env.invalidate_all(flush=False)
            done.append(steps)

        run = given(st.lists(STEPS, min_size=2, max_size=6))(check)
        if chosen:
            run = seed(int(chosen))(run)
        healthy = [HealthCheck.too_slow, HealthCheck.data_too_large]
        settings(
            max_examples=count,
            deadline=None,
            database=None,
            derandomize=not chosen,
            suppress_health_check=healthy,
        )(run)()
        self.assertGreaterEqual(len(done), count)

    # === A LIFE ===#
    def _live(self, steps):
        """The order, from its confirmation through ``steps`` to the last invoice."""
        order = self.order
        for name, which, how in steps:
            if order.state == "sale":
                order = getattr(self, f"_step_{name}")(order, which, how)
            self._check_law_2(order)
        if order.state == "sale":
            self._check_end(order)
        self.assertTrue(order._contract_verify()["valid"], order._contract_verify())

    def _step_change(self, order, which, quantity):
        line = self._lines(order, which)[-1:]
        return self._try_change(order, {line: quantity})

    def _step_reprice(self, order, which, price):
        line = self._lines(order, which)[-1:]
        return self._try_change(order, {line: {"price_unit": price}})

    def _step_cancel(self, order, _which, _how):
        return self._try_change(order, dict.fromkeys(order.order_line, 0))

    def _step_deliver(self, order, which, pieces):
        product = self.products[which]
        if available := self._open_demand(order).get(product):
            self._deliver(order, {product: min(pieces, available)})
        return order

    def _step_send_back(self, order, which, pieces):
        product = self.products[which]
        for move in order.picking_ids.move_ids.filtered(
            lambda m: m.product_id == product and m.location_dest_usage == "customer"
        ):
            left = move.quantity - sum(
                move.returned_move_ids.filtered(lambda m: m.state == "done").mapped(
                    "quantity"
                )
            )
            if move.state == "done" and left > 0:
                self._return(order, product, min(pieces, left), move=move)
                break
        return order

    def _step_bill(self, order, post, _how):
        if any(line.qty_to_invoice for line in order.order_line):
            self._invoice(order, post=post)
        return order

    def _step_credit(self, order, which, pieces):
        product = self.products[which]
        invoice = order.invoice_ids.filtered(
            lambda m: (
                m.state == "posted"
                and m.move_type == "out_invoice"
                and not m.reversal_move_ids
            )
        )
        billed = sum(
            invoice[:1]
            .invoice_line_ids.filtered(lambda line: line.product_id == product)
            .mapped("quantity")
        )
        if billed:
            credit = invoice[:1]._reverse_moves([{"ref": "Complaint"}])
            lines = credit.invoice_line_ids.filtered(
                lambda line: line.product_id == product
            )
            (credit.invoice_line_ids - lines[:1]).unlink()
            lines[:1].quantity = min(pieces, lines[:1].quantity)
            credit.action_post()
        return order

    # === CHANGES ===#
    def _lines(self, order, which):
        return order.order_line.filtered(
            lambda line: line.product_id == self.products[which]
        )

    def _try_change(self, order, changes):
        """Apply, when the impact has no obstacle; else see it refused with nothing
        changed.
        """
        request = self._change(order, changes, apply=False)
        offer = request.offer_id
        feasible = all(
            row["severity"] != "obstacle" for row in offer.change_impact or []
        )
        before = self._state(order)
        if feasible and not order._contract_delta(offer).is_empty:
            expected = {
                line: self._expected_open(line, changes) for line in order.order_line
            }
            result = request._apply()
            self._check_applied(order, result, expected, before)
            return result
        with self.assertRaises(UserError), self.cr.savepoint():
            request._apply()
        self.env.invalidate_all()
        self.assertEqual(self._state(order), before)
        request.action_withdraw()
        self.assertEqual(self._state(order), before)
        return order

    def _expected_open(self, line, changes):
        """What is to leave after the change: more by what is agreed on top, less by
        what is agreed away and not gone.

        Goods that came back are not sent again, unless they get a new price beside what
        is billed: that is a new position.
        """
        change, agreed, already_open = (
            changes.get(line),
            line.product_uom_qty,
            self._open_of(line),
        )
        procured = line.qty_delivered + already_open
        if change is None:
            return already_open
        if isinstance(change, dict):
            kept = (
                max(line.qty_invoiced, line.qty_delivered)
                if line.qty_invoiced > 0 and agreed
                else agreed
            )
            return already_open + max(0, agreed - max(procured, kept))
        if change > agreed:
            return already_open + max(0, min(change - agreed, change - procured))
        return already_open - max(0, min(agreed - change, procured - change))

    def _open_of(self, line):
        moves = self._open_moves(line.order_id).filtered(
            lambda move: move.sale_line_id == line
        )
        self.assertFalse(
            moves.filtered(lambda move: move.location_id.usage == "customer"),
            "goods are fetched back by a change",
        )
        return sum(moves.mapped("product_qty"))

    def _check_applied(self, order, result, expected, before):
        if result == order:
            self.assertEqual(
                (order.state, bool(self._open_moves(order))), ("cancel", False)
            )
            return
        self.assertEqual(self._sums(order), before["sums"])
        split = {}
        for line in result.order_line:
            same = order.order_line.filtered(
                lambda old, line=line: old.product_id == line.product_id
            )
            origin = line.predecessor_line_id or same[-1:]
            split[origin] = split.get(origin, 0) + self._open_of(line)
        self.assertEqual(split, expected)
        self._assert_owns_nothing(order)
        self._recompute_all(result)

    def _state(self, order):
        """What must be the same after a refusal."""
        return {
            "sums": self._sums(order),
            "demand": self._open_demand(order),
            "order": (
                order.state,
                order.is_contract,
                order.successor_id,
                order.amount_total,
            ),
            "lines": [
                (line.id, line.product_uom_qty, line.price_unit)
                for line in order.order_line
            ],
            "seals": order._contract_seals().mapped("hash"),
        }

    # === THE LAW ===#
    def _check_law_2(self, order):
        """The chain says what the stock and the books say, and only its current version
        says it.
        """
        self.env.flush_all()
        self.assertEqual(
            self._sums(order),
            {
                product: (self._at_customer(product), self._in_books(product))
                for product in self.products
            },
        )
        for version in order._contract_chain() - order:
            self.assertEqual(
                {
                    (line.qty_delivered, line.qty_invoiced)
                    for line in version.order_line
                },
                {(0.0, 0.0)},
            )

    def _at_customer(self, product):
        place = self.partner.property_stock_customer
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "child_of", place.id)]
        )
        return sum(quants.mapped("quantity"))

    def _in_books(self, product):
        domain = [
            ("product_id", "=", product.id),
            ("display_type", "=", "product"),
            ("parent_state", "!=", "cancel"),
        ]
        rows = self.env["account.move.line"].search(domain)
        return sum(
            -row.quantity if row.move_id.move_type == "out_refund" else row.quantity
            for row in rows
        )

    def _check_end(self, order):
        """Delivered and billed to the end, the books have what the order says: once."""
        for _round in range(5):
            if not self._deliver(order):
                break
            self._check_law_2(order)
        self.assertFalse(self._open_moves(order), "deliveries do not come to an end")
        order.invoice_ids.filtered(lambda move: move.state == "draft").action_post()
        self._step_bill(order, True, None)
        self._check_law_2(order)
        due = 0.0
        for line in order.order_line:
            quantity = (
                line.qty_delivered
                if line.product_id.invoice_policy == "delivery"
                else line.product_uom_qty
            )
            self.assertEqual(line.qty_invoiced, quantity)
            due += quantity * line.price_unit * 1.15
        self.assertAlmostEqual(self._billed(order), due, places=2)
