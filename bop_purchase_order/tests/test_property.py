# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Random sequences of everything that happens to a purchase order, with law 2 checked
after each step.

``BOP_SEQUENCES`` sets their number, ``BOP_SEED`` makes other ones than the build's.
"""

import os

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import tagged

from .succession_common import SuccessionCase

WHICH = st.integers(0, 1)
PIECES = st.integers(1, 4)
STEPS = st.one_of(
    st.tuples(st.just("change"), WHICH, st.integers(0, 9)),
    st.tuples(st.just("change"), WHICH, st.integers(0, 9)),
    st.tuples(st.just("reprice"), WHICH, st.sampled_from((80, 100, 120))),
    st.tuples(st.just("receive"), WHICH, PIECES),
    st.tuples(st.just("send_back"), WHICH, PIECES),
    st.tuples(st.just("bill"), st.booleans(), st.none()),
    st.tuples(st.just("credit"), WHICH, PIECES),
    st.tuples(st.just("cancel"), st.none(), st.none()),
)


@tagged("post_install", "-at_install")
class TestRandomSequences(SuccessionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = (cls.desk, cls.chair)
        # Each sequence begins with it and is rolled back to it.
        cls.order = cls._make_order((cls.desk, 5), (cls.chair, 5))

    def test_law_2_holds_after_each_step_of_any_sequence(self):
        count = int(os.environ.get("BOP_SEQUENCES", "30"))
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
        settings(
            max_examples=count,
            deadline=None,
            database=None,
            derandomize=not chosen,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        )(run)()
        self.assertGreaterEqual(len(done), count)

    # === A LIFE ===#
    def _live(self, steps):
        order = self.order
        for name, which, how in steps:
            if order.state == "purchase":
                order = getattr(self, f"_step_{name}")(order, which, how)
            self._check_law_2(order)
        if order.state == "purchase":
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

    def _step_receive(self, order, which, pieces):
        product = self.products[which]
        if coming := self._open_demand(order).get(product):
            self._receive(order, {product: min(pieces, coming)})
        return order

    def _step_send_back(self, order, which, pieces):
        product = self.products[which]
        for move in order.order_line.move_ids.filtered(
            lambda m: (
                m.product_id == product
                and m.state == "done"
                and m.location_id.usage == "supplier"
            )
        ):
            returned = move.returned_move_ids.filtered(lambda m: m.state == "done")
            left = move.quantity - sum(returned.mapped("quantity"))
            if left > 0:
                self._return(order, product, min(pieces, left), move=move)
                break
        return order

    def _step_bill(self, order, post, _how):
        if any(line.qty_to_invoice for line in order.order_line):
            self._bill(order, post=post)
        return order

    def _step_credit(self, order, which, pieces):
        product = self.products[which]
        bill = order.invoice_ids.filtered(
            lambda m: (
                m.state == "posted"
                and m.move_type == "in_invoice"
                and not m.reversal_move_ids
            )
        )[:1]
        own = bill.invoice_line_ids.filtered(lambda line: line.product_id == product)
        if sum(own.mapped("quantity")) > 0:
            credit = bill._reverse_moves([{"invoice_date": "2026-01-20"}])
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
            return self._apply_checked(order, request, changes)
        with self.assertRaises(UserError), self.cr.savepoint():
            request._apply()
        self.env.invalidate_all()
        self.assertEqual(self._state(order), before)
        request.action_withdraw()
        self.assertEqual(self._state(order), before)
        return order

    def _apply_checked(self, order, request, changes):
        sums = self._sums(order)
        expected = {
            product: sum(
                self._expected_open(line, changes.get(line))
                for line in order.order_line
                if line.product_id == product
            )
            for product in self.products
        }
        result = request._apply()
        self.assertEqual(self._sums(order), sums)
        if result == order:
            self.assertEqual(self._open_demand(order), {})
            return result
        found = self._open_demand(result)
        self.assertEqual(
            {product: found.get(product, 0) for product in self.products}, expected
        )
        self._assert_owns_nothing(order)
        self._recompute_all(result)
        return result

    def _expected_open(self, line, change):
        """What is to come after the change: more by what is agreed on top, less by what
        is agreed away and has not come.
        """
        agreed, coming = line.product_qty, self._open_of(line)
        covered = line.qty_received + coming
        if change is None:
            return coming
        if isinstance(change, dict):
            kept = (
                max(line.qty_invoiced, line.qty_received)
                if line.qty_invoiced > 0 and agreed
                else agreed
            )
            return coming + max(0, agreed - max(covered, kept))
        if change > agreed:
            return coming + max(0, min(change - agreed, change - covered))
        return coming - max(0, min(agreed - change, covered - change))

    def _open_of(self, line):
        moves = self._open_moves(line.order_id).filtered(
            lambda move: move.purchase_line_id == line
        )
        self.assertFalse(
            moves.filtered(lambda move: move.location_id.usage != "supplier"),
            "goods are sent back by a change",
        )
        return sum(moves.mapped("product_qty"))

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
                (line.id, line.product_qty, line.price_unit)
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
                product: (product.qty_available, self._in_books(product))
                for product in self.products
            },
        )
        for version in order._contract_chain() - order:
            self.assertEqual(
                {(line.qty_received, line.qty_invoiced) for line in version.order_line},
                {(0.0, 0.0)},
            )

    def _in_books(self, product):
        rows = self.env["account.move.line"].search(
            [
                ("product_id", "=", product.id),
                ("display_type", "=", "product"),
                ("parent_state", "!=", "cancel"),
            ]
        )
        return sum(
            -row.quantity if row.move_id.move_type == "in_refund" else row.quantity
            for row in rows
        )

    def _check_end(self, order):
        """Received and billed to the end, the books have what the order says: once."""
        while self._open_demand(order):
            self._receive(order)
            self._check_law_2(order)
        drafts = order.invoice_ids.filtered(lambda move: move.state == "draft")
        for draft in drafts:
            draft.action_post()
        self._step_bill(order, True, None)
        self._check_law_2(order)
        for line in order.order_line:
            due = (
                line.qty_received
                if line.product_id.purchase_method == "receive"
                else line.product_qty
            )
            self.assertEqual(line.qty_invoiced, due)
