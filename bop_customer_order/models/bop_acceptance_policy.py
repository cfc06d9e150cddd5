# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, ormcache

from odoo.addons.bop_contract.rules.terms import decimal_text

from ..rules.acceptance import ORIGINS, Policy

MANAGER_GROUP = "bop_customer_order.group_acceptance_manager"
LIMITS = ("order_limit", "exposure_limit", "reject_limit", "overdue_amount")
NUMBERS = (*LIMITS, "overdue_days", "min_paid_invoices", "max_average_days_late")


class BopAcceptancePolicy(models.Model):
    """What is accepted without asking, for all customers it is chosen for (S0.32)."""

    _name = "bop.acceptance.policy"
    _description = "Acceptance Policy"
    _order = "sequence, id"
    _check_company_auto = True

    # === FIELDS ===#
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for every company."
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Orders in other currencies are converted at today's rate.",
    )
    always_ask = fields.Boolean(
        help="A person decides on every order, whatever else is set here."
    )
    order_limit = fields.Monetary(
        help="Orders above this total wait for acceptance. 0: no limit. A customer's"
        " own threshold takes its place.",
    )
    exposure_limit = fields.Monetary(
        help="Orders wait when open orders, unbilled deliveries and unpaid invoices"
        " together with the new order are above this. 0: no limit.",
    )
    reject_limit = fields.Monetary(
        help="Orders above this total are rejected without asking. 0: never.",
    )
    check_overdue = fields.Boolean(
        string="Ask when overdue",
        help="Orders wait when the customer has overdue invoices beyond the tolerance.",
    )
    overdue_days = fields.Integer(
        string="Tolerated days", help="Days the oldest invoice may be overdue."
    )
    overdue_amount = fields.Monetary(
        string="Tolerated amount", help="Total that may be overdue for any time."
    )
    min_paid_invoices = fields.Integer(
        string="Paid invoices",
        help="Invoices a customer has to have paid within a year. 0: new customers are"
        " welcome.",
    )
    min_on_time_share = fields.Float(
        string="Paid on time",
        help="Share of the paid invoices that must have been paid in time.",
    )
    max_average_days_late = fields.Float(
        string="Average days late",
        help="Paid invoices may have been late by this on average. 0: not looked at.",
    )
    ask_origin_manual = fields.Boolean(string="Entered by us")
    ask_origin_portal = fields.Boolean(string="Confirmed online")
    ask_origin_website = fields.Boolean(string="Web shop")
    ask_origin_import = fields.Boolean(string="Imported")
    ask_origin_network = fields.Boolean(string="Network")
    ask_on_deviation = fields.Boolean(
        string="Ask on other prices",
        help="Orders wait when a price is below the price list of the customer, or a"
        " discount above it.",
    )

    # === CONSTRAINT METHODS ===#
    @api.constrains(*NUMBERS, "min_on_time_share")
    def _check_numbers(self):
        for policy in self:
            if any(policy[name] < 0 for name in NUMBERS):
                raise ValidationError(
                    self.env._(
                        "%s: limits and tolerances cannot be negative. Use 0 for none.",
                        policy.name,
                    )
                )
            if not 0 <= policy.min_on_time_share <= 1:
                raise ValidationError(
                    self.env._(
                        "%s: the share paid on time is between 0 and 100 %%.",
                        policy.name,
                    )
                )

    @api.constrains("order_limit", "reject_limit")
    def _check_reject_limit(self):
        for policy in self:
            if policy.reject_limit and policy.reject_limit < policy.order_limit:
                raise ValidationError(
                    self.env._(
                        "%s: orders would be rejected that are within the order limit."
                        " Raise the limit for rejection or lower the order limit.",
                        policy.name,
                    )
                )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        """Take policies from administrators of order acceptance alone.

        :raises AccessError: not in the group
        """
        check_manager(self.env, self.env._("acceptance policies"))
        return super().create(vals_list)

    def write(self, vals):
        """Let administrators of order acceptance alone change policies, and keep the
        currency that thresholds of customers are in.

        :raises AccessError: not in the group
        :raises UserError: the currency would change under thresholds
        """
        check_manager(self.env, self.env._("acceptance policies"))
        if "currency_id" in vals:
            self._check_currency(vals["currency_id"])
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        """Let administrators of order acceptance alone delete policies.

        :raises AccessError: not in the group
        """
        check_manager(self.env, self.env._("acceptance policies"))
        self.env.registry.clear_cache()
        return super().unlink()

    def copy_data(self, default=None):
        """Name a copy as such, to tell it from its original."""
        vals_list = super().copy_data(default)
        return [
            {**vals, "name": self.env._("%s (copy)", policy.name)}
            for policy, vals in zip(self, vals_list, strict=True)
        ]

    def _check_currency(self, currency_id) -> None:
        """Thresholds of customers are in the currency of their policy: they would mean
        other amounts.

        :raises UserError: names the policy and the way
        """
        changed = self.filtered(lambda policy: policy.currency_id.id != currency_id)
        for policy in changed:
            if policy._has_thresholds():
                raise UserError(
                    self.env._(
                        "%s: customers have own thresholds in its currency. Make a copy"
                        " of the policy with the other currency.",
                        policy.name,
                    )
                )

    def _has_thresholds(self) -> bool:
        """Whether a customer has an own threshold under this policy, in any company."""
        self.ensure_one()
        self.env["res.partner"].flush_model(
            ["acceptance_limit", "acceptance_policy_id"]
        )
        self.env["res.company"].flush_model(["acceptance_policy_id"])
        found = self.env.execute_query(
            SQL(
                "SELECT 1 FROM res_partner p"
                " CROSS JOIN LATERAL jsonb_each_text(p.acceptance_limit) own"
                " JOIN res_company c ON c.id = own.key::int"
                " WHERE own.value::float > 0 AND %s = COALESCE("
                "(p.acceptance_policy_id ->> own.key)::int, c.acceptance_policy_id)"
                " LIMIT 1",
                self.id,
            )
        )
        return bool(found)

    # === BUSINESS METHODS ===#
    def _get_rule(self) -> Policy:
        """This policy as the pure rule looks at it, in its own currency. What is saved is
        kept in memory, as it changes rarely and decides on every order.
        """
        self.ensure_one()
        return self._get_saved_rule() if self.id else self._prepare_rule()

    @ormcache("self.id", "self.env.lang")
    def _get_saved_rule(self) -> Policy:
        return self._prepare_rule()

    def _get_currency(self):
        """The currency of this policy, kept in memory like :meth:`_get_rule`."""
        if not self.id:
            return self.currency_id
        return self.env["res.currency"].browse(self._get_saved_currency_id())

    @ormcache("self.id")
    def _get_saved_currency_id(self) -> int:
        return self.currency_id.id

    def _prepare_rule(self) -> Policy:
        average = self.max_average_days_late
        return Policy(
            name=self.name,
            currency=self.currency_id.name,
            always_ask=self.always_ask,
            order_limit=self._get_limit("order_limit"),
            exposure_limit=self._get_limit("exposure_limit"),
            reject_limit=self._get_limit("reject_limit"),
            overdue_days=self.overdue_days if self.check_overdue else None,
            overdue_amount=money(self.overdue_amount, self.currency_id),
            min_paid_invoices=self.min_paid_invoices,
            min_on_time_share=number(self.min_on_time_share, 4),
            max_average_days_late=number(average, 1) if average else None,
            ask_origins=frozenset(x for x in ORIGINS if self[f"ask_origin_{x}"]),
            ask_on_deviation=self.ask_on_deviation,
        )

    def _get_limit(self, name: str) -> Decimal | None:
        return money(self[name], self.currency_id) if self[name] else None


def check_manager(env, what: str) -> None:
    """Whether the user may set what decides on acceptance, also where the running code
    is superuser.

    :param what: what would be set, translated
    :raises AccessError: not in the group
    """
    if not env.user.has_group(MANAGER_GROUP):
        raise AccessError(
            env._(
                "Only administrators of order acceptance may change %s. Ask one of"
                " them, or your administrator for the group “Order Acceptance:"
                " Administrator”.",
                what,
            )
        )


def number(value: float, digits: int) -> Decimal:
    """``value`` rounded half away from zero, as the rules take it."""
    return Decimal(decimal_text(value, digits))


def money(amount: float, currency) -> Decimal:
    """``amount`` in whole units of the smallest coin of ``currency``."""
    return number(amount, currency.decimal_places)
