# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A vendor's invoice becomes a vendor bill that is matched to what was ordered (S0.30)."""

from __future__ import annotations

from decimal import Decimal

from odoo import Command, models
from odoo.exceptions import UserError

from odoo.addons.bop_contract.models.capability import SYSTEM, hold, in_own_context
from odoo.addons.bop_contract.rules.terms import decimal_text
from odoo.addons.bop_contract.ubl.billing import Invoice, InvoiceLine
from odoo.addons.bop_contract.ubl.order_line import unit_code
from odoo.addons.bop_network.exceptions import MessageRefused

from ..rules.bill_check import PRICE_DIGITS, BilledLine, Position

RATE_DIGITS = 4


class BopContractPair(models.Model):
    _inherit = "bop.contract.pair"

    # === BUSINESS METHODS ===#
    def _settle_bills(self) -> None:
        """Look again at the bills of these contracts that nobody has posted yet."""
        bills = self.env["account.move"].sudo()
        if self:
            bills = bills.search(
                [("bop_pair_id", "in", self.ids), ("state", "=", "draft")]
            )
        for bill in bills:
            in_own_context(bill)._bop_settle()

    def _positions(self, uids) -> dict:
        """The purchase order lines in force of these positions, by uid: of this contract
        and of the others with the same network partner, since one bill may cover several.
        """
        self.ensure_one()
        lines = self.env["purchase.order.line"].sudo()
        found = lines.search(
            [
                ("position_uid", "in", [uid for uid in uids if uid]),
                ("order_id.pair_id.peer_id", "=", self.peer_id.id),
                ("order_id.state", "=", "purchase"),
                ("display_type", "=", False),
            ]
        )
        return {line.position_uid: line for line in found}


class PurchaseOrderBills(models.Model):
    _inherit = "purchase.order"

    # === BUSINESS METHODS ===#
    def _contract_receive_invoice(self, invoice: Invoice, message) -> None:
        """Make the vendor bill that an invoice, or a credit note, of the vendor states.

        It is posted when it equals what was ordered and received; else it is a draft
        that shows the differences.

        :param message: that brought it
        :raises MessageRefused: the vendor may not bill here, or the number is known
        """
        self.ensure_one()
        order = in_own_context(self.sudo()).with_company(self.company_id)
        order._check_may_bill(invoice)
        lines = order.pair_id._positions(line.uid for line in invoice.lines)
        moves = self.env["account.move"].sudo().with_company(order.company_id)
        with hold(self.env, SYSTEM):
            bill = moves.create(order._prepare_network_bill(invoice, message, lines))
        bill._bop_attach(message)
        bill._bop_settle()

    def _check_may_bill(self, invoice: Invoice) -> None:
        """:raises MessageRefused: the vendor may not bill, or this number is known"""
        vendor = self.partner_id.commercial_partner_id
        if not self.pair_id.peer_id.may_bill:
            raise MessageRefused(
                self.env._(
                    "%(company)s takes no bills from %(vendor)s over the network.",
                    company=self.company_id.name,
                    vendor=vendor.name,
                )
            )
        known = (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("commercial_partner_id", "=", vendor.id),
                    ("move_type", "=", _move_type(invoice)),
                    ("ref", "=", invoice.envelope.id),
                    ("state", "!=", "cancel"),
                ],
                limit=1,
            )
        )
        if known:
            raise MessageRefused(
                self.env._(
                    "%(number)s of %(vendor)s is here already: %(bill)s.",
                    number=invoice.envelope.id,
                    vendor=vendor.name,
                    bill=known.display_name,
                )
            )

    # === THE BILL ===#
    def _prepare_network_bill(self, invoice: Invoice, message, lines: dict) -> dict:
        """Values of the vendor bill.

        :param lines: the purchase order lines that it bills, by position
        """
        move_type = _move_type(invoice)
        values = self.with_context(default_move_type=move_type)._prepare_invoice()
        orders = self.union(*(line.order_id for line in lines.values())).sorted("id")
        own = self.with_context(lang=self.partner_id.lang)
        return {
            **values,
            "move_type": move_type,
            "currency_id": self._network_currency(invoice).id,
            "ref": invoice.envelope.id,
            "invoice_date": invoice.envelope.issue_date,
            **self._prepare_due_date(invoice),
            "payment_reference": invoice.payment_id or invoice.envelope.id,
            "partner_bank_id": self._network_bank(invoice).id,
            "narration": invoice.note or False,
            "invoice_origin": ", ".join(orders.mapped("name")),
            "bop_pair_id": self.pair_id.id,
            "bop_message_id": message.id,
            "invoice_line_ids": [
                Command.create(own._prepare_network_line(line, lines.get(line.uid)))
                for line in invoice.lines
            ],
        }

    def _prepare_due_date(self, invoice: Invoice) -> dict:
        """The agreed payment term decides when a bill falls due; without one, the
        vendor does.
        """
        if self.payment_term_id or not invoice.due_date:
            return {}
        return {"invoice_date_due": invoice.due_date}

    def _network_currency(self, invoice: Invoice):
        """The currency of an invoice.

        :raises UserError: it is not in use here; once it is, the bill arrives
        """
        currency = self.env["res.currency"].search([("name", "=", invoice.currency)])
        if not currency:
            raise UserError(
                self.env._(
                    "%(number)s of %(vendor)s is in %(currency)s, which is not in use"
                    " here. Activate the currency and process the message again.",
                    number=invoice.envelope.id,
                    vendor=self.partner_id.name,
                    currency=invoice.currency,
                )
            )
        return currency

    def _network_bank(self, invoice: Invoice):
        """The account to pay to, if we know it as the vendor's: an account is not
        trusted because a bill states it.
        """
        banks = self.partner_id.commercial_partner_id.bank_ids.filtered(
            lambda bank: bank.company_id in (bank.company_id.browse(), self.company_id)
        )
        stated = "".join(invoice.account.split()).upper()
        return banks.filtered(lambda bank: bank.sanitized_acc_number == stated)[:1]

    def _prepare_network_line(self, line: InvoiceLine, position) -> dict:
        """Values of a bill line: those of the position, in the figures of the bill.

        :param position: the purchase order line, or nothing when it is unknown
        """
        if not position:
            return {
                "name": "\n".join(filter(None, (line.name, line.description))),
                "quantity": float(line.quantity),
                "price_unit": float(line.price),
                "tax_ids": [Command.set(self._taxes_of_rate(line.rate).ids)],
            }
        values = position._prepare_account_move_line()
        values.pop("balance", None)
        taxes = position.tax_ids
        if _rate(taxes) != line.rate:
            taxes = self._taxes_of_rate(line.rate)
        sign = -1 if position.price_unit < 0 else 1
        return {
            **values,
            "quantity": sign * float(line.quantity),
            "tax_ids": [Command.set(taxes.ids)],
            **position._prepare_network_price(line, sign),
        }

    def _taxes_of_rate(self, rate: str):
        """Our purchase tax of a rate, first of all one of this order; nothing for no tax,
        or when there is none.
        """
        if not Decimal(rate):
            return self.env["account.tax"]
        own = self.order_line.tax_ids.filtered(lambda tax: _rate(tax) == rate)
        if own:
            return own[:1]
        taxes = self.env["account.tax"].search(
            [
                *self.env["account.tax"]._check_company_domain(self.company_id),
                ("type_tax_use", "=", "purchase"),
                ("amount_type", "=", "percent"),
                ("amount", "=", float(rate)),
            ]
        )
        return taxes.filtered(lambda tax: not tax.price_include and _rate(tax) == rate)[
            :1
        ]


