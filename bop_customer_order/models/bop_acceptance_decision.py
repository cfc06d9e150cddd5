# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.bop_contract.models import guard
from odoo.addons.bop_contract.models.capability import SYSTEM, holds

from .acceptance_text import reason_sentences

#: Who or what decided.
MODES = [
    ("auto", "By rule"),
    ("manual", "By a person"),
    ("override", "Against the rule"),
]
OUTCOMES = [
    ("waiting", "Waiting for acceptance"),
    ("accepted", "Accepted"),
    ("rejected", "Rejected"),
    ("withdrawn", "Withdrawn"),
]


class BopAcceptanceDecision(models.Model):
    """What was decided about accepting an order, by whom or which rule, and on which
    facts. Append-only: one row for each event.
    """

    _name = "bop.acceptance.decision"
    _inherit = ["bop.guarded"]
    _description = "Acceptance Decision"
    _order = "id desc"
    _log_access = False  # rows never change: who and when are user_id and date

    # === FIELDS ===#
    order_id = fields.Many2one(
        "sale.order",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The order that was decided about; for a change, the order to change.",
    )
    change_request_id = fields.Many2one(
        "sale.change.request",
        string="Change",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    outcome = fields.Selection(selection=OUTCOMES, required=True, readonly=True)
    mode = fields.Selection(selection=MODES, required=True, readonly=True)
    policy_id = fields.Many2one(
        "bop.acceptance.policy", readonly=True, ondelete="restrict"
    )
    amount = fields.Monetary(readonly=True, help="What was decided about.")
    limit = fields.Monetary(readonly=True, help="Up to which the rule accepts.")
    currency_id = fields.Many2one("res.currency", readonly=True, ondelete="restrict")
    reasons = fields.Json(
        string="Reason Codes", readonly=True, help="Codes with their values."
    )
    reason_text = fields.Text(string="Reasons", compute="_compute_reason_text")
    facts = fields.Json(readonly=True, help="What the rule was given to decide on.")
    user_id = fields.Many2one(
        "res.users", string="By", required=True, readonly=True, ondelete="restrict"
    )
    date = fields.Datetime(required=True, readonly=True, index=True)
    note = fields.Text(readonly=True)

    # === INIT ===#
    def init(self):
        """Make the table append-only, for the ORM and for raw SQL."""
        guard.create_functions(self.env.cr)
        guard.guard_append_only(self.env.cr, self._table)
        return super().init()

    # === COMPUTE METHODS ===#
    @api.depends("reasons", "currency_id")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        for row in self:
            row.reason_text = reason_sentences(self.env, row.reasons, row.currency_id)

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        """Take decisions from the system alone.

        :raises UserError: made by anybody else
        """
        if not holds(SYSTEM):
            raise UserError(
                self.env._(
                    "Acceptance decisions are recorded by the system when an order is"
                    " confirmed, accepted or rejected."
                )
            )
        return super().create(vals_list)

    def write(self, vals):
        """Refuse: a decision never changes.

        :raises UserError: always
        """
        if self:
            raise UserError(
                self.env._(
                    "An acceptance decision cannot be changed: it is the proof of who"
                    " decided on what."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "An acceptance decision cannot be deleted: it is the proof of who"
                " decided on what."
            )
        )
