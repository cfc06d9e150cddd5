# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Each bill is sent to the customer's database (S0.30), as BIS Billing 3."""

from __future__ import annotations

from dataclasses import replace

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from odoo.addons.bop_contract.models.capability import SYSTEM, holds
from odoo.addons.bop_contract.rules.terms import decimal_text
from odoo.addons.bop_contract.ubl.billing import (
    RATED,
    Contact,
    Invoice,
    InvoiceLine,
    render_invoice,
)
from odoo.addons.bop_contract.ubl.fulfilment import bill_line, booked_taxes

PRICE_DIGITS = 10
RATE_DIGITS = 4


class AccountMoveNetwork(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "bop.sent.document"]

    # === CRUD METHODS ===#
    def write(self, vals):
        """Keep what the customer's database has: an invoice that was sent is corrected
        by a credit note.

        :raises UserError: an invoice that was sent is reset or cancelled
        """
        if vals.get("state") in ("draft", "cancel") and not holds(SYSTEM):
            for move in self.filtered("bop_sent_at")[:1]:
                raise UserError(
                    self.env._(
                        "%(invoice)s was sent to the database of %(customer)s and stays"
                        " as it is. Make a credit note instead.",
                        invoice=move.name,
                        customer=move.partner_id.display_name,
                    )
                )
        return super().write(vals)

    # === BUSINESS METHODS ===#
    def _post(self, soft=True):
        """Tell of what was billed or credited."""
        posted = super()._post(soft)
        bills = posted.sudo().filtered(
            lambda move: move.is_sale_document() and move.company_id.bop_contracts
        )
        bills._bop_send_once()
        return posted

    def _bop_orders(self):
        """The contracts that this invoice bills."""
        # Who reads these as a user leaves only those he may see in the cache of all.
        self.invoice_line_ids.invalidate_recordset(["sale_line_ids"])
        return self.invoice_line_ids.sale_line_ids.order_id

    def _bop_pairs(self):
        """One bill is sent once: within the oldest of the contracts it bills."""
        if not self.is_sale_document() or self.state != "posted":
            return self._bop_orders().pair_id.browse()
        return self._bop_orders().pair_id.sorted("id")[:1]

    def _bop_documents(self):
        pair = self._bop_pairs()
        invoice = self._prepare_bop_invoice(pair)
        self._check_bop_invoice(invoice, pair)
        yield pair, invoice.kind, render_invoice(invoice)

    def _prepare_bop_invoice(self, pair) -> Invoice:
        """What this invoice says to the customer of a contract.

        :raises UserError: a party or a tax cannot be stated in a document
        """
        self.ensure_one()
        lines = self._prepare_bop_lines()
        taxes = booked_taxes(lines, self._prepare_tax_amounts(), self._tax_reasons())
        return Invoice(
            envelope=replace(
                pair._envelope(self.name),
                issue_date=fields.Date.to_string(self.invoice_date),
                issue_time="",
            ),
            currency=self.currency_id.name,
            lines=lines,
            taxes=taxes,
            credit=self.move_type == "out_refund",
            rounding=self._prepare_rounding(lines, taxes),
            **self._prepare_bop_references(pair),
            **self._prepare_bop_payment(),
            **self._prepare_bop_parties(pair),
            **self._prepare_bop_delivery(),
        )

    # === HEADER ===#
    def _prepare_bop_references(self, pair) -> dict[str, str]:
        orders = self._bop_orders().filtered("pair_id")
        own = orders.filtered(lambda order: order.pair_id == pair)
        others = (orders.pair_id - pair).mapped("number")
        note = html2plaintext(self.narration or "").strip()
        if others:
            also = self.env._("Bills these orders as well: %s", ", ".join(others))
            note = f"{note}\n{also}".strip()
        return {
            "order": pair.number,
            "sales_order": own[:1].name or "",
            "buyer_reference": own[:1].client_order_ref or pair.number,
            "preceding": self.reversed_entry_id.name or "",
            "note": note,
        }

    def _prepare_bop_payment(self) -> dict[str, str]:
        due = "" if self.move_type == "out_refund" else self.invoice_date_due
        return {
            "due_date": fields.Date.to_string(due) if due else "",
            "payment_terms": self.invoice_payment_term_id.name or "",
            "account": self.partner_bank_id.sanitized_acc_number or "",
            "payment_id": self.payment_reference or self.name,
        }

    def _prepare_bop_parties(self, pair) -> dict[str, object]:
        company = self.company_id.partner_id
        customer = pair.partner_id.commercial_partner_id
        person = self.invoice_user_id.partner_id
        return {
            "supplier_vat": company._bop_tax_number(),
            "supplier_registry": company.company_registry or "",
            "customer_vat": customer._bop_tax_number(),
            "customer_registry": customer.company_registry or "",
            "contact": Contact(
                name=person.name or company.name,
                phone=person.phone or company.phone or "",
                email=person.email or company.email or "",
            ),
        }

    def _prepare_bop_delivery(self) -> dict[str, object]:
        place, day = self.partner_shipping_id, self.delivery_date
        return {
            "delivered": fields.Date.to_string(day) if day else "",
            "ship_to": place._prepare_bop_address() if place.country_id else None,
        }

    # === LINES AND TAXES ===#
    def _prepare_bop_lines(self) -> tuple[InvoiceLine, ...]:
        billed = self.invoice_line_ids.filtered(
            lambda line: (
                line.display_type == "product"
                and (line.quantity or line.amount_currency)
            )
        ).with_context(lang=self.partner_id.lang)
        units = billed.product_uom_id._bop_unit_codes()
        categories = self._tax_categories()
        return tuple(
            line._prepare_bop_line(
                str(place), units.get(line.product_uom_id.id, ""), categories
            )
            for place, line in enumerate(billed, 1)
        )

    def _tax_categories(self) -> dict[int, tuple[str, str]]:
        """Category and rate of each tax of this invoice, by its id, and of none."""
        taxes = self.line_ids.tax_ids.flatten_taxes_hierarchy()
        supplier, customer = self.company_id.partner_id, self.commercial_partner_id
        common = self.env["account.edi.common"]
        found = {
            tax.id: common._get_tax_category_code(customer, supplier, tax)
            for tax in [*taxes, taxes.browse()]
        }
        rates = {tax.id: decimal_text(tax.amount, RATE_DIGITS) for tax in taxes}
        return {key: (code, rates.get(key, "0")) for key, code in found.items()}

    def _tax_reasons(self) -> dict[str, str]:
        """Why there is no tax, by category."""
        taxes = self.line_ids.tax_ids.flatten_taxes_hierarchy()
        supplier, customer = self.company_id.partner_id, self.commercial_partner_id
        common = self.env["account.edi.common"]
        categories = self._tax_categories()
        return {
            categories[tax.id][0]: common._get_tax_exemption_reason(
                customer, supplier, tax
            )["tax_exemption_reason"]
            or tax.name
            for tax in [*taxes, taxes.browse()]
            if categories[tax.id][0] not in RATED
        }

    def _prepare_tax_amounts(self) -> dict[tuple[str, str], str]:
        """The booked taxes, by category and rate."""
        categories, amounts = self._tax_categories(), {}
        for line in self.line_ids.filtered(lambda line: line.display_type == "tax"):
            key = categories[line.tax_line_id.id]
            amounts[key] = amounts.get(key, 0.0) + line._bop_amount()
        return {key: self._bop_money(amount) for key, amount in amounts.items()}

    def _prepare_rounding(self, lines, taxes) -> str:
        """What is rounded to be paid in cash."""
        stated = sum(float(part.amount) for part in (*lines, *taxes))
        return self._bop_money(self.amount_total - stated)

    def _bop_money(self, amount: float) -> str:
        return decimal_text(amount, self.currency_id.decimal_places)

    # === CHECKS ===#
    def _check_bop_invoice(self, invoice: Invoice, pair) -> None:
        """Refuse a document that Peppol would refuse.

        :raises UserError: what is missing, and where to fill it in
        """
        peers = self._bop_orders().pair_id.peer_id
        if len(peers) > 1:
            raise UserError(
                self.env._(
                    "%(invoice)s bills orders of several network partners"
                    " (%(partners)s): bill each of them by itself.",
                    invoice=self.name,
                    partners=", ".join(peers.mapped("display_name")),
                )
            )
        missing = [self._bop_missing_text(name, pair) for name in invoice.missing()]
        if missing:
            raise UserError(
                self.env._(
                    "%(invoice)s cannot be sent to the network partner, because"
                    " something is missing: %(missing)s.",
                    invoice=self.name,
                    missing="; ".join(missing),
                )
            )

    def _bop_missing_text(self, name: str, pair) -> str:
        supplier = self.company_id.partner_id.display_name
        customer = pair.partner_id.display_name
        texts = {
            "currency": self.env._("the ISO code of the currency"),
            "supplier_vat": self.env._("the Tax ID of %s", supplier),
            "customer_vat": self.env._("the Tax ID of %s", customer),
            "delivered": self.env._("the delivery date of the invoice"),
            "ship_to": self.env._("the delivery address with its country"),
            "reason": self.env._("why there is no tax (exemption reason of the tax)"),
            "account": self.env._("the bank account to pay to"),
            "contact": self.env._(
                "name, phone and email of the salesperson or of %s", supplier
            ),
            "city": self.env._("city and ZIP of seller, buyer and place of delivery"),
        }
        return texts.get(name, name)


