# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Set-based statements of the succession engine: each a constant number of queries,
whatever the number of lines.

They work below the ORM on purpose. Moving a delivery or an invoice to the successor
changes nothing about it, so none of the hooks that Odoo and other addons put on such a
change may run. Callers flush before and invalidate after.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from odoo import fields, models
from odoo.sql_db import Cursor
from odoo.tools import SQL

from .bop_contract_link import MOVE, Link

LOG_COLUMNS = {"id", "create_uid", "create_date", "write_uid", "write_date"}


def column_names(model: models.BaseModel, without: Iterable[str]) -> list[str]:
    """Columns of a model's table that belong to its fields."""
    left_out = {*LOG_COLUMNS, *without}
    return [
        f.name
        for f in model._fields.values()
        if f.store and f.column_type and f.name not in left_out
    ]


def clone_lines(
    lines: models.BaseModel,
    order: models.BaseModel,
    values: Mapping[str, SQL],
    without: Iterable[str] = (),
) -> None:
    """Insert a row into ``order`` for each of ``lines``, equal in all columns but
    ``values``.

    :param values: column to expression; ``l`` is the row that is cloned
    """
    if not lines:
        return
    own = {
        lines._contract_order_field: SQL("%s", order.id),
        "predecessor_line_id": SQL("l.id"),
        "create_uid": SQL("%s", order.env.uid),
        "create_date": SQL("now() at time zone 'UTC'"),
        "write_uid": SQL("%s", order.env.uid),
        "write_date": SQL("now() at time zone 'UTC'"),
        **values,
    }
    same = column_names(lines, {*own, *without})
    order.env.cr.execute(
        SQL(
            "INSERT INTO %s (%s, %s) SELECT %s, %s FROM %s l WHERE l.id IN %s ORDER BY"
            " l.id",
            SQL.identifier(lines._table),
            _columns(own),
            _columns(same),
            SQL(", ").join(own.values()),
            _columns(same, "l"),
            SQL.identifier(lines._table),
            tuple(lines.ids),
        )
    )


def take_over_lines(
    order: models.BaseModel, lines: models.BaseModel, without: Iterable[str]
) -> None:
    """Give the lines of ``order`` all columns of their predecessor lines but
    ``without``.
    """
    same = column_names(lines, without)
    order.env.cr.execute(
        SQL(
            "UPDATE %s n SET %s FROM %s l WHERE n.%s = %s AND l.id ="
            " n.predecessor_line_id",
            SQL.identifier(lines._table),
            SQL(", ").join(
                SQL("%s = l.%s", SQL.identifier(name), SQL.identifier(name))
                for name in same
            ),
            SQL.identifier(lines._table),
            SQL.identifier(lines._contract_order_field),
            order.id,
        )
    )


def take_over_header(
    new: models.BaseModel, old: models.BaseModel, names: Iterable[str]
) -> None:
    """Give one order the columns ``names`` of another."""
    columns = [
        name
        for name in dict.fromkeys(names)
        if old._fields[name].store and old._fields[name].column_type
    ]
    new.env.cr.execute(
        SQL(
            "UPDATE %s n SET %s FROM %s o WHERE n.id = %s AND o.id = %s",
            SQL.identifier(old._table),
            SQL(", ").join(
                SQL("%s = o.%s", SQL.identifier(name), SQL.identifier(name))
                for name in columns
            ),
            SQL.identifier(old._table),
            new.id,
            old.id,
        )
    )


def copy_line_relations(
    order: models.BaseModel, lines: models.BaseModel, names: Iterable[str]
) -> None:
    """Give the lines of ``order`` the many2many values ``names`` of their predecessor
    lines.
    """
    for name in names:
        field = lines._fields[name]
        relation, ours, theirs = (
            SQL.identifier(x) for x in (field.relation, field.column1, field.column2)
        )
        mapping = line_mapping(order, lines)
        order.env.cr.execute(
            SQL(
                "DELETE FROM %s r USING (%s) m WHERE r.%s = m.new",
                relation,
                mapping,
                ours,
            )
        )
        order.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s, %s) SELECT m.new, r.%s FROM %s r JOIN (%s) m ON"
                " r.%s = m.old",
                relation,
                ours,
                theirs,
                theirs,
                relation,
                mapping,
                ours,
            )
        )


