# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models

from odoo.addons.bop_contract.rules.feasibility import Finding


class SaleOrderImpact(models.Model):
    """What an offer would do to its order, in sentences, while it is edited."""

    _inherit = "sale.order"

    change_impact = fields.Json(
        compute="_compute_change_impact",
        help="What applying this offer does, and what stands against it.",
    )

    @api.depends(
        "predecessor_id",
        "order_line.product_id",
        "order_line.product_uom_qty",
        "order_line.product_uom_id",
        "order_line.price_unit",
        "order_line.discount",
        "order_line.tax_ids",
        "commitment_date",
        "partner_shipping_id",
        "payment_term_id",
    )
    def _compute_change_impact(self):
        for order in self:
            order.change_impact = order._contract_impact() if order.is_offer else []

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
        sentences = {
            **self._contract_header_sentences(),
            **self._contract_input_sentences(),
            **self._contract_obstacle_sentences(),
            **self._contract_position_sentences(),
            **self._contract_follow_up_sentences(),
        }
        values = {
            "pickings": self.env._("a new delivery"),
            **{k: v for k, v in finding.values.items() if v},
            "order": self.name,
        }
        return sentences[finding.code] % _Blank(values)

    def _contract_header_sentences(self) -> dict[str, str]:
        """What a change of the header meets and does."""
        _ = self.env._
        return {
            "other_customer": _(
                "A contract with %(customer)s is another contract. Cancel %(order)s,"
                " and make a new order for that customer."
            ),
            "other_company": _(
                "A contract of %(company)s is another contract. Cancel %(order)s, and"
                " make a new order there."
            ),
            "other_currency": _(
                "A contract in %(currency)s is another contract. Cancel %(order)s, and"
                " make a new order in that currency."
            ),
            "printed_address": _(
                "%(pickings)s is printed with the old address. Ask the warehouse to"
                " validate it or to clear “Printed”."
            ),
            "deliver_elsewhere": _("Open deliveries go to %(address)s (%(pickings)s)."),
            "vendor_sends_elsewhere": _(
                "%(purchases)s is confirmed with the old address. Tell the vendor to"
                " send to %(address)s."
            ),
            "deliver_on": _("Open deliveries are due on %(date)s (%(pickings)s)."),
            "pay_otherwise": _(
                "Payment terms from now on: %(payment_plan)s. What is billed keeps its"
                " terms."
            ),
        }

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
            "credit_hold": _(
                "%(label)s: nothing more can be supplied. %(hold)s Ask a credit"
                " controller to release the hold."
            ),
            "archived_product": _(
                "%(label)s is archived. Unarchive the product, or choose another one."
            ),
        }

    def _contract_obstacle_sentences(self) -> dict[str, str]:
        """What was done already and cannot be undone by a change."""
        _ = self.env._
        return {
            "below_delivered": _(
                "%(label)s: %(delivered)s %(unit)s are delivered, %(wanted)s is less."
                " Return the goods first (Return on the delivery)."
            ),
            "changed_product_delivered": _(
                "%(label)s: the old product is delivered or billed in part. Leave that"
                " position, and add a new line for the other product."
            ),
            "changed_unit_delivered": _(
                "%(label)s: it is delivered or billed in part in the old unit. Leave"
                " that position, and add a new line in the other unit."
            ),
            "picked_more": _(
                "%(label)s: %(picked)s %(unit)s are picked for a delivery that is not"
                " validated. Ask the warehouse to validate or unpick it."
            ),
            "printed_delivery": _(
                "%(label)s: %(pickings)s is printed, the warehouse works on it. Ask the"
                " warehouse to validate it or to clear “Printed”."
            ),
            "dropship_cannot_shrink": _(
                "%(label)s: %(purchases)s is confirmed and the vendor ships it"
                " directly. Agree on less with the vendor and change it there first."
            ),
            "price_without_open_quantity": _(
                "%(label)s: all %(kept)s %(unit)s are delivered or billed at"
                " %(old_price)s %(currency)s, nothing is open for the new price. Make a"
                " credit note and bill anew instead."
            ),
        }

    def _contract_position_sentences(self) -> dict[str, str]:
        """What becomes of a position, and of the order with all of them."""
        _ = self.env._
        return {
            "more_to_deliver": _(
                "%(label)s: %(agreed)s → %(wanted)s: %(quantity)s %(unit)s more on"
                " %(pickings)s."
            ),
            "fewer_to_deliver": _(
                "%(label)s: %(agreed)s → %(wanted)s: %(quantity)s %(unit)s fewer on the"
                " open delivery."
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
            "price_split": _(
                "%(label)s: %(kept)s %(unit)s delivered or billed stay at"
                " %(old_price)s, the open %(open)s get %(new_price)s %(currency)s."
            ),
            "order_cancelled": _(
                "Every position is 0: %(order)s is cancelled and gets no successor."
            ),
        }

    def _contract_follow_up_sentences(self) -> dict[str, str]:
        """What people have to do afterwards."""
        _ = self.env._
        return {
            "credit_needed": _(
                "%(label)s: a credit note of %(amount)s %(currency)s is needed for"
                " %(quantity)s %(unit)s billed too much."
            ),
            "purchase_to_tell": _(
                "%(label)s: %(purchases)s is confirmed. Tell the vendor that less is"
                " needed."
            ),
            "production_to_tell": _(
                "%(label)s: %(productions)s goes on with the old quantity. Tell"
                " production that less is needed."
            ),
        }


class _Blank(dict):
    """Values of a sentence; what is not known is left blank."""

    def __missing__(self, key: str) -> str:
        return ""
