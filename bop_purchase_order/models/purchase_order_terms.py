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


class PurchaseOrderTerms(models.Model):
    _inherit = "purchase.order"

    @api.model
    def _contract_term_fields(self):
        """The vendor's own number of the order is none: he tells it when he likes."""
        return {
            "name": "number",
            "company_id": "customer",
            "partner_id": "supplier",
            "picking_type_id": "ship_to",
            "dest_address_id": "ship_to",
            "currency_id": "currency",
            "date_order": "date",
            "date_planned": "delivery_date",
            "incoterm_id": "incoterm",
            "incoterm_location": "incoterm_place",
            "payment_term_id": "instalments",
            "note": "note",
        }

    def _contract_terms(self) -> Terms:
        """What this order says, in terms that depend on no database id and no user's
        language (see ``rules.terms``).

        The reference that stays the same through all versions is the number under which
        the order was made.
        """
        self.ensure_one()
        order = self.sudo().with_context(lang="en_US")
        first = (order.predecessor_id or order)._contract_root()
        return Terms(
            number=order.name,
            kind="purchase_order",
            predecessor=order.predecessor_id.name or "",
            date=moment(order.date_order),
            customer_reference=first.name,
            currency=order.currency_id.name,
            supplier=order._prepare_terms_party(order.partner_id),
            customer=order._prepare_terms_party(order.company_id.partner_id),
            bill_to=order._prepare_terms_address(order.company_id.partner_id),
            ship_to=order._prepare_terms_address(order._contract_ship_to()),
            incoterm=order.incoterm_id.code or "",
            incoterm_place=order.incoterm_location or "",
            delivery_date=moment(order.date_planned),
            note=html2plaintext(order.note or "").strip(),
            instalments=order._prepare_terms_instalments(),
            lines=tuple(line._prepare_line_terms() for line in order._contract_lines()),
        )

    def _contract_ship_to(self):
        """Where the vendor delivers to: our warehouse or, for a drop shipment, our
        customer.
        """
        self.ensure_one()
        return (
            self.dest_address_id
            or self.picking_type_id.warehouse_id.partner_id
            or self.company_id.partner_id
        )


class PurchaseOrderLineTerms(models.Model):
    _inherit = "purchase.order.line"

    @api.model
    def _contract_term_fields(self):
        return {
            "display_type": "kind",
            "product_id": "product",
            "product_no_variant_attribute_value_ids": "options",
            "name": "description",
            "product_qty": "quantity",
            "product_uom_id": "unit",
            "price_unit": "price",
            "discount": "discount",
            "tax_ids": "taxes",
            "date_planned": "releases",
            "is_downpayment": "",
        }

    def _prepare_line_terms(self) -> LineTerms:
        """What this position says."""
        self.ensure_one()
        if self.display_type:
            return self._prepare_text_terms()
        options = self.product_no_variant_attribute_value_ids.mapped("display_name")
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        quantity = decimal_text(self.product_qty, digits)
        return LineTerms(
            uid=self.position_uid or str(self.id),
            sku=self.product_id.default_code or "",
            gtin=self.product_id.barcode or "",
            product=self.product_id.name or "",
            options=tuple(sorted(options)),
            description=self.name or "",
            quantity=quantity,
            unit=self.product_uom_id.name or "",
            price=decimal_text(self.price_unit, PRICE_DIGITS),
            discount=decimal_text(self.discount, PRICE_DIGITS),
            taxes=tuple(self._prepare_terms_tax(tax) for tax in self.tax_ids),
            releases=(Release(quantity=quantity, due=moment(self.date_planned)),),
        )
