# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.bop_contract.models.capability import EXECUTION, hold
from odoo.addons.bop_contract.models.passing import is_passing, passing


class PurchaseOrder(models.Model):
    """The purchase order: the customer's perspective of the contract (S0.1, S0.9)."""

    _name = "purchase.order"
    _inherit = ["purchase.order", "bop.contract"]

    _contract_live_state = "purchase"
    _contract_waiting = ("vendor_acceptance_state", "waiting")

    # === FIELDS ===#
    predecessor_id = fields.Many2one(
        "purchase.order",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    successor_id = fields.Many2one(
        "purchase.order",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    root_id = fields.Many2one(
        "purchase.order",
        string="First Version",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    change_request_ids = fields.One2many(
        "purchase.change.request", "order_id", string="Change Requests"
    )
    offer_request_ids = fields.One2many(
        "purchase.change.request", "offer_id", string="Offer of"
    )
    fulfilment_status = fields.Selection(
        selection=[
            ("none", "Nothing to receive"),
            ("open", "Open"),
            ("partial", "Partially received"),
            ("full", "Received"),
            ("over", "Over-received"),
        ],
        string="Receipt",
    )

    # === COMPUTE METHODS ===#
    @api.depends(
        "order_line.product_qty",
        "order_line.qty_received",
        "order_line.qty_invoiced",
        "order_line.is_execution",
    )
    def _compute_position_totals(self):
        return super()._compute_position_totals()

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        """Guard what only the system writes; an order that is born in force is a
        contract.
        """
        orders = super().create(self._contract_check_create(vals_list))
        orders._contract_accept_outside_confirm()
        return orders

    def write(self, vals):
        """Guard the terms of contracts. An order that is put in force becomes a
        contract, an offer that is sent is proposed.

        :raises UserError: names the order, the fields and the way
        """
        self._contract_check_write(vals)
        result = super().write(vals)
        if vals.get("state") == self._contract_live_state:
            self._contract_accept_outside_confirm()
        elif vals.get("state") == "sent":
            self._propose_offers()
        return result

    def unlink(self):
        """Say what a contract is before Odoo says to cancel it first."""
        self._contract_check_unlink()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_close_offers(self):
        self._close_offers()

    @api.ondelete(at_uninstall=False)
    def _unlink_if_cancelled(self):
        """An offer is no order of its own: it goes when its change is discarded."""
        return super(
            PurchaseOrder, self.filtered(lambda order: not order.predecessor_id)
        )._unlink_if_cancelled()

    def _contract_accept_outside_confirm(self) -> None:
        """Imports and connectors write the state directly; such an order is a contract
        as well.

        :raises UserError: its vendor has to be asked first
        """
        direct = self.filtered(
            lambda order: (
                not is_passing(order)
                and not order.is_contract
                and order._contract_applies()
            )
        )
        for order in (direct - direct._contract_pass_gate())[:1]:
            raise UserError(
                self.env._(
                    "%(order)s cannot be put in force like this: %(vendor)s has to"
                    " accept it first. Create it as a request for quotation and confirm"
                    " it; it then waits.",
                    order=order.name,
                    vendor=order.partner_id.name,
                )
            )
        direct._contract_accept()

    # === ACTION METHODS ===#
    def button_confirm(self):
        """Confirm what is no contract yet. Confirming an offer applies the change it
        stands for.

        :raises UserError: an order waits for its vendor
        """
        self._vendor_check_not_waiting()
        offers = self.filtered("is_offer")
        offers._apply_offers()
        return super(PurchaseOrder, self - offers).button_confirm()

    def button_approve(self, force=False):
        """Put the orders in force that may be, and make contracts of them. An order in
        force is not put in force again: that would order its receipts anew.

        :raises UserError: an order waits for its vendor, or is an offer
        """
        self._vendor_check_not_waiting()
        approved = self.filtered(
            lambda order: not order.is_contract and order._approval_allowed()
        )
        approved._contract_check_acceptance({"state": self._contract_live_state})
        orders = approved._contract_pass_gate()
        with passing(orders):
            result = super(PurchaseOrder, orders).button_approve(force=force)
            orders._contract_accept()
        return result

    def button_cancel(self):
        """Discard offers, cancel requests for quotation, refuse contracts.

        :return: ``True``
        :raises UserError: a contract is cancelled by changing it to 0
        """
        self._vendor_withdraw()
        self._contract_check_action(self.env._("Cancel"))
        self.filtered("is_offer").offer_request_ids.filtered(
            "is_open"
        ).action_withdraw()
        super(PurchaseOrder, self.exists()).button_cancel()
        # Workaround: Odoo's method answers None, which XML-RPC cannot say, so that its
        # caller is told of a failure although the order is cancelled.
        return True

    def button_draft(self):
        """Refuse contracts, and offers whose change was decided.

        :raises UserError: names the order and the way
        """
        self._contract_check_action(self.env._("Set to Draft"))
        for offer in self.filtered("is_offer"):
            offer._contract_request_of_offer()
        self._vendor_reset()
        return super().button_draft()

    def button_unlock(self):
        self._contract_check_action(self.env._("Unlock"))
        return super().button_unlock()

    def action_merge(self):
        """Merge requests for quotation: an offer and an order that waits for its vendor
        are none.

        :raises UserError: names the order
        """
        self._vendor_check_not_waiting()
        for offer in self.filtered("is_offer")[:1]:
            raise UserError(
                self.env._(
                    "%(offer)s is the offer to change %(order)s: it cannot be merged"
                    " with other requests for quotation.",
                    offer=offer.name,
                    order=offer.predecessor_id.name,
                )
            )
        return super().action_merge()

    # === EXECUTION LINES ===#
    def _create_downpayments(self, line_vals):
        """Down payments are added to a confirmed order to bill them: no terms of the
        contract.
        """
        with hold(self.env, EXECUTION):
            return super()._create_downpayments(line_vals)

    # === PORTAL ===#
    def _update_date_planned_for_lines(self, updated_dates):
        """A vendor cannot rewrite the dates of an agreed order from the portal.

        :raises UserError: tells him whom to ask
        """
        for order in self.filtered(lambda order: not order._contract_is_open()):
            buyer = order.sudo().user_id or order.sudo().company_id.partner_id
            raise UserError(
                self.env._(
                    "The dates of %(order)s are agreed and cannot be changed here."
                    " Propose other dates to %(buyer)s (%(email)s).",
                    order=order.name,
                    buyer=buyer.name,
                    email=buyer.email or order.sudo().company_id.email or "",
                )
            )
        return super()._update_date_planned_for_lines(updated_dates)
