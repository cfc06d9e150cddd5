# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Each shipment is told to the customer's database (S0.29)."""

from __future__ import annotations

from odoo import fields, models

from odoo.addons.bop_contract.rules.terms import decimal_text
from odoo.addons.bop_contract.ubl.despatch_advice import (
    KIND,
    DespatchAdvice,
    DespatchLine,
    render_despatch_advice,
)
from odoo.addons.bop_contract.ubl.fulfilment import despatch_line


class StockPickingNetwork(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "bop.sent.document"]

    # === BUSINESS METHODS ===#
    def _action_done(self):
        """Tell of what was delivered or came back."""
        result = super()._action_done()
        done = self.sudo().filtered(
            lambda picking: picking.state == "done" and picking.company_id.bop_contracts
        )
        done._bop_send_once()
        return result

    def _bop_pairs(self):
        return self._bop_moves().sale_line_id.order_id.pair_id

    def _bop_moves(self):
        """The moves of these transfers by which positions of orders were delivered, or
        came back to be refunded: the last step of a delivery, and no other.
        """
        done = self.move_ids.filtered(
            lambda move: move.state == "done" and move.sale_line_id
        )
        counted = [line._bop_counted_moves() for line in done.sale_line_id]
        return done & self.env["stock.move"].union(
            *(moves for pair in counted for moves in pair)
        )

    def _bop_documents(self):
        """One document for each contract that goods of this shipment belong to."""
        moves = self._bop_moves()
        for pair in moves.sale_line_id.order_id.pair_id:
            own = moves.filtered(
                lambda move, pair=pair: move.sale_line_id.order_id.pair_id == pair
            )
            advice = self._prepare_despatch_advice(pair, own)
            yield pair, KIND, render_despatch_advice(advice)

    def _prepare_despatch_advice(self, pair, moves) -> DespatchAdvice:
        """What a shipment says to the customer of one contract.

        :param moves: those of its positions
        """
        self.ensure_one()
        return DespatchAdvice(
            envelope=pair._envelope(self.name),
            order=pair.number,
            lines=moves._prepare_despatch_lines(pair.partner_id.lang),
            shipment=self.name,
            despatched=f"{fields.Datetime.to_string(self.date_done).replace(' ', 'T')}Z",
            ship_to=self._prepare_ship_to(moves),
            **self._prepare_carriage(),
        )

    def _prepare_ship_to(self, moves):
        """Where the goods went; nothing when they came back."""
        leaving = any(move.location_dest_id._is_outgoing() for move in moves)
        partner = self.partner_id
        if not leaving or not partner.country_id:
            return None
        return partner._prepare_bop_address()

    def _prepare_carriage(self) -> dict[str, str]:
        """Who carries the goods, and under which number."""
        if "carrier_id" not in self._fields:
            return {}
        return {
            "carrier": self.carrier_id.name or "",
            "tracking": self.carrier_tracking_ref or "",
        }


class StockMoveNetwork(models.Model):
    _inherit = "stock.move"

    def _prepare_despatch_lines(self, lang=None) -> tuple[DespatchLine, ...]:
        """What these moves brought and took back of each position, and where it stands.

        :param lang: of who reads it
        """
        positions = self.sale_line_id.with_context(lang=lang)
        units = positions.product_uom_id._bop_unit_codes()
        own = self.grouped("sale_line_id")
        return tuple(
            line._prepare_despatch_line(own[line], units[line.product_uom_id.id])
            for line in positions
        )

    def _prepare_lots(self) -> dict[str, tuple[str, ...]]:
        """The numbers on the goods of these moves."""
        lines = self.move_line_ids.filtered("lot_id")
        serials = lines.filtered(lambda line: line.product_id.tracking == "serial")
        return {
            "serials": tuple(serials.lot_id.mapped("name")),
            "lots": tuple((lines - serials).lot_id.mapped("name")),
        }


class SaleOrderLineNetwork(models.Model):
    _inherit = "sale.order.line"

    def _bop_counted_moves(self):
        """The moves that Odoo counts as deliveries of this position, and those that it
        counts as returns.
        """
        self.ensure_one()
        return self._get_outgoing_incoming_moves()

    def _bop_shipped(self, moves) -> float:
        """How much of this position these moves brought, less what they took back, in
        the unit of the position.
        """
        sent, returned = self._get_outgoing_incoming_moves()
        return sum(
            (1 if move in sent else -1)
            * move.product_uom._compute_quantity(
                move.quantity, self.product_uom_id, rounding_method="HALF-UP"
            )
            for move in moves & (sent | returned)
        )

    def _prepare_despatch_line(self, moves, unit: str) -> DespatchLine:
        """What these moves mean for this position.

        :param unit: of the position, as documents call it
        """
        shipped, article = self._bop_shipped(moves), self.product_id
        line = DespatchLine(
            uid=self.position_uid,
            quantity=self._bop_number(max(shipped, 0.0)),
            returned=self._bop_number(-shipped) if shipped < 0 else "",
            unit=unit,
            name=article.name,
            sku=article.default_code or ("" if article.barcode else article.name),
            gtin=article.barcode or "",
            **moves._prepare_lots(),
        )
        return despatch_line(
            line,
            ordered=self._bop_number(self.product_uom_qty),
            delivered=self._bop_number(self.qty_delivered),
            reason=self.env._("Follows in a later delivery."),
        )

    def _bop_number(self, quantity: float) -> str:
        """A quantity of this position as documents state it."""
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        return decimal_text(quantity, digits)
