# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The intake board: what is not on its way yet, why, since when, and what it is worth
(S2.7).
"""

from __future__ import annotations

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..rules.acceptance import INFORMATIVE
from .acceptance_text import ReasonText

WAITING, ON_HOLD, INCOMPLETE = "waiting", "on_hold", "incomplete"
INTAKE = [
    (WAITING, "Waiting"),
    (ON_HOLD, "On hold"),
    (INCOMPLETE, "Incomplete"),
]
#: What a reason is about, for people who work through the board one kind at a time.
REASON_KINDS = [
    ("hold", "Credit hold"),
    ("record", "Payment record"),
    ("exposure", "Credit limit"),
    ("amount", "Order limit"),
    ("missing", "Something is missing"),
    ("deviation", "Price or discount"),
    ("policy", "Always asked"),
]
#: The kind of each reason of ``rules.acceptance``; the gravest comes first above.
KIND_OF_REASON = {
    "on_hold": "hold",
    "overdue": "record",
    "few_paid_invoices": "record",
    "paid_late": "record",
    "average_days_late": "record",
    "above_exposure_limit": "exposure",
    "above_order_limit": "amount",
    "above_reject_limit": "amount",
    "price_below_list": "deviation",
    "discount_above_list": "deviation",
    "always_ask": "policy",
    "origin": "policy",
    "network_without_policy": "policy",
    "not_in_force": "missing",
}
#: Who hears that the board has changed. Only that is told, each reads with own rights.
LISTENERS = "sales_team.group_sale_salesman"
NOTIFICATION = "bop_intake"


class SaleOrderIntake(models.Model):
    _inherit = "sale.order"

    # === FIELDS ===#
    intake_status = fields.Selection(
        selection=INTAKE,
        string="Intake",
        compute="_compute_intake",
        search="_search_intake_status",
    )
    intake_subject = fields.Char(string="What", compute="_compute_intake")
    intake_reason = fields.Text(string="Why", compute="_compute_intake")
    intake_since = fields.Datetime(string="Since", compute="_compute_intake")
    intake_late = fields.Boolean(
        string="Late",
        compute="_compute_intake_late",
        search="_search_intake_late",
        help="Waits for longer than the company wants.",
    )
    acceptance_reason_kind = fields.Selection(
        selection=REASON_KINDS,
        string="Reason",
        compute="_compute_acceptance_reason_kind",
        store=True,
        groups="base.group_user",
        help="What the gravest reason is about.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("acceptance_reasons")
    def _compute_acceptance_reason_kind(self):
        kinds = [kind for kind, _label in REASON_KINDS]
        for order in self:
            found = {
                _reason_kind(reason["code"])
                for reason in order.acceptance_reasons or []
            }
            order.acceptance_reason_kind = next(
                (kind for kind in kinds if kind in found), False
            )

    @api.depends("acceptance_state", "acceptance_reasons", "business_status")
    @api.depends_context("lang", "uid")
    def _compute_intake(self):
        """Customers are told nothing of this."""
        insider = self.env.user._is_internal()
        for order in self if insider else self.browse():
            order.intake_status = order._intake_status()
            order.intake_subject = order._intake_subject()
            order.intake_reason = order._intake_reason()
            order.intake_since = order._intake_since()
        if not insider:
            self.intake_status = False
            self.intake_subject = self.intake_reason = False
            self.intake_since = False

    @api.depends("intake_since", "acceptance_state")
    def _compute_intake_late(self):
        now = fields.Datetime.now()
        for order in self:
            asked = order.acceptance_requested_at
            order.intake_late = (
                order.acceptance_state == "waiting"
                and bool(asked)
                and asked < now - order.company_id._intake_patience()
            )

    def _intake_status(self) -> str | bool:
        waiting = self.acceptance_state == "waiting"
        if self.credit_hold and (waiting or self.business_status == "active"):
            return ON_HOLD
        if waiting:
            return WAITING
        return INCOMPLETE if self.business_status == "incomplete" else False

    def _intake_subject(self) -> str:
        before = self.sudo().predecessor_id
        if self.is_offer and not before.is_contract:
            return self.env._("Counter-offer to %s", before.name)
        if self.is_offer:
            return self.env._("Change of %s", before.name)
        if self.is_contract:
            return self.env._("Order in force")
        return self.env._("New order")

    def _intake_reason(self) -> str:
        status = self.intake_status
        sentences = [self.negotiation_notice] if status else []
        if status == ON_HOLD:
            sentences.append(self.credit_hold_text)
        if self.acceptance_state == "waiting":
            text = ReasonText(self.env, self.acceptance_currency_id)
            told = {*INFORMATIVE, *(["on_hold"] if sentences else [])}
            sentences += [
                text.sentence(reason)
                for reason in self.acceptance_reasons or []
                if reason["code"] not in told
            ]
        if status == INCOMPLETE:
            text = ReasonText(self.env, self.currency_id)
            sentences += [
                text.sentence({"code": f"missing_{what}"})
                for what in self.sudo()._acceptance_missing()
            ]
        return "\n".join(filter(None, sentences))

    def _intake_since(self):
        status = self.intake_status
        if status == ON_HOLD:
            return self.credit_hold_id.sudo().placed_at
        if status == WAITING:
            return self.acceptance_requested_at
        return self.create_date if status else False

    # === SEARCH METHODS ===#
    def _search_intake_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._intake_check_insider()
        wanted = [self._intake_domain(status) for status in value if status]
        if False in value:
            others = Domain.OR(self._intake_domain(name) for name, _label in INTAKE)
            wanted.append(~others)
        return Domain.OR(wanted)

    def _intake_check_insider(self) -> None:
        """:raises AccessError: a customer asks what holds up his order"""
        if not self.env.user._is_internal():
            raise AccessError(self.env._("The intake board is for employees."))

    @api.model
    def _intake_domain(self, status: str) -> Domain:
        """Orders with this place on the board; see :meth:`_intake_status`."""
        waiting = Domain("acceptance_state", "=", "waiting")
        held = Domain("credit_hold", "=", True)
        return {
            WAITING: waiting & ~held,
            ON_HOLD: held & (waiting | Domain("business_status", "=", "active")),
            INCOMPLETE: Domain("business_status", "=", "incomplete") & ~waiting,
        }[status]

    def _search_intake_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        late = Domain("acceptance_state", "=", "waiting") & Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("acceptance_requested_at", "<", now - company._intake_patience())
            for company in self.env.companies
        )
        return late if True in value else ~late

    # === ACTION METHODS ===#
    def action_accept_selected(self):
        """Accept each of these orders for itself: those that cannot be accepted stay,
        and are named with the reason.

        :return: action that tells the result and shows the board anew
        :raises AccessError: the user is no approver
        """
        self._acceptance_check_decider("manual")
        accepted, refused = self.browse(), []
        for order in self:
            try:
                with self.env.cr.savepoint():
                    order._acceptance_accept()
                accepted |= order
            except UserError as error:
                self.env.invalidate_all()
                refused.append(str(error))
        lines = [self.env._("%s orders accepted.", len(accepted)), *refused]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if refused else "success",
                "message": "\n".join(lines if accepted else refused),
                "sticky": bool(refused),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === THE BOARD ===#
    @api.model
    def web_intake_totals(self) -> dict[str, object]:
        """What the banner of the board says, of what the user may see.

        :return: ``{"waiting", "on_hold", "incomplete", "late": {"count", "amount"},
            "oldest", "currency_id"}``; amounts in the currency of the current company
        :raises AccessError: the user is no employee
        """
        self._intake_check_insider()
        company = Domain("company_id", "in", self.env.companies.ids)
        parts = {name: self._intake_domain(name) for name, _label in INTAKE}
        parts["late"] = Domain("intake_late", "=", True)
        totals = {
            name: self._intake_total(company & domain) for name, domain in parts.items()
        }
        [(oldest,)] = self._read_group(
            company & parts[WAITING], aggregates=["acceptance_requested_at:min"]
        )
        return {
            **totals,
            "oldest": fields.Datetime.to_string(oldest) or False,
            "currency_id": self.env.company.currency_id.id,
        }

    @api.model
    def _intake_total(self, domain: Domain) -> dict[str, object]:
        [(count, amount)] = self._read_group(
            domain, aggregates=["__count", "amount_total:sum_currency"]
        )
        return {"count": count, "amount": amount or 0.0}

    # === LIVE ===#
    def write(self, vals):
        """Tell the boards on screen when something begins or ends to wait."""
        moved = self.browse()
        if "acceptance_state" in vals:
            now = vals["acceptance_state"] == "waiting"
            moved = self.filtered(
                lambda order: (order.acceptance_state == "waiting") != now
            )
        result = super().write(vals)
        moved.company_id._intake_notify()
        return result

    # === WHAT IS GUARDED ===#
    @api.model
    def _contract_system_fields(self):
        return [*super()._contract_system_fields(), "acceptance_reason_kind"]


class ResCompanyIntake(models.Model):
    _inherit = "res.company"

    def _intake_patience(self) -> timedelta:
        """How long an order may wait before it is late."""
        self.ensure_one()
        return timedelta(days=self.sudo().acceptance_escalation_days)

    def _intake_notify(self) -> None:
        """Tell the people of these companies, once in a transaction and when it is
        through, that their board has changed.
        """
        told = self.env.cr.precommit.data.setdefault(NOTIFICATION, set())
        for company in self:
            if company.id not in told:
                told.add(company.id)
                group = self.env.ref(LISTENERS).sudo()
                group._bus_send(NOTIFICATION, {"company_id": company.id})


class BopCreditHoldIntake(models.Model):
    _inherit = "bop.credit.hold"

    @api.model_create_multi
    def create(self, vals_list):
        """Tell the board of the company that customers or orders are held."""
        rows = super().create(vals_list)
        rows.company_id._intake_notify()
        return rows

    def write(self, vals):
        """Tell the board of the company when holds are released."""
        result = super().write(vals)
        if "released_at" in vals:
            self.company_id._intake_notify()
        return result


def _reason_kind(code: str) -> str | None:
    return "missing" if code.startswith("missing_") else KIND_OF_REASON.get(code)
