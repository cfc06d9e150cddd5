# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models
from odoo.tools import html2plaintext

from odoo.addons.bop_contract.models.bop_contract_terms import PRICE_DIGITS, moment
from odoo.addons.bop_contract.rules.terms import (
    LineTerms,
    Release,
    Terms,
    decimal_text,
)


class SaleOrderTerms(models.Model):
    _inherit = "sale.order"

    @api.model
    def _contract_term_fields(self):
        return {
            "name": "number",
            "company_id": "supplier",
            "partner_id": "customer",
            "partner_invoice_id": "bill_to",
            "partner_shipping_id": "ship_to",
            "currency_id": "currency",
            "client_order_ref": "customer_reference",
            "date_order": "date",
            "commitment_date": "delivery_date",
            "incoterm": "incoterm",
            "incoterm_location": "incoterm_place",
            "payment_term_id": "instalments",
            "require_payment": "prepayment",
            "prepayment_percent": "prepayment",
            "note": "note",
        }

    def _contract_terms(self) -> Terms:
        """What this order says, in terms that depend on no database id and no user's
        language (see ``rules.terms``).
        """
        self.ensure_one()
        order = self.sudo().with_context(lang="en_US")
        return Terms(
            number=order.name,
            predecessor=order.predecessor_id.name or "",
            date=moment(order.date_order),
            customer_reference=order.client_order_ref or "",
            currency=order.currency_id.name,
            supplier=order._prepare_terms_party(order.company_id.partner_id),
            customer=order._prepare_terms_party(order.partner_id),
            bill_to=order._prepare_terms_address(order.partner_invoice_id),
            ship_to=order._prepare_terms_address(order.partner_shipping_id),
            incoterm=order.incoterm.code or "",
            incoterm_place=order.incoterm_location or "",
            delivery_date=moment(order.commitment_date),
            note=html2plaintext(order.note or "").strip(),
            prepayment=decimal_text(
                order.prepayment_percent if order.require_payment else 0, PRICE_DIGITS
            ),
            instalments=order._prepare_terms_instalments(),
            lines=tuple(line._prepare_line_terms() for line in order._contract_lines()),
        )


class SaleOrderLineTerms(models.Model):
    _inherit = "sale.order.line"

    @api.model
    def _contract_term_fields(self):
        return {
            "display_type": "kind",
            "product_id": "product",
            "product_no_variant_attribute_value_ids": "options",
            "product_custom_attribute_value_ids": "options",
            "name": "description",
            "product_uom_qty": "quantity",
            "product_uom_id": "unit",
            "price_unit": "price",
            "discount": "discount",
            "tax_ids": "taxes",
            "customer_lead": "releases",
            "is_downpayment": "",
            "is_expense": "",
        }

    def _prepare_line_terms(self) -> LineTerms:
        """What this position says."""
        self.ensure_one()
        if self.display_type:
            return self._prepare_text_terms()
        options = [
            value.display_name for value in self.product_no_variant_attribute_value_ids
        ]
        options += [
            value.display_name for value in self.product_custom_attribute_value_ids
        ]
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        return LineTerms(
            uid=self.position_uid or str(self.id),
            sku=self.product_id.default_code or "",
            gtin=self.product_id.barcode or "",
            product=self.product_id.name or "",
            options=tuple(sorted(options)),
            description=self.name or "",
            quantity=decimal_text(self.product_uom_qty, digits),
            unit=self.product_uom_id.name or "",
            price=decimal_text(self.price_unit, PRICE_DIGITS),
            discount=decimal_text(self.discount, PRICE_DIGITS),
            taxes=tuple(self._prepare_terms_tax(tax) for tax in self.tax_ids),
            releases=self._prepare_terms_releases(),
        )

    def _prepare_terms_releases(self) -> tuple[Release, ...]:
        """The delivery plan (S0.4): one release for the whole quantity, on the promised
        date or after the lead time.
        """
        promised = self.order_id.commitment_date
        return (
            Release(
                quantity=decimal_text(self.product_uom_qty, PRICE_DIGITS),
                due=moment(promised),
                lead_days=(
                    "" if promised else decimal_text(self.customer_lead, PRICE_DIGITS)
                ),
            ),
        )
