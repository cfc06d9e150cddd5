# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.bop_contract.models.bop_contract import changed_fields

from .bop_acceptance_policy import check_manager

APPROVER_GROUP = "bop_customer_order.group_acceptance"
ACCEPTANCE_SETTINGS = (
    "acceptance_policy_id",
    "acceptance_escalation_days",
    "acceptance_approver_id",
)


class ResCompanyAcceptance(models.Model):
    _inherit = "res.company"

    # === FIELDS ===#
    acceptance_policy_id = fields.Many2one(
        "bop.acceptance.policy",
        string="Default Acceptance Policy",
        ondelete="restrict",
        domain="[('company_id', 'in', [id, False])]",
        help="For customers without a policy of their own. Empty: orders entered by us"
        " are accepted, orders from the network wait.",
    )
    acceptance_escalation_days = fields.Integer(
        string="Acceptance within",
        default=2,
        help="Days after which an order that still waits is overdue for its approver.",
    )

    acceptance_approver_id = fields.Many2one(
        "res.users",
        string="Approver of Orders",
        ondelete="restrict",
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref(APPROVER_GROUP).ids),
            ("share", "=", False),
        ],
        help="Is asked to decide on orders whose salesperson may not accept them."
        " Empty: one of the approvers.",
    )

    # === CONSTRAINT METHODS ===#
    @api.constrains("acceptance_escalation_days")
    def _check_acceptance_escalation_days(self):
        if any(company.acceptance_escalation_days < 0 for company in self):
            raise ValidationError(
                self.env._("The days for acceptance cannot be negative.")
            )

    @api.constrains("acceptance_policy_id")
    def _check_acceptance_policy_id(self):
        for company in self:
            policy = company.acceptance_policy_id
            if policy.company_id and policy.company_id != company:
                raise ValidationError(
                    self.env._(
                        "The policy %(policy)s is for %(other)s only and cannot be the"
                        " default of %(company)s.",
                        policy=policy.name,
                        other=policy.company_id.name,
                        company=company.name,
                    )
                )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        """Guard the default policy of a new company.

        :raises AccessError: a policy is given by somebody not in the group
        """
        if any(vals.get("acceptance_policy_id") for vals in vals_list):
            check_manager(self.env, self.env._("the acceptance settings"))
        return super().create(vals_list)

    def write(self, vals):
        """Guard the settings of acceptance; giving them as they are changes nothing.

        :raises AccessError: one would be changed by somebody not in the group
        """
        given = {name: vals[name] for name in ACCEPTANCE_SETTINGS if name in vals}
        if given and any(changed_fields(company.sudo(), given) for company in self):
            check_manager(self.env, self.env._("the acceptance settings"))
        return super().write(vals)


class ResConfigSettingsAcceptance(models.TransientModel):
    _inherit = "res.config.settings"

    acceptance_policy_id = fields.Many2one(
        related="company_id.acceptance_policy_id", readonly=False
    )
    acceptance_escalation_days = fields.Integer(
        related="company_id.acceptance_escalation_days", readonly=False
    )
    acceptance_approver_id = fields.Many2one(
        related="company_id.acceptance_approver_id", readonly=False
    )
