# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models

from odoo.addons.bop_contract.models.capability import EXECUTION, hold
from odoo.addons.bop_contract.models.passing import is_passing, passing


class SaleOrder(models.Model):
    """The customer order: the supplier's perspective of the contract (S0.1, S0.9)."""

    _name = "sale.order"
    _inherit = ["sale.order", "bop.contract"]

    # === FIELDS ===#
    predecessor_id = fields.Many2one(
        "sale.order",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    successor_id = fields.Many2one(
        "sale.order",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    root_id = fields.Many2one(
        "sale.order",
        string="First Version",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    change_request_ids = fields.One2many(
        "sale.change.request", "order_id", string="Change Requests"
    )
    offer_request_ids = fields.One2many(
        "sale.change.request", "offer_id", string="Offer of"
    )

    # === COMPUTE METHODS ===#
    @api.depends(
        "order_line.product_uom_qty",
        "order_line.qty_delivered",
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

    def _contract_accept_outside_confirm(self) -> None:
        """Imports and connectors write the state directly; such an order is decided
        upon, and a contract, as well.
        """
        direct = self.filtered(lambda order: not is_passing(order))
        direct._acceptance_check_direct()
        direct._contract_accept()

    # === ACTION METHODS ===#
    def action_confirm(self):
        """Confirm the orders that are accepted, and make contracts of them; the others
        wait or are rejected (see ``sale_order_gate``).
        """
        orders = self._acceptance_gate()
        if not orders:
            return True
        with passing(orders):
            result = super(SaleOrder, orders).action_confirm()
            orders._contract_accept()
        return result

    def action_cancel(self):
        """Discard offers, cancel quotations, refuse contracts.

        :raises UserError: a contract is cancelled by changing it to 0
        """
        self._contract_check_action(self.env._("Cancel"))
        self.filtered("is_offer").offer_request_ids.action_withdraw()
        return super(SaleOrder, self.exists()).action_cancel()

    def _action_cancel(self):
        self._contract_check_action(self.env._("Cancel"))
        self._close_offers()
        return super()._action_cancel()

    def action_draft(self):
        """Refuse contracts, and offers whose change was decided.

        :raises UserError: names the order and the way
        """
        self._contract_check_action(self.env._("Set to Quotation"))
        for offer in self.filtered("is_offer"):
            offer._contract_request_of_offer()
        return super().action_draft()

    def action_unlock(self):
        self._contract_check_action(self.env._("Unlock"))
        return super().action_unlock()

    @api.model
    def _contract_guarded_fields(self):
        """The customer's signature stands under these terms and no others."""
        return [
            *super()._contract_guarded_fields(),
            "signed_by",
            "signed_on",
            "signature",
        ]

    # === EXECUTION LINES ===#
    def _create_down_payment_lines_from_base_lines(self, down_payment_base_lines):
        """Down payments are added to a confirmed order to bill them: no terms of the
        contract.
        """
        with hold(self.env, EXECUTION):
            return super()._create_down_payment_lines_from_base_lines(
                down_payment_base_lines
            )

    def _create_down_payment_section_line_if_needed(self):
        with hold(self.env, EXECUTION):
            return super()._create_down_payment_section_line_if_needed()

    # === CHANGE REQUESTS ===#
    def _contract_offer_consent(self):
        """A signature of the customer is his consent."""
        if not self.signed_by:
            return super()._contract_offer_consent()
        return {"consent": "portal", "consent_note": self.signed_by}