def remap_line_links(
    order: models.BaseModel, lines: models.BaseModel, name: str
) -> None:
    """Let ``name``, a reference from line to line within an order, point to the lines
    of ``order``.
    """
    order.env.cr.execute(
        SQL(
            "UPDATE %s n SET %s = m.new FROM (%s) m, %s l WHERE n.%s = %s AND l.id ="
            " n.predecessor_line_id AND m.old = l.%s",
            SQL.identifier(lines._table),
            SQL.identifier(name),
            line_mapping(order, lines),
            SQL.identifier(lines._table),
            SQL.identifier(lines._contract_order_field),
            order.id,
            SQL.identifier(name),
        )
    )


def line_mapping(order: models.BaseModel, lines: models.BaseModel) -> SQL:
    """Query of (old, new): the lines of ``order`` with the lines they succeed."""
    return SQL(
        "SELECT predecessor_line_id AS old, id AS new FROM %s WHERE %s = %s AND"
        " predecessor_line_id IS NOT NULL",
        SQL.identifier(lines._table),
        SQL.identifier(lines._contract_order_field),
        order.id,
    )


def move_links(
    old: models.BaseModel, new: models.BaseModel, links: Iterable[Link]
) -> None:
    """Let every ``move`` reference to ``old`` and its lines point to ``new`` and its
    lines, one statement for each link.
    """
    for link in links:
        if link.action == MOVE:
            move_link(old, new, link)


def move_link(old: models.BaseModel, new: models.BaseModel, link: Link) -> None:
    """Move one reference: a many2one, either side of a many2many, or an id beside a
    model name.
    """
    lines = old._contract_line_model()
    table, column, target, condition = link_place(old, link)
    order_mapping = SQL("SELECT %s AS old, %s AS new", old.id, new.id)
    mapping = line_mapping(new, lines) if target == lines._name else order_mapping
    old.env.cr.execute(
        SQL(
            "UPDATE %s r SET %s = m.new FROM (%s) m WHERE r.%s = m.old %s",
            SQL.identifier(table),
            SQL.identifier(column),
            mapping,
            SQL.identifier(column),
            condition,
        )
    )


def is_linked(order: models.BaseModel, link: Link) -> bool:
    """Whether any record still points to ``order`` or its lines through ``link``."""
    table, column, target, condition = link_place(order, link)
    ids = order.ids if target == order._name else order[order._contract_line_field].ids
    if not ids:
        return False
    query = SQL(
        "SELECT 1 FROM %s r WHERE r.%s IN %s %s LIMIT 1",
        SQL.identifier(table),
        SQL.identifier(column),
        tuple(ids),
        condition,
    )
    order.env.cr.execute(query)
    return bool(order.env.cr.rowcount)


def link_place(order: models.BaseModel, link: Link) -> tuple[str, str, str, SQL]:
    """Where a link lives: table, column, name of the model it points to, and a further
    condition.
    """
    model = order.env[link.model]
    field: fields.Field = model._fields[link.field]
    ours = {order._name, order._contract_line_model()._name}
    if field.type == "many2one_reference":
        return (
            model._table,
            field.name,
            order._name,
            SQL("AND r.%s = %s", SQL.identifier(field.model_field), order._name),
        )
    if field.type == "many2many":
        if link.model in ours:
            return field.relation, field.column1, link.model, SQL("")
        return field.relation, field.column2, field.comodel_name, SQL("")
    return model._table, field.name, field.comodel_name, SQL("")


def set_line_columns(
    cr: Cursor,
    lines: models.BaseModel,
    order: models.BaseModel,
    values: Mapping[str, SQL],
) -> None:
    """Write ``values`` (column to expression) into all lines of one order."""
    cr.execute(
        SQL(
            "UPDATE %s SET %s WHERE %s = %s",
            SQL.identifier(lines._table),
            SQL(", ").join(
                SQL("%s = %s", SQL.identifier(name), value)
                for name, value in values.items()
            ),
            SQL.identifier(lines._contract_order_field),
            order.id,
        )
    )


def _columns(names: Iterable[str], alias: str = "") -> SQL:
    if not alias:
        return SQL(", ").join(SQL.identifier(name) for name in names)
    return SQL(", ").join(SQL.identifier(alias, name) for name in names)
