# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Credit holds tried as those who should not be able to: the salesperson who wants to
ship, the warehouse, the customer himself.
"""

from contextlib import suppress

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.bop_contract.models.capability import SYSTEM, hold

from .credit_hold_common import CreditHoldCase


@tagged("post_install", "-at_install")
class TestCreditHoldAccess(CreditHoldCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._make_order((cls.desk, 1), user_id=cls.salesman.id)
        cls.partner.with_user(cls.controller).place_credit_hold("Owes 12,400")
        cls.row = cls.env["bop.credit.hold"].search(
            [("partner_id", "=", cls.partner.id)]
        )
        cls.env.invalidate_all()

    def _users(self):
        return (self.salesman, self.sales_manager, self.worker)

    def _assert_held(self):
        self.env.invalidate_all()
        self.assertTrue(self.order.credit_hold)
        self.assertTrue(self.row.is_active)

    def test_only_credit_controllers_place_and_release(self):
        for user in self._users():
            for target in (self.partner, self.order):
                record = target.with_user(user)
                with self.assertRaises(AccessError):
                    record.place_credit_hold("Me too")
                with self.assertRaises(AccessError):
                    record.release_credit_hold("He is a friend")
                with self.assertRaises(AccessError):
                    record.sudo().release_credit_hold("Even as superuser")
        self._assert_held()

    def test_history_is_written_by_nobody(self):
        for user in (*self._users(), self.controller):
            rows = self.env["bop.credit.hold"].with_user(user)
            with self.assertRaises(UserError):
                rows.browse(self.row.id).write({"released_at": fields.Datetime.now()})
            with self.assertRaises(UserError):
                rows.create({"partner_id": self.vendor.id, "reason": "x"})
            with self.assertRaises(AccessError):
                rows.browse(self.row.id).unlink()
        for values in ({"released_at": fields.Datetime.now()}, {"reason": "nicer"}):
            with self.assertRaisesRegex(UserError, "placed and released with"):
                self.row.sudo().write(values)
        with self.assertRaisesRegex(UserError, "history"):
            self.row.sudo().unlink()
        self._assert_held()

    def test_hold_cannot_be_born_through_the_context(self):
        rows = (
            self.env["bop.credit.hold"]
            .sudo()
            .with_context(default_partner_id=self.vendor.id, default_reason="x")
        )
        with self.assertRaises(UserError):
            rows.create({})

    def test_writing_the_flags_changes_nothing(self):
        for record in (self.partner, self.order, self.order.picking_ids):
            for user in self._users():
                with suppress(AccessError, UserError), self.cr.savepoint():
                    record.with_user(user).write({"credit_hold": False})
        self._assert_held()

    def test_flag_written_in_the_same_call_does_not_deliver(self):
        picking = self._ready(self.order)
        for record in (self.partner, self.order, picking):
            record.write({"credit_hold": False})
        with self.assertRaisesRegex(UserError, "credit hold"):
            picking.with_context(
                credit_hold=False, default_credit_hold=False
            )._action_done()

    def test_import_does_not_release(self):
        result = (
            self.env["bop.credit.hold"]
            .with_user(self.sales_manager)
            .load([".id", "released_at"], [[str(self.row.id), "2026-01-01 00:00:00"]])
        )
        self.assertFalse(result["ids"])
        self._assert_held()

    @mute_logger("odoo.sql_db")
    def test_raw_sql_does_not_release_nor_delete(self):
        statements = (
            "UPDATE bop_credit_hold SET released_at = now() WHERE id = %s",
            "UPDATE bop_credit_hold SET reason = 'x' WHERE id = %s",
            "DELETE FROM bop_credit_hold WHERE id = %s",
        )
        for statement in statements:
            with self.assertRaises(psycopg2.IntegrityError), self.cr.savepoint():
                self.cr.execute(statement, [self.row.id])
        self._assert_held()

    @mute_logger("odoo.sql_db")
    def test_not_even_this_addon_deletes_history(self):
        with (
            hold(self.env, SYSTEM),
            self.assertRaises(psycopg2.IntegrityError),
            self.cr.savepoint(),
        ):
            self.cr.execute("DELETE FROM bop_credit_hold WHERE id = %s", [self.row.id])

    def test_wizard_is_for_credit_controllers(self):
        for user in self._users():
            wizard = self.env["bop.credit.hold.wizard"].with_user(user)
            with self.assertRaises(AccessError):
                wizard.with_context(
                    active_model="res.partner", active_ids=self.partner.ids
                ).create({"mode": "release", "note": "x"})
        release = self.env["bop.credit.hold.wizard"].create(
            {"mode": "release", "note": "x", "partner_ids": self.partner.ids}
        )
        with self.assertRaises(AccessError):
            release.sudo().with_user(self.salesman).sudo().action_apply()
        self._assert_held()

    def test_another_customer_or_address_does_not_free_the_delivery(self):
        """The warehouse may write transfers; who ordered decides all the same."""
        other = self.env["res.partner"].create({"name": "Straw man"})
        picking = self._ready(self.order)
        picking.with_user(self.worker).partner_id = other
        self._assert_not_delivered(picking)

    def test_everybody_concerned_sees_why(self):
        for user in self._users():
            self.assertIn(
                "Owes 12,400", self.partner.with_user(user).credit_hold_text, user.login
            )
            self.assertTrue(self.row.with_user(user).reason)
        self.assertIn("Owes", self.order.with_user(self.salesman).credit_hold_text)
        picking = self.order.picking_ids.with_user(self.worker)
        self._ready(self.order)
        self.assertIn("Owes", picking.credit_hold_text)

    def test_salesperson_sees_no_holds_on_orders_of_others(self):
        other = {"partner_id": self.vendor.id, "user_id": self.sales_manager.id}
        foreign = self._make_order((self.desk, 1), **other)
        row = self._hold(foreign, "Private matter")
        rows = self.env["bop.credit.hold"].with_user(self.salesman)
        self.assertNotIn(row, rows.search([]))
        with self.assertRaises(AccessError):
            rows.browse(row.id).read(["reason"])

    def test_customer_does_not_read_why(self):
        user = new_test_user(self.env, login="bop_portal", groups="base.group_portal")
        user.partner_id.parent_id = self.partner
        for record in (self.order, user.partner_id):
            for name in ("credit_hold", "credit_hold_text"):
                with self.assertRaises(AccessError):
                    record.with_user(user).read([name])
        with self.assertRaises(AccessError):
            self.order.with_user(user).release_credit_hold("I paid")

    def test_hold_of_another_company_is_out_of_reach(self):
        other = self.env["res.company"].create({"name": "Other", "bop_contracts": True})
        stranger = new_test_user(
            self.env,
            login="bop_stranger",
            groups="bop_customer_order.group_credit",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        with self.assertRaises(UserError):
            self.partner.with_user(stranger).release_credit_hold("Not mine")
        with self.assertRaises(AccessError):
            self.order.with_user(stranger).place_credit_hold("Not mine")
        self.assertFalse(self.env["bop.credit.hold"].with_user(stranger).search([]))
        self._assert_held()

    def test_controller_without_sales_rights_reads_orders_and_writes_none(self):
        order = self.order.with_user(self.controller)
        self.assertEqual(order.name, self.order.name)
        quotation = self._make_order((self.desk, 1), confirm=False)
        with self.assertRaises(AccessError):
            quotation.with_user(self.controller).write({"client_order_ref": "x"})

    def test_bad_values_are_refused_in_words(self):
        partner = self.partner.with_user(self.controller)
        for value in (7, ["a"], {"a": 1}, True):
            with self.assertRaises(UserError):
                partner.place_credit_hold(value)
            with self.assertRaises(UserError):
                partner.release_credit_hold(value)
        with self.assertRaises(UserError):
            partner.release_credit_hold("Paid", no_automatic_until="never")
        self._assert_held()
