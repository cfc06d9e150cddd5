# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Completing an order or an offer: somebody says what the partner means by his words."""

from __future__ import annotations

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .bop_contract_api_input import MAX_ID
from .bop_contract_intake import gap_text
from .bop_trade_mapping import MODELS
from .capability import in_own_context

Word = tuple[str, str]


class BopContractMapping(models.AbstractModel):
    _inherit = "bop.contract"

    # === WHAT A CONCRETE ORDER MODEL SAYS ===#
    #: The wizard that asks what the partner means.
    _intake_wizard: str

    # === FIELDS ===#
    intake_gap_text = fields.Text(
        string="What to Map",
        compute="_compute_intake_gap_text",
        groups="base.group_user",
    )

    # === COMPUTE METHODS ===#
    @api.depends("intake_gaps")
    @api.depends_context("lang")
    def _compute_intake_gap_text(self):
        for order in self:
            texts = [gap_text(self.env, gap) for gap in order.intake_gaps or []]
            order.intake_gap_text = "\n".join(dict.fromkeys(texts))

    # === ACTION METHODS ===#
    def action_complete_order(self):
        """Open the wizard that asks what the partner means.

        :return: action that opens it
        :raises UserError: nothing is to be mapped
        """
        self.ensure_one()
        self._intake_check_gaps()
        wizard = self.env[self._intake_wizard].create(
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
        """Learn what the partner means, and say it in this order.

        :param words: {(kind, key) of a gap: record}
        :raises UserError: nothing is to be mapped, a word that is no gap of this order,
            or a record that does not fit
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
                self._intake_refuse(words[word], asked[word])
        if not order.intake_gaps:
            self._intake_decide()

    def _intake_refuse(self, record, gap) -> None:
        """:raises UserError: always; ``record`` is not what is asked for"""
        raise UserError(
            self.env._(
                "“%(record)s” does not fit. %(question)s It has to be usable in this"
                " company; a unit has to be convertible into that of the product, a tax"
                " at the rate that was stated, and goods that we buy come to the place"
                " that the order names.",
                record=record.display_name,
                question=gap_text(self.env, gap),
            )
        )

    def _intake_decide(self) -> None:
        """Hook: the order is complete."""

    def _prepare_intake_wizard_lines(self) -> list:
        """One line for each word, however often it occurs."""
        words = {(gap["kind"], gap["key"]): gap for gap in self.intake_gaps}
        return [
            Command.create(
                {"kind": gap["kind"], "key": gap["key"], "text": gap["text"]}
            )
            for gap in words.values()
        ]
