# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""PostgreSQL triggers that refuse what the Python guard refuses, for raw SQL and for
addons that write past ``write()``.

They are generated from the same list of term columns. A refusal is an integrity error
that carries the name of the order and the columns; Odoo turns it into a message for
people (``_sql_error_to_message``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from odoo.sql_db import Cursor
from odoo.tools import SQL

from .capability import EXECUTION, REPOINT, SETTING, SYSTEM

CONSTRAINT = "bop_contract_guard"
#: Hint of a refusal on an order that is frozen before it is a contract.
WAITING = "waiting"

REFUSE = f"""
CREATE OR REPLACE FUNCTION bop_contract_refuse(model text, tbl text, order_id integer, columns text) RETURNS void AS $$
DECLARE
    label text;
    sealed boolean;
BEGIN
    EXECUTE format('SELECT name, is_contract FROM %I WHERE id = $1', tbl) INTO label, sealed USING order_id;
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        CONSTRAINT = '{CONSTRAINT}',
        TABLE = tbl,
        COLUMN = columns,
        DATATYPE = label,
        HINT = CASE WHEN sealed THEN 'Use "Change order".' ELSE '{WAITING}' END,
        MESSAGE = CASE WHEN sealed THEN format('%s is a contract: %s cannot be changed. Use "Change order".', label, columns)
                       ELSE format('%s waits for its acceptance: %s cannot be changed.', label, columns) END;
END
$$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION bop_contract_may(token text) RETURNS boolean AS $$
    SELECT strpos(coalesce(current_setting('{SETTING}', true), ''), ',' || token || ',') > 0
$$ LANGUAGE sql STABLE;

CREATE OR REPLACE FUNCTION bop_contract_frozen(tbl text, order_id integer, waiting_column text, waiting_value text) RETURNS boolean AS $$
DECLARE
    frozen boolean;
BEGIN
    IF waiting_column = '' THEN
        EXECUTE format('SELECT is_contract FROM %I WHERE id = $1', tbl) INTO frozen USING order_id;
    ELSE
        EXECUTE format('SELECT is_contract OR %I = $2 FROM %I WHERE id = $1', waiting_column, tbl)
            INTO frozen USING order_id, waiting_value;
    END IF;
    RETURN frozen IS TRUE;
END
$$ LANGUAGE plpgsql STABLE;

CREATE OR REPLACE FUNCTION bop_contract_changed(old_row jsonb, new_row jsonb, columns text[]) RETURNS text AS $$
    SELECT string_agg(c, ', ') FROM unnest(columns) AS c WHERE old_row -> c IS DISTINCT FROM new_row -> c
$$ LANGUAGE sql IMMUTABLE;

CREATE OR REPLACE FUNCTION bop_contract_guard_order() RETURNS trigger AS $$
DECLARE
    model text := TG_ARGV[0];
    columns text[] := string_to_array(TG_ARGV[1], ',');
BEGIN
    IF bop_contract_may(model || ':' || OLD.id) THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM bop_contract_refuse(model, TG_TABLE_NAME, OLD.id, 'id');
    ELSIF NOT bop_contract_may('{REPOINT}') THEN
        PERFORM bop_contract_refuse(model, TG_TABLE_NAME, OLD.id, bop_contract_changed(to_jsonb(OLD), to_jsonb(NEW), columns));
    END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION bop_contract_guard_line() RETURNS trigger AS $$
DECLARE
    model text := TG_ARGV[0];
    tbl text := TG_ARGV[1];
    order_column text := TG_ARGV[4];
    columns text[] := string_to_array(TG_ARGV[5], ',');
    before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    order_id integer;
BEGIN
    FOR order_id IN SELECT DISTINCT x FROM unnest(ARRAY[(before ->> order_column)::integer, (after ->> order_column)::integer]) AS x
                    WHERE x IS NOT NULL LOOP
        IF bop_contract_frozen(tbl, order_id, TG_ARGV[2], TG_ARGV[3])
                AND NOT bop_contract_may(model || ':' || order_id) AND NOT (TG_OP = 'UPDATE' AND bop_contract_may('{REPOINT}'))
                AND NOT (TG_OP = 'INSERT' AND (after ->> 'is_execution')::boolean AND bop_contract_may('{EXECUTION}')) THEN
            PERFORM bop_contract_refuse(model, tbl, order_id, coalesce(bop_contract_changed(before, after, columns), order_column));
        END IF;
    END LOOP;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION bop_contract_guard_detail() RETURNS trigger AS $$
DECLARE
    model text := TG_ARGV[0];
    tbl text := TG_ARGV[1];
    line_table text := TG_ARGV[4];
    order_column text := TG_ARGV[5];
    line_column text := TG_ARGV[6];
    line_id integer;
    order_id integer;
BEGIN
    FOR line_id IN SELECT DISTINCT x FROM unnest(ARRAY[
            (CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) ->> line_column END)::integer,
            (CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) ->> line_column END)::integer]) AS x WHERE x IS NOT NULL LOOP
        EXECUTE format('SELECT %I FROM %I WHERE id = $1 AND is_execution IS NOT TRUE',
                       order_column, line_table) INTO order_id USING line_id;
        IF bop_contract_frozen(tbl, order_id, TG_ARGV[2], TG_ARGV[3]) AND NOT bop_contract_may(model || ':' || order_id)
                AND NOT (TG_OP = 'UPDATE' AND bop_contract_may('{REPOINT}')) THEN
            PERFORM bop_contract_refuse(model, tbl, order_id, TG_TABLE_NAME);
        END IF;
    END LOOP;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION bop_contract_append_only() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        CONSTRAINT = '{CONSTRAINT}',
        TABLE = TG_TABLE_NAME,
        MESSAGE = format('%s is append-only: what was sealed cannot be changed or deleted.', TG_TABLE_NAME);
END
$$ LANGUAGE plpgsql;
"""

FUNCTIONS = (
    "bop_contract_refuse(text, text, integer, text)",
    "bop_contract_may(text)",
    "bop_contract_frozen(text, integer, text, text)",
    "bop_contract_changed(jsonb, jsonb, text[])",
    "bop_contract_guard_order()",
    "bop_contract_guard_line()",
    "bop_contract_guard_detail()",
    "bop_contract_append_only()",
)


class Guarded(NamedTuple):
    """A kind of order whose terms are guarded: on contracts and, where ``waiting`` names
    a column and its value, on orders that wait to become one.
    """

    model: str
    table: str
    waiting: tuple[str, str] | None

    def is_frozen(self) -> SQL:
        """The condition under which the old row of the order is guarded."""
        if not self.waiting:
            return SQL("OLD.is_contract")
        column, value = self.waiting
        return SQL(
            "(OLD.is_contract OR OLD.%s IS NOT DISTINCT FROM %s)",
            SQL.identifier(column),
            _literal(value),
        )

    def arguments(self) -> SQL:
        """What the triggers of its lines have to know of it."""
        column, value = self.waiting or ("", "")
        names = (self.model, self.table, column, value)
        return SQL(", ").join(map(_literal, names))


def create_functions(cr: Cursor) -> None:
    """(Re)create the trigger functions; safe to call at each upgrade."""
    cr.execute(REFUSE)


def guard_append_only(cr: Cursor, table: str) -> None:
    """Refuse every UPDATE, DELETE and TRUNCATE on ``table``, and every INSERT that is
    not made by this addon.
    """
    call = SQL("bop_contract_append_only()")
    _trigger(
        cr, table, "bop_contract_append_only", SQL("BEFORE UPDATE OR DELETE"), call
    )
    _trigger(
        cr,
        table,
        "bop_contract_append_only_insert",
        SQL("BEFORE INSERT"),
        call,
        SQL("NOT bop_contract_may(%s)", _literal(SYSTEM)),
    )
    _refuse_truncate(cr, table)


def guard_history(cr: Cursor, table: str, columns: Iterable[str]) -> None:
    """Refuse that anybody but this addon adds rows to ``table`` or changes ``columns``,
    and that anybody deletes one. A merge of master records may rewrite references.
    """
    call = SQL("bop_contract_append_only()")
    name = "bop_contract_append_only"
    may = SQL("bop_contract_may(%s)", _literal(SYSTEM))
    _trigger(
        cr, table, f"{name}_insert", SQL("BEFORE INSERT"), call, SQL("NOT %s", may)
    )
    _trigger(
        cr,
        table,
        f"{name}_update",
        SQL("BEFORE UPDATE"),
        call,
        SQL(
            "NOT %s AND NOT bop_contract_may(%s) AND (%s)",
            may,
            _literal(REPOINT),
            _differs(columns),
        ),
    )
    _trigger(cr, table, f"{name}_delete", SQL("BEFORE DELETE"), call)
    _refuse_truncate(cr, table)


def guard_order(cr: Cursor, order: Guarded, columns: Iterable[str]) -> None:
    """Refuse changes of ``columns``, and deletion, on orders that are frozen."""
    names, table = list(columns), order.table
    call = SQL(
        "bop_contract_guard_order(%s, %s)",
        _literal(order.model),
        _literal(",".join(names)),
    )
    _trigger(
        cr,
        table,
        "bop_contract_guard_update",
        SQL("BEFORE UPDATE"),
        call,
        SQL("%s AND (%s)", order.is_frozen(), _differs(names)),
    )
    _trigger(
        cr,
        table,
        "bop_contract_guard_delete",
        SQL("BEFORE DELETE"),
        call,
        order.is_frozen(),
    )
    _refuse_truncate(cr, table)


def guard_line(
    cr: Cursor, order: Guarded, table: str, order_column: str, columns: Iterable[str]
) -> None:
    """Refuse adding, changing and deleting lines that are terms of a frozen order.

    Execution lines may be changed, but neither added from outside nor moved between
    orders.
    """
    names = list(columns)
    call = SQL(
        "bop_contract_guard_line(%s, %s, %s)",
        order.arguments(),
        _literal(order_column),
        _literal(",".join(names)),
    )
    changed = SQL(
        "%s OR (OLD.is_execution IS NOT TRUE AND (%s))",
        _differs(["is_execution", order_column]),
        _differs(names),
    )
    _trigger(
        cr, table, "bop_contract_guard_update", SQL("BEFORE UPDATE"), call, changed
    )
    _trigger(cr, table, "bop_contract_guard_insert", SQL("BEFORE INSERT"), call)
    _trigger(
        cr,
        table,
        "bop_contract_guard_delete",
        SQL("BEFORE DELETE"),
        call,
        SQL("OLD.is_execution IS NOT TRUE"),
    )
    _refuse_truncate(cr, table)


def guard_detail(
    cr: Cursor,
    order: Guarded,
    lines: tuple[str, str],
    table: str,
    line_column: str,
) -> None:
    """Refuse changes to rows of ``table`` that say something of a guarded line: taxes,
    chosen attribute values.

    :param lines: the line table, and its column with the order
    """
    call = SQL(
        "bop_contract_guard_detail(%s, %s, %s, %s)",
        order.arguments(),
        *map(_literal, lines),
        _literal(line_column),
    )
    _trigger(
        cr,
        table,
        "bop_contract_guard_detail",
        SQL("BEFORE INSERT OR UPDATE OR DELETE"),
        call,
    )


def drop_triggers(cr: Cursor, tables: Iterable[str]) -> None:
    """Remove the triggers of the guard from ``tables``; those of other order models
    stay.
    """
    cr.execute(
        SQL(
            """SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
               WHERE NOT t.tgisinternal AND t.tgname LIKE %s AND c.relname IN %s""",
            "bop\\_contract\\_%",
            tuple(tables),
        )
    )
    for table, trigger in cr.fetchall():
        cr.execute(
            SQL("DROP TRIGGER %s ON %s", SQL.identifier(trigger), SQL.identifier(table))
        )


def drop_guards(cr: Cursor) -> None:
    """Remove all triggers and functions of the guard."""
    for function in FUNCTIONS:
        cr.execute(SQL("DROP FUNCTION IF EXISTS %s CASCADE", SQL(function)))


def _trigger(
    cr: Cursor,
    table: str,
    name: str,
    event: SQL,
    call: SQL,
    condition: SQL | None = None,
    each: str = "ROW",
) -> None:
    when = SQL("WHEN (%s)", condition) if condition else SQL("")
    cr.execute(
        SQL(
            "DROP TRIGGER IF EXISTS %s ON %s",
            SQL.identifier(name),
            SQL.identifier(table),
        )
    )
    cr.execute(
        SQL(
            "CREATE TRIGGER %s %s ON %s FOR EACH %s %s EXECUTE FUNCTION %s",
            SQL.identifier(name),
            event,
            SQL.identifier(table),
            SQL(each),
            when,
            call,
        )
    )


def _refuse_truncate(cr: Cursor, table: str) -> None:
    """Row triggers do not see TRUNCATE."""
    call = SQL("bop_contract_append_only()")
    _trigger(
        cr,
        table,
        "bop_contract_no_truncate",
        SQL("BEFORE TRUNCATE"),
        call,
        each="STATEMENT",
    )


def _differs(columns: Iterable[str]) -> SQL:
    return SQL(" OR ").join(
        SQL(
            "OLD.%s IS DISTINCT FROM NEW.%s",
            SQL.identifier(column),
            SQL.identifier(column),
        )
        for column in columns
    )


def _literal(text: str) -> SQL:
    """Trigger arguments must be literals in the statement; only names from our own code
    come here.
    """
    assert "'" not in text and "%" not in text
    return SQL(f"'{text}'")
