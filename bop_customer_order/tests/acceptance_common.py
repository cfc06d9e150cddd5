# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import new_test_user

from .common import ContractCase


class AcceptanceCase(ContractCase):
    """A customer with a payment record, policies that look at it, and the one who may
    set them.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.currency = cls.company.currency_id
        cls.partner.write({"street": "Hafenstrasse 1", "is_company": True})
        cls.contact = cls.env["res.partner"].create(
            {"name": "Jana Buyer", "parent_id": cls.partner.id, "type": "contact"}
        )
        cls.policy = cls._make_policy("Careful", order_limit=1000.0)
        cls.admin = new_test_user(
            cls.env,
            login="bop_acceptance_admin",
            groups="bop_customer_order.group_acceptance_manager",
            company_id=cls.company.id,
        )

    @classmethod
    def _make_policy(cls, name, **values):
        return cls.env["bop.acceptance.policy"].create(
            {"name": name, "currency_id": cls.currency.id, **values}
        )

    @classmethod
    def _make_currency(cls, name, rate):
        """A currency of which ``rate`` units are one of the company's."""
        currency = cls.env["res.currency"].create(
            {"name": name, "symbol": name, "rounding": 0.01}
        )
        cls.env["res.currency.rate"].create(
            {
                "name": "2020-01-01",
                "currency_id": currency.id,
                "rate": rate,
                "company_id": cls.company.id,
            }
        )
        return currency

    @classmethod
    def _bill(cls, amount, due=0, paid=None, partner=None, refund=False, **values):
        """A posted invoice, due so many days ago and, unless ``paid`` is ``None``, paid
        so many days after it was due.
        """
        due_date = cls.today - timedelta(days=due)
        move = cls.env["account.move"].create(
            {
                "move_type": "out_refund" if refund else "out_invoice",
                "partner_id": (partner or cls.partner).id,
                "invoice_date": min(due_date, cls.today),
                "invoice_date_due": due_date,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Sold",
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": [],
                        }
                    )
                ],
                **values,
            }
        )
        move.action_post()
        if paid is not None:
            cls._pay(move, on=due_date + timedelta(days=paid))
        return move

    @classmethod
    def _pay(cls, move, amount=None, on=None):
        """Money came for ``move``: all that is open, or ``amount`` of it."""
        line = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        amount = amount or move.amount_residual
        bank = cls.env["account.account"].search(
            [
                ("account_type", "=", "asset_cash"),
                ("company_ids", "=", move.company_id.id),
            ],
            limit=1,
        )
        values = {"partner_id": move.commercial_partner_id.id, "name": "Paid"}
        payment = cls.env["account.move"].create(
            {
                "date": on or cls.today,
                "company_id": move.company_id.id,
                "line_ids": [
                    Command.create({**values, "account_id": bank.id, "debit": amount}),
                    Command.create(
                        {**values, "account_id": line.account_id.id, "credit": amount}
                    ),
                ],
            }
        )
        payment.action_post()
        (line | payment.line_ids.filtered("credit")).reconcile()
        return payment

    def _quote(self, amount=100.0, **values):
        """A quotation over ``amount`` with no tax."""
        order = self._make_order((self.desk, 1, amount), confirm=False, **values)
        order.order_line.tax_ids = False
        return order

    def _facts(self, order):
        order.invalidate_recordset()
        return order._acceptance_facts()[order.id]

    def _judge(self, order):
        """(outcome, codes of the reasons) of an order."""
        decision = order._acceptance_decide()[order.id]
        return decision.outcome, {reason.code for reason in decision.reasons}
