# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.bop_contract.models.capability import EXECUTION, hold, is_succeeding


class StockMove(models.Model):
    _inherit = "stock.move"

    # === CREDIT HOLD ===#
    def _action_done(self, cancel_backorder=False):
        """Every way goods leave for a customer ends here: a validated delivery, a
        batch, a barcode scan, an immediate transfer, a drop shipment.
        """
        self.filtered("picked")._check_credit_hold()
        return super()._action_done(cancel_backorder=cancel_backorder)

    def _check_credit_hold(self) -> None:
        """Refuse that these moves bring goods to a customer who, or whose order, is on
        credit hold (S4.19).

        Only the last step is refused: goods may be picked and packed for him, and what
        he sends back or what comes in for him is never refused.

        :raises UserError: names delivery, customer or order, reason, who and when, and
            the way
        """
        held = self.sudo()._filter_leaving()._credit_hold_map()
        if not held:
            return
        places = dict.fromkeys(
            (move.picking_id.name or move.display_name, row._sentence())
            for move, row in held.items()
        )
        raise UserError(
            self.env._(
                "Nothing was delivered:\n%(reasons)s\nAsk a credit controller to"
                " release the hold (Sales > Orders > Credit Holds). Billing what was"
                " delivered, returns and receipts go on meanwhile.",
                reasons="\n".join(
                    self.env._("%(delivery)s: %(hold)s", delivery=name, hold=text)
                    for name, text in places
                ),
            )
        )

    def _filter_leaving(self):
        """Those of these moves that would bring goods to a customer.

        A sale at the till is not among them: the goods are in the customer's hands and
        paid for, and refusing to book it would stop the closing of the whole till.
        """
        return self.filtered(
            lambda move: (
                move.company_id.bop_contracts
                and move.quantity > 0
                and not move.picking_id._is_sold_at_till()
                and any(line._is_leaving() for line in move.move_line_ids)
            )
        )

    def _credit_hold_map(self) -> dict:
        """The hold each of these moves is under: that of its order or, for a delivery
        without one, that of the customer it goes to.

        :return: ``{stock.move: bop.credit.hold}``
        """
        orders = {
            move: move.sale_line_id.order_id or move.picking_id.sale_id for move in self
        }
        on_order = self.env["sale.order"].union(*orders.values())._credit_hold_map()
        held = {
            move: on_order[order.id]
            for move, order in orders.items()
            if order.id in on_order
        }
        free = self.filtered(lambda move: not orders[move])
        for company, moves in free.grouped("company_id").items():
            customers = moves.partner_id | moves.picking_id.partner_id
            on_customer = customers._credit_hold_map(company)
            for move in moves:
                partner = move.partner_id or move.picking_id.partner_id
                if partner.id in on_customer:
                    held[move] = on_customer[partner.id]
        return held

    # === EXECUTION LINES ===#
    def _action_synch_order(self):
        """Goods delivered on top of the order become an execution line: billed, but no
        term of the contract.
        """
        with hold(self.env, EXECUTION):
            return super()._action_synch_order()

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        """A change is absorbed by the open delivery of its position, whatever date is
        on it.

        Odoo merges moves only when their deadlines are equal. A decrease that finds no
        equal becomes a receipt from the customer, and the full old quantity still
        ships.
        """
        names = super()._prepare_merge_moves_distinct_fields()
        return (
            [name for name in names if name != "date_deadline"]
            if is_succeeding()
            else names
        )
