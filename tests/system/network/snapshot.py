# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Everything that a database says about the business, to compare before and after."""

from collections import Counter
from collections.abc import Mapping

from devtools import database

#: What a refusal may leave behind: that it was talked about, and how the server runs.
NOT_BUSINESS = (
    "ir\\_%",  # how Odoo runs: jobs, sequences, files of messages
    "bus\\_%",  # tells browsers to look again
    "mail\\_%",  # what was said to people
    "base\\_%",
    "res\\_users\\_log",
    "res\\_device\\_log",
    "bop\\_message%",  # what was said to the other side, and how it answered
    "bop\\_network\\_counter",
    "bop\\_refusal%",
    "bop\\_event%",
    "bop\\_acceptance\\_decision%",  # who decided, on which facts
    "bop\\_credit\\_account",  # how many decisions there were
    "%change\\_request%",  # that a change was proposed, and what became of it
)
#: Columns that say when a row was last written or spoken of, not what it says.
NOT_CONTENT = (
    "write_date",
    "write_uid",
    "message_main_attachment_id",
    "access_token",  # of a link for the portal, made when somebody is asked
    "change_count",  # of a contract between two companies: numbers of documents
    "answer_count",
    "last_message_id",
    "last_seen",  # that a partner is there
)
TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND n.nspname = 'public' AND NOT c.relname LIKE ANY (ARRAY[{}])
 ORDER BY 1
"""
ROWS = """SELECT '{name}', (to_jsonb(t) - ARRAY[{columns}])::text FROM "{name}" t"""

Snapshot = Mapping[str, Counter[str]]


def take(name: str) -> Snapshot:
    """Return the rows of all business tables of the database ``name``."""
    patterns = ", ".join(f"'{pattern}'" for pattern in NOT_BUSINESS)
    columns = ", ".join(f"'{column}'" for column in NOT_CONTENT)
    tables = database.sql(TABLES.format(patterns), name).split()
    query = " UNION ALL ".join(
        ROWS.format(name=table, columns=columns) for table in tables
    )
    found: dict[str, Counter[str]] = {table: Counter() for table in tables}
    for line in database.sql(query, name).splitlines():
        table, _bar, row = line.partition("|")
        found[table][row] += 1
    return found


def difference(before: Snapshot, after: Snapshot) -> list[str]:
    """Return each row that came or went, with its table; nothing when both are equal.

    >>> old = {"sale_order": Counter(["a", "b"])}
    >>> difference(old, {"sale_order": Counter(["a", "c"])})
    ['- sale_order b', '+ sale_order c']
    """
    lines = []
    for table in sorted({*before, *after}):
        old, new = before.get(table, Counter()), after.get(table, Counter())
        lines += [f"- {table} {row}" for row in sorted((old - new).elements())]
        lines += [f"+ {table} {row}" for row in sorted((new - old).elements())]
    return lines
