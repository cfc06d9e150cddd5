# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""PostgreSQL triggers: what a message says never changes, and no message is deleted."""

from __future__ import annotations

from collections.abc import Iterable

from odoo.sql_db import Cursor
from odoo.tools import SQL

FUNCTION = """
CREATE OR REPLACE FUNCTION bop_network_append_only() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'integrity_constraint_violation',
        CONSTRAINT = 'bop_network_append_only',
        TABLE = TG_TABLE_NAME,
        MESSAGE = format('%s is append-only: what was sent or received cannot be changed or deleted.', TG_TABLE_NAME);
END
$$ LANGUAGE plpgsql;
"""


def protect(
    cr: Cursor, table: str, columns: Iterable[str], once: Iterable[str]
) -> None:
    """Refuse DELETE and TRUNCATE on ``table``, and UPDATE of ``columns``.

    :param once: columns that may be written as long as they are empty
    """
    cr.execute(FUNCTION)
    changed = [SQL("OLD.%s IS DISTINCT FROM NEW.%s", _id(c), _id(c)) for c in columns]
    changed += [
        SQL("OLD.%s IS NOT NULL AND OLD.%s IS DISTINCT FROM NEW.%s", *[_id(c)] * 3)
        for c in once
    ]
    differs = SQL(" OR ").join(SQL("(%s)", condition) for condition in changed)
    events = {
        "update": SQL(
            "BEFORE UPDATE ON %s FOR EACH ROW WHEN (%s)", _id(table), differs
        ),
        "delete": SQL("BEFORE DELETE ON %s FOR EACH ROW", _id(table)),
        "truncate": SQL("BEFORE TRUNCATE ON %s FOR EACH STATEMENT", _id(table)),
    }
    for name, event in events.items():
        trigger = _id(f"bop_network_append_only_{name}")
        cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", trigger, _id(table)))
        cr.execute(
            SQL(
                "CREATE TRIGGER %s %s EXECUTE FUNCTION bop_network_append_only()",
                trigger,
                event,
            )
        )


def drop(cr: Cursor) -> None:
    """Remove the triggers and their function."""
    cr.execute("DROP FUNCTION IF EXISTS bop_network_append_only() CASCADE")


def _id(name: str) -> SQL:
    return SQL.identifier(name)
