# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Ordering, accepting and rejecting as a connected system does it: plain JSON in, plain
JSON out.
"""

import json
import xmlrpc.client

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .decision_common import DecisionCase


class IntakeApiCase(DecisionCase):
    """A customer with identifiers, and an integrator who is a salesperson."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.write(
            {"ref": "C-77", "vat": "BE0477472701", "is_company": True, "user_id": False}
        )
        cls.desk.barcode = "4006381333931"
        cls.api = cls.env["sale.order"].with_user(cls.salesman)

    def _content(self, quantity=2, **values):
        return {
            "customer": {"ref": "C-77"},
            "customer_reference": "PO 1",
            "lines": [{"sku": "DESK", "quantity": quantity}],
            **values,
        }

    def _submit(self, content=None, key=False, user=None, **values):
        orders = self.api.with_user(user) if user else self.api
        answer = orders.bop_submit(content or self._content(**values), key=key)
        self.assertEqual(json.loads(json.dumps(answer)), answer)
        self.assertTrue(xmlrpc.client.dumps((answer,), allow_none=False))
        return answer

    def _order(self, answer):
        return self.env["sale.order"].browse(answer["order_id"])


@tagged("post_install", "-at_install")
class TestSubmit(IntakeApiCase):
    # === ORDERING ===#
    def test_an_order_within_the_limit_is_accepted(self):
        answer = self._submit(
            customer={"vat": "be 0477472701"},
            delivery_date="2031-05-06T07:00:00+02:00",
            note="Ring twice",
            incoterm_place="Basel",
            lines=[
                {"gtin": "4006381333931", "quantity": "2", "price": 90, "discount": 10},
                {
                    "sku": "LAMP",
                    "quantity": 1,
                    "description": "A lamp",
                    "unit": "Units",
                },
            ],
        )
        order = self._order(answer)
        self._assert_in_force(order)
        self.assertEqual(
            (answer["order"], answer["acceptance"], answer["business_status"]),
            (order.name, "accepted", "active"),
        )
        self.assertEqual(
            (answer["amount_total"], answer["currency"]),
            (order.amount_total, order.currency_id.name),
        )
        self.assertEqual(
            (order.partner_id, order.order_origin), (self.partner, "import")
        )
        self.assertEqual(str(order.commitment_date), "2031-05-06 05:00:00")
        self.assertEqual(order.client_order_ref, "PO 1")
        self.assertIn("Ring twice", order.note)
        desk, lamp = order.order_line
        self.assertEqual(
            (desk.product_uom_qty, desk.price_unit, desk.discount), (2, 90, 10)
        )
        self.assertEqual((lamp.product_id, lamp.name), (self.lamp, "A lamp"))
        self.assertEqual(
            [line["position"] for line in answer["lines"]],
            order.order_line.mapped("position_uid"),
        )

    def test_an_order_above_the_limit_waits_with_the_reasons(self):
        answer = self._submit(quantity=20)
        self._assert_waits(self._order(answer))
        self.assertEqual(
            (answer["acceptance"], answer["business_status"]), ("waiting", "waiting")
        )
        [reason] = answer["reasons"]
        self.assertEqual(reason["code"], "above_order_limit")
        self.assertEqual(float(reason["values"]["limit"]), 1000)
        self.assertIn("above the order limit", reason["text"])

    def test_an_order_beyond_all_limits_is_rejected(self):
        self.policy.reject_limit = 2000
        answer = self._submit(quantity=20)
        self.assertEqual(
            (answer["acceptance"], answer["business_status"]), ("rejected", "rejected")
        )

    def test_where_no_contracts_are_made_the_order_is_confirmed(self):
        self.company.bop_contracts = False
        answer = self._submit(quantity=20)
        self.assertEqual(answer["acceptance"], "accepted")
        self.assertEqual(self._order(answer).state, "sale")

    def test_the_origin_is_what_the_caller_says(self):
        self.policy.ask_origin_website = True
        self.assertEqual(self._submit(origin="website")["acceptance"], "waiting")
        answer = self._submit(origin="manual", customer_reference="PO 2")
        self.assertEqual(answer["acceptance"], "accepted")

    def test_a_currency_needs_a_price_list(self):
        currency = self.env["res.currency"].create({"name": "XBT", "symbol": "x"})
        with self.assertRaisesRegex(UserError, "no price list in XBT"):
            self._submit(currency="XBT")
        self.env["product.pricelist"].create(
            {"name": "In XBT", "currency_id": currency.id}
        )
        self.assertEqual(self._submit(currency="XBT")["currency"], "XBT")

    # === ONCE ===#
    def test_the_same_reference_gives_the_first_answer(self):
        first = self._submit()
        self.assertEqual(self._submit(key="another"), first)
        self.assertEqual(self._submit(customer={"name": self.partner.name}), first)
        self.assertEqual(
            self.env["sale.order"].search_count([("partner_id", "=", self.partner.id)]),
            1,
        )

    def test_the_same_reference_with_other_content_is_refused(self):
        first = self._submit()
        with self.assertRaisesRegex(UserError, f"already: {first['order']}"):
            self._submit(quantity=3)

    def test_the_reference_of_another_customer_is_another_reference(self):
        first = self._submit()
        self.vendor.ref = "C-78"
        self.assertNotEqual(self._submit(customer={"ref": "C-78"}), first)

    def test_a_contact_orders_for_its_company(self):
        first = self._submit()
        self.env["res.partner"].create(
            {"name": "Jana", "email": "jana@x.example", "parent_id": self.partner.id}
        )
        again = self._submit(customer={"email": "Jana@X.example"})
        self.assertEqual(again, first)

    def test_who_may_not_see_the_order_is_not_told_of_it(self):
        self._submit()
        colleague = new_test_user(
            self.env,
            login="bop_colleague",
            groups="sales_team.group_sale_salesman",
            company_id=self.company.id,
        )
        with self.assertRaises(AccessError):
            self._submit(user=colleague)

    def test_the_same_key_gives_the_first_answer_and_no_other_order(self):
        first = self._submit(key="k 1")
        self.assertEqual(self._submit(key="k 1"), first)
        with self.assertRaisesRegex(UserError, "another call"):
            self._submit(key="k 1", customer_reference="PO 2")

    def test_a_refused_order_leaves_its_reference_free(self):
        with self.assertRaises(UserError):
            self._submit(lines=[{"sku": "NOWHERE", "quantity": 1}])
        self.assertEqual(self._submit()["acceptance"], "accepted")

    # === BAD INPUT ===#
    def test_bad_input_is_refused_clearly(self):
        twin = {"name": "Twin", "ref": "T"}
        self.env["res.partner"].create([twin, twin])
        line = {"sku": "DESK", "quantity": 1}
        for values, text in (
            ({"customer": {"ref": "nobody"}}, "nobody has the ref"),
            ({"customer": {"ref": "T"}}, "several have the ref"),
            ({"customer": {"name": ""}}, "nobody has the name"),
            ({"customer": {"id": 7}}, "unknown id"),
            ({"customer": {}}, "exactly one of"),
            ({"customer": {"ref": "C-77", "name": "x"}}, "exactly one of"),
            ({"customer": "C-77"}, "an object is expected"),
            ({"customer": {"ref": 77}}, "a text of at most"),
            ({"customer_reference": " "}, "customer's number"),
            ({"customer_reference": 7}, "a text of at most"),
            ({"customer_reference": "x" * 201}, "at most 200"),
            ({"origin": "network"}, "origin: network is not possible"),
            ({"origin": ["manual"]}, "is not possible"),
            ({"lines": []}, "at least one"),
            ({"lines": {}}, "a list is expected"),
            ({"lines": [{"quantity": 1}]}, "either a"),
            ({"lines": [{"sku": "DESK"}]}, "quantity"),
            ({"lines": [{**line, "gtin": "4006381333931"}]}, "either a"),
            ({"lines": [{**line, "position": "x"}]}, "unknown position"),
            ({"lines": [{**line, "quantity": -1}]}, "cannot be meant"),
            ({"lines": [{**line, "price": True}]}, "is no number"),
            ({"lines": [{**line, "unit": "parsec"}]}, "not one of its units"),
            ({"delivery_date": "soon"}, "soon is no date"),
            ({"currency": 1}, "a text of at most"),
            ({"state": "sale"}, "unknown state"),
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, text):
                self._submit(**values)
        with self.assertRaisesRegex(UserError, "order: an object is expected"):
            self.api.bop_submit([])

    # === RIGHTS ===#
    def test_neither_portal_nor_public_users_nor_employees_order(self):
        for groups in ("base.group_portal", "base.group_public", "base.group_user"):
            login = groups.rpartition("_")[2]
            user = new_test_user(self.env, login=f"bop_{login}", groups=groups)
            with self.subTest(groups), self.assertRaises(AccessError):
                self.api.with_user(user).bop_submit(self._content())

    def test_the_context_of_the_caller_decides_nothing(self):
        orders = self.api.with_context(
            default_state="sale",
            default_acceptance_state="accepted",
            default_order_origin="network",
            default_user_id=self.env.user.id,
        )
        order = self._order(orders.bop_submit(self._content(quantity=20)))
        self._assert_waits(order)
        self.assertEqual(order.order_origin, "import")


