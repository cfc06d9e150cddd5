# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Waiting for the vendor: an order that is sent to a vendor who answers by machine comes
into force only by his acceptance, and is frozen meanwhile.

Nothing here sends anything: the network asks with :meth:`_contract_gate`, lets the order
wait, and tells what the vendor answered.
"""

from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.bop_contract.models.capability import contract_token, holds


class PurchaseOrderVendor(models.Model):
    _inherit = "purchase.order"

    # === FIELDS ===#
    vendor_acceptance_state = fields.Selection(
        selection=[
            ("waiting", "Waiting for the vendor"),
            ("accepted", "Accepted by the vendor"),
            ("rejected", "Rejected by the vendor"),
        ],
        string="Vendor's Answer",
        copy=False,
        readonly=True,
        index="btree_not_null",
        tracking=True,
        help="Empty: this vendor does not have to be asked.",
    )
    vendor_acceptance_reason = fields.Text(
        string="Vendor's Reason", copy=False, readonly=True
    )
    vendor_acceptance_at = fields.Datetime(
        string="Vendor's Answer on",
        copy=False,
        readonly=True,
        help="When the vendor was asked or, once there is an answer, when it came.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("vendor_acceptance_state")
    def _compute_business_status(self):
        return super()._compute_business_status()

    def _prepare_business_facts(self):
        return {
            **super()._prepare_business_facts(),
            "waiting": self.vendor_acceptance_state == "waiting",
            "rejected": self.vendor_acceptance_state == "rejected",
        }

    # === THE GUARD ===#
    @api.model
    def _contract_system_fields(self):
        return [*super()._contract_system_fields(), *VENDOR_FIELDS]

    def _contract_is_open(self):
        waiting = self.vendor_acceptance_state == "waiting"
        return super()._contract_is_open() and (
            not waiting or holds(contract_token(self))
        )

    def _contract_bound_text(self):
        self.ensure_one()
        if self.is_contract:
            return super()._contract_bound_text()
        return self.env._(
            "%(order)s waits for the acceptance of %(vendor)s",
            order=self.name,
            vendor=self.partner_id.name,
        )

    def _contract_way_out(self):
        self.ensure_one()
        if self.is_contract or self.vendor_acceptance_state != "waiting":
            return super()._contract_way_out()
        return self.env._(
            "Wait for the answer, or cancel the order and make a new one."
        )

    def _contract_check_unlink(self):
        for order in self:
            if not order._contract_is_open() and not order.is_contract:
                order._contract_check_action(self.env._("Delete"))
        return super()._contract_check_unlink()

    def _vendor_check_not_waiting(self) -> None:
        """Refuse to go on with an order whose vendor has not answered.

        :raises UserError: names the order and the vendor
        """
        for order in self.filtered(
            lambda order: order.vendor_acceptance_state == "waiting"
        )[:1]:
            raise UserError(
                self.env._(
                    "%(bound)s. It is confirmed by itself as soon as he accepts.",
                    bound=order._contract_bound_text(),
                )
            )

    # === BUSINESS METHODS ===#
    def _vendor_wait(self) -> None:
        """Let these orders wait for their vendors: they were sent, and nobody edits
        them until there is an answer.

        :raises UserError: an order that cannot be accepted any more
        """
        for order in self.filtered(
            lambda order: order.is_contract or order.state == "cancel"
        )[:1]:
            raise UserError(
                self.env._(
                    "%s is in force or cancelled: there is nothing its vendor could"
                    " accept.",
                    order.name,
                )
            )
        self._vendor_write("waiting")

    def _vendor_accepted(self, vendor_number: str = "") -> None:
        """The vendor accepts: the order is confirmed, and is a contract.

        :param vendor_number: his number of the order
        :raises UserError: the order does not wait for him
        """
        self.ensure_one()
        self._vendor_check_waiting()
        self._vendor_write("accepted")
        order = self.sudo()
        if vendor_number:
            order.partner_ref = vendor_number
        if order.state == "to approve":
            order.button_approve()
        else:
            order.button_confirm()

    def _vendor_rejected(self, reason: str) -> None:
        """The vendor rejects: the order is cancelled, and its buyer is told why.

        :param reason: in the words of the vendor
        :raises UserError: the order does not wait for him
        """
        self.ensure_one()
        self._vendor_check_waiting()
        self._vendor_write("rejected", reason)
        order = self.sudo()
        order.button_cancel()
        note = self.env._(
            "%(vendor)s rejected %(order)s: %(reason)s",
            vendor=order.partner_id.name,
            order=order.name,
            reason=reason,
        )
        order.message_post(body=note)
        order.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=self.env._("Rejected by the vendor"),
            note=note,
            user_id=(order.user_id or order.create_uid).id,
        )

    def _vendor_withdraw(self) -> None:
        """Hook: what waits is taken back by its buyer, before it is cancelled."""
        self.filtered(
            lambda order: order.vendor_acceptance_state == "waiting"
        )._vendor_reset()

    def _vendor_reset(self) -> None:
        """The vendor was not asked: a request for quotation like any other."""
        asked = self.filtered("vendor_acceptance_state")
        with self._contract_hold(*asked):
            asked.sudo().write(dict.fromkeys(VENDOR_FIELDS, False))

    def _vendor_write(self, state: str, reason: str = "") -> None:
        values = (state, reason, fields.Datetime.now())
        with self._contract_hold(*self):
            self.sudo().write(dict(zip(VENDOR_FIELDS, values, strict=True)))

    def _vendor_check_waiting(self) -> None:
        if self.vendor_acceptance_state != "waiting":
            raise UserError(
                self.env._(
                    "%(order)s does not wait for an answer of %(vendor)s.",
                    order=self.name,
                    vendor=self.partner_id.name,
                )
            )

    # === CONFIRMATION ===#
    def _contract_pass_gate(self):
        """Those of these orders that may come into force now: plain orders, what its
        vendor accepted, and what the gate lets pass.
        """
        asked = self.filtered(
            lambda order: (
                order.company_id.sudo().bop_contracts
                and order.vendor_acceptance_state != "accepted"
            )
        )
        return self - asked + asked._contract_gate()

    def _contract_gate(self):
        """Hook: which of these orders may come into force now. The others have to be
        accepted by somebody first; whoever holds them back lets them wait
        (:meth:`_vendor_wait`).

        :return: the orders to go on with
        """
        return self

    def _approval_allowed(self):
        """An order was approved before it was sent to its vendor."""
        return self.vendor_acceptance_state == "accepted" or super()._approval_allowed()


VENDOR_FIELDS = (
    "vendor_acceptance_state",
    "vendor_acceptance_reason",
    "vendor_acceptance_at",
)
