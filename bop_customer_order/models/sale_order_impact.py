# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models


class SaleOrderImpact(models.Model):
    """What an offer would do to its order, in sentences, while it is edited."""

    _inherit = "sale.order"

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
        "intake_gaps",
    )
    def _compute_change_impact(self):
        return super()._compute_change_impact()

    def _contract_sentence_defaults(self):
        return {"pickings": self.env._("a new delivery")}

    def _contract_sentences(self):
        return {
            **super()._contract_sentences(),
            **self._contract_header_sentences(),
            **self._contract_obstacle_sentences(),
            **self._contract_position_sentences(),
            **self._contract_follow_up_sentences(),
        }

    def _contract_header_sentences(self) -> dict[str, str]:
        """What a change of the header meets and does."""
        _ = self.env._
        return {
            "other_customer": _(
                "A contract with %(customer)s is another contract. Cancel %(order)s,"
                " and make a new order for that customer."
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
        }

    def _contract_obstacle_sentences(self) -> dict[str, str]:
        """What was done already and cannot be undone by a change."""
        _ = self.env._
        return {
            "credit_hold": _(
                "%(label)s: nothing more can be supplied. %(hold)s Ask a credit"
                " controller to release the hold."
            ),
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
        """What becomes of a position."""
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
            "price_split": _(
                "%(label)s: %(kept)s %(unit)s delivered or billed stay at"
                " %(old_price)s, the open %(open)s get %(new_price)s %(currency)s."
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