@tagged("post_install", "-at_install")
class TestDecideApi(IntakeApiCase):
    def setUp(self):
        super().setUp()
        self.waiting = self._order(self._submit(quantity=20))

    def test_an_approver_accepts(self):
        order = self.waiting.with_user(self.approver)
        answer = order.bop_accept("Known for years", key="a 1")
        self.assertEqual(
            (answer["order"], answer["acceptance"], answer["business_status"]),
            (order.name, "accepted", "active"),
        )
        self._assert_in_force(self.waiting, "manual")
        self.assertEqual(order.bop_accept("Known for years", key="a 1"), answer)
        with self.assertRaisesRegex(UserError, "does not wait"):
            order.bop_accept("Known for years")

    def test_an_approver_rejects_with_a_reason(self):
        order = self.waiting.with_user(self.approver)
        with self.assertRaisesRegex(UserError, "Say why"):
            order.bop_reject(" ")
        answer = order.bop_reject("Sold out", key="r 1")
        self.assertEqual(answer["acceptance"], "rejected")
        self.assertEqual(self.waiting.rejection_reason, "Sold out")
        self.assertEqual(order.bop_reject("Sold out", key="r 1"), answer)

    def test_a_salesperson_decides_nothing(self):
        order = self.waiting.with_user(self.salesman)
        for call in (order.bop_accept, lambda: order.bop_reject("No")):
            with self.assertRaises(AccessError):
                call()
        self._assert_waits(self.waiting)

    def test_a_change_that_waits_is_told_and_accepted(self):
        order = self._order(self._submit(customer_reference="PO 2"))
        position = order.order_line.position_uid
        changer = order.with_user(self.salesman)
        asked = changer.bop_request_change(
            {"lines": [{"position": position, "quantity": 30}]}
        )
        self.assertEqual((asked["acceptance"], asked["reasons"]), ("", []))
        answer = changer.bop_apply_change("phone")
        self.assertEqual(
            (answer["order"], answer["state"], answer["acceptance"]),
            (order.name, "proposed", "waiting"),
        )
        self.assertIn("above_order_limit", [row["code"] for row in answer["reasons"]])
        self.assertFalse(order.successor_id)
        accepted = order.with_user(self.approver).bop_accept()
        self.assertEqual(accepted["order_id"], order.successor_id.id)
        self.assertEqual(accepted["acceptance"], "accepted")

    def test_the_offer_of_a_change_is_rejected_and_the_order_stays(self):
        order = self._order(self._submit(customer_reference="PO 2"))
        request = self._change(order, {self.desk: 30}, apply=False)
        request._apply()
        offer = request.offer_id
        answer = offer.with_user(self.approver).bop_reject("Too much")
        self.assertEqual(answer["acceptance"], "rejected")
        self.assertEqual((request.state, order.state), ("rejected", "sale"))
        self.assertFalse(order.successor_id)

    def test_an_applied_change_says_that_it_was_accepted(self):
        order = self._order(self._submit(customer_reference="PO 2"))
        changer = order.with_user(self.salesman)
        changer.bop_request_change(
            {"lines": [{"position": order.order_line.position_uid, "quantity": 3}]}
        )
        answer = changer.bop_apply_change()
        self.assertEqual(
            (answer["state"], answer["acceptance"]), ("applied", "accepted")
        )
