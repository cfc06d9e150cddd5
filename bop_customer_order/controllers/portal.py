# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request, route

from odoo.addons.sale.controllers.portal import CustomerPortal


class AcceptancePortal(CustomerPortal):
    """What customers can do with an order that waits for acceptance, and with the offer
    of a change.
    """

    @route()
    def portal_quote_accept(
        self, order_id, access_token=None, name=None, signature=None
    ):
        """The customer signs. What cannot come into force changes nothing: he is told to
        ask us, and we are told why.
        """
        token = access_token or request.httprequest.args.get("access_token")
        try:
            # One that flushes would also run what belongs before the commit.
            with request.env.cr.savepoint(flush=False):
                return super().portal_quote_accept(
                    order_id, access_token=access_token, name=name, signature=signature
                )
        except UserError as error:
            request.env.invalidate_all(flush=False)
            order = self._document_check_access("sale.order", order_id, token)
            order.message_post(
                body=request.env._(
                    "The customer could not accept this online: %s", str(error)
                ),
                author_id=request.env.ref("base.partner_root").id,
                subtype_xmlid="mail.mt_note",
            )
            return {
                "error": request.env._(
                    "This cannot be accepted online just now, and nothing was changed."
                    " Please contact us."
                )
            }

    @route()
    def portal_quote_decline(
        self, order_id, access_token=None, decline_message=None, **kwargs
    ):
        """The customer refuses. A change he may refuse also when it could not be carried
        out.
        """
        try:
            order = self._document_check_access(
                "sale.order", order_id, access_token=access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        reason = (decline_message or "").strip()
        if not reason or not order._portal_is_asked():
            return super().portal_quote_decline(
                order_id,
                access_token=access_token,
                decline_message=reason,
                **kwargs,
            )
        back = order.predecessor_id
        order._portal_decline(reason, self._portal_author(order))
        return request.redirect(back.get_portal_url())

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
        author = self._portal_author(order)
        order._acceptance_withdraw()
        back.message_post(
            author_id=author.id,
            body=reason or request.env._("Withdrawn by the customer."),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        return request.redirect(back.get_portal_url())

    def _portal_author(self, order):
        """The contact who does something with ``order`` here."""
        user = request.env.user
        return order.partner_id if user._is_public() else user.partner_id
