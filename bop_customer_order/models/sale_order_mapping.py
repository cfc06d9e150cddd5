# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Completing an order: somebody says what the customer means by his words."""

from __future__ import annotations

from odoo import Command, api, models
from odoo.exceptions import UserError

from odoo.addons.bop_contract.models.bop_contract_api_input import MAX_ID, plain
from odoo.addons.bop_contract.models.bop_contract_intake import gap_text
from odoo.addons.bop_contract.models.bop_trade_mapping import MODELS
from odoo.addons.bop_contract.models.capability import in_own_context

Word = tuple[str, str]


class SaleOrderMapping(models.Model):
    _inherit = "sale.order"

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

    def action_complete_order(self):
        """Open the wizard that asks what the customer means.

        :return: action that opens it
        :raises UserError: nothing is to be mapped
        """
        self.ensure_one()
        self._intake_check_gaps()
        wizard = self.env["bop.intake.wizard"].create(
            {"order_id": self.id, "line_ids": self._prepare_intake_wizard_lines()}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Complete %s", self.name),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

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

    @api.model
    def _intake_record(self, kind: str, record_id) -> models.BaseModel:
        """The record that a caller means, as far as he may see it."""
        known = kind in MODELS and type(record_id) is int and 0 < record_id <= MAX_ID
        found = known and self.env[MODELS[kind]].search([("id", "=", record_id)])
        if not found:
            raise UserError(
                self.env._(
                    "mappings: there is no %(kind)s with the id %(id)s.",
                    kind=kind,
                    id=str(record_id)[:50],
                )
            )
        return found

    def _intake_check_gaps(self) -> None:
        """:raises UserError: nothing of this order is to be mapped"""
        self.check_access("write")
        if self.is_contract or not self.intake_gaps:
            raise UserError(
                self.env._("%s is complete: nothing is to be mapped.", self.name)
            )

    def _intake_map(self, words: dict[Word, models.BaseModel]) -> None:
        """Learn what the customer means, and say it in this order.

        :param words: {(kind, key) of a gap: record}
        :raises UserError: see :meth:`bop_map`
        """
        self.ensure_one()
        self._intake_check_gaps()
        asked = {(gap["kind"], gap["key"]): gap for gap in self.intake_gaps}
        for word in words:
            if word not in asked:
                raise UserError(
                    self.env._(
                        "%(order)s does not ask for %(kind)s “%(key)s”.",
                        order=self.name,
                        kind=word[0],
                        key=word[1],
                    )
                )
        order = in_own_context(self.sudo())
        self.env["bop.trade.mapping"]._learn(self.company_id, self.partner_id, words)
        order._contract_take_terms(order._intake_stated_terms())
        left = {(gap["kind"], gap["key"]) for gap in order.intake_gaps or []}
        for word in words:
            if word in left:
                raise UserError(
                    self.env._(
                        "“%(record)s” does not fit. %(question)s It has to be usable in"
                        " this company; a unit has to be convertible into that of the"
                        " product, and a tax at the rate that was stated.",
                        record=words[word].display_name,
                        question=gap_text(self.env, asked[word]),
                    )
                )
        if not order.intake_gaps:
            self._intake_decide()

    def _intake_decide(self) -> None:
        """The order is complete: go on as if it had come like this. What still stands
        against it is said in the chatter.
        """
        try:
            with self.env.cr.savepoint():
                in_own_context(self).action_confirm()
        except UserError as error:
            self.env.invalidate_all()
            self.message_post(body=str(error))

    def _prepare_intake_wizard_lines(self) -> list:
        """One line for each word, however often it occurs."""
        words = {(gap["kind"], gap["key"]): gap for gap in self.intake_gaps}
        return [
            Command.create(
                {"kind": gap["kind"], "key": gap["key"], "text": gap["text"]}
            )
            for gap in words.values()
        ]
