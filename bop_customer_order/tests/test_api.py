# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The public methods for integrators, called as a client calls them: plain JSON in,
plain JSON out.
"""

import json
import xmlrpc.client

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ContractCase


@tagged("post_install", "-at_install")
class TestApi(ContractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._make_order(
            (cls.desk, 10), (cls.chair, 5), user_id=cls.salesman.id
        ).with_user(cls.salesman)
        cls.position = cls.order.order_line[0].position_uid

    def _request(self, order=None, key=False, **changes):
        changes = changes or {"lines": [{"position": self.position, "quantity": 12}]}
        return (order or self.order).bop_request_change(changes, key=key)

    def _assert_plain(self, answer):
        """The answer survives both wires: JSON, and XML-RPC, which knows no null."""
        self.assertEqual(json.loads(json.dumps(answer)), answer)
        self.assertTrue(xmlrpc.client.dumps((answer,), allow_none=False))

    # === REQUEST AND APPLY ===#
    def test_a_change_is_asked_for_and_applied(self):
        self._deliver(self.order.sudo(), {self.desk: 4})
        asked = self._request(
            header={
                "customer_reference": "PO 9",
                "delivery_date": "2031-05-06T07:08:09Z",
                "note": "Ring twice",
            },
            lines=[
                {
                    "position": self.position,
                    "quantity": "12",
                    "price": 90,
                    "discount": 5,
                },
                {"sku": "LAMP", "quantity": 3, "price": 20, "description": "A lamp"},
            ],
            reason="More people",
            initiator="customer",
        )
        self._assert_plain(asked)
        self.assertEqual(
            (asked["order"], asked["state"], asked["feasible"]),
            (self.order.name, "draft", True),
        )
        self.assertTrue(asked["impact"])
        self.assertFalse(self.order.successor_id)
        applied = self.order.bop_apply_change("phone", "Ms Example, Monday")
        self._assert_plain(applied)
        successor = self.env["sale.order"].browse(applied["order_id"])
        self.assertEqual(self.order.successor_id, successor)
        self.assertEqual(
            (applied["version"], applied["predecessor"]), (2, self.order.name)
        )
        self.assertEqual(
            (successor.client_order_ref, str(successor.commitment_date)),
            ("PO 9", "2031-05-06 07:08:09"),
        )
        lines = {line.product_id: line for line in successor.order_line}
        desk, lamp = lines[self.desk], lines[self.lamp]
        self.assertEqual(
            (desk.product_uom_qty, desk.price_unit, desk.discount), (12, 90, 5)
        )
        self.assertEqual(
            (lamp.product_uom_qty, lamp.price_unit, lamp.name), (3, 20, "A lamp")
        )
        request = successor.predecessor_id.change_request_ids
        self.assertEqual(
            (request.consent, request.consent_note, request.reason),
            ("phone", "Ms Example, Monday", "More people"),
        )

    def test_a_change_can_be_applied_through_its_offer(self):
        offer = self.order.browse(self._request()["offer_id"])
        self.assertEqual(offer.bop_apply_change()["predecessor"], self.order.name)

    def test_an_order_is_cancelled_by_quantity_zero_everywhere(self):
        lines = [
            {"position": line.position_uid, "quantity": 0}
            for line in self.order.order_line
        ]
        self._request(lines=lines)
        answer = self.order.bop_apply_change()
        self._assert_plain(answer)
        self.assertEqual(
            (answer["order"], answer["business_status"]), (self.order.name, "cancelled")
        )

    def test_a_time_zone_is_heeded(self):
        offer = self.order.browse(
            self._request(header={"delivery_date": "2031-05-06T07:00:00+02:00"})[
                "offer_id"
            ]
        )
        self.assertEqual(
            offer.commitment_date, fields.Datetime.to_datetime("2031-05-06 05:00:00")
        )

    def test_an_obstacle_is_told_by_the_request_and_refused_by_applying(self):
        self._deliver(self.order.sudo(), {self.desk: 4})
        asked = self._request(lines=[{"position": self.position, "quantity": 3}])
        self.assertFalse(asked["feasible"])
        self.assertEqual(
            [row["code"] for row in asked["impact"] if row["severity"] == "obstacle"],
            ["below_delivered"],
        )
        with self.assertRaisesRegex(UserError, "delivered"):
            self.order.bop_apply_change()
        self.assertFalse(self.order.successor_id)
        self.assertTrue(self.order.change_pending)

    # === HISTORY AND PROOF ===#
    def test_the_history_tells_each_version_and_what_changed(self):
        self._request()
        successor = self.order.browse(self.order.bop_apply_change()["order_id"])
        history = successor.bop_history()
        self._assert_plain(history)
        self.assertEqual(
            [version["order"] for version in history], [self.order.name, successor.name]
        )
        self.assertEqual([version["current"] for version in history], [False, True])
        self.assertEqual([version["version"] for version in history], [1, 2])
        self.assertEqual(
            history, self.order.bop_history(), "the same from each version"
        )
        change = history[1]["difference"]
        self.assertIn("12", json.dumps(change))
        self.assertEqual(len({version["hash"] for version in history}), 2)

    def test_the_proof_is_valid_until_somebody_tampers(self):
        answer = self.order.bop_verify()
        self._assert_plain(answer)
        self.assertEqual(
            answer,
            {"order": self.order.name, "valid": True, "versions": 1, "breaches": []},
        )

    # === IDEMPOTENCY ===#
    def test_repeating_a_call_with_its_key_gives_the_first_answer_and_does_nothing(
        self,
    ):
        first = self._request(key="k1")
        self.assertEqual(self._request(key="k1"), first)
        self.assertEqual(len(self.order.sudo().change_request_ids), 1)
        applied = self.order.bop_apply_change(key="k2")
        self.assertEqual(self.order.bop_apply_change(key="k2"), applied)
        self.assertEqual(len(self.order.sudo()._contract_chain()), 2)
        self.assertEqual(
            self._request(key="k1"), first, "also after the change was applied"
        )

    def test_a_key_with_other_content_is_refused(self):
        self._request(key="k1")
        for other in (
            lambda: self._request(
                key="k1", lines=[{"position": self.position, "quantity": 13}]
            ),
            lambda: self.order.bop_apply_change(key="k1"),
        ):
            with self.assertRaisesRegex(UserError, "k1.*another call"):
                other()
        self.assertFalse(self.order.successor_id)

    def test_a_failed_call_does_not_use_up_its_key(self):
        with self.assertRaises(UserError):
            self._request(key="k1", lines=[{"position": "unknown", "quantity": 1}])
        self.assertTrue(self._request(key="k1")["request"])

    def test_two_users_may_choose_the_same_key(self):
        self._request(key="k1")
        other = self._make_order((self.desk, 1)).with_user(self.sales_manager)
        answer = self._request(
            other,
            key="k1",
            lines=[{"position": other.order_line.position_uid, "quantity": 2}],
        )
        self.assertEqual(answer["order"], other.name)

    def test_without_a_key_each_call_counts(self):
        self._request()
        with self.assertRaisesRegex(UserError, "open change already"):
            self._request()
        self.assertEqual(len(self.order.sudo().change_request_ids), 1)

    def test_a_key_is_a_text_of_one_to_two_hundred_characters(self):
        for key in ("", "x" * 201, 5, ["k"], {"k": 1}, True, "nul\0"):
            with (
                self.subTest(key=key),
                self.assertRaisesRegex(UserError, "key must be a text"),
            ):
                self._request(key=key)
        self.assertFalse(self.order.sudo().change_request_ids)
