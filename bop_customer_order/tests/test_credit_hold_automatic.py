# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers who pay too late, or owe too much, are put on hold by their record, and
freed when they have paid.
"""

from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .credit_hold_common import CreditHoldCase


@tagged("post_install", "-at_install")
class TestCreditHoldAutomatic(CreditHoldCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "auto_credit_hold": True,
                "credit_hold_overdue_days": 30,
                "credit_hold_overdue_amount": 50.0,
                "credit_hold_exposure_limit": 0.0,
            }
        )
        cls.holds = cls.env["bop.credit.hold"]

    def _owe(self, amount, days_overdue, partner=None, company=None):
        """A posted invoice that was due so many days ago."""
        company = company or self.company
        move = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": (partner or self.partner).id,
                    "invoice_date": self._days_ago(days_overdue),
                    "invoice_date_due": self._days_ago(days_overdue),
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "Goods", "price_unit": amount, "tax_ids": False}
                        )
                    ],
                }
            )
        )
        move.action_post()
        return move

    def _pay(self, move):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"payment_date": fields.Date.today()})._create_payments()
        line = move.line_ids.filtered(lambda row: row.display_type == "payment_term")
        self.assertTrue(line.reconciled)

    def _run(self):
        # Each batch is committed, which a test cannot do.
        with patch.object(
            self.registry["ir.cron"], "_commit_progress", lambda *_args, **_values: 1
        ):
            self.holds._cron_automatic()
        self.env.invalidate_all()

    def _active(self, partner=None):
        partner = partner or self.partner
        return self.holds.search(
            [("partner_id", "=", partner.id), ("is_active", "=", True)]
        )

    def test_overdue_beyond_tolerance_is_held_with_its_reason(self):
        self._owe(200, 45)
        self._run()
        row = self._active()
        self.assertTrue(row.automatic)
        self.assertEqual([reason["code"] for reason in row.reasons], ["overdue"])
        self.assertIn("200", self.partner.credit_hold_text)
        self.assertIn("45", self.partner.credit_hold_text)
        self.assertIn("automatic", self.partner.credit_hold_text)
        self.assertTrue(
            any("45" in body for body in self.partner.message_ids.mapped("body"))
        )

    def test_what_is_tolerated_is_not_held(self):
        self._owe(200, 30)
        self._owe(50, 90, self.vendor)
        self._run()
        self.assertFalse(self._active() | self._active(self.vendor))

    def test_second_run_changes_nothing(self):
        self._owe(200, 45)
        self._run()
        row, notes = self._active(), len(self.partner.message_ids)
        self._run()
        self.assertEqual(self._active(), row)
        self.assertEqual(len(self.partner.message_ids), notes)

    def test_paid_is_released_by_itself(self):
        move = self._owe(200, 45)
        self._run()
        self._pay(move)
        self._run()
        self.assertFalse(self._active())
        row = self.holds.search([("partner_id", "=", self.partner.id)])
        self.assertEqual(row.released_by, self.env.user)
        self.assertIn("gone", row.release_note)

    def test_paid_stays_held_where_a_person_releases(self):
        self.company.credit_hold_auto_release = False
        move = self._owe(200, 45)
        self._run()
        self._pay(move)
        self._run()
        self.assertTrue(self._active())

    def test_hold_of_a_person_is_never_released_by_itself(self):
        row = self._hold(self.partner)
        self._run()
        self.assertEqual(self._active(), row)
        move = self._owe(200, 45)
        self._run()
        self.assertEqual(self._active(), row)
        self._pay(move)
        self._run()
        self.assertEqual(self._active(), row)

    def test_released_by_a_person_is_left_in_peace_until_the_day(self):
        self._owe(200, 45)
        self._run()
        tomorrow = fields.Date.add(fields.Date.today(), days=1)
        self.partner.with_user(self.controller).release_credit_hold(
            "Promised for tomorrow", no_automatic_until=tomorrow
        )
        self._run()
        self.assertFalse(self._active())
        with freeze_time(tomorrow):
            self._run()
        self.assertTrue(self._active())

    def test_released_without_a_day_is_held_again(self):
        self._owe(200, 45)
        self._run()
        self._unhold(self.partner)
        self._run()
        self.assertTrue(self._active())

    def test_exposure_above_the_limit_is_held_and_within_it_is_not(self):
        self.company.credit_hold_exposure_limit = 1000.0
        self.company.credit_hold_overdue_days = 999
        order = self._make_order((self.desk, 8))
        self._run()
        self.assertFalse(self._active())
        second = self._make_order((self.desk, 2))
        self.assertGreater(order.amount_total + second.amount_total, 1000)
        self._run()
        codes = [reason["code"] for reason in self._active().reasons]
        self.assertEqual(codes, ["above_exposure_limit"])

    def test_contact_and_company_are_one(self):
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.partner.id}
        )
        self._owe(200, 45, contact)
        self._run()
        self.assertTrue(self._active())
        self.assertTrue(contact.credit_hold)

    def test_switched_off_nobody_is_held(self):
        self._owe(200, 45)
        self.company.auto_credit_hold = False
        self._run()
        self.company.write({"auto_credit_hold": True, "bop_contracts": False})
        self._run()
        self.assertFalse(self._active())

    def test_cost_does_not_grow_with_customers(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Late {number}"} for number in range(12)]
        )
        for partner in partners:
            self._owe(200, 45, partner)
        self.env.flush_all()
        counts = []
        for some in (partners[:3], partners):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.holds._reasons_of(self.company, some.ids)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(*counts)
        self._run()
        self.assertEqual(set(partners.mapped("credit_hold")), {True})

    def test_negative_tolerance_is_refused(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self.company.credit_hold_overdue_days = -1

    def test_only_acceptance_managers_set_it(self):
        admin = new_test_user(
            self.env,
            login="bop_admin",
            groups="base.group_system",
            company_id=self.company.id,
        )
        for values in ({"auto_credit_hold": False}, {"credit_hold_overdue_days": 999}):
            with self.assertRaises(AccessError):
                self.company.with_user(admin).write(values)
            with self.assertRaises(AccessError):
                self.company.with_user(admin).sudo().write(values)
        self.assertTrue(self.company.auto_credit_hold)
