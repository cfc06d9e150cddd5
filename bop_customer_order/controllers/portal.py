# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, MissingError
from odoo.http import request, route

from odoo.addons.sale.controllers.portal import CustomerPortal


class AcceptancePortal(CustomerPortal):
    """What customers can do with an order that waits for acceptance."""

    @route(
        ["/my/orders/<int:order_id>/withdraw"],
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_order_withdraw(self, order_id, access_token=None, reason=None, **kwargs):
        """The customer takes his order back before it is accepted.

        :param str reason: why, in his words; may be empty
        """
        try:
            order = self._document_check_access(
                "sale.order", order_id, access_token=access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        if order.acceptance_state != "waiting":
            return request.redirect(
                order.get_portal_url(query_string="&message=cant_withdraw")
            )
        back = order.predecessor_id if order.is_offer else order
        user = request.env.user
        author = order.partner_id if user._is_public() else user.partner_id
        order._acceptance_withdraw()
        back.message_post(
            author_id=author.id,
            body=reason or request.env._("Withdrawn by the customer."),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        return request.redirect(back.get_portal_url())
