# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What was agreed can be proved: each version is sealed, and tampering with order or
seal is found and named.
"""

from contextlib import contextmanager

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .guard_common import GuardCase

#: What somebody with the password of the database may do to a header, by the path that
#: the proof names.
HEADER = {
    "terms number": "name = 'X1'",
    "terms customer_reference": "client_order_ref = 'PO 78'",
    "terms date": "date_order = date_order + interval '1 day'",
    "terms delivery_date": "commitment_date = now()",
    "terms note": "note = 'Free of charge'",
    "terms incoterm_place": "incoterm_location = 'Basel'",
    "terms prepayment": (
        "require_payment = NOT coalesce(require_payment, false), prepayment_percent"
        " = 0.7"
    ),
    "anchor partner_id": "partner_id = {partner}",
    "anchor partner_invoice_id": "partner_invoice_id = {partner}",
    "anchor partner_shipping_id": "partner_shipping_id = {partner}",
    "anchor payment_term_id": "payment_term_id = {term}",
    "anchor currency_id": "currency_id = {currency}",
    "anchor incoterm": "incoterm = {incoterm}",
    "state state": "state = 'draft'",
    "chain successor": "successor_id = {other}",
    "missing ": "is_contract = false",
}
LINE = {
    "terms quantity": "product_uom_qty = 9",
    "terms price": "price_unit = 99",
    "terms discount": "discount = 50",
    "terms description": "name = 'Another desk'",
    "terms lead_days": "customer_lead = 90",
    "terms lines[x]": "position_uid = 'x'",
    "terms lines": "is_execution = true",
    "anchor product_id": "product_id = {product}",
    "anchor product_uom_id": "product_uom_id = {unit}",
}


@tagged("post_install", "-at_install")
class TestSeal(GuardCase):
    @contextmanager
    def _tampering(self, *tables):
        """Do what the owner of the database can: switch the triggers off, write, and
        switch them on again.
        """
        self.env.flush_all()
        for table in tables:
            self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield self.env.cr
        for table in tables:
            self.env.cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        self.env.invalidate_all()

    def _breaches(self, order=None):
        result = (order or self.order)._contract_verify()
        self.assertEqual(result["valid"], not result["breaches"])
        return [f"{breach['code']} {breach['path']}" for breach in result["breaches"]]

    # === MAKING ===#
    def test_acceptance_succession_and_cancellation_are_sealed_in_one_chain(self):
        second = self._change(self.order, {self.desk: 11})
        third = self._change(second, {self.desk: 12})
        self._change(third, {self.desk: 0, self.chair: 0})
        seals = third._contract_seals()
        self.assertEqual(
            seals.mapped("event"),
            ["acceptance", "succession", "succession", "cancellation"],
        )
        self.assertEqual(
            seals.mapped("res_id"), [self.order.id, second.id, third.id, third.id]
        )
        self.assertEqual(seals.mapped("sequence"), [1, 2, 3, 4])
        self.assertEqual(
            [row.previous_hash for row in seals], [False, *seals[:-1].mapped("hash")]
        )
        self.assertEqual(self._breaches(third), [])

    def test_a_seal_says_who_accepted_and_when(self):
        order = self._make_order(
            (self.desk, 1), confirm=False, user_id=self.salesman.id
        )
        order.with_user(self.salesman).action_confirm()
        seal = order._contract_seals()
        self.assertEqual(
            (seal.sealed_by, order.accepted_by), (self.salesman, self.salesman)
        )
        self.assertEqual(seal.sealed_at, order.accepted_at)

    def test_the_language_of_the_reader_does_not_matter(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.desk.with_context(lang="de_DE").name = "Schreibtisch"
        self.tax.with_context(lang="de_DE").name = "Steuer"
        self.assertEqual(self._breaches(self.order.with_context(lang="de_DE")), [])

    # === APPEND ONLY ===#
    def test_a_seal_cannot_be_made_changed_or_deleted_through_the_orm(self):
        seal = self.order._contract_seals().sudo()
        for attempt in (
            lambda: seal.write({"payload": "{}"}),
            seal.unlink,
            seal.copy,
            lambda: seal.create({"res_model": "sale.order", "res_id": self.order.id}),
        ):
            with self.assertRaisesRegex(UserError, "seal|Seals"):
                attempt()
        self.assertEqual(self._breaches(), [])

    # === TAMPERING IS FOUND ===#
    def test_tampering_with_the_header_is_found_and_named(self):
        others = {
            "partner": self.other_partner.id,
            "term": self.env["account.payment.term"].create({"name": "Never"}).id,
            "currency": (
                self.env["res.currency"]
                .with_context(active_test=False)
                .search([], limit=9)[-1]
                .id
            ),
            "incoterm": self.env["account.incoterms"].search([], limit=1).id,
            "other": self._make_order((self.lamp, 1)).id,
        }
        for expected, change in HEADER.items():
            with self.subTest(change=change), self.env.cr.savepoint() as savepoint:
                with self._tampering("sale_order") as cr:
                    cr.execute(
                        f"UPDATE sale_order SET {change.format(**others)} WHERE id"
                        " = %s",
                        (self.order.id,),
                    )
                self._assert_named(expected)
                savepoint.rollback()
                self.env.invalidate_all()
        self.assertEqual(self._breaches(), [])

    def test_tampering_with_a_position_is_found_and_named(self):
        unit = self.env.ref("uom.product_uom_dozen").id
        for expected, change in LINE.items():
            with self.subTest(change=change), self.env.cr.savepoint() as savepoint:
                with self._tampering("sale_order_line") as cr:
                    statement = (
                        "UPDATE sale_order_line SET"
                        f" {change.format(product=self.lamp.id, unit=unit)} WHERE id"
                        " = %s"
                    )
                    cr.execute(statement, (self.line.id,))
                self._assert_named(expected)
                savepoint.rollback()
                self.env.invalidate_all()
        self.assertEqual(self._breaches(), [])

    def _assert_named(self, expected):
        breaches = self._breaches()
        code, _blank, word = expected.partition(" ")
        self.assertTrue(
            [text for text in breaches if text.startswith(code) and word in text],
            (expected, breaches),
        )
        self.assertIn(
            self.line.order_id.name,
            [row["order"] for row in self.order._contract_verify()["breaches"]],
        )

    def test_a_removed_an_added_and_a_retaxed_position_are_found(self):
        field = self.line._fields["tax_ids"]
        for table, statement in (
            ("sale_order_line", "DELETE FROM sale_order_line WHERE id = %s"),
            (
                "sale_order_line",
                (
                    "INSERT INTO sale_order_line (order_id, name, customer_lead,"
                    " position_uid, product_uom_qty, price_unit) SELECT order_id, name,"
                    " customer_lead, 'new', 1, 1 FROM sale_order_line WHERE id = %s"
                ),
            ),
            (
                field.relation,
                f"DELETE FROM {field.relation} WHERE {field.column1} = %s",
            ),
        ):
            with (
                self.subTest(statement=statement),
                self.env.cr.savepoint() as savepoint,
            ):
                with self._tampering(table) as cr:
                    cr.execute(statement, (self.line.id,))
                self.assertTrue(self._breaches())
                savepoint.rollback()
                self.env.invalidate_all()

    def test_tampering_with_a_seal_is_found(self):
        self._change(self.order, {self.desk: 11})
        for change, code in (
            ("payload = replace(payload, '\"11\"', '\"9\"')", "hash"),
            ("payload = 'no json'", "hash"),
            ("hash = '$1$' || repeat('0', 64)", "hash"),
            ("previous_hash = 'x'", "previous_hash"),
            ("sequence = 7", "sequence"),
        ):
            with self.subTest(change=change), self.env.cr.savepoint() as savepoint:
                with self._tampering("bop_contract_seal") as cr:
                    cr.execute(
                        f"UPDATE bop_contract_seal SET {change} WHERE id = %s",
                        (self.order._contract_seals()[-1:].id,),
                    )
                self.assertIn(code, [text.split()[0] for text in self._breaches()])
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_missing_seal_and_a_missing_version_are_found(self):
        successor = self._change(self.order, {self.desk: 11})
        for version, code in ((self.order, "previous_hash"), (successor, "unsealed")):
            with (
                self.subTest(version=version.name),
                self.env.cr.savepoint() as savepoint,
            ):
                with self._tampering("bop_contract_seal") as cr:
                    cr.execute(
                        "DELETE FROM bop_contract_seal WHERE res_id = %s", (version.id,)
                    )
                self.assertIn(
                    code, [text.split()[0] for text in self._breaches(successor)]
                )
                savepoint.rollback()
                self.env.invalidate_all()
        lonely = self._make_order(confirm=False)
        lonely.write({"state": "sale"})
        with self._tampering("bop_acceptance_decision") as cr:
            cr.execute(
                "DELETE FROM bop_acceptance_decision WHERE order_id = %s", (lonely.id,)
            )
        with self._tampering("sale_order") as cr:
            cr.execute("DELETE FROM sale_order WHERE id = %s", (lonely.id,))
        breaches = self.env["bop.contract.seal"]._verify_company(self.company)
        self.assertEqual([breach["code"] for breach in breaches], ["missing"])

    # === WHAT IS NO TAMPERING ===#
    def test_a_merged_partner_is_no_tampering_but_a_swapped_one_is(self):
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (self.partner | self.other_partner).ids, self.other_partner
        )
        self.env.invalidate_all()
        self.assertEqual(self.order.partner_id, self.other_partner)
        self.assertEqual(self._breaches(), [])
        with self._tampering("sale_order") as cr:
            cr.execute(
                "UPDATE sale_order SET payment_term_id = NULL, partner_id = %s",
                (self.vendor.id,),
            )
        self.assertEqual(self.order.partner_id, self.vendor)

    def test_renamed_master_data_is_no_tampering(self):
        self.desk.write(
            {"name": "Renamed", "default_code": "R", "barcode": "4006381333931"}
        )
        self.partner.write(
            {
                "name": "Renamed",
                "street": "Elsewhere 1",
                "vat": False,
                "email": "x@y.example",
            }
        )
        self.tax.name = "Renamed"
        self.company.name = "Renamed"
        self.assertEqual(self._breaches(), [])

    def test_delivering_and_billing_is_no_tampering(self):
        self._deliver(self.order)
        self._invoice(self.order)
        self.assertEqual(self._breaches(), [])

    # === ORDERS FROM BEFORE ===#
    def _make_plain_orders(self, count):
        self.company.bop_contracts = False
        orders = self.env["sale.order"].union(
            *[self._make_order((self.desk, 1)) for _number in range(count)]
        )
        self.assertFalse(any(orders.mapped("is_contract")))
        return orders

    def test_switched_on_for_a_company_its_orders_are_guarded_at_once_and_sealed_in_batches(
        self,
    ):
        orders = self._make_plain_orders(3)
        self.company.bop_contracts = True
        self.assertEqual(set(orders.mapped("is_contract")), {True})
        self._assert_refused(
            orders[0], lambda: orders[0].write({"client_order_ref": "x"})
        )
        self._run_cron(batch=2)
        for order in orders:
            self.assertEqual(order._contract_seals().mapped("event"), ["installation"])
            self.assertEqual(self._breaches(order), [])

    def test_an_order_from_before_can_be_changed_like_any_other(self):
        order = self._make_plain_orders(1)
        self.company.bop_contracts = True
        self._run_cron()
        successor = self._change(order, {self.desk: 2})
        self.assertEqual(
            successor._contract_seals().mapped("event"), ["installation", "succession"]
        )
        self.assertEqual(self._breaches(successor), [])

    def test_a_change_does_not_overtake_the_seal_of_the_order_it_changes(self):
        """Without it, the scheduled action seals version 1 behind version 2."""
        order = self._make_plain_orders(1)
        self.company.bop_contracts = True
        successor = self._change(order, {self.desk: 2})
        self._run_cron()
        seals = successor._contract_seals()
        self.assertEqual(seals.mapped("event"), ["installation", "succession"])
        self.assertEqual(seals.mapped("res_id"), [order.id, successor.id])
        self.assertEqual(self._breaches(successor), [])

    def _never_commit(self, seconds_left=60):
        """A scheduled action has this much time left, and does not end the test."""
        self.patch(
            type(self.env["ir.cron"]),
            "_commit_progress",
            lambda cron, processed=0, **left: seconds_left,
        )

    def _run_cron(self, **options):
        """Seal as the scheduled action does, without the commit after each batch."""
        self._never_commit()
        self.env["sale.order"]._cron_seal_contracts(**options)

    def test_sealing_twice_seals_once(self):
        self._run_cron()
        self.order._contract_accept()
        self.assertEqual(len(self.order._contract_seals()), 1)

    # === THE COMPANY ===#
    def test_the_daily_check_tells_the_auditors_what_was_tampered_with(self):
        auditor = new_test_user(
            self.env,
            login="bop_auditor",
            groups="bop_contract.group_auditor,base.group_user",
        )
        with self._tampering("sale_order_line") as cr:
            cr.execute(
                "UPDATE sale_order_line SET price_unit = 1 WHERE id = %s",
                (self.line.id,),
            )
        self._never_commit()
        self.env["bop.contract.seal"]._cron_verify()
        domain = [
            ("model", "=", "res.partner"),
            ("partner_ids", "in", auditor.partner_id.ids),
        ]
        message = self.env["mail.message"].search(domain, limit=1)
        self.assertIn(self.order.name, message.body)

    def test_the_daily_check_is_silent_when_all_is_well(self):
        domain = [("subject", "like", "tampered")]
        self._never_commit()
        self.env["bop.contract.seal"]._cron_verify()
        self.assertFalse(self.env["mail.message"].search(domain))
        self.assertEqual(
            self.env["bop.contract.seal"]._verify_company(self.company), []
        )

    def test_a_check_without_time_for_all_goes_on_where_it_stopped(self):
        seals = self.env["bop.contract.seal"]
        chains = seals._chains(self.company)
        orders = [self._make_order((self.desk, 1)) for _count in range(3)]
        self._never_commit(seconds_left=0)
        verified = []
        self.patch(
            type(seals),
            "_verify_chains",
            lambda seals, part: verified.extend(root for *_seal, root in part) or [],
        )
        ended = [
            seals._verify_round(self.company, batch=len(chains) + 1)
            for _run in range(2)
        ]
        self.assertEqual(ended, [False, True])
        self.assertEqual(verified[-3:], [order.id for order in orders])
        self.assertEqual(len(verified), len(set(verified)))
        self.assertFalse(self.company.bop_verified_seal)

    def test_lines_and_seals_of_many_orders_confirmed_together_are_all_sealed(self):
        values = {
            "partner_id": self.partner.id,
            "order_line": [Command.create({"product_id": self.desk.id})],
        }
        orders = self.env["sale.order"].create([values, values, values])
        orders.action_confirm()
        for order in orders:
            self.assertEqual(len(order._contract_seals()), 1)
            self.assertEqual(self._breaches(order), [])
