# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.bop_contract.models.passing import is_passing
from odoo.addons.bop_contract.rules import workflow

from .sale_order_acceptance_people import DECIDERS


class SaleChangeRequest(models.Model):
    """The wish to change a customer order."""

    _name = "sale.change.request"
    _inherit = "bop.change.request"
    _description = "Customer Order Change Request"

    order_id = fields.Many2one(
        "sale.order",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    offer_id = fields.Many2one(
        "sale.order",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    successor_id = fields.Many2one(
        "sale.order",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        related="order_id.partner_id", string="Customer", store=True
    )
    user_id = fields.Many2one(
        related="order_id.user_id", string="Salesperson", store=True
    )

    _one_open = models.UniqueIndex(
        "(order_id) WHERE is_open",
        "This order has an open change already. Apply or discard it first.",
    )

    # === ACCEPTANCE ===#
    def _is_accepted(self):
        """A change is decided upon like an order. When somebody has to be asked, the
        offer waits and this request stays open.
        """
        self.ensure_one()
        offer = self.offer_id
        if is_passing(offer) or not offer._acceptance_applies():
            return super()._is_accepted()
        accepted = offer._acceptance_decide_all()
        if not accepted and self.sudo().state == "draft":
            self._advance("proposed")
        return bool(accepted) and super()._is_accepted()

    def _note_sent(self):
        """An approver who answers an order with a counter-offer accepts it on that
        condition: the consent of the customer makes the contract.
        """
        offer = self.offer_id
        decides = self.env.user.has_group(DECIDERS["manual"])
        if decides and self.base_terms and offer._acceptance_applies():
            verdicts = offer._acceptance_verdicts(by_people=True)
            note = self.env._("On condition of the counter-offer %s.", self.name)
            with offer._contract_hold(offer):
                offer._acceptance_write_accepted("manual", verdicts, note)
        return super()._note_sent()

    def _advance(self, state):
        """What waits and is closed was taken back, unless somebody decided on it."""
        result = super()._advance(state)
        if state in workflow.FINAL:
            offers = self.sudo().offer_id
            offers.filtered(
                lambda offer: offer.acceptance_state == "waiting"
            )._acceptance_record_withdrawal()
        return result
