# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What goes over the wire about a purchase order, and what a vendor's terms mean."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from odoo import api, models

from odoo.addons.bop_contract.models.bop_contract_intake import as_moment
from odoo.addons.bop_contract.rules.agreement import address_text
from odoo.addons.bop_contract.rules.partner_keys import address_key


class PurchaseOrderTermsIn(models.Model):
    _inherit = "purchase.order"

    _intake_wizard = "bop.purchase.intake.wizard"

    @api.model
    def _contract_stated_fields(self):
        return {
            "instalments": "payment_term_id",
            "incoterm": "incoterm_id",
            "incoterm_place": "incoterm_location",
            "note": "note",
        }

    # === THE WIRE ===#
    def _contract_wire_terms(self):
        """The vendor knows his own article numbers; ours travel beside them (see
        ``_contract_buyers_ids``).
        """
        terms = super()._contract_wire_terms()
        codes = self._contract_vendor_codes()
        return replace(
            terms,
            lines=tuple(
                replace(line, sku=codes.get(line.uid, ""))
                if line.kind == "item"
                else line
                for line in terms.lines
            ),
        )

    def _contract_buyers_ids(self) -> dict[str, str]:
        """Our article numbers, by uid of the position."""
        self.ensure_one()
        return {
            line.position_uid: line.product_id.default_code
            for line in self.sudo()._contract_lines()
            if line.product_id.default_code
        }

    def _contract_vendor_codes(self) -> dict[str, str]:
        """The vendor's article numbers, by uid of the position, where they are known."""
        self.ensure_one()
        lines = self.sudo()._contract_lines().filtered("product_id")
        known = self._contract_vendor_prices(
            [("product_tmpl_id", "in", lines.product_id.product_tmpl_id.ids)]
        )
        of_product, of_template = {}, {}
        for row in known:
            if row.product_id:
                of_product.setdefault(row.product_id, row.product_code)
            else:
                of_template.setdefault(row.product_tmpl_id, row.product_code)
        codes = {
            line.position_uid: of_product.get(line.product_id)
            or of_template.get(line.product_id.product_tmpl_id)
            for line in lines
        }
        return {uid: code for uid, code in codes.items() if code}

    def _contract_vendor_prices(self, domain):
        """The vendor's price list entries that name his article number."""
        return (
            self.env["product.supplierinfo"]
            .sudo()
            .search(
                [
                    (
                        "partner_id",
                        "child_of",
                        self.partner_id.commercial_partner_id.id,
                    ),
                    ("company_id", "in", [False, self.company_id.id]),
                    ("product_code", "!=", False),
                    *domain,
                ]
            )
        )

    # === FINDING ===#
    def _prepare_intake_header(self, finder):
        """The buyer says where to deliver: another address than ours is a gap."""
        vals = super()._prepare_intake_header(finder)
        stated = finder.terms.ship_to
        own = self._prepare_terms_address(self._contract_ship_to())
        key = address_key(stated)
        known = finder.learned("address", key)
        if key and key != address_key(own) and known != self._contract_ship_to():
            finder.gap("address", "", key, address_text(stated))
        if finder.terms.currency != self.currency_id.name:
            finder.gap("currency", "", finder.terms.currency, finder.terms.currency)
        return vals

    def _intake_product_candidates(self, lines, buyers_ids):
        """By our own number, by the vendor's, and by GTIN; where several name products,
        those they agree on.
        """
        products = self.env["product.product"]
        company = ("company_id", "in", [False, *self.company_id.parent_ids.ids])
        usable = [("purchase_ok", "=", True), company]
        numbers = [number for number in buyers_ids.values() if number]
        gtins = [line.gtin for line in lines if line.gtin]
        own = products.search([("default_code", "in", numbers), *usable])
        traded = products.search([("barcode", "in", gtins), *usable])
        by_own = defaultdict(products.browse, own.grouped("default_code"))
        by_gtin = defaultdict(products.browse, traded.grouped("barcode"))
        by_vendor = self._intake_products_of_vendor(lines)
        found = {}
        for line in lines:
            named = [
                by_own[buyers_ids.get(line.uid, "")],
                by_vendor[line.sku],
                by_gtin[line.gtin],
            ]
            named = [candidates for candidates in named if candidates]
            common = products.union(*named)
            for candidates in named:
                common &= candidates
            found[line.uid] = common or products.union(*named)
        return found

    def _intake_products_of_vendor(self, lines):
        products = self.env["product.product"]
        skus = [line.sku for line in lines if line.sku]
        found = defaultdict(products.browse)
        for row in self._contract_vendor_prices([("product_code", "in", skus)]):
            found[row.product_code] |= (
                row.product_id or row.product_tmpl_id.product_variant_ids
            )
        return found

    def _intake_product_taxes(self, product):
        taxes = product.supplier_taxes_id._filter_taxes_by_company(self.company_id)
        return self.fiscal_position_id.map_tax(taxes)


class PurchaseOrderLineTermsIn(models.Model):
    _inherit = "purchase.order.line"

    @api.model
    def _contract_due_fields(self):
        return ("date_planned",)

    @api.model
    def _prepare_intake_dates(self, line, terms):
        dues = [as_moment(release.due) for release in line.releases]
        due = min(filter(None, dues), default=as_moment(terms.delivery_date))
        return {"date_planned": due} if due else {}
