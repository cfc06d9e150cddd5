# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a buyer stated other than our master data says: shown to who decides, never
overwritten.
"""

from __future__ import annotations

from odoo import api, fields, models
from odoo.tools import float_compare, formatLang

from odoo.addons.bop_contract.rules.partner_keys import folded

from .sale_order_acceptance import INSIDERS


class SaleOrderDifference(models.Model):
    _inherit = "sale.order"

    intake_difference_text = fields.Text(
        string="Differences", compute="_compute_intake_difference_text", groups=INSIDERS
    )

    @api.depends(
        "is_contract",
        "partner_statement",
        "payment_term_id",
        "order_line.price_unit",
        "order_line.discount",
        "order_line.product_id",
        "order_line.product_uom_id",
    )
    @api.depends_context("lang")
    def _compute_intake_difference_text(self):
        stated = self.filtered(
            lambda order: order.partner_statement and not order.is_contract
        )
        (self - stated).intake_difference_text = False
        for order in stated:
            texts = [
                *order._intake_header_differences(),
                *order.sudo()._intake_price_differences(),
                *order._intake_name_differences(),
            ]
            order.intake_difference_text = "\n".join(texts)

    def _intake_header_differences(self) -> list[str]:
        """The payment term, where it is not the usual one of the customer."""
        usual = self.with_company(self.company_id).partner_id.property_payment_term_id
        if usual == self.payment_term_id:
            return []
        return [
            self.env._(
                "Payment: %(stated)s, usually %(usual)s.",
                stated=self.payment_term_id.name or self.env._("at once"),
                usual=usual.name or self.env._("at once"),
            )
        ]

    def _intake_price_differences(self) -> list[str]:
        """Net prices that are not those of the customer's price list."""
        unknown = self._intake_placeholder()
        lines = self.order_line._filter_stated().filtered(
            lambda line: line._acceptance_is_priced() and line.product_id != unknown
        )
        lists = self._acceptance_price_lists()
        rules = self._acceptance_price_rules(lists, lines.product_id).filtered(
            lambda rule: (
                (not rule.date_start or rule.date_start <= self.date_order)
                and (not rule.date_end or rule.date_end >= self.date_order)
            )
        )
        texts = []
        digits = self.env["decimal.precision"].precision_get("Product Price")
        for line in lines.with_company(self.company_id):
            net = line.price_unit * (1 - (line.discount or 0.0) / 100)
            listed = line._acceptance_list_price(rules)
            if float_compare(net, listed, precision_digits=digits):
                texts.append(
                    self.env._(
                        "%(product)s: price %(stated)s, price list %(listed)s.",
                        product=line.product_id.display_name,
                        stated=formatLang(self.env, net, dp="Product Price"),
                        listed=formatLang(self.env, listed, dp="Product Price"),
                    )
                )
        return texts

    def _intake_name_differences(self) -> list[str]:
        """Products and units that the customer calls otherwise."""
        texts, unknown = [], self._intake_placeholder()
        for line in self.order_line._filter_stated():
            product = line.product_id
            stated = line.partner_statement["terms"]
            known = product != unknown
            if (
                known
                and stated["product"]
                and folded(stated["product"]) != folded(product.name)
            ):
                texts.append(
                    self.env._(
                        "%(product)s: the customer calls it “%(stated)s”.",
                        product=product.display_name,
                        stated=stated["product"],
                    )
                )
            if known and line.product_uom_id != product.uom_id:
                texts.append(
                    self.env._(
                        "%(product)s: ordered in %(stated)s, we keep it in %(unit)s.",
                        product=product.display_name,
                        stated=line.product_uom_id.name,
                        unit=product.uom_id.name,
                    )
                )
        return texts
