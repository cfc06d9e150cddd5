# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is on its way, as the vendor tells it (S0.29)."""

from __future__ import annotations

from odoo import api, fields, models
from odoo.tools import plaintext2html

from odoo.addons.bop_contract.ubl.despatch_advice import DespatchAdvice


class BopContractPair(models.Model):
    _inherit = "bop.contract.pair"

    vendor_shipment_ids = fields.One2many(
        "bop.vendor.shipment", "pair_id", string="Shipments", readonly=True
    )


class PurchaseOrderShipments(models.Model):
    _inherit = "purchase.order"

    # === FIELDS ===#
    vendor_shipment_ids = fields.One2many(
        related="pair_id.vendor_shipment_ids", string="Shipments of the Vendor"
    )
    vendor_shipping = fields.Selection(
        selection=[
            ("none", "Nothing sent yet"),
            ("partial", "Partly sent"),
            ("full", "All sent"),
        ],
        string="Sent by the Vendor",
        compute="_compute_vendor_shipping",
        store=True,
        help="What the vendor tells over the network; empty for other vendors.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("pair_id", "order_line.vendor_shipped", "order_line.product_qty")
    def _compute_vendor_shipping(self):
        for order in self:
            lines = order.order_line.filtered(
                lambda line: (
                    line.product_id.type == "consu"
                    and line.product_qty > 0
                    and not line.display_type
                )
            )
            if not order.pair_id or not lines:
                order.vendor_shipping = False
            elif not any(line.vendor_shipped > 0 for line in lines):
                order.vendor_shipping = "none"
            elif all(line._is_all_sent() for line in lines):
                order.vendor_shipping = "full"
            else:
                order.vendor_shipping = "partial"

    # === BUSINESS METHODS ===#
    def _contract_receive_despatch(self, advice: DespatchAdvice, message) -> None:
        """Note what the vendor says of a shipment of this order.

        :param message: that brought it
        :raises MessageRefused: its number is that of another shipment
        """
        self.ensure_one()
        shipment = self.env["bop.vendor.shipment"]._note(self.pair_id, advice, message)
        if shipment:
            self._post_shipment(shipment)

    def _post_shipment(self, shipment) -> None:
        """Let the people who follow the order read about a shipment."""
        known = set(self.order_line.mapped("position_uid"))
        strange = [
            line.name for line in shipment._despatch_lines() if line.uid not in known
        ]
        texts = [
            self.env._(
                "%(vendor)s tells of shipment %(number)s:",
                vendor=self.partner_id.name,
                number=shipment.number,
            ),
            shipment.content,
        ]
        if strange:
            texts.append(
                self.env._("Not on this order: %s", ", ".join(map(str, strange)))
            )
        self.sudo().message_post(
            body=plaintext2html("\n".join(texts)), subtype_xmlid="mail.mt_note"
        )


class PurchaseOrderLineShipments(models.Model):
    _inherit = "purchase.order.line"

    # === FIELDS ===#
    vendor_shipped = fields.Float(
        string="Sent",
        digits="Product Unit",
        compute="_compute_vendor_shipped",
        store=True,
        help="What the vendor has sent of this position in all, less what he took back,"
        " as he tells over the network.",
    )
    vendor_on_way = fields.Float(
        string="On Its Way",
        digits="Product Unit",
        compute="_compute_vendor_on_way",
        help="Sent by the vendor and not received yet.",
    )

    # === COMPUTE METHODS ===#
    @api.depends(
        "position_uid", "order_id.pair_id", "order_id.pair_id.vendor_shipment_ids.lines"
    )
    def _compute_vendor_shipped(self):
        pairs = self.order_id.pair_id.sudo()
        sent = {pair.id: pair.vendor_shipment_ids._progress() for pair in pairs}
        for line in self:
            of_pair = sent.get(line.order_id.pair_id.id, {})
            line.vendor_shipped = float(of_pair.get(line.position_uid, 0))

    @api.depends("vendor_shipped", "qty_received")
    def _compute_vendor_on_way(self):
        for line in self:
            line.vendor_on_way = max(line.vendor_shipped - line.qty_received, 0.0)

    # === BUSINESS METHODS ===#
    def _is_all_sent(self) -> bool:
        return self.product_uom_id.compare(self.vendor_shipped, self.product_qty) >= 0
