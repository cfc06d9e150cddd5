# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.bop_contract.models.capability import EXECUTION, hold


class StockPicking(models.Model):
    _inherit = "stock.picking"

    # === FIELDS ===#
    credit_hold = fields.Boolean(
        string="On Credit Hold",
        compute="_compute_credit_hold",
        search="_search_credit_hold",
        groups="base.group_user",
        help="Cannot be validated until the hold on the order or customer is released.",
    )
    credit_hold_text = fields.Text(
        compute="_compute_credit_hold", groups="base.group_user"
    )

    # === COMPUTE METHODS ===#
    @api.depends("state", "partner_id", "move_ids.sale_line_id", "move_ids.partner_id")
    def _compute_credit_hold(self):
        leaving = self.sudo()._filter_leaving()
        held = leaving.move_ids._credit_hold_map()
        for picking in self:
            rows = [row for move, row in held.items() if move.picking_id == picking]
            picking.credit_hold = bool(rows)
            picking.credit_hold_text = "\n".join(
                dict.fromkeys(row._sentence() for row in rows)
            )

    def _search_credit_hold(self, operator, value):
        if operator != "in":
            return NotImplemented
        orders = self.env["sale.order"].sudo()._search([("credit_hold", "=", True)])
        customers = self.env["bop.credit.hold"].sudo()._search_customers()
        held = (
            Domain("state", "not in", ("done", "cancel"))
            & Domain("picking_type_code", "in", ("outgoing", "dropship"))
            & (
                Domain("move_ids.sale_line_id.order_id", "in", orders)
                | Domain("sale_id", "=", False)
                & Domain("partner_id.commercial_partner_id", "in", customers)
            )
        )
        return held if True in value else ~held

    # === CREDIT HOLD ===#
    def button_validate(self):
        """Say so before asking for back-orders: what is validated is what was picked,
        or everything when nothing was.
        """
        for picking in self:
            moves = picking.move_ids.filtered(
                lambda move: move.state not in ("done", "cancel")
            )
            (moves.filtered("picked") or moves)._check_credit_hold()
        return super().button_validate()

    def _is_sold_at_till(self) -> bool:
        """Whether this is the hand-over of a sale at a point of sale. A delivery that is
        sent later goes through the warehouse and is none.
        """
        if "pos_session_id" not in self._fields:
            return False
        return (
            self.pos_session_id.config_id.picking_type_id == self.picking_type_id
            if self.pos_session_id
            else False
        )

    def _filter_leaving(self):
        """Open transfers whose goods go to a customer with their last step."""
        return self.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel")
                and picking.company_id.bop_contracts
                and picking.location_dest_id
                and picking.location_dest_id._is_outgoing()
                and not picking._is_sold_at_till()
            )
        )

    # === EXECUTION LINES ===#
    def _action_done(self):
        """Validating a delivery may add to the order what nobody ordered: extra goods,
        real shipping cost.
        """
        with hold(self.env, EXECUTION):
            return super()._action_done()
