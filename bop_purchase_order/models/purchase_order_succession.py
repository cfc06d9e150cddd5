# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import Command, api, models
from odoo.tools import SQL, format_datetime

from odoo.addons.bop_contract.rules.header_change import HeaderFacts
from odoo.addons.bop_contract.rules.terms import as_decimal

NOTHING = SQL("0")
NULL = SQL("NULL")

#: What a position is bought for, beside the deliveries that wait for it: it belongs to
#: the version in force.
PURPOSE = ("orderpoint_id", "sale_line_id")


class PurchaseOrderSuccession(models.Model):
    _inherit = "purchase.order"

    # === SUCCESSION ===#
    @api.model
    def _contract_ledger(self):
        return {
            "invoice_status": SQL("'no'"),
            "invoice_count": NOTHING,
            "receipt_status": NULL,
            "effective_date": NULL,
        }

    @api.model
    def _contract_line_ledger(self):
        lines = self._contract_line_model()
        return {
            "qty_received": NOTHING,
            "qty_received_manual": NOTHING,
            "qty_invoiced": NOTHING,
            "qty_to_invoice": NOTHING,
            "position_billing": SQL("'unbilled'"),
            **{name: NULL for name in PURPOSE if name in lines._fields},
        }

    def _contract_copy_header(self):
        """An offer is none of the alternatives among which a vendor is chosen."""
        offer = super()._contract_copy_header()
        if "purchase_group_id" in self._fields:
            offer.purchase_group_id = False
        return offer

    def _contract_replay_header(self, values):
        """What is still to be received comes to the new place."""
        before = self._contract_open_quantities() if PLACE & set(values) else {}
        result = super()._contract_replay_header(values)
        if before:
            self._contract_open_moves()._bop_cancel_alone()
            self._contract_receive_more(before)
        return result

    def _contract_replay_lines(self, lines, previous):
        """Receive the difference: less of what is open, more in an open receipt or in a
        new one, with one launch for all positions.
        """
        goods = lines.filtered(lambda line: line.product_id.type == "consu")
        launched = {
            line: line._contract_launched_quantity(previous[line.id]) for line in goods
        }
        for line, quantity in launched.items():
            if quantity < 0:
                line._contract_receive_less(-quantity, previous[line.id])
        self._contract_receive_more(
            {line: quantity for line, quantity in launched.items() if quantity > 0}
        )

    def _contract_receive_more(self, quantities: dict) -> None:
        """Launch receipts.

        :param quantities: quantity by position, in its unit
        """
        if not quantities:
            return
        order = self.with_company(self.company_id)
        receipts = order._contract_open_receipts()
        common, values = receipts[:1], []
        for line, quantity in quantities.items():
            receipt = (line.move_ids.picking_id & receipts)[:1]
            if not receipt and not common:
                common = common.create(order._prepare_picking())
            values += line.with_context(
                bop_launched={line.id: quantity}
            )._prepare_stock_moves(receipt or common)
        self.env["stock.move"].create(values)._action_confirm()._action_assign()

    def _contract_open_receipts(self):
        """Receipts of this order that may still be added to, from the vendor to the
        place the order names.
        """
        return self.picking_ids.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel")
                and not picking.printed
                and picking.picking_type_id == self.picking_type_id
                and picking.location_dest_id.usage
                in ("internal", "transit", "customer")
            )
        )

    def _contract_open_moves(self):
        """Moves that still have to bring goods for this order."""
        return self.order_line.move_ids.filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and move.location_dest_id.usage != "supplier"
            )
        )

    def _contract_open_quantities(self) -> dict:
        """What is still to be received, by position and in its unit."""
        open_moves = self._contract_open_moves()
        return {
            line: sum(
                move.product_uom._compute_quantity(
                    move.product_uom_qty, line.product_uom_id
                )
                for move in own
                if move.product_id == line.product_id
            )
            for line, own in open_moves.grouped("purchase_line_id").items()
        }

    # === CANCELLATION ===#
    def _contract_cancel(self):
        """Cancel what is open. Odoo refuses to cancel an order that is billed, but what
        the bills are too much is credited on this order.
        """
        self.locked = False
        if any(bill.state == "posted" for bill in self.invoice_ids):
            self._contract_cancel_billed()
        else:
            self.button_cancel()

    def _contract_cancel_billed(self) -> None:
        """Cancel the open receipts, let the deliveries that wait for them take what is
        in stock, and close the order.
        """
        waiting = self.order_line.move_dest_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        self._contract_open_moves()._bop_cancel_alone()
        waiting.write({"procure_method": "make_to_stock"})
        waiting._recompute_state()
        self.order_line.write({"move_dest_ids": [Command.clear()]})
        self.write({"state": "cancel"})

    # === FACTS ===#
    def _contract_header_facts(self, offer):
        receipts = self.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        moved = offer._contract_ship_to() != self._contract_ship_to() or (
            offer.picking_type_id._origin != self.picking_type_id
        )
        date = offer.date_planned and format_datetime(
            self.env, offer.date_planned, dt_format="short"
        )
        terms = self._contract_new_name(offer, "payment_term_id")
        return HeaderFacts(
            customer=self._contract_new_name(offer, "partner_id"),
            company=self._contract_new_name(offer, "company_id"),
            currency=self._contract_new_name(offer, "currency_id"),
            address=(offer._contract_ship_to().display_name or "" if moved else ""),
            date=(date or "") if offer.date_planned != self.date_planned else "",
            payment_plan=(
                (terms or self.env._("immediately"))
                if offer.payment_term_id != self.payment_term_id
                else ""
            ),
            open_pickings=tuple(sorted(receipts.mapped("name"))),
            printed_pickings=tuple(sorted(receipts.filtered("printed").mapped("name"))),
        )

    def _contract_movement_facts(self):
        lines = self.order_line
        domain = [
            ("purchase_line_id", "in", lines.ids),
            ("state", "not in", ("done", "cancel")),
        ]
        moves = self.env["stock.move"].sudo().search(domain)
        groups = moves.grouped("purchase_line_id")
        return {
            line.position_uid: {
                **line._prepare_receipt_facts(groups.get(line, moves.browse())),
                **line._prepare_need_facts(),
            }
            for line in lines
        }


