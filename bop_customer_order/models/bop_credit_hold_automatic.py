# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers who pay too late, or owe too much, are put on hold by their record."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..rules.acceptance import PaymentRecord, Reason
from ..rules.credit import exposure, hold_reasons
from . import acceptance_sql as sql
from .acceptance_text import ReasonText
from .bop_acceptance_policy import money

NOTHING_OWED = sql.Receivables(0, 0, 0)


class BopCreditHoldAutomatic(models.Model):
    _inherit = "bop.credit.hold"

    reasons = fields.Json(
        readonly=True, help="Codes with their values, of an automatic hold."
    )

    def _reason_text(self):
        """An automatic hold is explained in the language of its reader."""
        if not self.reasons:
            return super()._reason_text()
        return _text(self.env, self.reasons, self.company_id.currency_id)

    # === DAILY ===#
    @api.model
    def _cron_automatic(self, batch: int = 1000) -> None:
        """Place and release automatic holds in all companies that want them, in a
        constant number of queries for each batch of customers.
        """
        companies = self.env["res.company"].search(
            [
                ("auto_credit_hold", "=", True),
                ("bop_contracts", "=", True),
                ("parent_id", "=", False),
            ]
        )
        todo = {company: self._customers_to_judge(company) for company in companies}
        remaining = sum(map(len, todo.values()))
        for company, customers in todo.items():
            for part in split_every(batch, customers):
                self._judge(company, list(part))
                remaining -= len(part)
                if not self.env["ir.cron"]._commit_progress(
                    len(part), remaining=remaining
                ):
                    return

    @api.model
    def _customers_to_judge(self, company) -> list[int]:
        """Customers who owe something that may be too old or too much, who have
        something on order when that is limited, and who are on automatic hold.
        """
        policy = company._credit_hold_policy()
        self.env["account.move.line"].flush_model()
        self.env["sale.order"].flush_model(
            ["partner_invoice_id", "company_id", "state", "invoice_status"]
        )
        branches = self.env["res.company"].search([("id", "child_of", company.id)])
        oldest = fields.Date.today() - timedelta(days=policy.overdue_days or 0)
        limited = policy.exposure_limit is not None
        rows = self.env.execute_query(
            SQL(
                """SELECT l.partner_id FROM account_move_line l
                     JOIN account_account a ON a.id = l.account_id
                    WHERE a.account_type = 'asset_receivable'
                      AND l.parent_state = 'posted' AND l.reconciled IS NOT TRUE
                      AND l.company_id IN %(companies)s AND l.partner_id IS NOT NULL
                      AND l.amount_residual > 0
                      AND (%(limited)s OR l.date_maturity < %(oldest)s)
                   UNION SELECT p.commercial_partner_id FROM sale_order o
                     JOIN res_partner p ON p.id = o.partner_invoice_id
                    WHERE %(limited)s AND o.state = 'sale'
                      AND o.invoice_status IS DISTINCT FROM 'invoiced'
                      AND o.company_id IN %(companies)s
                   UNION SELECT h.commercial_partner_id FROM bop_credit_hold h
                    WHERE h.released_at IS NULL AND h.automatic
                      AND h.company_id = %(company)s
                   ORDER BY 1""",
                companies=tuple(branches.ids),
                company=company.id,
                limited=limited,
                oldest=oldest,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _judge(self, company, customer_ids: list[int]) -> None:
        """Put those of these customers on hold who are to be, and release those who are
        not any more.
        """
        found = self._reasons_of(company, customer_ids)
        held = self._customer_rows(company, customer_ids)
        automatic = held.filtered("automatic")
        at_peace = self._customers_at_peace(company, customer_ids)
        late = self.env["res.partner"].browse(
            partner_id for partner_id, reasons in found.items() if reasons
        )
        new = late - held.partner_id - at_peace
        self._place(
            [self._prepare_automatic_vals(company, row, found[row.id]) for row in new]
        )._log_placed()
        gone = automatic.filtered(lambda row: not found.get(row.partner_id.id))
        if company.credit_hold_auto_release and gone:
            gone._release(self.env._("The reason of the automatic hold is gone."))
            gone._log_released()

    @api.model
    def _customer_rows(self, company, customer_ids: list[int]):
        """Holds in force on these customers in ``company``."""
        domain = self._customers_domain(company)
        return self.sudo().search(
            [
                *domain,
                ("company_id", "=", company.id),
                ("partner_id", "in", customer_ids),
            ]
        )

    @api.model
    def _customers_at_peace(self, company, customer_ids: list[int]):
        """Customers whom a person released, and who are left alone for a while."""
        rows = self.sudo().search(
            [
                ("partner_id", "in", customer_ids),
                ("company_id", "=", company.id),
                ("no_automatic_until", ">", fields.Date.today()),
            ]
        )
        return rows.partner_id

    def _prepare_automatic_vals(self, company, partner, reasons) -> dict:
        stored = [
            {"code": reason.code, "values": dict(reason.values)} for reason in reasons
        ]
        return {
            "partner_id": partner.id,
            "company_id": company.id,
            "target_name": partner.display_name,
            "automatic": True,
            "reasons": stored,
            "reason": _text(self.env, stored, company.currency_id),
        }

    # === FACTS ===#
    @api.model
    def _reasons_of(
        self, company, customer_ids: list[int]
    ) -> dict[int, tuple[Reason, ...]]:
        """Why each of these customers is to be on hold; nothing when he is not. Amounts
        are in the currency of the company.
        """
        policy, currency = company._credit_hold_policy(), company.currency_id
        customers = {(company.id, partner_id) for partner_id in customer_ids}
        owed = sql.receivables(self.env, customers)
        on_order: dict[int, list] = {}
        if policy.exposure_limit is not None:
            for row in sql.on_order(self.env, customers, []):
                on_order.setdefault(row.partner_id, []).append(row)
        found = {}
        for key in customers:
            receivables = owed.get(key, NOTHING_OWED)
            record = PaymentRecord(
                overdue_amount=money(receivables.overdue_amount, currency),
                overdue_days=receivables.overdue_days,
            )
            total = self._exposure(company, receivables, on_order.get(key[1], ()))
            found[key[1]] = hold_reasons(record, total, policy)
        return found

    @api.model
    def _exposure(self, company, receivables, on_order) -> Decimal:
        """What a customer owes and has on order, in the currency of the company."""
        currencies = self.env["res.currency"]

        def total(name: str) -> Decimal:
            """This amount of all rows, each converted."""
            amounts = (
                currencies.browse(row.currency_id)._convert(
                    getattr(row, name), company.currency_id, company, round=False
                )
                for row in on_order
            )
            return money(sum(amounts), company.currency_id)

        return exposure(
            total("open_orders"),
            total("delivered_unbilled"),
            money(receivables.balance, company.currency_id),
        )


class HoldText(ReasonText):
    """The sentences of ``rules.credit``: no order is at hand."""

    def _above_exposure_limit(self, values):
        return self.env._(
            "%(exposure)s is owed and on order, which is above the limit of %(limit)s.",
            exposure=self._amount(values["exposure"]),
            limit=self._amount(values["limit"]),
        )


def _text(env, reasons: list[dict], currency) -> str:
    text = HoldText(env, currency)
    return " ".join(text.sentence(reason) for reason in reasons)
