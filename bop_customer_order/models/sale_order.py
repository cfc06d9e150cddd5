# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.bop_contract.models.capability import (
    EXECUTION,
    SYSTEM,
    hold,
    in_own_context,
)

#: Orders that were accepted and are on their way through ``action_confirm``. They
#: become contracts at its end, when every addon has done its part.
_passing: ContextVar[frozenset[int]] = ContextVar("bop_passing", default=frozenset())


@contextmanager
def passing(orders: models.BaseModel) -> Iterator[None]:
    """Inside the block these orders are accepted: nobody decides on them again."""
    reset = _passing.set(_passing.get().union(orders.ids))
    try:
        yield
    finally:
        _passing.reset(reset)


def is_passing(order: models.BaseModel) -> bool:
    """Whether ``order`` was accepted and is being confirmed by the running code."""
    return order.id in _passing.get()


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

    def action_change_order(self):
        """Open the offer to change this order, made now if there is none.

        :return: action that opens the offer
        """
        self.ensure_one()
        self._contract_check_changer()
        request = self._contract_open_request() or self._contract_request_change()
        return request.offer_id._get_records_action(name=request.name)

    def action_apply_change(self):
        """Apply the change this offer stands for.

        :return: action that opens the order in force
        """
        self.ensure_one()
        return self._contract_request_of_offer().action_apply()

    def action_discard_change(self):
        """Discard this offer and go back to the order."""
        self.ensure_one()
        order = self.predecessor_id
        self._contract_request_of_offer().action_withdraw()
        return order._get_records_action(name=order.name)

    def action_cancel_contract(self):
        """Open an offer with quantity 0 on every position: applied, it cancels the
        order (S2.11).
        """
        self.ensure_one()
        action = self.action_change_order()
        self._contract_open_request().offer_id._contract_lines().filtered(
            lambda line: not line.display_type
        ).product_uom_qty = 0
        return action

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
    def _contract_open_request(self):
        """The open change request for this order, if any."""
        self.ensure_one()
        return self.change_request_ids.filtered("is_open")[:1]

    def _contract_request_of_offer(self):
        """The open change request this offer belongs to.

        :raises UserError: this order is no offer
        """
        self.ensure_one()
        request = self.offer_request_ids.filtered("is_open")[:1]
        if not request:
            raise UserError(
                self.env._("%s is not an open offer to change an order.", self.name)
            )
        return request

    def _contract_request_change(self, **values):
        """Make a change request with its offer.

        :param values: reason, initiator, consent of the request
        :return: the new ``sale.change.request``
        :raises UserError: not in force, or a change is open already
        """
        self.ensure_one()
        self._contract_check_changer()
        order = in_own_context(self.sudo())
        order._contract_lock()
        order._contract_check_current()
        if request := order._contract_open_request():
            raise UserError(
                self.env._(
                    "%(order)s has an open change already (%(request)s by %(user)s)."
                    " Apply or discard it first.",
                    order=order.name,
                    request=request.name,
                    user=request.create_uid.name,
                )
            )
        order._contract_seal_if_missing()
        with hold(self.env, SYSTEM):
            request = order.env["sale.change.request"].create(
                {**order._prepare_request_vals(), **values}
            )
        return request.with_env(self.env)

    def _contract_check_changer(self) -> None:
        """Whether the user may change this order: Odoo lets the warehouse write orders
        too, but changing one is up to sales.

        :raises AccessError: no sales rights, or not on this order
        """
        self.env["sale.change.request"].check_access("write")
        self.check_access("write")

    def _prepare_request_vals(self) -> dict[str, object]:
        self.ensure_one()
        return {
            "order_id": self.id,
            "offer_id": self._contract_make_offer().id,
            "company_id": self.company_id.id,
            "base_hash": self._contract_seals()[-1:].hash,
        }

    def _apply_offers(self) -> None:
        """Confirming an offer is applying it; a signature of the customer is his
        consent.
        """
        for offer in self:
            request = offer._contract_request_of_offer()
            if offer.signed_by:
                request.write({"consent": "portal", "consent_note": offer.signed_by})
            request._apply()

    def _propose_offers(self) -> None:
        """An offer that is sent to the customer is proposed to him."""
        requests = self.filtered("is_offer").sudo().offer_request_ids
        requests.filtered(lambda request: request.state == "draft")._advance("proposed")

    def _close_offers(self) -> None:
        """An offer that is cancelled or deleted is off the table: declined if it was
        proposed, else withdrawn.

        The offer of a change that is being applied is not: it has served its purpose
        when the order it changes is cancelled.
        """
        requests = self.filtered("is_offer").sudo().offer_request_ids
        for request in requests.filtered(
            lambda request: request.state in ("draft", "proposed")
        ):
            request._advance("rejected" if request.state == "proposed" else "withdrawn")
