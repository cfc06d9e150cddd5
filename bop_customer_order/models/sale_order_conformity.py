# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Does an order say what the price list and the contract it changes say?"""

from __future__ import annotations

from itertools import chain

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import float_is_zero

from odoo.addons.bop_contract.rules.terms import decimal_text

from ..rules.acceptance import Deviation

#: Whether price lists are used at all.
PRICE_LISTS = "product.group_product_pricelist"
PRICE_DIGITS = 6
#: Discounts are rounded to hundredths of a percent: so much of a price is rounding.
ROUNDING = 0.0001


class SaleOrderConformity(models.Model):
    _inherit = "sale.order"

    def _acceptance_deviations(self) -> dict[int, tuple[Deviation, ...]]:
        """Positions that are cheaper than the price list says, by order id. The rules
        of all price lists are fetched at once.
        """
        found = {}
        lists = self._acceptance_price_lists()
        lines = self._contract_lines().filtered(
            lambda line: line._acceptance_is_priced()
        )
        rules = self._acceptance_price_rules(lists, lines.product_id)
        for order, own in lines.grouped("order_id").items():
            valid = rules.filtered(
                lambda rule, order=order: (
                    rule.pricelist_id == lists[order.id]
                    and (not rule.date_start or rule.date_start <= order.date_order)
                    and (not rule.date_end or rule.date_end >= order.date_order)
                )
            )
            compared = (
                line._acceptance_compare(valid)
                for line in own.with_company(order.company_id)
            )
            found[order.id] = tuple(chain.from_iterable(compared))
        return found

    def _acceptance_price_lists(self) -> dict[int, models.BaseModel]:
        """The price list each of these orders is compared with, by order id: the one its
        customer has by default. Whoever chose another one for the order chose its
        prices. Where price lists are not used, that of the order, which nobody chose.
        """
        if not self.env["res.groups"]._is_feature_enabled(PRICE_LISTS):
            return {order.id: order.pricelist_id for order in self}
        found = {}
        for company, orders in self.grouped("company_id").items():
            for order in orders.with_company(company):
                found[order.id] = order.partner_id.property_product_pricelist
        return found

    @api.model
    def _acceptance_price_rules(self, lists, products):
        """Rules that may apply to ``products``, in the order in which Odoo tries them;
        which do by category and quantity is looked at line by line.
        """
        rules = self.env["product.pricelist.item"]
        pricelists = self.env["product.pricelist"].union(*lists.values())
        if not pricelists:
            return rules
        templates = products.product_tmpl_id
        return rules.search(
            Domain("pricelist_id", "in", pricelists.ids)
            & Domain("product_tmpl_id", "in", [*templates.ids, False])
            & Domain("product_id", "in", [*products.ids, False])
        )


class SaleOrderLineConformity(models.Model):
    _inherit = "sale.order.line"

    def _acceptance_is_priced(self) -> bool:
        """Whether the price list has a say: not in down payments, costs, rewards,
        shipping and combos, which have their price from elsewhere.
        """
        self.ensure_one()
        product = self.product_id
        own = self.is_downpayment or self.is_expense or self.combo_item_id
        added = any(
            name in self._fields and self[name]
            for name in ("is_reward_line", "is_delivery")
        )
        return bool(product) and product.type != "combo" and not own and not added

    def _acceptance_lacks_price(self) -> bool:
        """Whether nothing is said about the price of a product that has one (S0.3)."""
        self.ensure_one()
        digits = self.env["decimal.precision"].precision_get("Product Price")
        return (
            float_is_zero(self.price_unit, precision_digits=digits)
            and self._acceptance_is_priced()
            and not float_is_zero(self.product_id.lst_price, precision_digits=digits)
        )

    def _acceptance_compare(self, rules) -> tuple[Deviation, ...]:
        """How this position differs from the price list to the disadvantage of the
        supplier; a price that the contract has already is agreed.

        :param rules: those of its price list on the day of the order
        """
        self.ensure_one()
        before = self._filter_agreed_price().predecessor_line_id
        net = self.price_unit * (1 - (self.discount or 0.0) / 100)
        if before and net >= before.price_unit * (1 - (before.discount or 0.0) / 100):
            return ()
        listed = self._acceptance_list_price(rules)
        if listed - net <= abs(self.price_unit) * ROUNDING:
            return ()
        label = self.product_id.default_code or self.product_id.name
        if self.discount > 0 and self.price_unit > 0:
            allowed = max(0.0, (1 - listed / self.price_unit) * 100)
            values = (decimal_text(allowed, 2), decimal_text(self.discount, 2))
            return (Deviation("discount_above_list", label, *values),)
        values = (decimal_text(listed, PRICE_DIGITS), decimal_text(net, PRICE_DIGITS))
        return (Deviation("price_below_list", label, *values),)

    def _acceptance_list_price(self, rules) -> float:
        """Unit price by the price list, discount included, in the unit and currency of
        the line, on the day of the order: as Odoo computes it for the line, with the
        rules already there.
        """
        self.ensure_one()
        product, date = self.product_id, self.order_id.date_order
        if context := self._get_product_price_context():
            product = product.with_context(**context)
        rule = self._acceptance_rule(rules, product)
        currency = rule.currency_id or self.currency_id
        price = rule.with_company(self.company_id)._compute_price(
            product,
            self.product_uom_qty or 1.0,
            self.product_uom_id,
            date=date.date(),
            currency=currency,
        )
        if currency != self.currency_id:
            price = currency._convert(
                price, self.currency_id, self.company_id, date.date(), round=False
            )
        if not self.order_id.fiscal_position_id:
            return price
        return product._get_tax_included_unit_price_from_price(
            price,
            product_taxes=product.taxes_id._filter_taxes_by_company(self.company_id),
            fiscal_position=self.order_id.fiscal_position_id,
        )

    def _acceptance_rule(self, rules, product):
        """The first of ``rules`` for this product and quantity, else none."""
        if not rules:
            return rules
        quantity = self.product_uom_id._compute_quantity(
            self.product_uom_qty or 1.0, product.uom_id, raise_if_failure=False
        )
        return next(
            (rule for rule in rules if rule._is_applicable_for(product, quantity)),
            rules.browse(),
        )
