# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from datetime import datetime

from odoo import Command
from odoo.exceptions import UserError

from odoo.addons.bop_contract.rules.agreement import comparable
from odoo.addons.bop_contract.rules.terms import (
    Address,
    Instalment,
    LineTerms,
    Release,
    Tax,
)

from .terms_common import CHAIR, DESK, VAT, TermsCase


class TestIntakeTerms(TermsCase):
    """What a buyer stated is what his order says."""

    def test_an_order_says_what_the_buyer_sent(self):
        order = self._receive()
        self.assertFalse(order.intake_gaps)
        self.assertEqual(
            (order.state, order.order_origin, order.client_order_ref),
            ("draft", "network", "P00042"),
        )
        self.assertEqual(order.partner_shipping_id, self.dock)
        self.assertEqual(order.payment_term_id, self.plan)
        self.assertEqual(order.incoterm.code, "DAP")
        self.assertEqual(order.commitment_date, datetime(2026, 12, 24, 8))
        desk, chair = self._position(order, "d1"), self._position(order, "c1")
        self.assertEqual(desk.product_id, self.desk)
        self.assertEqual(
            (desk.product_uom_qty, desk.price_unit, desk.discount),
            (7.0, 81.3333, 5.0),
        )
        self.assertEqual(desk.name, "Desk as in your catalogue")
        self.assertEqual(desk.tax_ids, self.tax)
        self.assertEqual(chair.product_uom_id, self.env.ref("uom.product_uom_dozen"))
        self.assertEqual(
            order.order_line.mapped("position_uid"), ["s1", "d1", "n1", "c1"]
        )
        self.assertEqual(
            order.order_line.mapped("display_type"),
            ["line_section", False, "line_note", False],
        )

    def test_both_sides_agree_as_soon_as_the_order_is_there(self):
        order = self._receive()
        self.assertEqual(
            comparable(order._contract_wire_terms()), comparable(self.terms)
        )
        order.action_confirm()
        self.env.invalidate_all()
        order.sudo()._acceptance_accept("manual")
        self.assertTrue(order.is_contract)
        self.assertEqual(
            comparable(order._contract_wire_terms()), comparable(self.terms)
        )

    def test_nothing_is_priced_anew_while_it_waits(self):
        order = self._receive()
        before = comparable(order._contract_wire_terms())
        self.desk.list_price = 500
        order.action_update_prices()
        order.action_update_taxes()
        desk = self._position(order, "d1")
        desk.product_uom_qty = 8
        desk.product_uom_qty = 7
        self.desk.uom_id.name = "Piece"
        self.env.flush_all()
        self.assertEqual(comparable(order._contract_wire_terms()), before)
        self.assertEqual((desk.price_unit, desk.discount), (81.3333, 5.0))
        self.assertEqual(desk.name, "Desk as in your catalogue")

    def test_a_position_that_a_person_changes_says_so(self):
        order = self._receive()
        self._position(order, "d1").price_unit = 90
        wire = order._contract_wire_terms().lines_by_uid["d1"]
        self.assertEqual((wire.price, wire.discount), ("90", "5"))
        self.assertNotEqual(
            comparable(order._contract_wire_terms()), comparable(self.terms)
        )

    def test_another_product_chosen_by_a_person_is_priced_as_ever(self):
        order = self._receive()
        desk = self._position(order, "d1")
        desk.product_id = self.lamp
        self.assertEqual(desk.price_unit, 25.0)

    # === FINDING ===#
    def test_a_product_is_found_by_its_gtin(self):
        self.lamp.barcode = "4006381333931"
        order = self._receive_line(sku="", gtin="4006381333931")
        self.assertEqual(order.order_line.product_id, self.lamp)

    def test_two_numbers_that_mean_different_products_are_a_gap(self):
        self.lamp.barcode = "4006381333931"
        order = self._receive_line(gtin="4006381333931")
        self.assertEqual(self._gaps(order), [("product", "d1")])

    def test_a_number_of_the_buyer_counts_only_with_the_same_name(self):
        for name, gaps in (("DESK ", []), ("Table", [("product", "d1")])):
            order = self._receive_line(sku="", product=name, buyers_ids={"d1": "DESK"})
            self.assertEqual(self._gaps(order), gaps)

    def test_an_archived_product_is_a_gap(self):
        self.desk.active = False
        self.assertEqual(self._gaps(self._receive_line()), [("product", "d1")])

    def test_an_unknown_product_arrives_as_the_buyer_wrote_it(self):
        order = self._receive_line(
            sku="X-77", product="Anvil", description="Anvil 50 kg"
        )
        line = order.order_line
        self.assertEqual(
            order.intake_gaps,
            [
                {
                    "kind": "product",
                    "uid": "d1",
                    "key": "seller X-77",
                    "text": "X-77 · Anvil",
                }
            ],
        )
        self.assertEqual(line.product_id, order._intake_placeholder())
        self.assertEqual((line.name, line.product_uom_qty), ("Anvil 50 kg", 7.0))
        self.assertEqual(order.business_status, "incomplete")
        self.assertEqual(
            comparable(order._contract_wire_terms())["positions"]["d1"]["price"],
            "77.266635",
        )

    def test_a_unit_of_another_kind_is_a_gap(self):
        for unit, gaps in (("KGM", True), ("XBX", True), ("EA", False), ("", True)):
            order = self._receive_line(unit=unit)
            self.assertEqual(self._gaps(order), [("unit", "d1")] if gaps else [])
            self.assertEqual(order._contract_wire_terms().lines[0].unit, unit)

    def test_a_unit_is_found_by_its_name(self):
        pack = self.env["uom.uom"].create(
            {
                "name": "Pack of 6 desks",
                "relative_factor": 6,
                "relative_uom_id": self.env.ref("uom.product_uom_unit").id,
            }
        )
        order = self._receive_line(unit="Pack of 6 desks")
        self.assertEqual(order.order_line.product_uom_id, pack)

    def test_another_rate_is_a_gap(self):
        for taxes, gaps in (
            ((replace(VAT, amount="19"),), True),
            ((), True),
            ((VAT, Tax("Nil", "percent", "0")), False),
            ((VAT, Tax("Eco", "fixed", "0.5")), True),
        ):
            order = self._receive_line(taxes=taxes)
            found = {kind for kind, _uid in self._gaps(order)}
            self.assertEqual(found, {"tax"} if gaps else set(), taxes)

    def test_a_tax_that_our_price_includes_does_not_change_the_net_price(self):
        self.tax.price_include_override = "tax_included"
        order = self._receive_line()
        line = order.order_line
        self.assertAlmostEqual(line.price_unit, 81.3333 * 1.15)
        self.assertAlmostEqual(line.price_subtotal, 540.87)
        self.assertEqual(
            comparable(order._contract_wire_terms())["positions"],
            comparable(replace(self.terms, lines=(DESK,)))["positions"],
        )

    def test_a_tax_that_the_buyers_price_includes_is_taken_out(self):
        order = self._receive_line(price="115", taxes=(replace(VAT, included=True),))
        self.assertAlmostEqual(order.order_line.price_unit, 100.0)

    def test_a_discount_finer_than_odoo_keeps_is_taken_off_the_price(self):
        order = self._receive_line(price="90", discount="33.333333")
        line = order.order_line
        self.assertEqual(line.discount, 0.0)
        self.assertAlmostEqual(line.price_unit, 60.0000003)
        self.assertEqual(
            comparable(order._contract_wire_terms())["positions"]["d1"]["price"], "60"
        )

    def test_a_quantity_finer_than_odoo_keeps_is_a_gap(self):
        self.assertEqual(
            self._gaps(self._receive_line(quantity="0.001")), [("number", "d1")]
        )

    def test_a_number_that_cannot_be_meant_is_a_gap(self):
        for changes in ({"price": "1e300"}, {"quantity": "1e12"}, {"discount": "1e30"}):
            order = self._receive_line(**changes)
            self.assertEqual(self._gaps(order), [("number", "d1")])
            self.assertEqual(order.amount_total, 0.0)

    def test_an_unknown_address_is_a_gap(self):
        order = self._receive(
            ship_to=Address("Else", "Weg 1", "", "Bern", "3000", "", "CH")
        )
        self.assertEqual(self._gaps(order), [("address", "")])
        self.assertEqual(
            order._contract_wire_terms().ship_to.city, "Bern", "as it was stated"
        )

    def test_the_address_of_a_stranger_is_not_found(self):
        self.dock.parent_id = False
        self.assertEqual(self._gaps(self._receive()), [("address", "")])

    def test_an_archived_address_is_not_found(self):
        self.dock.active = False
        self.assertEqual(self._gaps(self._receive()), [("address", "")])

    def test_an_unknown_plan_and_incoterm_are_gaps(self):
        order = self._receive(
            instalments=(Instalment(share="100", days="77"),), incoterm="XYZ"
        )
        self.assertEqual(self._gaps(order), [("payment_term", ""), ("incoterm", "")])

    def test_an_order_in_another_currency_needs_a_price_list(self):
        currency = self.env.ref("base.CHF")
        if currency == self.company.currency_id:
            currency = self.env.ref("base.EUR")
        currency.active = True
        order = self._receive(currency=currency.name)
        self.assertEqual(self._gaps(order), [("currency", "")])
        self.assertEqual(order.currency_id, currency)
        self.assertAlmostEqual(self._position(order, "d1").price_unit, 81.3333)
        self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": currency.id}
        )
        order = self._receive(currency=currency.name)
        self.assertFalse(order.intake_gaps)
        self.assertEqual(order.currency_id, currency)
        self.assertAlmostEqual(self._position(order, "d1").price_unit, 81.3333)

    def test_dates_of_a_position_are_kept_and_delivered_on(self):
        due = "2027-01-15T12:00:00Z"
        line = replace(DESK, releases=(Release("7", due=due),))
        order = self._receive(lines=(line, CHAIR))
        self.assertEqual(
            comparable(order._contract_wire_terms()),
            comparable(replace(self.terms, lines=(line, CHAIR))),
        )
        order.action_confirm()
        order.sudo()._acceptance_accept("manual")
        moves = order.picking_ids.move_ids
        self.assertEqual(
            {move.product_id: move.date_deadline for move in moves},
            {
                self.desk: datetime(2027, 1, 15, 12),
                self.chair: datetime(2026, 12, 24, 8),
            },
        )

    # === INCOMPLETE ===#
    def test_what_is_incomplete_never_comes_into_force(self):
        order = self._receive_line(sku="X-77")
        roads = (
            order.action_confirm,
            order.sudo()._acceptance_accept,
            lambda: order.write({"state": "sale"}),
            lambda: order.with_user(self.sales_manager).action_confirm(),
        )
        for road in roads:
            with (
                self.assertRaisesRegex(UserError, "Complete order"),
                self.cr.savepoint(),
            ):
                road()
            self.env.invalidate_all()
            self.assertEqual((order.state, order.is_contract), ("draft", False))

    def test_only_the_system_says_what_is_missing(self):
        order = self._receive_line(sku="X-77").with_user(self.sales_manager)
        for values in ({"intake_gaps": False}, {"partner_statement": False}):
            with self.assertRaisesRegex(UserError, "set by the system"):
                order.write(values)
            with self.assertRaisesRegex(UserError, "set by the system"):
                self.env["sale.order"].create({"partner_id": self.partner.id, **values})
        with self.assertRaisesRegex(UserError, "set by the system"):
            order.order_line.write({"partner_statement": False})

    def test_a_copy_of_an_incomplete_order_cannot_be_confirmed_either(self):
        copy = self._receive_line(sku="X-77").copy()
        self.assertFalse(copy.intake_gaps)
        with self.assertRaisesRegex(UserError, "Complete order"):
            copy.action_confirm()

    def test_hostile_texts_are_only_texts(self):
        evil = "<script>alert(1)</script>\x00' OR 1=1 -- %s {0}"
        order = self._receive(
            number=evil,
            note=evil,
            incoterm_place=evil,
            lines=(replace(DESK, description=evil, sku=evil, unit=evil, gtin=evil),),
            ship_to=Address(evil, evil, evil, evil, evil, evil, evil),
        )
        self.assertNotIn("<script", order.note)
        self.assertEqual(
            {kind for kind, _uid in self._gaps(order)}, {"product", "unit", "address"}
        )

    def test_lines_cost_no_queries_of_their_own(self):
        """No more than Odoo takes itself to create an order with as many lines."""

        def receive(count):
            lines = tuple(
                replace(DESK, uid=f"{count}-{index}", quantity=str(index + 1))
                for index in range(count)
            )
            return lambda: self._receive(lines=lines)._contract_wire_terms()

        def create(count):
            values = {"product_id": self.desk.id, "price_unit": 7.0}
            lines = [
                Command.create({**values, "product_uom_qty": index + 1})
                for index in range(count)
            ]
            orders = self.env["sale.order"]
            return lambda: orders.create(
                {"partner_id": self.partner.id, "order_line": lines}
            )

        def cost(act):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            act()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        cost(receive(2))
        ours = cost(receive(105)) - cost(receive(5))
        plain = cost(create(105)) - cost(create(5))
        self.assertLessEqual(ours, plain + 10)


