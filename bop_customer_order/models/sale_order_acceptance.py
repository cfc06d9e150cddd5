# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models

from .bop_acceptance_decision import MODES

ACCEPTANCE_STATES = [
    ("waiting", "Waiting for acceptance"),
    ("accepted", "Accepted"),
    ("rejected", "Rejected"),
]
#: Where an order came from, as ``rules.acceptance.ORIGINS``.
ORIGINS = [
    ("manual", "Entered by us"),
    ("portal", "Confirmed online"),
    ("website", "Web shop"),
    ("import", "Imported"),
    ("network", "Network"),
]


class SaleOrderAcceptance(models.Model):
    """The supplier decides whether an order becomes a contract (S0.31 to S0.33)."""

    _inherit = "sale.order"

    # === FIELDS ===#
    order_origin = fields.Selection(
        selection=ORIGINS,
        string="Origin",
        required=True,
        default="manual",
        copy=False,
        readonly=True,
        help="How the order reached us: the acceptance policy may ask for some origins.",
    )
    acceptance_state = fields.Selection(
        selection=ACCEPTANCE_STATES,
        string="Acceptance",
        copy=False,
        readonly=True,
        index="btree_not_null",
    )
    acceptance_mode = fields.Selection(
        selection=MODES, string="Decided", copy=False, readonly=True
    )
    acceptance_amount = fields.Monetary(
        string="Amount Decided",
        currency_field="acceptance_currency_id",
        copy=False,
        readonly=True,
    )
    acceptance_limit = fields.Monetary(
        string="Limit",
        currency_field="acceptance_currency_id",
        copy=False,
        readonly=True,
    )
    acceptance_currency_id = fields.Many2one(
        "res.currency",
        string="Acceptance Currency",
        copy=False,
        readonly=True,
        ondelete="restrict",
    )
    acceptance_reasons = fields.Json(
        copy=False, readonly=True, help="Codes with their values."
    )
    acceptance_requested_at = fields.Datetime(
        string="Waiting since", copy=False, readonly=True
    )
    acceptance_decided_at = fields.Datetime(
        string="Decided on", copy=False, readonly=True
    )
    acceptance_decided_by = fields.Many2one(
        "res.users",
        string="Decided by",
        copy=False,
        readonly=True,
        ondelete="restrict",
    )
    rejection_reason = fields.Text(copy=False, readonly=True)

    # === WHAT IS GUARDED ===#
    @api.model
    def _contract_system_fields(self):
        return [
            *super()._contract_system_fields(),
            "order_origin",
            "acceptance_state",
            "acceptance_mode",
            "acceptance_amount",
            "acceptance_limit",
            "acceptance_currency_id",
            "acceptance_reasons",
            "acceptance_requested_at",
            "acceptance_decided_at",
            "acceptance_decided_by",
            "rejection_reason",
        ]
