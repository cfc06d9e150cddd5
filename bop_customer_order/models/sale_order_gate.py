# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The gate: an order comes into force only when it is accepted.

Every road to a confirmed order leads through ``action_confirm``, or writes the state
directly. The gate stands before the first of all addons that extend ``action_confirm``:
for an order that waits, none of them runs.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import wraps

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.bop_contract.models.passing import is_passing, passing

#: Set while a file is imported.
_importing: ContextVar[bool] = ContextVar("bop_importing", default=False)


def behind_gate(confirm):
    """``action_confirm`` behind the gate."""

    @wraps(confirm)
    def action_confirm(self, *args, **kwargs):
        """Confirm the orders that pass; no addon sees those that wait."""
        waited = self.filtered(lambda order: order.acceptance_state == "waiting")
        orders = self._acceptance_gate()
        if self and not orders:
            return True
        with passing(orders):
            result = confirm(orders, *args, **kwargs)
        accepted = (waited & orders).filtered(
            lambda order: order.acceptance_state == "accepted"
        )
        if accepted:
            accepted._acceptance_finish()
        return result

    action_confirm.bop_gate = True
    return action_confirm


class SaleOrderGate(models.Model):
    _inherit = "sale.order"

    # === THE GATE ===#
    def _register_hook(self):
        """Put the gate in front of what all addons made of ``action_confirm``."""
        super()._register_hook()
        model_class = self.env.registry[self._name]
        if not hasattr(model_class.action_confirm, "bop_gate"):
            model_class.action_confirm = behind_gate(model_class.action_confirm)

    def _unregister_hook(self):
        model_class = self.env.registry[self._name]
        own = vars(model_class).get("action_confirm")
        if hasattr(own, "bop_gate"):
            del model_class.action_confirm
        return super()._unregister_hook()

    def _acceptance_gate(self):
        """Decide on these orders, and let those pass that are accepted. Confirming an
        offer applies the change it stands for.

        What Odoo itself refuses to confirm passes, for Odoo to refuse it. Where
        contracts were switched off meanwhile, what waited is a plain order.

        :return: the orders to go on with; the others wait or are rejected
        """
        self.check_access("write")  # what follows is done for everybody alike
        offers = self.filtered("is_offer")
        offers._apply_offers()
        orders = self - offers
        plain = orders.filtered(lambda order: not order.company_id.sudo().bop_contracts)
        plain.filtered("acceptance_state")._acceptance_reset()
        undecided = orders.filtered(
            lambda order: (
                not is_passing(order)
                and order._acceptance_applies()
                and not order._confirmation_error_message()
            )
        )
        return orders - undecided + undecided._acceptance_decide_all()

    def _acceptance_applies(self) -> bool:
        """Whether anybody decides on this order: not on a contract, nor in a company
        that makes none.
        """
        self.ensure_one()
        return not self.is_contract and bool(self.company_id.sudo().bop_contracts)

    # === STATE WRITTEN DIRECTLY ===#
    def _acceptance_check_direct(self) -> None:
        """Decide on orders that were written into force past ``action_confirm``, by a
        client, an import or another addon.

        :raises UserError: the order is not accepted; the caller's work is undone
        """
        undecided = self.filtered(
            lambda order: (
                order.state == self._contract_live_state and order._acceptance_applies()
            )
        )
        refused = undecided - undecided._acceptance_decide_all(direct=True)
        for order in refused[:1]:
            raise UserError(
                self.env._(
                    "%(order)s cannot be put in force like this: its acceptance has to"
                    " be decided. Create it as a quotation and confirm it; it then"
                    " waits.\n%(reasons)s",
                    order=order.name,
                    reasons=order.acceptance_reason_text,
                )
            )

    # === ORIGIN ===#
    @api.model
    def load(self, fields, data):
        """Remember that what is created now comes from a file."""
        reset = _importing.set(True)
        try:
            return super().load(fields, data)
        finally:
            _importing.reset(reset)

    @api.model
    def _contract_check_create(self, vals_list):
        vals_list = super()._contract_check_create(vals_list)
        if not _importing.get():
            return vals_list
        return [{**vals, "order_origin": "import"} for vals in vals_list]
