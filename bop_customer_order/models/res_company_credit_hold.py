# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models

from odoo.addons.bop_contract.models.bop_contract import changed_fields
from odoo.addons.bop_contract.rules.terms import as_decimal

from ..rules.credit import HoldPolicy
from .bop_acceptance_policy import check_manager

CREDIT_SETTINGS = (
    "auto_credit_hold",
    "credit_hold_overdue_days",
    "credit_hold_overdue_amount",
    "credit_hold_exposure_limit",
    "credit_hold_auto_release",
)


class ResCompany(models.Model):
    _inherit = "res.company"

    # === FIELDS ===#
    auto_credit_hold = fields.Boolean(
        string="Automatic Credit Hold",
        help="Once a day, customers who pay too late or owe too much are put on hold.",
    )
    credit_hold_overdue_days = fields.Integer(
        string="Overdue for More Than",
        default=30,
        help="Days after the due date that are tolerated.",
    )
    credit_hold_overdue_amount = fields.Monetary(
        string="Overdue Amount Above",
        help="An overdue amount up to this one is tolerated, however old it is.",
    )
    credit_hold_exposure_limit = fields.Monetary(
        string="Owed and On Order Above",
        help="Open orders, deliveries not billed and invoices not paid, in total. 0: no"
        " limit.",
    )
    credit_hold_auto_release = fields.Boolean(
        string="Release by Itself",
        default=True,
        help="An automatic hold ends when its reason is gone. A hold that a person"
        " placed is only ended by a person.",
    )

    _credit_hold_tolerances = models.Constraint(
        "CHECK(credit_hold_overdue_days >= 0 AND credit_hold_overdue_amount >= 0"
        " AND credit_hold_exposure_limit >= 0)",
        "Days, amount and limit of the automatic credit hold cannot be negative.",
    )

    # === CRUD METHODS ===#
    def write(self, vals):
        """Guard the settings of the automatic credit hold; giving them as they are
        changes nothing.

        :raises AccessError: one would be changed by somebody not in the group
        """
        given = {name: vals[name] for name in CREDIT_SETTINGS if name in vals}
        if given and any(changed_fields(company.sudo(), given) for company in self):
            check_manager(self.env, self.env._("the automatic credit hold"))
        return super().write(vals)

    # === BUSINESS METHODS ===#
    def _credit_hold_policy(self) -> HoldPolicy:
        """When a customer of this company is put on hold by itself, in its currency."""
        self.ensure_one()
        limit = self.credit_hold_exposure_limit
        return HoldPolicy(
            exposure_limit=as_decimal(limit) if limit else None,
            overdue_days=self.credit_hold_overdue_days,
            overdue_amount=as_decimal(self.credit_hold_overdue_amount),
        )
