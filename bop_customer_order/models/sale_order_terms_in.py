# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customer orders from the terms of a buyer, and what he stated in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta

from odoo import api, models

from odoo.addons.bop_contract.models.bop_contract_intake import (
    as_moment,
    gap_text,
    storable,
)
from odoo.addons.bop_contract.models.capability import SYSTEM, hold, in_own_context
from odoo.addons.bop_contract.models.term_finder import TermFinder
from odoo.addons.bop_contract.rules.partner_keys import folded
from odoo.addons.bop_contract.rules.terms import Terms


class SaleOrderTermsIn(models.Model):
    _inherit = "sale.order"

    @api.model
    def _contract_stated_fields(self):
        return {
            "ship_to": "partner_shipping_id",
            "instalments": "payment_term_id",
            "delivery_date": "commitment_date",
            "incoterm": "incoterm",
            "incoterm_place": "incoterm_location",
            "note": "note",
        }

    # === MAKING AN ORDER ===#
    @api.model
    def _contract_make_from_terms(
        self, partner, terms: Terms, buyers_ids: Mapping[str, str] | None = None
    ):
        """Make the order that a buyer sent: his prices, discounts, quantities, dates and
        texts, whatever our price list says. Nobody has accepted it yet.

        :param partner: who orders, ``res.partner``
        :param terms: ``number`` is the buyer's number of the order
        :param buyers_ids: the buyer's article numbers, by uid of the position
        :return: the order, a draft; what nobody here knows is in ``intake_gaps``
        """
        terms = storable(terms)
        orders = in_own_context(self).with_company(self.env.company)
        with hold(self.env, SYSTEM):
            order = orders.create(
                {
                    "partner_id": partner.id,
                    "company_id": self.env.company.id,
                    "client_order_ref": terms.number,
                    # Nobody's, rather than that of the system that took the order.
                    "user_id": (
                        partner.user_id or partner.commercial_partner_id.user_id
                    ).id,
                    "order_origin": "network",
                    "require_signature": False,
                    **orders._prepare_intake_price_list_of(partner, terms.currency),
                }
            )
            order._intake_keep_currency(terms.currency)
            order._contract_take_terms(terms, buyers_ids)
        return order.with_env(self.env)

    @api.model
    def _prepare_intake_price_list_of(self, partner, code: str) -> dict[str, object]:
        """The price list of an order in a currency: the usual one of the customer if it
        is in that currency, else the first that is, else none.
        """
        company = self.env.company
        usual = partner.with_company(company).property_product_pricelist
        if usual.currency_id.name == code:
            return {"pricelist_id": usual.id}
        found = self.env["product.pricelist"].search(
            [
                ("currency_id.name", "=", code),
                ("company_id", "in", [False, company.id]),
            ],
            limit=1,
        )
        return {"pricelist_id": found.id}

    def _intake_keep_currency(self, code: str) -> None:
        """Without a price list the order still is in the currency that was stated. A
        new order takes that of its company first.
        """
        currency = self.env["res.currency"].search([("name", "=", code)])
        if currency and self.currency_id != currency:
            self.currency_id = currency

    def _prepare_intake_header(self, finder: TermFinder) -> dict[str, object]:
        terms = finder.terms
        share = float(terms.prepayment or 0)
        vals = {
            **super()._prepare_intake_header(finder),
            "require_payment": share > 0,
            "commitment_date": as_moment(terms.delivery_date) or False,
        }
        if share > 0:
            vals["prepayment_percent"] = share
        if address := finder.address():
            vals["partner_shipping_id"] = address.id
        vals.update(self._prepare_intake_price_list(finder))
        return vals

    def _prepare_intake_price_list(self, finder: TermFinder) -> dict[str, object]:
        """The price list of an order whose currency is stated; a gap when none is in
        that currency.
        """
        code = finder.terms.currency
        company = self.company_id.currency_id.name
        if self.currency_id.name == code and (self.pricelist_id or code == company):
            return {}
        if self.is_offer:
            finder.gap("currency", "", code, code)
            return {}
        vals = finder.order._prepare_intake_price_list_of(finder.partner, code)
        if vals["pricelist_id"]:
            return {"pricelist_id": vals["pricelist_id"]}
        # Written, an empty price list would bring the currency of the company back.
        if code != company:
            finder.gap("currency", "", code, code)
        return {}

    # === FINDING ===#
    @api.model
    def _intake_product_candidates(self, lines, buyers_ids):
        """By our own number and by GTIN; where both name products, those they agree on."""
        by_sku = self._intake_products_by("default_code", {line.sku for line in lines})
        by_gtin = self._intake_products_by("barcode", {line.gtin for line in lines})
        found = {}
        for line in lines:
            own, traded = by_sku[line.sku], by_gtin[line.gtin]
            both = own & traded
            found[line.uid] = both or own | traded
        unknown = [line for line in lines if not found[line.uid]]
        return {**found, **self._intake_products_by_name(unknown, buyers_ids)}

    def _intake_products_by_name(self, lines, buyers_ids):
        """By the buyer's own number, if we have a product of that number under the same
        name: the number alone might mean anything.
        """
        numbers = {line.uid: buyers_ids.get(line.uid, "") for line in lines}
        products = self._intake_products_by("default_code", {*numbers.values()})
        return {
            line.uid: products[numbers[line.uid]].filtered(
                lambda product, line=line: folded(product.name) == folded(line.product)
            )
            for line in lines
        }

    def _intake_products_by(self, name: str, values: set[str]):
        """Products that can be sold, by the value of a field."""
        products = self.env["product.product"]
        company = self.env.company
        found = products.search(
            [
                (name, "in", [value for value in values if value]),
                ("sale_ok", "=", True),
                ("type", "!=", "combo"),
                ("company_id", "in", [False, *company.parent_ids.ids]),
            ]
        )
        return defaultdict(products.browse, found.grouped(name))

    def _intake_product_taxes(self, product):
        taxes = product.taxes_id._filter_taxes_by_company(self.company_id)
        return self.fiscal_position_id.map_tax(taxes)

    # === INCOMPLETE ===#
    @api.depends("intake_gaps")
    def _compute_business_status(self):
        return super()._compute_business_status()

    def _acceptance_missing(self):
        """What the customer stated and nobody here knows is missing as well."""
        found = super()._acceptance_missing()
        return (*found, "mapping") if self.intake_gaps else found

    def _intake_reason(self):
        """The board says what to map."""
        texts = [gap_text(self.env, gap) for gap in self.intake_gaps or []]
        return "\n".join(filter(None, [super()._intake_reason(), *texts]))

    def _confirmation_error_message(self):
        """What is incomplete cannot be confirmed, by whomever."""
        return super()._confirmation_error_message() or self._intake_obstacle() or False

    def _acceptance_accept(self, *args, **kwargs):
        """What is incomplete cannot be accepted, by whomever."""
        self._intake_check_complete()
        return super()._acceptance_accept(*args, **kwargs)

    # === NEVER PRICED ANEW ===#
    def _get_update_prices_lines(self):
        lines = super()._get_update_prices_lines()
        return lines - lines._filter_stated()

    def _recompute_taxes(self):
        """The taxes that a buyer stated stay."""
        stated = self.order_line._filter_stated()
        taxes = {line: line.tax_ids for line in stated}
        result = super()._recompute_taxes()
        for line, before in taxes.items():
            if line.tax_ids != before:
                line.tax_ids = before
        return result