class PurchaseOrderLineBills(models.Model):
    _inherit = "purchase.order.line"

    # === BUSINESS METHODS ===#
    def _prepare_network_price(self, line: InvoiceLine, sign: int) -> dict:
        """The price of a bill line: as agreed when the bill states the agreed one."""
        billed = sign * Decimal(line.price)
        if decimal_text(billed, PRICE_DIGITS) == self._agreed_price():
            return {"price_unit": self.price_unit, "discount": self.discount}
        included = any(self.tax_ids.mapped("price_include"))
        rate = Decimal(line.rate) / 100 if included else Decimal(0)
        return {"price_unit": float(billed * (1 + rate)), "discount": 0.0}

    def _agreed_price(self) -> str:
        """The agreed price per unit, net of discount and tax."""
        price = self.price_unit_discounted
        if any(self.tax_ids.mapped("price_include")):
            price = self.tax_ids.with_context(
                round=False, round_base=False
            ).compute_all(price, currency=self.currency_id)["total_excluded"]
        return decimal_text(price, PRICE_DIGITS)

    def _prepare_position(self, unit: str, billed: float) -> Position:
        """This position as the rule that checks bills sees it.

        :param unit: as documents call it
        :param billed: by other bills than the one that is checked
        """
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        return Position(
            uid=self.position_uid,
            label=self.product_id.display_name or self.name,
            unit=unit_code(unit),
            price=self._agreed_price(),
            rate=_rate(self.tax_ids),
            ordered=decimal_text(self.product_qty, digits),
            received=decimal_text(self.qty_received, digits),
            billed=decimal_text(billed, digits),
            on_receipt=self.product_id.purchase_method == "receive",
        )


def _move_type(invoice: Invoice) -> str:
    return "in_refund" if invoice.credit else "in_invoice"


def _rate(taxes) -> str:
    """The tax in percent that the vendor charges; empty when it is not one percentage.

    Of a tax that we owe ourselves (reverse charge) he charges nothing.
    """
    found = taxes.flatten_taxes_hierarchy()
    if not found:
        return "0"
    if len(found) > 1 or found.amount_type != "percent":
        return ""
    factor = sum(
        line.factor
        for line in found.invoice_repartition_line_ids
        if line.repartition_type == "tax"
    )
    return decimal_text(found.amount * factor, RATE_DIGITS)


def billed_line(line: InvoiceLine) -> BilledLine:
    """A line of a document as the rule that checks bills sees it."""
    return BilledLine(
        line.uid,
        line.name,
        line.quantity,
        line.unit,
        line.price,
        line.amount,
        line.rate,
    )
