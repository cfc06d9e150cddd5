# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import base64

from odoo import api, models

from odoo.addons.bop_network.exceptions import MessageRefused

from ..ubl.billing import CREDIT_NOTE, INVOICE
from ..ubl.conversation import CUSTOMIZATIONS
from ..ubl.despatch_advice import KIND as DESPATCH_ADVICE
from ..ubl.document import document_kind, parse_document
from ..ubl.order import KIND as ORDER
from ..ubl.order_cancellation import KIND as ORDER_CANCELLATION
from ..ubl.order_change import KIND as ORDER_CHANGE
from ..ubl.order_response import KIND as ORDER_RESPONSE
from ..ubl.safe_xml import UblError
from .capability import NETWORK, hold

DESPATCHES = frozenset({DESPATCH_ADVICE.customization})
BILLS = frozenset({INVOICE.customization, CREDIT_NOTE.customization})


class BopMessage(models.Model):
    _inherit = "bop.message"

    @api.model
    def _type_names(self):
        return {
            **super()._type_names(),
            ORDER.customization: self.env._("Order"),
            ORDER_CHANGE.customization: self.env._("Order change"),
            ORDER_CANCELLATION.customization: self.env._("Order cancellation"),
            ORDER_RESPONSE.customization: self.env._("Order response"),
            DESPATCH_ADVICE.customization: self.env._("Shipment"),
            INVOICE.customization: self.env._("Invoice or credit note"),
        }

    def _handle(self):
        """Let a document about an order take effect.

        :raises MessageRefused: it is none, or about nothing that is known here
        """
        if self.type not in CUSTOMIZATIONS | DESPATCHES | BILLS:
            return super()._handle()
        body = base64.b64decode(self.body or b"")
        try:
            kind, document = document_kind(body), parse_document(body)
        except UblError as error:
            raise MessageRefused(str(error)) from error
        if kind.customization != self.type:
            raise MessageRefused(
                self.env._("The message announces another document than it carries.")
            )
        with hold(self.env, NETWORK):
            return self._take_document(document)

    def _take_document(self, document) -> None:
        """Give a document to the contract it is about."""
        pairs = self.env["bop.contract.pair"]
        if self.type in CUSTOMIZATIONS:
            pairs._receive(self, document)
            return
        order = pairs._order_of(self)
        if self.type in DESPATCHES:
            order._contract_receive_despatch(document, self)
        else:
            order._contract_receive_invoice(document, self)

    def _on_refused(self, reason: str) -> None:
        """The other side can never take a proposal of ours: it is off the table."""
        result = super()._on_refused(reason)
        pairs = self.env["bop.contract.pair"].sudo()
        pair = pairs.search(
            [
                ("peer_id", "=", self.peer_id.id),
                ("open_message", "=", self.message_id),
            ]
        )
        with hold(self.env, NETWORK):
            for refused in pair.filtered(lambda pair: pair._is_ours()):
                refused._hear_refusal(self, reason)
        return result
