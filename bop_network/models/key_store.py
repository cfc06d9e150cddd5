# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Private keys: in a table that Odoo knows no model of.

No field, no export, no RPC call and no view leads there. Only this module reads it, and
only to sign.
"""

from __future__ import annotations

from odoo.sql_db import Cursor

CREATE = """
CREATE TABLE IF NOT EXISTS bop_network_secret (
    key_id integer PRIMARY KEY REFERENCES bop_digital_key(id) ON DELETE CASCADE,
    secret bytea NOT NULL
)
"""


def create(cr: Cursor) -> None:
    """Create the table; safe to call at each upgrade."""
    cr.execute(CREATE)


def drop(cr: Cursor) -> None:
    """Remove the table and every private key."""
    cr.execute("DROP TABLE IF EXISTS bop_network_secret")


def put(cr: Cursor, key_id: int, secret: bytes) -> None:
    """Keep the private key of a key that was just made.

    It goes past Odoo's cursor, which writes the values of its statements into the log
    when that is to have everything.
    """
    cr._obj.execute(
        "INSERT INTO bop_network_secret (key_id, secret) VALUES (%s, %s)",
        (key_id, secret),
    )


def get(cr: Cursor, key_id: int) -> bytes | None:
    """Return a private key, to sign with it."""
    cr.execute("SELECT secret FROM bop_network_secret WHERE key_id = %s", (key_id,))
    row = cr.fetchone()
    return bytes(row[0]) if row else None


def erase(cr: Cursor, key_id: int) -> None:
    """Destroy the private key of a revoked key."""
    cr.execute("DELETE FROM bop_network_secret WHERE key_id = %s", (key_id,))
