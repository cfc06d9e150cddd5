# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The facts an order is decided upon, gathered for many orders at once: the same for
every user, in a number of queries that depends neither on the orders nor on the history
of their customers.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models

from ..rules import credit
from ..rules.acceptance import (
    ACCEPT,
    ZERO,
    Decision,
    Facts,
    PaymentRecord,
    Policy,
    decide,
)
from . import acceptance_sql as sql
from .bop_acceptance_policy import money, number


class Rulebook(NamedTuple):
    """What decides on each of some orders, by order id: the policy that somebody chose,
    and what it says to the pure rule with the customer's own threshold.
    """

    policies: dict[int, models.BaseModel]
    rules: dict[int, Policy | None]


class Account(NamedTuple):
    """What is known of a customer: its record, what is overdue in the currency of the
    company, and its exposure.
    """

    payments: sql.Payments
    receivables: sql.Receivables
    on_order: list[sql.OnOrder]


NO_PAYMENTS = sql.Payments(0, 0, 0, 0, 0)
NO_RECEIVABLES = sql.Receivables(0, 0, 0)


class SaleOrderAcceptanceFacts(models.Model):
    _inherit = "sale.order"

    # Decisions look for what is on order and not billed, however many orders a payer has
    # had.
    _open_of_payer = models.Index(
        "(partner_invoice_id, company_id) WHERE state = 'sale'"
        " AND invoice_status IS DISTINCT FROM 'invoiced'"
    )

    # === DECISION ===#
    def _acceptance_decide(
        self,
        facts: dict[int, Facts] | None = None,
        rulebook: Rulebook | None = None,
    ) -> dict[int, Decision]:
        """Decide on these orders; see :meth:`_acceptance_judge`.

        :return: by order id
        """
        judged = self._acceptance_judge(facts, rulebook)
        return {key: decision for key, (decision, _facts) in judged.items()}

    def _acceptance_judge(
        self,
        facts: dict[int, Facts] | None = None,
        rulebook: Rulebook | None = None,
        by_people: bool = False,
    ) -> dict[int, tuple[Decision, Facts]]:
        """Decide on these orders, one after the other: what is accepted counts in the
        exposure for the next order of its customer.

        Nothing is locked or written: see :meth:`_acceptance_lock_exposure`.

        :param facts: see :meth:`_acceptance_facts`; gathered by default
        :param rulebook: see :meth:`_acceptance_rulebook`; that of today by default
        :param by_people: all of them are accepted, whatever the rule says
        :return: decision, and the facts it was made on, by order id
        """
        orders = self._acceptance_records()
        rulebook = rulebook or orders._acceptance_rulebook()
        facts = facts or orders._acceptance_facts(rulebook)
        accepted: dict[tuple, Decimal] = defaultdict(Decimal)
        found = {}
        for order in orders:
            rule, known = rulebook.rules[order.id], facts[order.id]
            key = (*order._acceptance_customer(), rule and rule.currency)
            known = replace(known, exposure=known.exposure + accepted[key])
            decision = decide(known, rule)
            found[order.id] = decision, known
            if order.state != "sale" and (by_people or decision.outcome == ACCEPT):
                accepted[key] += known.added
        return found

    @api.model
    def _acceptance_lock_exposure(
        self, orders, rulebook: Rulebook | None = None
    ) -> None:
        """Keep other transactions from accepting orders of the same customers at the
        same moment, where their exposure is limited. Call it before accepting.
        """
        orders = orders._acceptance_records()
        rules = (rulebook or orders._acceptance_rulebook()).rules
        limited = orders.filtered(
            lambda order: rules[order.id] and rules[order.id].exposure_limit is not None
        )
        self.env["bop.credit.account"]._touch(
            {order._acceptance_customer() for order in limited}
        )

    def _acceptance_rulebook(self) -> Rulebook:
        """What decides on these orders today."""
        policies = self._acceptance_policies()
        return Rulebook(policies, self._acceptance_rules(policies))

    def _acceptance_policies(self) -> dict[int, models.BaseModel]:
        """The policy that applies to each of these orders, by order id: that of the
        commercial partner, else the default of the company, else none.
        """
        found = {}
        for company, orders in self._acceptance_records().grouped("company_id").items():
            own = orders.with_company(company)
            # Two columns, where a look at either would fetch all that a partner has.
            own.partner_id.commercial_partner_id.fetch(
                ["acceptance_policy_id", "acceptance_limit"]
            )
            for order in own:
                found[order.id] = order.partner_id._get_acceptance_policy()
        return found

    def _acceptance_rules(
        self, policies: dict[int, models.BaseModel], threshold: float | None = None
    ) -> dict[int, Policy | None]:
        """What the policies say to the pure rule, with the customers' own thresholds;
        ``None`` where nothing is set.

        :param threshold: in place of the customers' own
        """
        rules = {
            policy: policy._get_rule() for policy in set(policies.values()) if policy
        }
        found = {}
        for order in self._acceptance_records():
            customer = order.with_company(order.company_id).partner_id
            own = customer.commercial_partner_id.acceptance_limit
            limit = own if threshold is None else threshold
            found[order.id] = rules.get(policies[order.id])
            if limit:
                currency = order._acceptance_currency(policies[order.id])
                rule = found[order.id] or Policy("", currency.name)
                found[order.id] = rule.with_order_limit(money(limit, currency))
        return found

    def _acceptance_currency(self, policy):
        """The currency in which is decided: that of the policy, without one that of the
        company.
        """
        self.ensure_one()
        return policy._get_currency() or self.company_id.currency_id

    def _acceptance_records(self):
        """These orders as nobody in particular sees them: every user gets the same
        figures and names.
        """
        return self.sudo().with_context(lang="en_US")

    # === FACTS ===#
    def _acceptance_facts(self, rulebook: Rulebook | None = None) -> dict[int, Facts]:
        """The facts of each of these orders, by order id, in the currency in which is
        decided. Where nothing is set that looks at a customer, nothing is looked up.

        :param rulebook: see :meth:`_acceptance_rulebook`; that of today by default
        """
        orders = self._acceptance_records()
        policies, rules = rulebook or orders._acceptance_rulebook()
        judged = orders.filtered(
            lambda order: rules[order.id] or order.order_origin == "network"
        )
        accounts = judged._acceptance_accounts()
        compared = judged.filtered(
            lambda order: rules[order.id] and rules[order.id].ask_on_deviation
        )
        deviations = compared._acceptance_deviations()
        holds = orders._credit_hold_map()
        found = {}
        for order in orders:
            currency = order._acceptance_currency(policies[order.id])
            facts = order._acceptance_own_facts(currency)
            if order in judged:
                account = accounts[order._acceptance_customer()]
                facts = replace(
                    facts,
                    missing=order._acceptance_missing(),
                    deviations=deviations.get(order.id, ()),
                    record=order._acceptance_record(account, currency),
                    exposure=order._acceptance_exposure(account, currency),
                )
            found[order.id] = replace(facts, on_hold=order.id in holds)
        return found

    def _acceptance_own_facts(self, currency) -> Facts:
        """What the order itself says."""
        self.ensure_one()
        amount = self._acceptance_convert(self.amount_total, self.currency_id, currency)
        # A counter-offer to an order that nobody has accepted changes none.
        before = self.predecessor_id if self.is_offer else self.browse()
        before = before.filtered("is_contract")
        agreed = self._acceptance_convert(
            before.amount_total, before.currency_id or self.currency_id, currency
        )
        return Facts(
            origin=self.order_origin or "manual",
            amount=amount,
            is_change=bool(before),
            delta=amount - agreed if before else ZERO,
            agreed=self._acceptance_is_agreed(),
        )

    def _acceptance_is_agreed(self) -> bool:
        """Whether this is the offer of a change to which we have said yes before, so
        that the other side's consent makes the contract.
        """
        self.ensure_one()
        return self.is_offer and self.acceptance_state == "accepted"

    # === THE CUSTOMER ===#
    def _acceptance_customer(self) -> sql.Customer:
        """Whose credit the order takes up: the company with its branches, and the
        commercial partner who pays. What he owes is written to his account, so what is
        on order counts there as well, whoever ordered it.
        """
        self.ensure_one()
        root = int(self.company_id.parent_path.split("/", 1)[0])
        payer = self.partner_invoice_id or self.partner_id
        return (root, payer.commercial_partner_id.id)

    def _acceptance_accounts(self) -> dict[sql.Customer, Account]:
        """What is known of the customers of these orders."""
        customers = {order._acceptance_customer() for order in self}
        payments = sql.payments(self.env, customers)
        receivables = sql.receivables(self.env, customers)
        on_order = defaultdict(list)
        for row in sql.on_order(self.env, customers, self.ids):
            on_order[row.company_id, row.partner_id].append(row)
        return {
            customer: Account(
                payments.get(customer, NO_PAYMENTS),
                receivables.get(customer, NO_RECEIVABLES),
                on_order[customer],
            )
            for customer in customers
        }

    def _acceptance_record(self, account: Account, currency) -> PaymentRecord:
        self.ensure_one()
        paid, owed = account.payments, account.receivables
        return PaymentRecord(
            paid_invoices=paid.paid_invoices,
            on_time_share=number(paid.on_time_share, 4) if paid.instalments else None,
            average_days_late=number(paid.average_days_late, 1)
            if paid.instalments
            else None,
            worst_days_late=paid.worst_days_late,
            overdue_amount=self._acceptance_convert(
                owed.overdue_amount, self.company_id.currency_id, currency
            ),
            overdue_days=owed.overdue_days if owed.overdue_amount > 0 else 0,
        )

    def _acceptance_exposure(self, account: Account, currency) -> Decimal:
        """What the customer owes and has on order, without this order."""
        self.ensure_one()
        rows = [row for row in account.on_order if row.order_id != self.id]

        def total(name):
            """This amount of all rows, each converted."""
            return sum(
                (
                    self._acceptance_convert(
                        getattr(row, name),
                        self.env["res.currency"].browse(row.currency_id),
                        currency,
                    )
                    for row in rows
                ),
                ZERO,
            )

        balance = self._acceptance_convert(
            account.receivables.balance, self.company_id.currency_id, currency
        )
        return credit.exposure(
            total("open_orders"), total("delivered_unbilled"), balance
        )

    def _acceptance_convert(self, amount, currency, target) -> Decimal:
        """``amount`` in ``target`` at today's rate of the company of the order."""
        self.ensure_one()
        if currency and currency != target:
            amount = currency._convert(
                float(amount), target, self.company_id, fields.Date.today(), round=False
            )
        return money(float(amount), target)