class TestTakeTerms(TermsCase):
    """An offer that the buyer's change is taken into says what he sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._receive()
        cls.order.action_confirm()
        cls.order.sudo()._acceptance_accept("manual")

    def _take(self, **changes):
        """The offer of a change that says the changed terms."""
        offer = self.order._contract_request_change().offer_id
        offer._contract_take_terms(replace(self.terms, **changes))
        return offer

    def _succeed_with(self, **changes):
        terms = replace(self.terms, **changes)
        offer = self._take(**changes)
        self.assertFalse(offer.intake_gaps)
        self.assertEqual(comparable(offer._contract_wire_terms()), comparable(terms))
        successor = self.order._contract_open_request()._apply()
        self.assertTrue(successor.is_contract)
        self.env.invalidate_all()
        self.assertEqual(
            comparable(successor._contract_wire_terms()), comparable(terms)
        )
        return successor

    def test_quantity_price_and_header_follow_the_buyer(self):
        desk = replace(DESK, quantity="9", price="80", discount="0")
        successor = self._succeed_with(
            lines=(desk, CHAIR), delivery_date="2027-02-01T00:00:00Z", note="Later"
        )
        line = self._position(successor, "d1")
        self.assertEqual((line.product_uom_qty, line.price_unit), (9.0, 80.0))
        self.assertEqual(successor.client_order_ref, "P00042")

    def test_a_new_position_has_the_uid_of_the_buyer(self):
        lamp = LineTerms(
            "l9", sku="LAMP", quantity="3", unit="C62", price="1", taxes=(VAT,)
        )
        successor = self._succeed_with(lines=(*self.terms.lines, lamp))
        line = self._position(successor, "l9")
        self.assertEqual((line.product_id, line.price_unit), (self.lamp, 1.0))

    def test_a_position_that_is_missing_is_cancelled(self):
        offer = self._take(lines=(CHAIR,))
        self.assertEqual(self._position(offer, "d1").product_uom_qty, 0.0)
        self.assertEqual(self._position(offer, "c1").product_uom_qty, 2.0)

    def test_what_is_unknown_blocks_the_change(self):
        offer = self._take(lines=(DESK, replace(CHAIR, unit="XBX")))
        self.assertEqual(self._gaps(offer), [("unit", "c1")])
        with self.assertRaisesRegex(UserError, "Complete order"):
            self.order._contract_open_request()._apply()
        self.assertFalse(self.order.successor_id)

    def test_a_contract_takes_no_terms(self):
        with self.assertRaisesRegex(UserError, "is a contract"):
            self.order._contract_take_terms(self.terms)

    def test_the_same_terms_change_nothing(self):
        offer = self._take()
        self.assertTrue(self.order._contract_delta(offer).is_empty)
