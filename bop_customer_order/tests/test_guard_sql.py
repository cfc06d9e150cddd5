# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The triggers refuse what raw SQL and addons that write past ``write()`` try; each
test fails without its trigger.
"""

import psycopg2

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.bop_contract.models.capability import SETTING, SYSTEM, hold
from odoo.addons.bop_contract.tests.guard_common import SqlHelpers

from .guard_common import GuardCase


class SqlCase(SqlHelpers, GuardCase):
    """The contract of these tests, seen from outside Odoo."""


@tagged("post_install", "-at_install")
class TestGuardSql(SqlCase):
    # === THE ORDER ===#
    def test_each_guarded_column_of_the_order_is_refused(self):
        for name in self.order._contract_guarded_fields():
            if self.order._fields[name].column_type:
                with self.subTest(column=name):
                    change = self._other_sql("sale_order", name)
                    statement = f"UPDATE sale_order SET {name} = {change} WHERE id = %s"
                    self._assert_refused_by_database(
                        statement, self.order.id, column=name
                    )

    def test_an_order_cannot_be_unmade_a_contract(self):
        self._assert_refused_by_database(
            "UPDATE sale_order SET is_contract = false WHERE id = %s",
            self.order.id,
            column="is_contract",
        )
        self._assert_refused_by_database(
            "UPDATE sale_order SET is_contract = NULL WHERE id = %s",
            self.order.id,
            column="is_contract",
        )

    def test_a_contract_cannot_be_deleted(self):
        self._assert_refused_by_database(
            "DELETE FROM sale_order WHERE id = %s", self.order.id
        )

    def test_a_write_below_the_orm_is_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            self.order._write({"client_order_ref": "x"})
        self.env.invalidate_all()
        self.assertEqual(self.order.client_order_ref, "PO 77")

    def test_a_quotation_stays_free(self):
        draft = self._make_order((self.desk, 1), confirm=False)
        self.env.flush_all()
        self._sql(
            "UPDATE sale_order SET client_order_ref = 'free' WHERE id = %s", draft.id
        )
        self._sql(
            "UPDATE sale_order_line SET product_uom_qty = 7 WHERE order_id = %s",
            draft.id,
        )
        self._sql("DELETE FROM sale_order_line WHERE order_id = %s", draft.id)
        self.env.invalidate_all()
        self.assertEqual(draft.client_order_ref, "free")
        self.assertFalse(draft.order_line)

    def test_the_tables_cannot_be_truncated(self):
        for table in ("sale_order", "sale_order_line", "bop_contract_seal"):
            with (
                self.subTest(table=table),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.IntegrityError),
            ):
                self._sql(f"TRUNCATE {table} CASCADE")
        self.assertTrue(self.order.exists())

    # === POSITIONS ===#
    def test_each_guarded_column_of_a_position_is_refused(self):
        for name in self.line._contract_guarded_fields():
            if self.line._fields[name].column_type:
                with self.subTest(column=name):
                    change = self._other_sql("sale_order_line", name)
                    statement = (
                        f"UPDATE sale_order_line SET {name} = {change} WHERE id = %s"
                    )
                    self._assert_refused_by_database(
                        statement, self.line.id, column=name
                    )

    def test_a_position_cannot_be_added_moved_or_deleted(self):
        other = self._make_order((self.lamp, 1), confirm=False)
        self.env.flush_all()
        insert = (
            "INSERT INTO sale_order_line (order_id, name, customer_lead, is_execution)"
            " VALUES (%s, 'x', 0, %s)"
        )
        for execution in (None, False, True):
            self._assert_refused_by_database(insert, self.order.id, execution)
        move = "UPDATE sale_order_line SET order_id = %s WHERE id = %s"
        self._assert_refused_by_database(
            move, other.id, self.line.id, column="order_id"
        )
        self._assert_refused_by_database(
            move, self.order.id, other.order_line.id, column="order_id"
        )
        self._assert_refused_by_database(
            "DELETE FROM sale_order_line WHERE id = %s", self.line.id
        )

    def test_a_position_cannot_become_an_execution_line(self):
        statement = "UPDATE sale_order_line SET is_execution = true WHERE id = %s"
        self._assert_refused_by_database(statement, self.line.id)

    def test_an_execution_line_of_another_order_cannot_be_moved_in(self):
        other = self._make_order((self.lamp, 1), confirm=False)
        self.env.flush_all()
        self._sql(
            "UPDATE sale_order_line SET is_execution = true WHERE id = %s",
            other.order_line.id,
        )
        move = "UPDATE sale_order_line SET order_id = %s WHERE id = %s"
        self._assert_refused_by_database(
            move, self.order.id, other.order_line.id, column="order_id"
        )

    def test_the_taxes_of_a_position_are_refused(self):
        field = self.line._fields["tax_ids"]
        table, line, tax = field.relation, field.column1, field.column2
        another = self.tax.copy({"name": "Another"})
        self.env.flush_all()
        self._assert_refused_by_database(
            f"DELETE FROM {table} WHERE {line} = %s", self.line.id
        )
        insert = f"INSERT INTO {table} ({line}, {tax}) VALUES (%s, %s)"
        self._assert_refused_by_database(insert, self.line.id, another.id)
        self._assert_refused_by_database(
            f"UPDATE {table} SET {tax} = %s WHERE {line} = %s", another.id, self.line.id
        )

    def test_deleting_master_data_does_not_empty_a_term(self):
        term = self.env["account.payment.term"].create({"name": "60 days"})
        order = self._make_order((self.desk, 1), payment_term_id=term.id)
        self.env.flush_all()
        self._assert_refused_by_database(
            "DELETE FROM account_payment_term WHERE id = %s", term.id, order=order
        )

    # === SEALS ===#
    def test_a_seal_can_neither_be_changed_nor_deleted_nor_forged(self):
        seal = self.order._contract_seals()
        row = (
            "(res_model, res_id, root_id, company_id, name, sequence, event, payload,"
            " hash, sealed_at, sealed_by)"
        )
        same = (
            "res_model, res_id, root_id, company_id, name, sequence + 1, event,"
            " payload, hash, sealed_at, sealed_by"
        )
        for statement in (
            "UPDATE bop_contract_seal SET payload = '{}' WHERE id = %s",
            "UPDATE bop_contract_seal SET hash = 'x' WHERE id = %s",
            (
                "UPDATE bop_contract_seal SET sealed_at = now() + interval '1 hour'"
                " WHERE id = %s"
            ),
            "DELETE FROM bop_contract_seal WHERE id = %s",
            (
                f"INSERT INTO bop_contract_seal {row} SELECT {same} FROM"
                " bop_contract_seal WHERE id = %s"
            ),
        ):
            with self.subTest(statement=statement), mute_logger("odoo.sql_db"):
                with (
                    self.assertRaises(psycopg2.IntegrityError) as caught,
                    self.env.cr.savepoint(),
                ):
                    self._sql(statement, seal.id)
                self.assertIn(
                    "append-only", seal._sql_error_to_message(caught.exception)
                )
        self.assertTrue(self.order._contract_verify()["valid"])

    # === EACH TRIGGER COUNTS ===#
    def test_without_any_one_of_the_triggers_something_gets_through(self):
        order, value = self._make_customized_order()
        line = order.order_line
        self.env.flush_all()
        attempts = {
            **self._attempts(order, line, value),
            **self._attempts_on_history(order),
        }
        self.env.cr.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE"
            " 'bop\\_contract\\_%' AND tgrelid::regclass::text NOT LIKE '%purchase%'"
        )
        # Emptying the table of orders or positions would empty half of the database
        # with it.
        emptying = {
            ("sale_order", "bop_contract_no_truncate"),
            ("sale_order_line", "bop_contract_no_truncate"),
        }
        triggers = set(self.env.cr.fetchall()) - emptying
        self.assertEqual(
            set(attempts), triggers, "each trigger has an attempt that it alone refuses"
        )
        for (table, trigger), statement in attempts.items():
            with self.subTest(table=table, trigger=trigger):
                with (
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(psycopg2.IntegrityError),
                ):
                    self._sql(statement)
                with self.env.cr.savepoint() as savepoint:
                    self._sql(f"DROP TRIGGER {trigger} ON {table}")
                    self._sql(statement)
                    self.assertNotEqual(
                        self.env.cr.rowcount,
                        0,
                        "without its trigger the attempt succeeds",
                    )
                    savepoint.rollback()

    def _attempts(self, order, line, value):
        """By table and trigger, a statement that nothing else refuses."""
        taxes, options = (
            line._fields[name]
            for name in ("tax_ids", "product_no_variant_attribute_value_ids")
        )
        option = value.custom_product_template_attribute_value_id.id
        order_table, line_table, seals = order._table, line._table, "bop_contract_seal"
        row = (
            "res_model, res_id, root_id, company_id, name, sequence, event, payload,"
            " hash, sealed_at, sealed_by"
        )
        detail = "bop_contract_guard_detail"
        lonely = self._make_undecided_contract()
        return {
            (
                order_table,
                "bop_contract_guard_update",
            ): f"UPDATE sale_order SET note = 'x' WHERE id = {order.id}",
            (
                order_table,
                "bop_contract_guard_delete",
            ): f"DELETE FROM sale_order WHERE id = {lonely.id}",
            (
                line_table,
                "bop_contract_guard_update",
            ): f"UPDATE sale_order_line SET price_unit = 1.5 WHERE id = {line.id}",
            (
                line_table,
                "bop_contract_guard_delete",
            ): f"DELETE FROM sale_order_line WHERE id = {self.line.id}",
            (line_table, "bop_contract_guard_insert"): (
                "INSERT INTO sale_order_line (order_id, name, customer_lead,"
                f" product_uom_qty, price_unit) VALUES ({order.id}, 'x', 0, 1, 1)"
            ),
            (
                taxes.relation,
                detail,
            ): f"DELETE FROM {taxes.relation} WHERE {taxes.column1} = {self.line.id}",
            (options.relation, detail): (
                f"INSERT INTO {options.relation} ({options.column1}, {options.column2})"
                f" VALUES ({line.id}, {option})"
            ),
            (
                value._table,
                detail,
            ): f"UPDATE {value._table} SET custom_value = 'Ada' WHERE id = {value.id}",
            (
                seals,
                "bop_contract_append_only",
            ): f"UPDATE {seals} SET name = 'x' WHERE res_id = {order.id}",
            (seals, "bop_contract_append_only_insert"): (
                f"INSERT INTO {seals} ({row}) SELECT"
                f" {row.replace('sequence', 'sequence + 1')} FROM {seals} WHERE res_id"
                f" = {order.id}"
            ),
            (seals, "bop_contract_no_truncate"): f"TRUNCATE {seals}",
        }

    def _make_undecided_contract(self):
        """A contract that no decision and no position refers to."""
        order = self._make_order(confirm=False)
        self.env.flush_all()
        self._sql("UPDATE sale_order SET state = 'sale' WHERE id = %s", order.id)
        self.env.invalidate_all()
        order._contract_accept()
        self.env.flush_all()
        return order

    def _attempts_on_history(self, order):
        """By table and trigger, a statement that falsifies what was decided or held."""
        decisions, holds = "bop_acceptance_decision", "bop_credit_hold"
        now = fields.Datetime.now()
        values = {
            "partner_id": self.partner.id,
            "target_name": self.partner.name,
            "company_id": self.company.id,
            "reason": "Late",
            "placed_by": self.env.uid,
            "placed_at": now,
            "released_at": now,
        }
        with hold(self.env, SYSTEM):
            self.env["bop.credit.hold"].create(values)
        decided = "order_id, company_id, outcome, mode, user_id, date"
        placed = (
            "partner_id, target_name, company_id, reason, placed_by, placed_at,"
            " released_at"
        )
        name, events = "bop_contract_append_only", "bop_event"
        happened = 'name, res_model, res_id, "order", company_id, user_id, date'
        return {
            (events, name): f"UPDATE {events} SET name = 'billed'",
            (events, f"{name}_insert"): (
                f"INSERT INTO {events} ({happened}) SELECT {happened} FROM {events}"
                f" WHERE res_id = {order.id} LIMIT 1"
            ),
            (events, "bop_contract_no_truncate"): f"TRUNCATE {events}",
            (decisions, name): (
                f"UPDATE {decisions} SET note = 'x' WHERE order_id = {order.id}"
            ),
            (decisions, f"{name}_insert"): (
                f"INSERT INTO {decisions} ({decided}) SELECT {decided} FROM {decisions}"
                f" WHERE order_id = {order.id}"
            ),
            (decisions, "bop_contract_no_truncate"): f"TRUNCATE {decisions}",
            (holds, f"{name}_update"): f"UPDATE {holds} SET reason = 'x'",
            (holds, f"{name}_delete"): f"DELETE FROM {holds}",
            (holds, f"{name}_insert"): (
                f"INSERT INTO {holds} ({placed}) SELECT {placed} FROM {holds}"
            ),
            (holds, "bop_contract_no_truncate"): f"TRUNCATE {holds}",
        }

    # === THE CAPABILITY ===#
    def test_a_capability_ends_with_its_block_in_python_and_in_the_database(self):
        token = f"sale.order:{self.order.id}"
        with hold(self.env, SYSTEM, token):
            self.order.client_order_ref = "by the engine"
        self.assertEqual(self._setting(), "")
        self.assertEqual(self.order.client_order_ref, "by the engine")
        self._assert_refused(
            self.order, lambda: self.order.write({"client_order_ref": "later"})
        )
        self._assert_refused_by_database(
            "UPDATE sale_order SET client_order_ref = 'later' WHERE id = %s",
            self.order.id,
        )

    def test_a_capability_ends_when_its_block_fails(self):
        with (
            self.assertRaises(ValueError),
            self.env.cr.savepoint(),
            hold(self.env, SYSTEM, f"sale.order:{self.order.id}"),
        ):
            raise ValueError("failed")
        self.assertEqual(self._setting(), "")
        self._assert_refused(
            self.order, lambda: self.order.write({"client_order_ref": "later"})
        )

    def test_a_capability_opens_one_order_and_no_other(self):
        other = self._make_order((self.lamp, 1))
        with hold(self.env, f"sale.order:{other.id}"):
            self._assert_refused(
                self.order, lambda: self.order.write({"client_order_ref": "x"})
            )
            self._assert_refused_by_database(
                "UPDATE sale_order SET client_order_ref = 'x' WHERE id = %s",
                self.order.id,
            )

    def test_what_was_written_before_the_block_is_judged_without_its_capability(self):
        self.order._fields["client_order_ref"]._update_cache(
            self.order, "smuggled", dirty=True
        )
        refused, reached = False, False
        try:
            with (
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(flush=False),
                hold(self.env, f"sale.order:{self.order.id}"),
            ):
                reached = True
        except psycopg2.IntegrityError:
            refused = True
        self.env.transaction.clear()
        self.assertEqual(
            (refused, reached, self.order.client_order_ref), (True, False, "PO 77")
        )

    def _setting(self):
        self.env.cr.execute(SQL("SELECT current_setting(%s, true)", SETTING))
        return self.env.cr.fetchone()[0]
