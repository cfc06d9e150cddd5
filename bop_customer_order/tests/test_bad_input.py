# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Bad input is refused with a clear message, and nothing has changed afterwards."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .guard_common import GuardCase

NO_NUMBERS = (
    "ten",
    "",
    "1,5",
    "NaN",
    "inf",
    "-inf",
    float("nan"),
    float("inf"),
    None,
    True,
    [1],
    {"a": 1},
    "1e401",
    "0x10",
)
ABSURD = (-1, -0.5, "1e9999", 10**12, "1e308", 1e300)


@tagged("post_install", "-at_install")
class TestBadInput(GuardCase):
    def setUp(self):
        super().setUp()
        self.position = self.line.position_uid
        self.api = self.order.with_user(self.salesman)

    def _assert_refused_call(self, call, pattern, error=UserError):
        before = (
            self._facts(self.order),
            len(self.order.change_request_ids),
            self.env["sale.order"].search_count([]),
        )
        with self.assertRaisesRegex(error, pattern):
            call()
        after = (
            self._facts(self.order),
            len(self.order.change_request_ids),
            self.env["sale.order"].search_count([]),
        )
        self.assertEqual(after, before)

    def _assert_refused_changes(self, changes, pattern):
        self._assert_refused_call(lambda: self.api.bop_request_change(changes), pattern)

    def _assert_refused_line(self, line, pattern):
        self._assert_refused_changes({"lines": [line]}, pattern)

    # === WHICH ORDER ===#
    def test_an_unknown_order(self):
        for order_id in (2**31 - 1, 2**31, -1, 0, 10**30, "1", "x", True, 1.5):
            unknown = self.api.browse([order_id])
            for call in (
                lambda unknown=unknown: unknown.bop_request_change({}),
                lambda unknown=unknown: unknown.bop_apply_change(),
                unknown.bop_history,
                unknown.bop_verify,
            ):
                with self.subTest(order_id=order_id):
                    self._assert_refused_call(
                        call, "There is no order|exactly one order"
                    )

    def test_no_order_or_several(self):
        other = self._make_order((self.desk, 1), user_id=self.salesman.id)
        for orders in (self.api.browse(), self.api | other):
            self._assert_refused_call(
                lambda orders=orders: orders.bop_request_change({}), "exactly one order"
            )

    def test_a_quotation(self):
        draft = self._make_order(
            (self.desk, 1), confirm=False, user_id=self.salesman.id
        ).with_user(self.salesman)
        self._assert_refused_call(
            lambda: draft.bop_request_change({}),
            f"{draft.name} is not an accepted order",
        )
        self._assert_refused_call(draft.bop_apply_change, f"{draft.name}")
        self._assert_refused_call(
            draft.action_change_order, f"{draft.name} is not an accepted order"
        )
        self._assert_refused_call(
            draft.action_apply_change, f"{draft.name} is not an open offer"
        )
        self._assert_refused_call(
            draft.action_discard_change, f"{draft.name} is not an open offer"
        )

    def test_a_superseded_order(self):
        successor = self._change(self.order, {self.desk: 11})
        user = successor.accepted_by.name
        for call in (
            lambda: self.api.bop_request_change({}),
            self.api.bop_apply_change,
            self.api.action_change_order,
        ):
            self._assert_refused_call(
                call,
                f"{self.order.name} was changed already: {user} made {successor.name}"
                " of it on ....-..-..",
            )

    def test_an_order_cancelled_by_agreement(self):
        self._change(self.order, {self.desk: 0, self.chair: 0})
        self._assert_refused_call(
            lambda: self.api.bop_request_change({}), "not an accepted order in force"
        )

    def test_a_change_that_is_open_already(self):
        request = self._change(self.order, {self.desk: 11}, apply=False)
        self._assert_refused_call(
            lambda: self.api.bop_request_change({}),
            f"open change already .{request.name}",
        )

    def test_no_change_to_apply(self):
        self._assert_refused_call(
            self.api.bop_apply_change, f"{self.order.name} has no open change"
        )

    # === STALE ===#
    def test_a_stale_offer(self):
        request = self._change(self.order, {self.desk: 11}, apply=False)
        offer = request.offer_id
        successor = self.api.browse(self.api.bop_apply_change()["order_id"])
        self.assertEqual(successor, offer)
        for call in (
            request.action_apply,
            request.action_withdraw,
            offer.action_apply_change,
            offer.action_discard_change,
        ):
            self._assert_refused_call(
                call, "was changed already|closed already|not an open offer"
            )

    def test_an_offer_made_for_another_state_of_the_order(self):
        request = self._change(self.order, {self.desk: 11}, apply=False)
        self.env.cr.execute(
            "UPDATE sale_change_request SET base_hash = 'other' WHERE id = %s",
            (request.id,),
        )
        self.env.invalidate_all()
        self._assert_refused_call(
            request.action_apply, f"made for an older state of {self.order.name}"
        )

    def test_an_offer_that_changes_nothing(self):
        request = self.order._contract_request_change()
        self._assert_refused_call(request.action_apply, "changes nothing")

    # === NUMBERS AND TEXTS ===#
    def test_what_is_no_number(self):
        for name in ("quantity", "price", "discount"):
            for value in NO_NUMBERS:
                with self.subTest(name=name, value=value):
                    self._assert_refused_line(
                        {"position": self.position, name: value}, f"{name}:"
                    )

    def test_a_negative_or_absurd_number(self):
        for value in ABSURD:
            with self.subTest(value=value):
                self._assert_refused_line(
                    {"position": self.position, "quantity": value}, "quantity: "
                )
        for name, value in (
            ("price", 1e13),
            ("price", "-1e13"),
            ("discount", 101),
            ("discount", -101),
        ):
            with self.subTest(name=name, value=value):
                self._assert_refused_line(
                    {"position": self.position, name: value},
                    f"{name}: .* cannot be meant",
                )

    def test_a_negative_or_absurd_quantity_typed_into_the_offer(self):
        for quantity, pattern in ((-1, "negative"), (1e10, "cannot be meant")):
            request = self._change(self.order, {self.desk: quantity}, apply=False)
            self._assert_refused_call(request.action_apply, pattern)
            request.action_withdraw()

    def test_a_text_that_is_none_or_too_long(self):
        long = "x" * 20_001
        for value in (long, 5, ["x"], {"x": 1}, "nul\0"):
            with self.subTest(value=str(value)[:20]):
                self._assert_refused_line(
                    {"position": self.position, "description": value},
                    "description: a text",
                )
                self._assert_refused_changes(
                    {"header": {"customer_reference": value}},
                    "customer_reference: a text",
                )
                self._assert_refused_changes({"reason": value}, "reason: a text")
                self._assert_refused_line(
                    {"position": value, "quantity": 1}, "position: a text"
                )
                self._assert_refused_line({"sku": value, "quantity": 1}, "sku: a text")

    def test_a_date_that_is_none(self):
        for value in (
            "tomorrow",
            "2031-02-30",
            "31.12.2031",
            "0001-01-01T00:00:00+23:00",
            "2031-01-01T25:00:00Z",
        ):
            with self.subTest(value=value):
                self._assert_refused_changes(
                    {"header": {"delivery_date": value}}, "delivery_date: .* is no date"
                )

    # === STRUCTURE ===#
    def test_a_structure_that_is_not_the_documented_one(self):
        for changes, pattern in (
            ([], "changes: an object"),
            ("lines", "changes: an object"),
            (None, "changes: an object"),
            ({"linez": []}, "unknown linez. Known are: header"),
            ({"lines": {}}, "lines: a list"),
            ({"lines": "x"}, "lines: a list"),
            ({"lines": [5]}, "lines: an object"),
            ({"lines": [{}]}, "position.*sku"),
            ({"lines": [{"quantity": 5}]}, "position.*sku"),
            (
                {"lines": [{"position": self.position, "product_uom_qty": 5}]},
                "unknown product_uom_qty",
            ),
            ({"header": {"state": "cancel"}}, "unknown state"),
            ({"header": {"partner_id": 1}}, "unknown partner_id"),
            ({"header": "x"}, "header: an object"),
            ({"initiator": "nobody"}, "customer.*supplier"),
            (
                {
                    "lines": [
                        {"position": self.position, "quantity": 1},
                        {"position": self.position, "quantity": 2},
                    ]
                },
                "once only",
            ),
        ):
            with self.subTest(changes=changes):
                self._assert_refused_changes(changes, pattern)

    def test_an_unknown_way_of_consent(self):
        self._change(self.order, {self.desk: 11}, apply=False)
        for consent in ("telepathy", "", None, ["phone"], {"a": 1}, 5):
            with self.subTest(consent=consent):
                self._assert_refused_call(
                    lambda consent=consent: self.api.bop_apply_change(consent),
                    "consent: .* unknown",
                )
        self._assert_refused_call(
            lambda: self.api.bop_apply_change("phone", ["x"]), "consent_note: a text"
        )

    # === POSITIONS, PRODUCTS, UNITS ===#
    def test_an_unknown_position(self):
        other = self._make_order((self.desk, 1))
        for uid in ("x", other.order_line.position_uid, str(self.line.id)):
            self._assert_refused_line(
                {"position": uid, "quantity": 1}, f"{self.order.name} has no position"
            )

    def test_a_position_keeps_its_product_and_unit(self):
        self._assert_refused_line(
            {"position": self.position, "sku": "LAMP", "quantity": 1},
            "keeps its product",
        )
        self._assert_refused_line(
            {"position": self.position, "unit": "kg", "quantity": 1},
            "kg is not its unit",
        )

    def test_a_wrong_unit_of_a_new_position(self):
        self._assert_refused_line(
            {"sku": "LAMP", "unit": "kg", "quantity": 1},
            "kg is not one of its units .Units",
        )

    def test_an_unknown_archived_foreign_or_ambiguous_product(self):
        self._make_product("Old", 5.0, quantity=0, active=False)
        self._make_product("Hidden", 5.0, quantity=0, sale_ok=False)
        abroad = self.env["res.company"].create({"name": "Abroad"})
        self._make_product(
            "Foreign", 5.0, quantity=0, company_id=abroad.id, taxes_id=[Command.clear()]
        )
        self._make_product("Twin", 5.0, quantity=0)
        self._make_product("Twin", 5.0, quantity=0)
        for sku in ("NOWHERE", "OLD", "HIDDEN", "FOREIGN", "TWIN", "%"):
            with self.subTest(sku=sku):
                self._assert_refused_line(
                    {"sku": sku, "quantity": 1}, f"sku: {sku} names . products"
                )

    def test_an_archived_product_cannot_be_ordered_more(self):
        self.desk.active = False
        request = self._change(self.order, {self.desk: 11}, apply=False)
        self._assert_refused_call(request.action_apply, "archived")

    # === RIGHTS ===#
    def test_no_rights(self):
        nobody = new_test_user(self.env, login="bop_nobody", groups="base.group_user")
        order = self.order.with_user(nobody)
        for call in (
            lambda: order.bop_request_change({}),
            order.bop_apply_change,
            order.bop_history,
            order.bop_verify,
        ):
            self._assert_refused_call(call, ".", error=AccessError)
