# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Does an order say all that it must (S0.2)? Until then it is incomplete."""

from __future__ import annotations

from odoo import api, models

#: One of them is enough to say where the goods go.
ADDRESS = frozenset({"street", "city", "zip"})
#: What is looked at of a product.
PRICE_AND_KIND = frozenset({"list_price", "type"})


class SaleOrderCompleteness(models.Model):
    _inherit = "sale.order"

    # === COMPUTE METHODS ===#
    @api.depends(
        "order_line.product_id", "order_line.price_unit", "partner_shipping_id"
    )
    def _compute_business_status(self):
        return super()._compute_business_status()

    def _prepare_business_facts(self):
        """A quotation is incomplete as long as something is missing, except one that
        waits: the approver reads among the reasons what it lacks.
        """
        facts = super()._prepare_business_facts()
        undecided = self.state in ("draft", "sent") and not facts["waiting"]
        return {
            **facts,
            "missing": undecided and bool(self.sudo()._acceptance_missing()),
        }

    # === BUSINESS METHODS ===#
    def _acceptance_missing(self) -> tuple[str, ...]:
        """What the declaration lacks (S0.2): ``lines``, ``price``, ``delivery_address``.

        A delivery date is never missing, as Odoo computes one from the lead times, nor
        is a payment plan: without a payment term it is immediate payment.
        """
        self.ensure_one()
        lines = self._contract_lines().filtered("product_id")
        found = [] if lines else ["lines"]
        if any(line._acceptance_lacks_price() for line in lines):
            found.append("price")
        ships = any(line.product_id.type == "consu" for line in lines)
        if ships and not any(self.partner_shipping_id[name] for name in ADDRESS):
            found.append("delivery_address")
        return tuple(found)


class ProductTemplateCompleteness(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        """A position without a price lacks one only if its product has one, and only
        goods need an address: both may be said of a product later. Only quotations are
        looked at.
        """
        result = super().write(vals)
        if not PRICE_AND_KIND.isdisjoint(vals):
            lines = self.env["sale.order.line"].sudo()
            found = lines.search(
                [
                    ("product_id.product_tmpl_id", "in", self.ids),
                    ("order_id.state", "in", ("draft", "sent")),
                ]
            )
            field = self.env["sale.order"]._fields["business_status"]
            self.env.add_to_compute(field, found.order_id)
        return result


class ResPartnerCompleteness(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        """An address may have been all that a quotation lacked. Only quotations are
        looked at: a customer may have any number of orders.
        """
        result = super().write(vals)
        if not ADDRESS.isdisjoint(vals):
            orders = self.env["sale.order"].sudo()
            waiting = orders.search(
                [
                    ("partner_shipping_id", "in", self.ids),
                    ("state", "in", ("draft", "sent")),
                ]
            )
            self.env.add_to_compute(orders._fields["business_status"], waiting)
        return result
