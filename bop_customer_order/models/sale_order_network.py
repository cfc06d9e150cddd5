# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.bop_contract.models.capability import SYSTEM, hold, in_own_context
from odoo.addons.bop_contract.models.passing import passing
from odoo.addons.bop_contract.rules import exchange


class BopContractPair(models.Model):
    _inherit = "bop.contract.pair"

    @api.model
    def _order_models(self):
        return {**super()._order_models(), exchange.SUPPLIER: "sale.order"}


class SaleOrderNetwork(models.Model):
    """The customer order whose purchase order is in the database of the customer."""

    _inherit = "sale.order"

    def _pair_decide(self):
        """The policy of the customer decides, as on any order."""
        in_own_context(self).action_confirm()

    def _pair_mark_offer(self, theirs):
        """The policy asks about changes from the network as about orders."""
        with hold(self.env, SYSTEM):
            self.order_origin = "network" if theirs else "manual"

    def _pair_accepted(self, number):
        """Only a customer hears that."""

    def _pair_refused(self, why, reason):
        """The customer took his order back before it was accepted (S0.6), or refused
        what we offered instead.
        """
        order = in_own_context(self.sudo())
        order._pair_post(reason or self.env._("Withdrawn by the customer."))
        order._action_cancel()

    def _negotiation_put_in_force(self, offer):
        """What was decided on the offer was decided on the order."""
        order = in_own_context(self.sudo())
        decided = {
            name: offer._fields[name].convert_to_write(offer[name], offer)
            for name in order._contract_system_fields()
            if name.startswith("acceptance_") and not offer._fields[name].compute
        }
        with hold(self.env, SYSTEM):
            order.write(decided)
            # What follows from it, before the order is a contract.
            order.flush_recordset()
        with passing(order):
            order.action_confirm()
        order._acceptance_finish()

    def _acceptance_check_waiting(self):
        """Nothing is to be decided here while a counter-offer is at the customer."""
        for order in self:
            if order._negotiation_is_countered():
                raise UserError(
                    self.env._(
                        "%(order)s is not decided as it was ordered any more."
                        " %(notice)s",
                        order=order.name,
                        notice=order.negotiation_notice,
                    )
                )
        return super()._acceptance_check_waiting()

    def _action_cancel(self):
        """An order that is cancelled before it is accepted is rejected: its customer
        waits for the answer.
        """
        self._pair_reject_waiting(self.env._("The order was cancelled."))
        return super()._action_cancel()

    def _acceptance_announce_rejection(self):
        """The customer's database learns what is rejected, and why."""
        for order in self.sudo():
            reason = order.rejection_reason or self.env._("The order is rejected.")
            request = order.is_offer and order.offer_request_ids[:1]
            if request and (request._is_theirs() or request._is_consented()):
                pair = request.order_id.pair_id
                pair._reject(reason)
                pair._drop_order("withdrawn", reason)
            else:
                order._pair_reject_waiting(reason)
        return super()._acceptance_announce_rejection()
