# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of the guard of every kind of order have in common."""

import psycopg2

from odoo import Command
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from odoo.addons.bop_contract.models import guard

OTHER_TIME = {"date": "2031-01-02", "datetime": "2031-01-02 03:04:05"}
OTHER_TEXT = {"char", "text", "html"}
#: A value of each PostgreSQL type that no order of these tests has.
OTHER = {
    "boolean": "NOT coalesce({0}, false)",
    "integer": "coalesce({0}, 0) + 1",
    "numeric": "coalesce({0}, 0) + 1",
    "double precision": "coalesce({0}, 0) + 1",
    "jsonb": "coalesce({0}, '[]') || '[1]'",
    "timestamp without time zone": "coalesce({0}, now()::timestamp) + interval '1 day'",
}


class GuardHelpers:
    """Tell whether somebody got past the guard of ``self.order``."""

    def _facts(self, order):
        """Everything an order says: terms, master records and totals."""
        order.env.invalidate_all()
        return (
            order._contract_terms().to_dict(),
            order.sudo()._contract_anchors(),
            order.amount_total,
            order.state,
        )

    def _assert_refused(self, order, call, *words, way="Change order"):
        """``call`` is refused by a message that names the order, ``words`` and the way,
        and nothing has changed.
        """
        before = self._facts(order)
        with self.assertRaises(UserError) as caught:
            call()
        message = str(caught.exception)
        for word in (order.name, *words, way):
            self.assertIn(word, message)
        self.assertEqual(self._facts(order), before)

    def _other_value(self, record, name):
        """A value for ``write`` that differs from what ``record`` has in the field
        ``name``.
        """
        field, value = record._fields[name], record[name]
        if field.type in OTHER_TEXT:
            return "Something else"
        if field.type in OTHER_TIME:
            return OTHER_TIME[field.type]
        if field.type in ("integer", "float", "monetary"):
            return value + 1
        if field.type == "boolean":
            return not value
        if field.type == "selection":
            return next(key for key in field.get_values(record.env) if key != value)
        if field.type == "many2one":
            return self._other_record(record, field)
        if field.type == "many2many":
            return (
                [Command.clear()]
                if value
                else [Command.link(self._other_record(record, field))]
            )
        return {"other": 1} if field.type == "json" else False

    def _other_record(self, record, field):
        others = self.env[field.comodel_name].sudo().with_context(active_test=False)
        return others.search([("id", "not in", record[field.name].ids)], limit=1).id

    def _label(self, record, name):
        return record._fields[name]._description_string(self.env)

    def _assert_columns_say_nothing(self, record):
        """Each stored field, one by one: writing it is refused, or it changes neither
        terms nor totals.
        """
        before = self._facts(self.order)
        written = 0
        for field in record._fields.values():
            if (
                not field.store
                or field.type in ("one2many", "binary")
                or field.name == "id"
            ):
                continue
            with self.subTest(field=field.name), self.env.cr.savepoint() as savepoint:
                try:
                    with mute_logger("odoo.sql_db"):
                        record.sudo().write(
                            {field.name: self._other_value(record, field.name)}
                        )
                        self.env.flush_all()
                    written += 1
                except (UserError, ValueError, psycopg2.Error):
                    savepoint.rollback()
                self.assertEqual(self._facts(self.order), before)
                savepoint.rollback()
            self.env.invalidate_all()
        self.assertGreater(written, 5, "some fields are no terms and stay open")


class SqlHelpers:
    """Tell whether the database itself refuses a statement."""

    def _sql(self, statement, *values):
        """Run a statement as any program with access to the database would."""
        self.env.cr.execute(statement, values or None)

    #: What the refusal tells people to do.
    _way = "Change order"

    def _assert_refused_by_database(self, statement, *values, order=None, column=""):
        order = order or self.order
        before = self._facts(order)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError) as caught,
            self.env.cr.savepoint(),
        ):
            self._sql(statement, *values)
        self.assertEqual(caught.exception.diag.constraint_name, guard.CONSTRAINT)
        message = order._sql_error_to_message(caught.exception)
        self.assertIn(order.name, message)
        self.assertIn(self._way, message)
        self.assertIn(column, message)
        self.assertEqual(self._facts(order), before)

    def _other_sql(self, table, column):
        """An expression that differs from what ``column`` holds."""
        query = (
            "SELECT data_type FROM information_schema.columns WHERE table_name = %s AND"
            " column_name = %s"
        )
        self.env.cr.execute(query, (table, column))
        return OTHER.get(self.env.cr.fetchone()[0], "coalesce({0}, '') || 'x'").format(
            column
        )