class SaleOrderLineTermsIn(models.Model):
    _inherit = "sale.order.line"

    @api.model
    def _contract_due_fields(self):
        return ("order_id.commitment_date",)

    # === NEVER COMPUTED ANEW ===#
    def _filter_stated(self):
        """Positions that a buyer stated: as long as the product is what he meant,
        nothing about them follows from our master data.
        """
        return self.filtered(
            lambda line: (
                line.partner_statement
                and line.partner_statement["raw"]["product"] == line.product_id.id
            )
        )

    def _compute_price_unit(self):
        return super(
            SaleOrderLineTermsIn, self - self._filter_stated()
        )._compute_price_unit()

    def _compute_discount(self):
        return super(
            SaleOrderLineTermsIn, self - self._filter_stated()
        )._compute_discount()

    def _compute_tax_ids(self):
        return super(
            SaleOrderLineTermsIn, self - self._filter_stated()
        )._compute_tax_ids()

    def _compute_name(self):
        return super(SaleOrderLineTermsIn, self - self._filter_stated())._compute_name()

    def _compute_product_uom_id(self):
        return super(
            SaleOrderLineTermsIn, self - self._filter_stated()
        )._compute_product_uom_id()

    # === TERMS ===#
    def _prepare_terms_releases(self):
        return self._stated_releases() or super()._prepare_terms_releases()

    def _prepare_procurement_values(self):
        """A position that has a date of its own is delivered on it."""
        values = super()._prepare_procurement_values()
        dues = [as_moment(release.due) for release in self._stated_releases()]
        if due := min(filter(None, dues), default=None):
            lead = timedelta(days=self.order_id.company_id.security_lead)
            values.update(date_deadline=due, date_planned=due - lead)
        return values
