# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Completing an order: somebody says what the customer means by his words."""

from __future__ import annotations

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.bop_contract.models.bop_contract_api_input import plain
from odoo.addons.bop_contract.models.capability import in_own_context


class SaleOrderMapping(models.Model):
    _inherit = "sale.order"

    _intake_wizard = "bop.intake.wizard"

    def bop_map(self, mappings, key=False):
        """Say what the customer means by words that nobody here knew. It is remembered
        for his next orders. None of his numbers change. When nothing is left to map, the
        acceptance policy decides.

        :param list mappings: each ``{"kind", "key", "id"}``: kind and key of one of the
            ``gaps``, and the id of the record that is meant (``product.product``,
            ``uom.uom``, ``account.tax``, ``res.partner``, ``account.payment.term``,
            ``account.incoterms``). An empty list only checks again.
        :param str key: see :meth:`bop_submit`
        :return: as :meth:`bop_submit`, and ``gaps``: what is left, each ``{kind, uid,
            key, text}``
        :raises UserError: nothing is to be mapped, a kind or key that is no gap of this
            order, no such record, or one that does not fit
        :raises AccessError: the user may not write this order
        """
        self._api_check_one()
        return self.env["bop.idempotency.key"]._once(
            key, "bop_map", [self.id, mappings], lambda: self._api_map(mappings)
        )

    # === PARTS ===#
    def _api_map(self, mappings) -> dict[str, object]:
        words = {}
        for row in self._api_list(mappings):
            self._api_check_object(row, {"kind", "key", "id"}, "mappings")
            kind, word = row.get("kind"), row.get("key")
            words[self._api_text(kind, "kind"), self._api_text(word, "key")] = row.get(
                "id"
            )
        self._intake_map(
            {
                (kind, word): self._intake_record(kind, record_id)
                for (kind, word), record_id in words.items()
            }
        )
        return {**self._api_order(), "gaps": plain(self.intake_gaps or [])}

    def _intake_decide(self) -> None:
        """The order is complete: go on as if it had come like this. What still stands
        against it is said in the chatter.
        """
        result = super()._intake_decide()
        try:
            with self.env.cr.savepoint():
                in_own_context(self).action_confirm()
        except UserError as error:
            self.env.invalidate_all()
            self.message_post(body=str(error))
        return result
