# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The triggers refuse what raw SQL and addons that write past ``write()`` try; each
test fails without its trigger.
"""

import psycopg2

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.bop_contract.tests.guard_common import SqlHelpers

from .guard_common import GuardCase


@tagged("post_install", "-at_install")
class TestWaitingSql(SqlHelpers, GuardCase):
    """What was sent to its vendor and waits for him is frozen in the database as well."""

    _way = "make a new one"

    def setUp(self):
        super().setUp()
        self.order = self._make_order((self.desk, 3), confirm=False)
        self.line = self.order.order_line
        self.order._vendor_wait()
        self.env.flush_all()

    def test_each_guarded_column_is_refused(self):
        for record in (self.order, self.line):
            for name in record._contract_guarded_fields():
                if record._fields[name].column_type:
                    with self.subTest(table=record._table, column=name):
                        change = self._other_sql(record._table, name)
                        self._assert_refused_by_database(
                            f"UPDATE {record._table} SET {name} = {change}"
                            " WHERE id = %s",
                            record.id,
                            column=name,
                        )

    def test_a_position_cannot_be_added_moved_or_deleted(self):
        other = self._make_order((self.lamp, 1), confirm=False)
        self.env.flush_all()
        for statement, values in (
            (
                "INSERT INTO purchase_order_line (order_id, name, display_type,"
                " product_qty, price_unit, product_uom_qty) VALUES (%s, 'x',"
                " 'line_note', 0, 0, 0)",
                (self.order.id,),
            ),
            (
                "UPDATE purchase_order_line SET order_id = %s WHERE id = %s",
                (other.id, self.line.id),
            ),
            (
                "UPDATE purchase_order_line SET order_id = %s WHERE id = %s",
                (self.order.id, other.order_line.id),
            ),
            ("DELETE FROM purchase_order_line WHERE id = %s", (self.line.id,)),
            ("DELETE FROM purchase_order WHERE id = %s", (self.order.id,)),
        ):
            with self.subTest(statement=statement):
                self._assert_refused_by_database(statement, *values)

    def test_the_taxes_of_a_position_are_refused(self):
        field = self.line._fields["tax_ids"]
        self._assert_refused_by_database(
            f"DELETE FROM {field.relation} WHERE {field.column1} = %s", self.line.id
        )

    def test_the_answer_frees_it_again(self):
        self.order._vendor_rejected("Sold out.")
        self.env.flush_all()
        self._sql("UPDATE purchase_order SET note = 'x' WHERE id = %s", self.order.id)
        self.assertEqual(self.env.cr.rowcount, 1)

    def test_when_it_is_accepted_it_is_a_contract(self):
        self.order._vendor_accepted("S1")
        self.env.flush_all()
        self._way = "Change order"
        self._assert_refused_by_database(
            "UPDATE purchase_order SET note = 'x' WHERE id = %s", self.order.id
        )


@tagged("post_install", "-at_install")
class TestGuardSql(SqlHelpers, GuardCase):
    def test_each_guarded_column_is_refused(self):
        for record in (self.order, self.line):
            for name in record._contract_guarded_fields():
                if record._fields[name].column_type:
                    with self.subTest(table=record._table, column=name):
                        change = self._other_sql(record._table, name)
                        statement = (
                            f"UPDATE {record._table} SET {name} = {change} WHERE"
                            " id = %s"
                        )
                        self._assert_refused_by_database(
                            statement, record.id, column=name
                        )

    def test_a_write_below_the_orm_is_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            self.order._write({"incoterm_location": "x"})
        self.env.invalidate_all()
        self.assertFalse(self.order.incoterm_location)

    def test_a_position_cannot_be_added_moved_or_deleted(self):
        other = self._make_order((self.lamp, 1), confirm=False)
        self.env.flush_all()
        insert = (
            "INSERT INTO purchase_order_line (order_id, name, display_type,"
            " product_qty, price_unit, product_uom_qty, is_execution) VALUES (%s, 'x',"
            " 'line_note', 0, 0, 0, %s)"
        )
        for execution in (None, False, True):
            self._assert_refused_by_database(insert, self.order.id, execution)
        move = "UPDATE purchase_order_line SET order_id = %s WHERE id = %s"
        for order, line in ((other, self.line), (self.order, other.order_line)):
            self._assert_refused_by_database(move, order.id, line.id, column="order_id")
        self._assert_refused_by_database(
            "DELETE FROM purchase_order_line WHERE id = %s", self.line.id
        )
        self._assert_refused_by_database(
            "DELETE FROM purchase_order WHERE id = %s", self.order.id
        )

    def test_the_taxes_of_a_position_are_refused(self):
        field = self.line._fields["tax_ids"]
        table, line, tax = field.relation, field.column1, field.column2
        another = self.tax.copy({"name": "Another"})
        self.env.flush_all()
        self._assert_refused_by_database(
            f"DELETE FROM {table} WHERE {line} = %s", self.line.id
        )
        self._assert_refused_by_database(
            f"INSERT INTO {table} ({line}, {tax}) VALUES (%s, %s)",
            self.line.id,
            another.id,
        )

    def test_a_request_for_quotation_stays_free(self):
        draft = self._make_order((self.desk, 1), confirm=False)
        self.env.flush_all()
        self._sql("UPDATE purchase_order SET note = 'free' WHERE id = %s", draft.id)
        self._sql("DELETE FROM purchase_order_line WHERE order_id = %s", draft.id)
        self.env.invalidate_all()
        self.assertFalse(draft.order_line)

    def test_without_any_one_of_the_triggers_something_gets_through(self):
        attempts = self._attempts()
        tables = {table for table, _trigger in attempts}
        self.env.cr.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE"
            " 'bop\\_contract\\_%%' AND tgname <> 'bop_contract_no_truncate' AND"
            " tgrelid::regclass::text IN %s",
            [tuple(tables)],
        )
        self.assertEqual(set(attempts), set(self.env.cr.fetchall()))
        for (table, trigger), statement in attempts.items():
            with self.subTest(table=table, trigger=trigger):
                with (
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(psycopg2.IntegrityError),
                    self.env.cr.savepoint(),
                ):
                    self._sql(statement)
                with self.env.cr.savepoint() as savepoint:
                    self._sql(f"DROP TRIGGER {trigger} ON {table}")
                    self._sql(statement)
                    self.assertNotEqual(self.env.cr.rowcount, 0)
                    savepoint.rollback()

    def _attempts(self):
        """By table and trigger, a statement that nothing else refuses."""
        lonely = self._make_order(confirm=False)
        lonely.write({"state": "purchase"})
        self.env.flush_all()
        line, detail = self.line, "bop_contract_guard_detail"
        taxes, options = (
            line._fields[name]
            for name in ("tax_ids", "product_no_variant_attribute_value_ids")
        )
        value = self._make_option()
        return {
            (order_table := line.order_id._table, "bop_contract_guard_update"): (
                f"UPDATE {order_table} SET note = 'x' WHERE id = {line.order_id.id}"
            ),
            (order_table, "bop_contract_guard_delete"): (
                f"DELETE FROM {order_table} WHERE id = {lonely.id}"
            ),
            (line._table, "bop_contract_guard_update"): (
                f"UPDATE {line._table} SET price_unit = 1.5 WHERE id = {line.id}"
            ),
            (line._table, "bop_contract_guard_delete"): (
                f"DELETE FROM {line._table} WHERE id = {line.id}"
            ),
            (line._table, "bop_contract_guard_insert"): (
                f"INSERT INTO {line._table} (order_id, name, display_type, product_qty,"
                f" price_unit, product_uom_qty) VALUES ({line.order_id.id}, 'x',"
                " 'line_note', 0, 0, 0)"
            ),
            (taxes.relation, detail): (
                f"DELETE FROM {taxes.relation} WHERE {taxes.column1} = {line.id}"
            ),
            (options.relation, detail): (
                f"INSERT INTO {options.relation} ({options.column1},"
                f" {options.column2}) VALUES ({line.id}, {value.id})"
            ),
        }

    def _make_option(self):
        """A value of an attribute that makes no variants."""
        attribute = self.env["product.attribute"].create(
            {
                "name": "Colour",
                "create_variant": "no_variant",
                "value_ids": [Command.create({"name": "Red"})],
            }
        )
        line = {
            "attribute_id": attribute.id,
            "value_ids": [Command.set(attribute.value_ids.ids)],
        }
        template = self.env["product.template"].create(
            {"name": "Pen", "attribute_line_ids": [Command.create(line)]}
        )
        values = template.attribute_line_ids.product_template_value_ids
        self.env.flush_all()
        return values