#: Fields that say where the goods come to.
PLACE = {"picking_type_id", "dest_address_id"}


class PurchaseOrderLineSuccession(models.Model):
    _inherit = "purchase.order.line"

    def _contract_billed_on_delivery(self):
        return self.product_id.purchase_method == "receive"

    def _contract_new_vals(self):
        """The open rest of a position at another price is bought for the same purpose."""
        return [
            {**vals, **self._prepare_purpose_vals()}
            for vals in super()._contract_new_vals()
        ]

    def _prepare_purpose_vals(self) -> dict[str, object]:
        before = self.predecessor_line_id
        names = self._contract_product_fields()
        if not before or any(before[name] != self[name] for name in names):
            return {}
        return {
            "move_dest_ids": [Command.set(before.move_dest_ids.ids)],
            **{name: before[name].id for name in PURPOSE if name in self._fields},
        }

    # === FACTS ===#
    def _prepare_receipt_facts(self, moves) -> dict[str, object]:
        """Facts about the open ``moves`` of this position."""
        self.ensure_one()
        picked = sum(
            move.product_uom._compute_quantity(move.quantity, self.product_uom_id)
            for move in moves
            if move.picked
            and move.product_id == self.product_id
            and move.location_dest_id.usage != "supplier"
        )
        pickings = moves.picking_id
        return {
            "picked": as_decimal(picked),
            "printed_pickings": tuple(
                sorted(pickings.filtered("printed").mapped("name"))
            ),
            "open_pickings": tuple(sorted(pickings.mapped("name"))),
        }

    def _prepare_need_facts(self) -> dict[str, object]:
        """Deliveries and productions that wait for this position, and how much they
        need.
        """
        waiting = self.move_dest_ids.filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and move.product_id == self.product_id
                and move.location_dest_id.usage != "supplier"
            )
        )
        if not waiting:
            return {}
        open_need = self.product_id.uom_id._compute_quantity(
            sum(waiting.mapped("product_qty")), self.product_uom_id
        )
        names = {
            move.picking_id.name or move.reference or move.display_name
            for move in waiting
        }
        return {
            "needed": as_decimal(round(open_need + self._contract_passed_on(), 6)),
            "needed_for": tuple(sorted(names)),
        }

    def _contract_passed_on(self) -> float:
        """What was received of this position and went on to who waited for it."""
        done = self.move_dest_ids.filtered(
            lambda move: move.state == "done" and move.product_id == self.product_id
        )
        return self.product_id.uom_id._compute_quantity(
            sum(
                move.product_uom._compute_quantity(
                    move.quantity, self.product_id.uom_id
                )
                for move in done
            ),
            self.product_uom_id,
        )
