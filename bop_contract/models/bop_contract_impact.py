# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models

from ..rules.feasibility import Finding


class BopContractImpact(models.AbstractModel):
    """What an offer would do to its order, in sentences, while it is edited."""

    _inherit = "bop.contract"

    change_impact = fields.Json(
        compute="_compute_change_impact",
        help="What applying this offer does, and what stands against it.",
    )

    def _compute_change_impact(self):
        for order in self:
            order.change_impact = (
                order._contract_impact() if order.is_open_offer else []
            )

    def _contract_impact(self) -> list[dict[str, str]]:
        """Obstacles first, then consequences, then what stays behind with the old
        version.
        """
        self.ensure_one()
        base = self.predecessor_id.sudo()
        findings = base._contract_assess(self).findings
        rows = [
            {
                "code": f.code,
                "severity": f.severity,
                "text": base._contract_finding_text(f),
            }
            for f in findings
        ]
        rows += [
            {"code": "left_behind", "severity": "warning", "text": text}
            for text in base._contract_left_behind_texts()
        ]
        return sorted(
            rows,
            key=lambda row: ("obstacle", "warning", "consequence").index(
                row["severity"]
            ),
        )

    def _contract_left_behind_texts(self) -> list[str]:
        return [
            self.env._(
                "%(count)s records of %(model)s stay with %(order)s.",
                count=count,
                model=model,
                order=self.name,
            )
            for model, count in sorted(self._contract_left_behind().items())
        ]

    def _contract_finding_text(self, finding: Finding) -> str:
        """One sentence for people, in their language."""
        values = {**finding.values, "order": self.name}
        known = {name: value for name, value in values.items() if value}
        return self._contract_sentences()[finding.code] % _Blank(
            {**self._contract_sentence_defaults(), **known}
        )

    def _contract_sentence_defaults(self) -> dict[str, str]:
        """Values of sentences where a finding has none."""
        return {}

    def _contract_sentences(self) -> dict[str, str]:
        """The sentence of each code of a finding. Those that say how goods move are
        added by the kinds of orders.
        """
        return {**self._contract_input_sentences(), **self._contract_terms_sentences()}

    def _contract_input_sentences(self) -> dict[str, str]:
        """What cannot be meant."""
        _ = self.env._
        return {
            "negative_quantity": _(
                "%(label)s: %(wanted)s is negative. Use 0 to cancel the position."
            ),
            "absurd_quantity": _(
                "%(label)s: %(wanted)s %(unit)s cannot be meant. Check the quantity."
            ),
            "archived_product": _(
                "%(label)s is archived. Unarchive the product, or choose another one."
            ),
            "other_company": _(
                "A contract of %(company)s is another contract. Cancel %(order)s, and"
                " make a new order there."
            ),
            "other_currency": _(
                "A contract in %(currency)s is another contract. Cancel %(order)s, and"
                " make a new order in that currency."
            ),
        }

    def _contract_terms_sentences(self) -> dict[str, str]:
        """What becomes of the terms."""
        _ = self.env._
        return {
            "pay_otherwise": _(
                "Payment terms from now on: %(payment_plan)s. What is billed keeps its"
                " terms."
            ),
            "position_cancelled": _(
                "%(label)s: the position is cancelled (%(agreed)s → 0)."
            ),
            "new_position": _(
                "%(label)s: new position of %(wanted)s %(unit)s at %(new_price)s"
                " %(currency)s."
            ),
            "price_changed": _(
                "%(label)s: the price becomes %(new_price)s instead of %(old_price)s"
                " %(currency)s."
            ),
            "order_cancelled": _(
                "Every position is 0: %(order)s is cancelled and gets no successor."
            ),
        }


class _Blank(dict):
    """Values of a sentence; what is not known is left blank."""

    def __missing__(self, key: str) -> str:
        return ""
