# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import models

from .bop_contract_delta import Delta


class BopContractExplicit(models.AbstractModel):
    """An offer that goes to the other side says itself what applying it would make of
    it: positions that are split, products that are replaced.

    Each side has delivered and billed something else so far, so each would split in
    another place, under other position ids. What is agreed has to be the same on both.
    """

    _inherit = "bop.contract"

    def _contract_make_explicit(self, offer) -> None:
        """Split the positions of ``offer`` that applying it to this order would split."""
        self.ensure_one()
        delta = self._contract_delta(offer)
        split = {vals.get("split_from_uid") for vals in delta.create} - {None, False}
        if not split:
            return
        order_field = offer._contract_line_model()._contract_order_field
        with self._contract_hold(offer):
            for line in offer._contract_lines():
                if line.predecessor_line_id and line.position_uid in split:
                    line._contract_restore(delta)
            offer._contract_line_model().create(
                [
                    {**vals, order_field: offer.id}
                    for vals in delta.create
                    if vals.get("split_from_uid") in split
                ]
            )


class BopContractLineExplicit(models.AbstractModel):
    _inherit = "bop.contract.line"

    def _contract_restore(self, delta: Delta) -> None:
        """Make this line of an offer say what is left of its position; the rest is a
        position of its own.
        """
        self.ensure_one()
        old, quantity = self.predecessor_line_id, self._contract_quantity_field
        names = [
            name
            for name in old._contract_line_delta_fields()
            if self[name] != old[name]
        ]
        agreed = {
            name: self._fields[name].convert_to_write(old[name], old) for name in names
        }
        self.write({**agreed, quantity: delta.update[old.id][quantity]})

    def _contract_new_vals(self):
        """A position that was split from another one stays so in the successor."""
        return [
            {**vals, "split_from_uid": self.split_from_uid}
            if self.split_from_uid
            else vals
            for vals in super()._contract_new_vals()
        ]
