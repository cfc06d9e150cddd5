# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The public methods for integrators say the same of purchase orders as of customer
orders.
"""

import json
import xmlrpc.client

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .succession_common import SuccessionCase


@tagged("post_install", "-at_install")
class TestApi(SuccessionCase):
    def setUp(self):
        super().setUp()
        self.order = self._make_order(
            (self.desk, 10), (self.chair, 5), user_id=self.buyer.id
        )
        self.mine = self.order.with_user(self.buyer)
        self.position = self.order.order_line[0].position_uid

    def test_cancelling_answers_what_xml_rpc_can_say(self):
        """Odoo's own method answers None, and the caller is told of a failure."""
        order = self._make_order((self.desk, 1), confirm=False, user_id=self.buyer.id)
        answer = order.with_user(self.buyer).button_cancel()
        self.assertIn("<boolean>1</boolean>", xmlrpc.client.dumps((answer,)))
        self.assertEqual(order.state, "cancel")

    def _changes(self, **values):
        return {"lines": [{"position": self.position, **values}], "reason": "Growth"}

    def test_a_change_is_asked_for_and_applied(self):
        asked = self.mine.bop_request_change(
            {
                "header": {"delivery_date": "2031-03-04T08:00:00Z"},
                "lines": [
                    {"position": self.position, "quantity": 12},
                    {
                        "sku": "LAMP",
                        "quantity": 3,
                        "price": 20,
                        "delivery_date": "2031-05-06",
                    },
                ],
                "initiator": "supplier",
            },
            key="k1",
        )
        self.assertEqual(
            (asked["order"], asked["state"], asked["feasible"]),
            (self.order.name, "draft", True),
        )
        applied = self.mine.bop_apply_change("email", "Ms Roth", key="k2")
        self.assertEqual(
            (applied["predecessor"], applied["version"], applied["acceptance"]),
            (self.order.name, 2, "accepted"),
        )
        successor = self.order.successor_id
        self.assertEqual(successor.order_line.mapped("product_qty"), [12, 5, 3])
        self.assertEqual(
            [str(line.date_planned) for line in successor.order_line],
            ["2031-03-04 08:00:00"] * 2 + ["2031-05-06 00:00:00"],
        )
        self.assertEqual(json.loads(json.dumps(applied)), applied)

    def test_the_same_key_gives_the_same_answer_and_does_nothing(self):
        first = self.mine.bop_request_change(self._changes(quantity=12), key="k")
        again = self.mine.bop_request_change(self._changes(quantity=12), key="k")
        self.assertEqual(first, again)
        self.assertEqual(len(self.order.change_request_ids), 1)
        with self.assertRaisesRegex(UserError, "another call"):
            self.mine.bop_request_change(self._changes(quantity=13), key="k")

    def test_the_history_has_each_version_with_its_difference(self):
        self._receive(self.order, {self.desk: 4})
        self.mine.bop_request_change(self._changes(quantity=12))
        self.mine.bop_apply_change()
        history = self.mine.bop_history()
        self.assertEqual([row["version"] for row in history], [1, 2])
        self.assertEqual([row["current"] for row in history], [False, True])
        terms = history[0]["terms"]
        self.assertEqual(
            (terms["kind"], terms["supplier"]["name"], terms["customer"]["name"]),
            ("purchase_order", self.partner.name, self.company.name),
        )
        changed = [
            line for line in history[1]["difference"]["lines"] if line["code"] == "3"
        ]
        self.assertEqual([line["uid"] for line in changed], [self.position])
        self.assertEqual(
            {row["position"]: row["delivered"] for row in history[1]["fulfilment"]}[
                self.position
            ],
            4,
        )

    def test_an_order_is_proved(self):
        proof = self.mine.bop_verify()
        self.assertEqual((proof["valid"], proof["breaches"]), (True, []))

    def test_bad_input_changes_nothing(self):
        for changes, text in (
            ("x", "an object is expected"),
            ({"other": 1}, "unknown other"),
            ({"header": {"customer_reference": "x"}}, "unknown customer_reference"),
            ({"header": {"delivery_date": "soon"}}, "no date"),
            (self._changes(quantity=-1), "cannot be meant"),
            (self._changes(quantity="many"), "no number"),
            (self._changes(delivery_date="soon"), "no date"),
            ({"lines": [{"position": "nowhere", "quantity": 1}]}, "no position"),
            ({"lines": [{"sku": "NOTHING", "quantity": 1}]}, "names 0 products"),
            ({"lines": [{"quantity": 1}]}, "position"),
            ({"initiator": "me"}, "initiator"),
        ):
            with (
                self.subTest(changes=changes),
                self.assertRaisesRegex(UserError, text),
                self.cr.savepoint(),
            ):
                self.mine.bop_request_change(changes)
        self.assertFalse(self.order.change_request_ids)
        with self.assertRaisesRegex(UserError, "no open change"):
            self.mine.bop_apply_change()

    def test_below_received_is_not_feasible_and_says_so(self):
        self._receive(self.order, {self.desk: 4})
        asked = self.mine.bop_request_change(self._changes(quantity=3))
        self.assertFalse(asked["feasible"])
        with self.assertRaisesRegex(UserError, "Return the goods first"):
            self.mine.bop_apply_change()
        self.assertEqual(self.order.business_status, "active")

    def test_who_may_not_buy_may_not_change(self):
        for groups in ("base.group_user", "stock.group_stock_user"):
            user = new_test_user(self.env, f"bop_{groups}", groups=groups)
            with self.subTest(groups=groups), self.assertRaises(AccessError):
                self.order.with_user(user).bop_request_change(self._changes(quantity=9))
        self.assertFalse(self.order.change_request_ids)
