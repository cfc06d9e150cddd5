# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A vendor whose database is on the network, without a database: what he says is put
where it arrives.
"""

import base64
import hashlib
import itertools
import uuid

from odoo import fields

from odoo.addons.bop_contract.models.capability import (
    NETWORK,
    SYSTEM,
    contract_token,
    hold,
)
from odoo.addons.bop_contract.ubl import conversation
from odoo.addons.bop_contract.ubl.billing import (
    INVOICE,
    Invoice,
    InvoiceLine,
    render_invoice,
    tax_subtotals,
)
from odoo.addons.bop_contract.ubl.common import Envelope, Trader
from odoo.addons.bop_contract.ubl.despatch_advice import (
    KIND,
    DespatchAdvice,
    DespatchLine,
    render_despatch_advice,
)

from .common import PurchaseCase

VENDOR = Trader("9914", "ATU12345675", "Südhandel")
US = Trader("9914", "ATU57780814", "We")


class NetworkCase(PurchaseCase):
    """A company and a vendor that are on the network; orders with a twin there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.digital = cls.env["bop.digital"].create(
            {"company_id": cls.company.id, "is_live": False}
        )
        cls.peer = cls.env["bop.peer"].create(
            {
                "name": cls.partner.name,
                "digital_id": cls.digital.id,
                "partner_id": cls.partner.id,
                "identifier": "digital of the vendor",
                "transport": "file",
                "state": "confirmed",
                "may_bill": True,
            }
        )
        cls.sequence = itertools.count(1)

    def _make_network_order(self, *items, **values):
        """A purchase order with a twin in the vendor's database."""
        return self._pair(self._make_order(*items, **values))

    def _pair(self, order):
        """Give an order a twin in the vendor's database."""
        if not order.is_contract:
            order.button_confirm()
        with hold(self.env, SYSTEM, contract_token(order)):
            order.pair_id = self.env["bop.contract.pair"].create(
                {
                    "company_id": order.company_id.id,
                    "peer_id": self.peer.id,
                    "role": "customer",
                    "number": order.name,
                }
            )
        return order

    def _agree_on(self, order, changes):
        """Both sides agreed on {product: quantity}; the order in force then."""
        request = self._change(order, changes, apply=False)
        said = conversation.positions(request.offer_id._contract_wire_terms())
        with hold(self.env, SYSTEM, NETWORK):
            order.pair_id.agreed_terms = said.to_dict()
            return request._apply()

    def _message(self, order, kind, body, sequence=None):
        """A message of the vendor, as it arrived."""
        return (
            self.env["bop.message"]
            .sudo()
            .create(
                {
                    "direction": "in",
                    "peer_id": self.peer.id,
                    "message_id": str(uuid.uuid4()),
                    "type": kind.customization,
                    "subject": order.pair_id.uuid,
                    "sequence": sequence or next(self.sequence),
                    "occurred_at": fields.Datetime.now(),
                    "content_type": "application/xml",
                    "body": base64.b64encode(body),
                    "body_sha256": hashlib.sha256(body).hexdigest(),
                    "state": "received",
                }
            )
        )

    def _position(self, order, product):
        return self._line(order, product).position_uid

    def _line(self, order, product):
        return order.order_line.filtered(
            lambda line: line.product_id == product and not line.is_execution
        )

    # === SHIPMENTS ===#
    def _prepare_shipment(self, order, number, *lines, at="10:00:00Z", **values):
        """What the vendor says of a shipment of (product, quantity[, values])."""
        return DespatchAdvice(
            Envelope(number, "2026-02-01", VENDOR, US, at),
            order.name,
            tuple(
                DespatchLine(
                    self._position(order, product),
                    quantity,
                    "C62",
                    product.name,
                    product.default_code,
                    **(more[0] if more else {}),
                )
                for product, quantity, *more in lines
            ),
            **values,
        )

    def _tell(self, order, advice, sequence=None):
        """The vendor tells of a shipment.

        :param sequence: of his message; the same one may arrive again
        """
        known = self.env["bop.message"].search(
            [("subject", "=", order.pair_id.uuid), ("sequence", "=", sequence)]
        )
        order._contract_receive_despatch(
            advice,
            known
            or self._message(order, KIND, render_despatch_advice(advice), sequence),
        )

    # === BILLS ===#
    def _prepare_line(self, order, product, quantity, price, **values):
        amount = f"{float(quantity) * float(price):.2f}"
        return InvoiceLine(
            **{
                "id": product.default_code,
                "quantity": quantity,
                "unit": "C62",
                "price": price,
                "amount": amount,
                "name": product.name,
                "category": "S",
                "rate": "15",
                "uid": self._position(order, product),
                **values,
            }
        )

    def _prepare_bill(self, order, *lines, number="INV/1", **values):
        """What the vendor bills: (product, quantity, price[, values])."""
        billed = tuple(
            self._prepare_line(order, *line[:3], **(line[3] if len(line) > 3 else {}))
            for line in lines
        )
        return Invoice(
            **{
                "envelope": Envelope(number, "2026-02-01", VENDOR, US),
                "currency": order.currency_id.name,
                "lines": billed,
                "taxes": tax_subtotals(billed),
                "order": order.name,
                **values,
            }
        )

    def _take(self, order, invoice):
        """The vendor's bill arrives; the vendor bill that became of it."""
        message = self._message(order, INVOICE, render_invoice(invoice))
        order._contract_receive_invoice(invoice, message)
        return self.env["account.move"].search([("bop_message_id", "=", message.id)])

    def _codes(self, bill):
        return [difference["code"] for difference in bill.bop_differences or []]
