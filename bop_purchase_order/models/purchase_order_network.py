# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.bop_contract.rules import exchange


class BopContractPair(models.Model):
    _inherit = "bop.contract.pair"

    @api.model
    def _order_models(self):
        return {**super()._order_models(), exchange.CUSTOMER: "purchase.order"}


class PurchaseOrderNetwork(models.Model):
    """The purchase order whose customer order is in the database of the vendor."""

    _inherit = "purchase.order"

    # === CONFIRMATION ===#
    def _contract_gate(self):
        """An order for a vendor on the network is sent, and waits until he accepts."""
        sent = self.browse()
        for order in self.sudo():
            peer = order._network_peer()
            if peer:
                order._vendor_wait()
                self.env["bop.contract.pair"]._begin(order, peer)
                sent |= order
        return super(PurchaseOrderNetwork, self - sent)._contract_gate()

    def _network_peer(self):
        """The network partner to whom this order is sent; empty when its vendor is
        none, or the network is switched off.
        """
        self.ensure_one()
        return (
            self.env["bop.peer"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("state", "=", "confirmed"),
                    ("digital_id.is_live", "=", True),
                    (
                        "partner_id.commercial_partner_id",
                        "=",
                        self.partner_id.commercial_partner_id.id,
                    ),
                ],
                limit=1,
            )
        )

    def button_cancel(self):
        """What waits at its vendor is asked back: he may have accepted it meanwhile."""
        waiting = self.filtered(
            lambda order: (
                order.vendor_acceptance_state == "waiting"
                and order.sudo().pair_id.open_message
            )
        )
        for order in waiting.sudo():
            order.pair_id._withdraw(self.env._("The order is withdrawn."))
            order._pair_post(
                self.env._(
                    "%s was asked to give the order back.", order.partner_id.name
                )
            )
        return super(PurchaseOrderNetwork, self - waiting).button_cancel()

    # === THE VENDOR'S ANSWER ===#
    def _pair_accepted(self, number):
        self._vendor_accepted(number)

    def _pair_refused(self, why, reason):
        """The vendor rejected, or gave back what was asked back."""
        if why == "withdrawn":
            order = self.sudo()
            order._vendor_reset()
            order.button_cancel()
        else:
            self._vendor_rejected(reason or self.env._("No reason was given."))
