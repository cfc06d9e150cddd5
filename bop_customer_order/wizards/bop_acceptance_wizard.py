# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError

from ..models.bop_acceptance_policy import MANAGER_GROUP, check_manager


class BopAcceptanceWizard(models.TransientModel):
    """Set policy and threshold of many customers at once, after looking at what that
    would have decided.

    It only asks; who may do so is checked where it is written.
    """

    _name = "bop.acceptance.wizard"
    _description = "Set Acceptance of Customers"

    # === FIELDS ===#
    partner_ids = fields.Many2many(
        "res.partner", string="Customers", default=lambda self: self._default_partners()
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    policy_id = fields.Many2one(
        "bop.acceptance.policy",
        domain="[('company_id', 'in', [company_id, False])]",
        help="Empty: the default policy of the company.",
    )
    threshold = fields.Monetary(
        string="Own Threshold",
        help="Orders above this total wait for acceptance. 0: the limit of the policy.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    preview = fields.Html(
        string="Last 90 days",
        compute="_compute_preview",
        sanitize=False,
        help="Decided by what is known of the customers today, not of then.",
    )

    @api.model
    def _default_partners(self):
        if self.env.context.get("active_model") != "res.partner":
            return False
        partners = self.env["res.partner"].browse(self.env.context.get("active_ids"))
        return [Command.set(partners.commercial_partner_id.ids)]

    # === COMPUTE METHODS ===#
    @api.depends("policy_id", "company_id")
    def _compute_currency_id(self):
        for wizard in self:
            policy = wizard.policy_id or wizard.company_id.acceptance_policy_id
            wizard.currency_id = policy.currency_id or wizard.company_id.currency_id

    @api.depends("partner_ids", "policy_id", "threshold", "company_id")
    def _compute_preview(self):
        allowed = self.env.user.has_group(MANAGER_GROUP)
        for wizard in self:
            customers = wizard.partner_ids._origin.commercial_partner_id
            wizard.preview = (
                self.env["sale.order"]._acceptance_preview(
                    wizard.policy_id, wizard.company_id, customers, wizard.threshold
                )
                if allowed and customers and wizard.threshold >= 0
                else False
            )

    # === ACTION METHODS ===#
    def action_apply(self):
        """Set policy and threshold of the customers, in the company of the wizard. Who
        may set them need not be one who edits contacts.

        :return: action that closes the dialog
        :raises AccessError: not an administrator of acceptance, or not of this company
        """
        self.ensure_one()
        check_manager(self.env, self.env._("policies and thresholds of customers"))
        customers = self.partner_ids.commercial_partner_id
        customers.check_access("read")
        self.policy_id.check_access("read")
        own = self.env["res.company"].browse(self.env.user._get_company_ids())
        if self.company_id not in own:
            raise AccessError(
                self.env._(
                    "You do not work for %s. Switch to a company of yours.",
                    self.company_id.name,
                )
            )
        customers.sudo().with_company(self.company_id).write(
            {
                "acceptance_policy_id": self.policy_id.id,
                "acceptance_limit": self.threshold,
            }
        )
        return {"type": "ir.actions.act_window_close"}
