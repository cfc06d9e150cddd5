# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.bop_contract.models.bop_contract import changed_fields

from .bop_acceptance_policy import MANAGER_GROUP, check_manager

ACCEPTANCE_FIELDS = ("acceptance_policy_id", "acceptance_limit")
#: Whoever works with customers sees what is accepted of them; customers do not.
READERS = "sales_team.group_sale_salesman,account.group_account_invoice"


class ResPartnerAcceptance(models.Model):
    """What of a customer is accepted without asking (S0.32, S0.33). It is set on the
    commercial partner, once for each company, and holds for all its contacts.
    """

    _inherit = "res.partner"

    # === FIELDS ===#
    acceptance_policy_id = fields.Many2one(
        "bop.acceptance.policy",
        company_dependent=True,
        ondelete="restrict",
        domain="[('company_id', 'in', [current_company_id, False])]",
        groups=READERS,
        help="Decides which orders of this customer and its contacts are accepted"
        " without asking. Empty: the default policy of the company.",
    )
    acceptance_limit = fields.Float(
        string="Own Threshold",
        company_dependent=True,
        digits=0,
        groups=READERS,
        help="Orders of this customer above this total wait for acceptance. 0: the"
        " limit of the policy holds.",
    )
    acceptance_currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_acceptance_currency_id",
        groups=READERS,
        help="Currency of the policy, in which the threshold is.",
    )
    commercial_acceptance_policy_id = fields.Many2one(
        related="commercial_partner_id.acceptance_policy_id",
        string="Acceptance Policy of the Company",
        groups=READERS,
    )
    commercial_acceptance_limit = fields.Float(
        related="commercial_partner_id.acceptance_limit",
        string="Threshold of the Company",
        groups=READERS,
    )

    # === COMPUTE METHODS ===#
    @api.depends_context("company")
    @api.depends("acceptance_policy_id", "commercial_partner_id.acceptance_policy_id")
    def _compute_acceptance_currency_id(self):
        for partner in self:
            policy = partner._get_acceptance_policy()
            company = self.env.company
            partner.acceptance_currency_id = policy.currency_id or company.currency_id

    # === CRUD METHODS ===#
    @api.model
    def default_get(self, fields_list):
        """No client chooses a policy by a default: not through the context, not through
        its own user's.
        """
        values = super().default_get(fields_list)
        if not self.env.user.has_group(MANAGER_GROUP):
            values = {k: v for k, v in values.items() if k not in ACCEPTANCE_FIELDS}
        return values

    @api.model_create_multi
    def create(self, vals_list):
        """Guard policies and thresholds of new customers.

        :raises AccessError: one is given by somebody not in the group
        :raises UserError: one is given on a contact
        :raises ValidationError: a policy of another company, or a negative threshold
        """
        given = [
            any(vals.get(name) for name in ACCEPTANCE_FIELDS) for vals in vals_list
        ]
        if any(given):
            check_manager(self.env, self.env._("policies and thresholds of customers"))
        partners = super().create(vals_list)
        chosen = [row for row, has in zip(partners, given, strict=True) if has]
        self.browse().union(*chosen)._check_acceptance()
        return partners

    def write(self, vals):
        """Guard policies and thresholds of customers; giving them as they are changes
        nothing.

        :raises AccessError: one would be changed by somebody not in the group
        :raises UserError: one would be changed on a contact
        :raises ValidationError: a policy of another company, or a negative threshold
        """
        changed = self._acceptance_changed(vals)
        if changed:
            check_manager(self.env, self.env._("policies and thresholds of customers"))
        result = super().write(vals)
        changed._check_acceptance()
        return result

    def _acceptance_changed(self, vals: dict):
        """Those of these customers whose policy or threshold ``vals`` would change."""
        given = {name: vals[name] for name in ACCEPTANCE_FIELDS if name in vals}
        if not given:
            return self.browse()
        return self.filtered(lambda partner: changed_fields(partner.sudo(), given))

    def _check_acceptance(self) -> None:
        """Whether policy and threshold are where they are looked at, and can be meant.

        :raises UserError: on a contact
        :raises ValidationError: a policy of another company, or a negative threshold
        """
        for partner in self.sudo():
            if partner.commercial_partner_id != partner:
                raise UserError(
                    self.env._(
                        "%(contact)s is a contact of %(customer)s, whose acceptance"
                        " policy and threshold hold. Set them there.",
                        contact=partner.display_name,
                        customer=partner.commercial_partner_id.name,
                    )
                )
            company = partner.acceptance_policy_id.company_id
            if company and company != self.env.company:
                raise ValidationError(
                    self.env._(
                        "The policy %(policy)s is for %(company)s only. Choose another"
                        " one for %(customer)s.",
                        policy=partner.acceptance_policy_id.name,
                        company=company.name,
                        customer=partner.name,
                    )
                )
            if partner.acceptance_limit < 0:
                raise ValidationError(
                    self.env._(
                        "%s: a threshold cannot be negative. Use 0 for the limit of the"
                        " policy.",
                        partner.name,
                    )
                )

    # === BUSINESS METHODS ===#
    def _get_acceptance_policy(self):
        """The policy that decides on orders of this customer in the current company:
        its own, else the company's default, else none.
        """
        self.ensure_one()
        customer = self.sudo().commercial_partner_id or self.sudo()
        own = customer.acceptance_policy_id
        return own or self.env.company.sudo().acceptance_policy_id
