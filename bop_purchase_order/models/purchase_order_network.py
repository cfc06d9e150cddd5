# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

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
        """What waits at its vendor is asked back: he may have accepted it meanwhile. A
        counter-offer of his is refused.

        :raises UserError: he accepted what was agreed with him
        """
        waiting = self.filtered(
            lambda order: order.vendor_acceptance_state == "waiting"
        )
        at_vendor = waiting.filtered(lambda order: order.sudo().pair_id.open_message)
        (waiting - at_vendor)._network_check_not_agreed()
        reason = self.env._("The order is withdrawn.")
        for order in at_vendor.sudo():
            if order.pair_id._is_ours():
                order._network_ask_back(reason)
            else:
                order._contract_open_request()._refuse(reason)
        return super(PurchaseOrderNetwork, self - at_vendor).button_cancel()

    def _network_ask_back(self, reason: str) -> None:
        self.pair_id._withdraw(reason)
        self._pair_post(
            self.env._("%s was asked to give the order back.", self.partner_id.name)
        )

    def _network_check_not_agreed(self) -> None:
        """What both sides agreed to cannot be cancelled because it could not be put in
        force here yet.

        :raises UserError: names the order, and the change that waits
        """
        for order in self.sudo().filtered("pair_id.agreed_hash")[:1]:
            raise UserError(
                self.env._(
                    "%(vendor)s accepted %(order)s as it was agreed (%(request)s). Apply"
                    " that first, and then propose to cancel the order.",
                    vendor=order.partner_id.name,
                    order=order.name,
                    request=order._contract_open_request().name,
                )
            )

    # === THE VENDOR'S ANSWER ===#
    def _pair_accepted(self, number):
        self._vendor_accepted(number)

    def _prepare_successor_vals(self, offer):
        """The vendor told the number of this version when he accepted it; the reference
        that it takes over is that of the version before.
        """
        values = super()._prepare_successor_vals(offer)
        if number := self.sudo().pair_id.twin_number:
            values["partner_ref"] = number
        return values

    def _negotiation_put_in_force(self, offer):
        self._vendor_accepted(self.sudo().pair_id.twin_number or "")

    def _pair_refused(self, why, reason):
        """The vendor rejected, or gave back what was asked back."""
        if why == "withdrawn":
            order = self.sudo()
            order._vendor_reset()
            order.button_cancel()
        else:
            self._vendor_rejected(reason or self.env._("No reason was given."))
