# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders and offers on the portal, for a customer whose database is not on the network:
he consents to a change by his signature, or refuses it and says why.
"""

from __future__ import annotations

from odoo import models

from odoo.addons.bop_contract.models.capability import SYSTEM, hold, in_own_context


class SaleOrderPortal(models.Model):
    _inherit = "sale.order"

    # === WHAT THE CUSTOMER CAN DO ===#
    def _has_to_be_signed(self):
        """A change is agreed by signature, whatever quotations need. Nothing is signed
        that could not come into force.
        """
        if self._portal_is_hindered():
            return False
        if not self.is_offer:
            return super()._has_to_be_signed()
        return self._portal_is_asked() and not self.is_expired and not self.signature

    def _has_to_be_paid(self):
        return not self._portal_is_hindered() and super()._has_to_be_paid()

    def _portal_is_asked(self) -> bool:
        """Whether the customer is asked for his consent to this offer here: over the
        network his database would be.
        """
        self.ensure_one()
        offer = self.sudo()
        return (
            offer.is_offer
            and offer.state in ("draft", "sent")
            and offer.acceptance_state != "waiting"
            and not offer.predecessor_id.pair_id
            and bool(offer.offer_request_ids.filtered("is_open"))
        )

    def _portal_is_hindered(self) -> bool:
        """Whether something stands against this quotation or offer that we have to clear
        up first; the customer is told that, and not what.
        """
        self.ensure_one()
        order = self.sudo()
        if order.is_contract or order.state not in ("draft", "sent"):
            return False
        if order._portal_is_asked():
            return not order.offer_request_ids[:1].is_feasible
        return bool(order._intake_obstacle())

    # === WHAT HE DOES ===#
    def _portal_decline(self, reason: str, author) -> None:
        """The customer refuses this offer; the order stays as it is.

        :param reason: in his words
        :param author: the contact who refuses
        """
        self.ensure_one()
        offer = in_own_context(self.sudo())
        order, request = offer.predecessor_id, offer.offer_request_ids[:1]
        if request.state == "draft":
            request._advance("proposed")
        with hold(self.env, SYSTEM):
            request.refusal = reason
        offer._action_cancel()
        for document in (offer, order):
            document.message_post(
                author_id=author.id,
                body=reason,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
