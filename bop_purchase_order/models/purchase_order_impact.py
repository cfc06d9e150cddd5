# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models


class PurchaseOrderImpact(models.Model):
    """What an offer would do to its order, in sentences, while it is edited."""

    _inherit = "purchase.order"

    @api.depends(
        "predecessor_id",
        "order_line.product_id",
        "order_line.product_qty",
        "order_line.product_uom_id",
        "order_line.price_unit",
        "order_line.discount",
        "order_line.tax_ids",
        "date_planned",
        "dest_address_id",
        "picking_type_id",
        "payment_term_id",
        "intake_gaps",
    )
    def _compute_change_impact(self):
        return super()._compute_change_impact()

    def _contract_sentence_defaults(self):
        return {"pickings": self.env._("a new receipt")}

    def _contract_sentences(self):
        return {
            **super()._contract_sentences(),
            **self._contract_header_sentences(),
            **self._contract_obstacle_sentences(),
            **self._contract_position_sentences(),
        }

    def _contract_header_sentences(self) -> dict[str, str]:
        """What a change of the header meets and does."""
        _ = self.env._
        return {
            "other_customer": _(
                "A contract with %(customer)s is another contract. Cancel %(order)s,"
                " and make a new order for that vendor."
            ),
            "printed_address": _(
                "%(pickings)s is printed for the old place. Ask the warehouse to"
                " validate it or to clear “Printed”."
            ),
            "deliver_elsewhere": _(
                "What is still to come is received at %(address)s (instead of"
                " %(pickings)s)."
            ),
            "deliver_on": _("Open receipts are expected on %(date)s (%(pickings)s)."),
        }

    def _contract_obstacle_sentences(self) -> dict[str, str]:
        """What was done already and cannot be undone by a change."""
        _ = self.env._
        return {
            "below_delivered": _(
                "%(label)s: %(delivered)s %(unit)s are received, %(wanted)s is less."
                " Return the goods first (Return on the receipt)."
            ),
            "changed_product_delivered": _(
                "%(label)s: the old product is received or billed in part. Leave that"
                " position, and add a new line for the other product."
            ),
            "changed_unit_delivered": _(
                "%(label)s: it is received or billed in part in the old unit. Leave"
                " that position, and add a new line in the other unit."
            ),
            "picked_more": _(
                "%(label)s: %(picked)s %(unit)s are on a receipt that is not validated."
                " Ask the warehouse to validate or correct it."
            ),
            "printed_delivery": _(
                "%(label)s: %(pickings)s is printed, the warehouse works on it. Ask the"
                " warehouse to validate it or to clear “Printed”."
            ),
            "price_without_open_quantity": _(
                "%(label)s: all %(kept)s %(unit)s are received or billed at"
                " %(old_price)s %(currency)s, nothing is open for the new price. Ask"
                " the vendor for a credit note and a new bill instead."
            ),
        }

    def _contract_position_sentences(self) -> dict[str, str]:
        """What becomes of a position, and what people have to do afterwards."""
        _ = self.env._
        return {
            "more_to_deliver": _(
                "%(label)s: %(agreed)s → %(wanted)s: %(quantity)s %(unit)s more on"
                " %(pickings)s."
            ),
            "fewer_to_deliver": _(
                "%(label)s: %(agreed)s → %(wanted)s: %(quantity)s %(unit)s fewer on the"
                " open receipt."
            ),
            "price_split": _(
                "%(label)s: %(kept)s %(unit)s received or billed stay at"
                " %(old_price)s, the open %(open)s get %(new_price)s %(currency)s."
            ),
            "credit_needed": _(
                "%(label)s: ask the vendor for a credit note of %(amount)s %(currency)s"
                " for %(quantity)s %(unit)s billed too much."
            ),
            "need_uncovered": _(
                "%(label)s: %(documents)s wait for %(missing)s %(unit)s more than will"
                " come. Buy them elsewhere, or tell who waits."
            ),
        }
