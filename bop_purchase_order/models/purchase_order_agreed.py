# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is agreed is computed from nothing any more.

Odoo computes prices, dates, texts and the drop shipping address of purchase orders from
master data and from customer orders, and other addons extend these computations. On a
contract they have nothing to say, whichever addon asks: so the exception stands in front
of all that addons made of them.
"""

from __future__ import annotations

from functools import wraps

from odoo import models


def keeping_agreed(compute):
    """A computation that leaves alone what is agreed."""

    @wraps(compute)
    def kept(self, *args, **kwargs):
        return compute(self - self._filter_agreed(), *args, **kwargs)

    kept.bop_keeps_agreed = True
    return kept


def put_in_front(model_class: type, names: tuple[str, ...]) -> None:
    """Put the exception in front of the computations ``names`` of a model."""
    for name in names:
        compute = getattr(model_class, name)
        if not hasattr(compute, "bop_keeps_agreed"):
            setattr(model_class, name, keeping_agreed(compute))


def take_away(model_class: type, names: tuple[str, ...]) -> None:
    """Take the exception away again."""
    for name in names:
        if hasattr(vars(model_class).get(name), "bop_keeps_agreed"):
            delattr(model_class, name)


class PurchaseOrderAgreed(models.Model):
    _inherit = "purchase.order"

    _contract_agreed_computes = ("_compute_date_planned", "_compute_dest_address_id")

    def _register_hook(self):
        super()._register_hook()
        put_in_front(self.env.registry[self._name], self._contract_agreed_computes)

    def _unregister_hook(self):
        take_away(self.env.registry[self._name], self._contract_agreed_computes)
        return super()._unregister_hook()

    def _filter_agreed(self):
        """Orders whose terms stand: contracts, and what waits for its vendor."""
        return self.filtered(
            lambda order: (
                order.is_contract or order.vendor_acceptance_state == "waiting"
            )
        )


class PurchaseOrderLineAgreed(models.Model):
    _inherit = "purchase.order.line"

    _contract_agreed_computes = (
        "_compute_price_unit_and_date_planned_and_name",
        "_compute_analytic_distribution",
    )

    def _register_hook(self):
        super()._register_hook()
        put_in_front(self.env.registry[self._name], self._contract_agreed_computes)

    def _unregister_hook(self):
        take_away(self.env.registry[self._name], self._contract_agreed_computes)
        return super()._unregister_hook()

    def _filter_agreed(self):
        """Positions whose price, date and text are agreed: those of such orders and, in
        an offer, those with the same product and unit as in the order they change (S4,
        change of quantity).
        """
        return self.filtered(
            lambda line: (
                (line.order_id._filter_agreed() and not line.is_execution)
                or (
                    line.predecessor_line_id
                    and line.product_id == line.predecessor_line_id.product_id
                    and line.product_uom_id == line.predecessor_line_id.product_uom_id
                )
            )
        )
