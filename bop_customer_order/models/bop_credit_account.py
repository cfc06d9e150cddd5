# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.tools import SQL

from . import acceptance_sql


class BopCreditAccount(models.Model):
    """One row for each customer whose exposure is limited: written by every transaction
    that accepts an order of it, so that two of them cannot both believe that theirs is
    within the limit.
    """

    _name = "bop.credit.account"
    _description = "Credit Account"
    _log_access = False
    _rec_name = "partner_id"

    # === FIELDS ===#
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", required=True, readonly=True, ondelete="cascade", index=True
    )
    decisions = fields.Integer(
        readonly=True, help="How often an order of the customer was decided upon."
    )

    _one_account = models.UniqueIndex("(company_id, partner_id)")

    # === INIT ===#
    def init(self):
        """Create the functions that say what a customer owes, and how he paid."""
        acceptance_sql.create_functions(self.env.cr)
        return super().init()

    # === BUSINESS METHODS ===#
    @api.model
    def _touch(self, accounts: set[tuple[int, int]]) -> None:
        """Write the rows of these (company, customer).

        A transaction sees the database as it was when it began. When another one has
        written the row since, PostgreSQL refuses this write and Odoo begins the call
        again, with the facts of then. Always in the same order: no two transactions
        wait for each other.
        """
        rows = sorted(accounts)
        if not rows:
            return
        self.env.cr.execute(
            SQL(
                "INSERT INTO bop_credit_account (company_id, partner_id, decisions)"
                " SELECT company_id, partner_id, 1 FROM unnest(%s::int[], %s::int[])"
                " AS account(company_id, partner_id) ORDER BY 1, 2"
                " ON CONFLICT (company_id, partner_id)"
                " DO UPDATE SET decisions = bop_credit_account.decisions + 1",
                [company for company, _partner in rows],
                [partner for _company, partner in rows],
            )
        )
        self.invalidate_model(["decisions"])
