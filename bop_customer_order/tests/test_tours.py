# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, new_test_user, tagged

from .common import ContractCase


@tagged("post_install", "-at_install")
class TestTours(ContractCase, HttpCase):
    """What a salesperson does with contracts, in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tour_desk = cls._make_product("Tour Desk", 100.0)
        groups = "sales_team.group_sale_salesman_all_leads,stock.group_stock_user"
        new_test_user(
            cls.env,
            login="bop_tour",
            password="bop_tour_pw",
            groups=groups,
            company_id=cls.company.id,
        )

    def _play(self, order, tour):
        self.start_tour(f"/odoo/orders/{order.id}", tour, login="bop_tour")
        order.invalidate_recordset()

    def _half_delivered_order(self):
        order = self._make_order((self.tour_desk, 10), (self.chair, 5))
        self._deliver(order, {self.tour_desk: 4})
        return order

    def test_a_salesperson_changes_an_order_and_sees_what_it_does(self):
        order = self._half_delivered_order()
        self._play(order, "bop_change_order")
        self.assertEqual(order.business_status, "superseded")
        self.assertEqual(
            self._line(order.successor_id, self.tour_desk).product_uom_qty, 12
        )
        self.assertEqual(
            self._line(order.successor_id, self.tour_desk).qty_delivered, 4
        )
        self.assertEqual(order.change_request_ids.consent, "phone")

    def test_a_salesperson_discards_a_change_and_nothing_is_left_of_it(self):
        order = self._half_delivered_order()
        self._play(order, "bop_discard_change")
        self.assertEqual(order.business_status, "active")
        self.assertEqual(order.change_request_ids.state, "withdrawn")
        self.assertFalse(
            self.env["sale.order"].search([("predecessor_id", "=", order.id)])
        )

    def test_an_offer_that_was_refused_leads_to_the_order_in_force(self):
        order = self._half_delivered_order()
        request = self._change(order, {self.tour_desk: 12}, apply=False)
        request.offer_id.action_quotation_sent()
        request.offer_id._action_cancel()
        self._play(request.offer_id, "bop_closed_offer")
        self.assertEqual(order.business_status, "active")

    def test_a_superseded_order_leads_to_the_one_in_force(self):
        order = self._half_delivered_order()
        successor = self._change(order, {self.tour_desk: 12})
        self._play(order, "bop_follow_superseded")
        self.assertEqual(order._contract_current(), successor)

    def test_a_salesperson_reads_what_changed_between_two_versions(self):
        order = self._half_delivered_order()
        request = self._change(order, {self.tour_desk: 12}, apply=False)
        request.write({"consent": "email", "consent_note": "Mail of Monday"})
        successor = request._apply()
        self._play(successor, "bop_read_versions")
        self.assertEqual(successor.contract_version, 2)


@tagged("post_install", "-at_install", "bop_apps")
class TestViews(ContractCase):
    """What the screens offer is what the guard allows."""

    def _readonly(self, arch, path):
        return [node.get("readonly") for node in arch.xpath(path)]

    def test_every_guarded_field_on_the_form_is_read_only_on_a_contract(self):
        orders = self.env["sale.order"]
        arch, _view = orders._get_view(self.env.ref("sale.view_order_form").id, "form")
        for name in orders._contract_guarded_fields():
            for node in arch.xpath(f"//field[@name='{name}'][not(ancestor::field)]"):
                given = node.get("readonly") or (
                    "1" if orders._fields[name].readonly else ""
                )
                self.assertRegex(
                    given,
                    r"is_contract|^1$|^True$",
                    f"{name} could be edited on a contract",
                )

    def test_every_guarded_field_of_the_lines_is_read_only_on_a_contract(self):
        lines = self.env["sale.order.line"]
        arch, _view = self.env["sale.order"]._get_view(
            self.env.ref("sale.view_order_form").id, "form"
        )
        for name in lines._contract_guarded_fields():
            for given in self._readonly(
                arch, f"//field[@name='order_line']/list/field[@name='{name}']"
            ):
                given = given or ("1" if lines._fields[name].readonly else "")
                self.assertRegex(
                    given,
                    r"parent\.is_contract|^1$|^True$",
                    f"{name} could be edited on a contract",
                )
        delivered = self._readonly(
            arch, "//field[@name='order_line']/list/field[@name='qty_delivered']"
        )
        self.assertFalse(
            any("is_contract" in given for given in delivered),
            "delivering a service must stay possible",
        )

    def test_positions_can_be_neither_added_nor_removed_on_a_contract(self):
        arch, _view = self.env["sale.order"]._get_view(
            self.env.ref("sale.view_order_form").id, "form"
        )
        [options] = arch.xpath("//field[@name='order_line']/@options")
        self.assertIn("'create': [('is_contract', '=', False)]", options)
        self.assertIn("'delete': [('is_contract', '=', False)]", options)

    def test_superseded_orders_and_offers_are_hidden_until_the_filter_is_removed(self):
        order = self._make_order((self.desk, 2))
        successor = self._change(order, {self.desk: 3})
        offer = self._change(successor, {self.desk: 4}, apply=False).offer_id
        action = self.env.ref("sale.action_quotations_with_onboarding")
        self.assertIn("search_default_current_versions", action.context)
        found = self.env["sale.order"].search(
            [("successor_id", "=", False), ("is_offer", "=", False)]
        )
        self.assertIn(successor, found)
        self.assertFalse((order | offer) & found)

    def test_the_timeline_names_who_agreed_and_ends_with_the_open_offer(self):
        order = self._make_order((self.desk, 2))
        request = self._change(order, {self.desk: 3}, apply=False)
        request.write(
            {"consent": "phone", "consent_note": "Ms Keller", "reason": "One more"}
        )
        successor = request._apply()
        offer = self._change(successor, {self.desk: 4}, apply=False).offer_id
        rows = successor.with_user(self.sales_manager).web_contract_versions()
        self.assertEqual(
            [row["id"] for row in rows], [order.id, successor.id, offer.id]
        )
        self.assertEqual(
            [row["status"] for row in rows], ["superseded", "active", "offer"]
        )
        self.assertEqual(
            (rows[1]["consent"], rows[1]["consent_note"]), ("By phone", "Ms Keller")
        )
        self.assertEqual((rows[1]["reason"], rows[1]["current"]), ("One more", True))

    def test_the_comparison_shows_old_and_new_value_of_what_changed(self):
        order = self._make_order((self.desk, 10), (self.chair, 5))
        successor = self._change(
            order, {self.desk: 12, self.chair: 0}, new=[(self.lamp, 1)]
        )
        lines = {
            line["label"]: line
            for line in successor.web_contract_comparison(order.id, successor.id)[
                "lines"
            ]
        }
        kinds = {
            label.rpartition(" ")[2]: line["kind"] for label, line in lines.items()
        }
        self.assertEqual(
            kinds, {"Desk": "changed", "Chair": "cancelled", "Lamp": "added"}
        )
        desk = next(line for line in lines.values() if line["kind"] == "changed")
        changed = [
            (row["label"], row["left"], row["right"])
            for row in desk["rows"]
            if row["changed"]
        ]
        self.assertEqual(changed, [("Quantity", "10", "12")])

    def test_only_versions_of_the_same_order_can_be_compared(self):
        order = self._make_order((self.desk, 1))
        other = self._make_order((self.desk, 1))
        with self.assertRaisesRegex(Exception, "Only versions of"):
            order.web_contract_comparison(order.id, other.id)

    def test_verifying_names_what_was_tampered_with(self):
        order = self._make_order((self.desk, 10))
        self.assertTrue(order.web_contract_verify()["valid"])
        line = self._line(order, self.desk)
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE sale_order_line DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE sale_order_line SET price_unit = 1 WHERE id = %s", [line.id]
        )
        self.env.cr.execute("ALTER TABLE sale_order_line ENABLE TRIGGER USER")
        self.env.invalidate_all()
        [row] = order.web_contract_verify()["rows"]
        self.assertIn("Unit price", row["what"])
        self.assertEqual(
            (row["order"], row["sealed"], row["found"]), (order.name, "100", "1")
        )
        self.assertEqual(order.action_verify_contracts()["params"]["type"], "danger")
