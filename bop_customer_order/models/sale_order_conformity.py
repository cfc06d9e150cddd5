# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Does an order say what the price list and the contract it changes say?"""

from __future__ import annotations

from collections import defaultdict

from odoo import models
from odoo.fields import Domain
from odoo.tools import float_is_zero

from odoo.addons.bop_contract.rules.terms import decimal_text

from ..rules.acceptance import Deviation

PRICE_DIGITS = 6
#: Discounts are rounded to hundredths of a percent: so much of a price is rounding.
ROUNDING = 0.0001


class SaleOrderConformity(models.Model):
    _inherit = "sale.order"

    def _acceptance_deviations(self) -> dict[int, tuple[Deviation, ...]]:
        """Positions that are cheaper than the price list says, by order id. The rules
        of all price lists are fetched at once.
        """
        found = defaultdict(tuple)
        lines = self._contract_lines().filtered(
            lambda line: line._acceptance_is_priced()
        )
        rules = self._acceptance_price_rules(lines.product_id)
        for line in lines:
            found[line.order_id.id] += line._acceptance_compare(rules)
        return found

    def _acceptance_price_rules(self, products):
        """Rules that may apply to ``products``, in the order in which Odoo tries them;
        which do by date, category and quantity is looked at line by line.
        """
        templates = products.product_tmpl_id
        return self.env["product.pricelist.item"].search(
            Domain("pricelist_id", "in", self.pricelist_id.ids)
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

        :param rules: see ``_acceptance_price_rules``
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
        """Unit price by the price list of the order, discount included, in the unit and
        currency of the line, on the day of the order: as Odoo computes it for the line,
        with the rules already there.
        """
        self.ensure_one()
        line, date = self.with_company(self.company_id), self.order_id.date_order
        product = line.product_id.with_context(**line._get_product_price_context())
        quantity = line.product_uom_qty or 1.0
        own_quantity = line.product_uom_id._compute_quantity(
            quantity, product.uom_id, raise_if_failure=False
        )
        rule = next(
            (
                rule
                for rule in rules
                if rule.pricelist_id == self.order_id.pricelist_id
                and (not rule.date_start or rule.date_start <= date)
                and (not rule.date_end or rule.date_end >= date)
                and rule._is_applicable_for(product, own_quantity)
            ),
            rules.browse(),
        )
        price = rule.with_company(line.company_id)._compute_price(
            product,
            quantity,
            line.product_uom_id,
            date=date.date(),
            currency=line.currency_id,
        )
        if not line.order_id.fiscal_position_id:
            return price
        return product._get_tax_included_unit_price_from_price(
            price,
            product_taxes=product.taxes_id._filter_taxes_by_company(line.company_id),
            fiscal_position=line.order_id.fiscal_position_id,
        )
