# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import psycopg2

from odoo import api, models

from . import guard


class BopGuarded(models.AbstractModel):
    """A model whose table the triggers guard: what they refuse is told to people."""

    _name = "bop.guarded"
    _description = "Guarded by Triggers"

    @api.model
    def _sql_error_to_message(self, exc: psycopg2.Error) -> str:
        """Tell in the user's language what the guard of the database refused, from what
        the triggers put into the diagnostics of the error.
        """
        diagnostics = exc.diag
        if diagnostics.constraint_name != guard.CONSTRAINT:
            return super()._sql_error_to_message(exc)
        if not diagnostics.datatype_name:
            return self.env._(
                "%s is append-only: what was sealed cannot be changed or deleted.",
                diagnostics.table_name,
            )
        names = {
            "order": diagnostics.datatype_name,
            "fields": diagnostics.column_name or diagnostics.table_name,
        }
        if diagnostics.message_hint == guard.WAITING:
            return self.env._(
                "%(order)s waits for its acceptance: %(fields)s cannot be changed."
                " Wait for the answer, or cancel the order and make a new one.",
                **names,
            )
        return self.env._(
            "%(order)s is a contract: %(fields)s cannot be changed. Use “Change order”.",
            **names,
        )