class AccountMoveLineNetwork(models.Model):
    _inherit = "account.move.line"

    def _bop_amount(self) -> float:
        """The amount of this line as the invoice shows it: positive when it is to be
        paid, on a credit note when it is credited.
        """
        return self.amount_currency * self.move_id.direction_sign

    def _prepare_bop_line(
        self, number: str, unit: str, categories: dict[int, tuple[str, str]]
    ) -> InvoiceLine:
        """What this line says to the customer.

        :param unit: as documents call it
        :param categories: category and rate, by the id of the tax
        :raises UserError: its taxes are not one percentage
        """
        taxes = self.tax_ids.flatten_taxes_hierarchy()
        if len(taxes) > 1 or any(tax.amount_type != "percent" for tax in taxes):
            raise UserError(
                self.env._(
                    "%(invoice)s cannot be sent to the network partner: the line"
                    " “%(line)s” has taxes that are not one percentage (%(taxes)s).",
                    invoice=self.move_id.name,
                    line=self.name or self.product_id.display_name,
                    taxes=", ".join(taxes.mapped("name")),
                )
            )
        category, rate = categories[taxes.id]
        title, _newline, _rest = (self.name or "").partition("\n")
        positions = set(self.sale_line_ids.mapped("position_uid"))
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        return bill_line(
            number=number,
            quantity=decimal_text(self.quantity, digits),
            unit=unit,
            price=decimal_text(
                self.price_unit * (1 - self.discount / 100), PRICE_DIGITS
            ),
            amount=self.move_id._bop_money(self._bop_amount()),
            name=self.product_id.name or title,
            description=self.name or "",
            category=category,
            rate=rate,
            uid=positions.pop() if len(positions) == 1 else "",
            sku=self.product_id.default_code or "",
            gtin=self.product_id.barcode or "",
        )
