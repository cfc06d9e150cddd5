# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models


class PurchaseOrderLine(models.Model):
    """A position of the purchase order."""

    _name = "purchase.order.line"
    _inherit = ["purchase.order.line", "bop.contract.line"]

    _contract_quantity_field = "product_qty"
    _contract_delivered_field = "qty_received"

    # === FIELDS ===#
    predecessor_line_id = fields.Many2one(
        "purchase.order.line",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    agreed_quantity = fields.Float(
        string="Agreed",
        related="predecessor_line_id.product_qty",
        help="Ordered quantity of the order this offer changes.",
    )
    agreed_delivered = fields.Float(
        string="Received so far", related="predecessor_line_id.qty_received"
    )
    agreed_billed = fields.Float(
        string="Billed so far", related="predecessor_line_id.qty_invoiced"
    )
    position_status = fields.Selection(
        selection=[
            ("waiting", "Waiting"),
            ("open", "Open"),
            ("partially_delivered", "Partially received"),
            ("delivered", "Received"),
            ("over_delivered", "Over-received"),
            ("cancelled", "Cancelled"),
            ("superseded", "Superseded"),
        ]
    )

    # === COMPUTE METHODS ===#
    @api.depends(
        "product_qty",
        "qty_received",
        "qty_invoiced",
        "product_id",
        "order_id.successor_id",
    )
    def _compute_position_states(self):
        return super()._compute_position_states()

    @api.depends(
        "product_qty",
        "qty_received",
        "qty_invoiced",
        "order_id.state",
        "is_execution",
        "order_id.successor_id",
    )
    def _compute_position_status(self):
        return super()._compute_position_status()

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        return super().create(self._contract_check_create(vals_list))

    def write(self, vals):
        self._contract_check_write(vals)
        return super().write(vals)

    def unlink(self):
        """Say what to do before Odoo says what it thinks of a confirmed order, and
        before anything that hangs on the position is cancelled.
        """
        self._contract_check_unlink()
        return super().unlink()

    # === BUSINESS METHODS ===#
    def _contract_is_execution(self, running):
        """Whoever writes a request for quotation can call a line a down payment, so it
        must order nothing to be none of the terms.
        """
        self.ensure_one()
        return self.is_downpayment and not self.product_qty
