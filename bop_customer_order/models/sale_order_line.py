# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.bop_contract.models.capability import is_succeeding
from odoo.addons.bop_contract.rules.supply import launched_quantity


class SaleOrderLine(models.Model):
    """A position of the customer order."""

    _name = "sale.order.line"
    _inherit = ["sale.order.line", "bop.contract.line"]

    # === FIELDS ===#
    predecessor_line_id = fields.Many2one(
        "sale.order.line",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    agreed_quantity = fields.Float(
        string="Agreed",
        related="predecessor_line_id.product_uom_qty",
        help="Ordered quantity of the order this offer changes.",
    )
    agreed_delivered = fields.Float(
        string="Delivered so far", related="predecessor_line_id.qty_delivered"
    )
    agreed_billed = fields.Float(
        string="Billed so far", related="predecessor_line_id.qty_invoiced"
    )

    # === COMPUTE METHODS ===#
    @api.depends(
        "product_uom_qty",
        "qty_delivered",
        "qty_invoiced",
        "product_id",
        "order_id.successor_id",
    )
    def _compute_position_states(self):
        return super()._compute_position_states()

    @api.depends(
        "product_uom_qty",
        "qty_delivered",
        "qty_invoiced",
        "state",
        "is_execution",
        "order_id.successor_id",
    )
    def _compute_position_status(self):
        return super()._compute_position_status()

    def _compute_price_unit(self):
        """A position of an offer keeps its agreed price when only its quantity changes
        (S4, change of quantity).
        """
        return super(
            SaleOrderLine, self - self._filter_agreed_price()
        )._compute_price_unit()

    def _compute_discount(self):
        return super(
            SaleOrderLine, self - self._filter_agreed_price()
        )._compute_discount()

    @api.depends("order_id.successor_id")
    def _compute_amount_to_invoice(self):
        """What a superseded order agreed is billed on its successor; Odoo would show it
        as open on both.
        """
        superseded = self.filtered("order_id.successor_id")
        superseded.amount_to_invoice = 0.0
        return super(SaleOrderLine, self - superseded)._compute_amount_to_invoice()

    def _filter_agreed_price(self):
        """Positions whose price is agreed: same product and unit as in the order they
        change.
        """
        if self.env.context.get("force_price_recomputation"):
            return self.browse()
        return self.filtered(
            lambda line: (
                line.predecessor_line_id
                and line.product_id == line.predecessor_line_id.product_id
                and line.product_uom_id == line.predecessor_line_id.product_uom_id
            )
        )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        return super().create(self._contract_check_create(vals_list))

    def write(self, vals):
        self._contract_check_write(vals)
        return super().write(vals)

    def unlink(self):
        """Say what to do before Odoo says to set the quantity to 0, which a contract
        does not allow either.
        """
        self._contract_check_unlink()
        return super().unlink()

    # === BUSINESS METHODS ===#
    def _expected_date(self):
        """The lead time of a position counts from the day it came into the contract."""
        if self.position_since and self.state == "sale":
            return self.position_since + timedelta(days=self.customer_lead or 0.0)
        return super()._expected_date()

    def _get_qty_procurement(self, previous_product_uom_qty=False):
        """A change procures its difference and nothing else: what was cancelled or
        returned before was decided then.

        Nor does it procure what is there already: goods that came back are not fetched
        once more when the order follows them down, goods delivered on top are not
        shipped again when the order follows them up.
        """
        procured = super()._get_qty_procurement(previous_product_uom_qty)
        if (
            not is_succeeding()
            or not previous_product_uom_qty
            or self.id not in previous_product_uom_qty
        ):
            return procured
        wanted = self.product_uom_qty
        change = wanted - previous_product_uom_qty[self.id]
        return wanted - launched_quantity(change, wanted - procured)

    def _update_line_quantity(self, values):
        """The succession checks feasibility and writes one message for all lines."""
        if is_succeeding():
            return None
        return super()._update_line_quantity(values)

    def _contract_is_execution(self, running):
        """Whoever writes a quotation can call a line a down payment or an expense, and
        a copy of an order has its expenses.

        So the one must order nothing, and the other is no term only where the order was
        running before.
        """
        self.ensure_one()
        advance = self.is_downpayment and not self.product_uom_qty
        return (
            advance
            or (running and self.is_expense)
            or self._contract_is_real_shipping_cost()
        )

    def _contract_is_real_shipping_cost(self) -> bool:
        """A delivery charge that is billed at its real cost is not known before the
        goods are shipped.
        """
        self.ensure_one()
        carrier = (
            self.order_id.carrier_id
            if "is_delivery" in self._fields and self.is_delivery
            else None
        )
        return bool(carrier) and carrier.invoice_policy == "real"

    def _contract_is_delivered(self) -> bool:
        self.ensure_one()
        return not self.display_type and self.product_id.type != "combo"
