# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models
from odoo.exceptions import UserError

from .capability import SYSTEM, hold, in_own_context


class BopContractChanges(models.AbstractModel):
    """Asking for a change of a contract: the request, its offer, and what people do
    with them.
    """

    _inherit = "bop.contract"

    # === ACTION METHODS ===#
    def action_change_order(self):
        """Open the offer to change this order, made now if there is none.

        :return: action that opens the offer
        """
        self.ensure_one()
        self._contract_check_changer()
        request = self._contract_open_request() or self._contract_request_change()
        return request.offer_id._get_records_action(name=request.name)

    def action_apply_change(self):
        """Apply the change this offer stands for.

        :return: action that opens the order in force
        """
        self.ensure_one()
        return self._contract_request_of_offer().action_apply()

    def action_discard_change(self):
        """Discard this offer and go back to the order."""
        self.ensure_one()
        order = self.predecessor_id
        self._contract_request_of_offer().action_withdraw()
        return order._get_records_action(name=order.name)

    def action_cancel_contract(self):
        """Open an offer with quantity 0 on every position: applied, it cancels the
        order (S2.11).
        """
        self.ensure_one()
        action = self.action_change_order()
        lines = self._contract_open_request().offer_id._contract_lines()
        lines.filtered(lambda line: not line.display_type).write(
            {lines._contract_quantity_field: 0.0}
        )
        return action

    # === CHANGE REQUESTS ===#
    @api.model
    def _contract_request_model(self):
        return self.env[self._fields["change_request_ids"].comodel_name]

    def _contract_open_request(self):
        """The open change request for this order, if any."""
        self.ensure_one()
        return self.change_request_ids.filtered("is_open")[:1]

    def _contract_request_of_offer(self):
        """The open change request this offer belongs to.

        :raises UserError: this order is no offer, or a closed one
        """
        self.ensure_one()
        request = self.offer_request_ids.filtered("is_open")[:1]
        if not request and self.is_offer:
            self._contract_refuse_closed_offer(self.sudo().offer_request_ids[:1])
        if not request:
            raise UserError(
                self.env._("%s is not an open offer to change an order.", self.name)
            )
        return request

    def _contract_request_change(self, **values):
        """Make a change request with its offer.

        :param values: reason, initiator, consent of the request
        :return: the new change request
        :raises UserError: not in force, or a change is open already
        """
        self.ensure_one()
        self._contract_check_changer()
        order = in_own_context(self.sudo())
        order._contract_lock()
        order._contract_check_current()
        if request := order._contract_open_request():
            raise UserError(
                self.env._(
                    "%(order)s has an open change already (%(request)s by %(user)s)."
                    " Apply or discard it first.",
                    order=order.name,
                    request=request.name,
                    user=request.create_uid.name,
                )
            )
        order._contract_seal_if_missing()
        with hold(self.env, SYSTEM):
            request = order._contract_request_model().create(
                {**order._prepare_request_vals(), **values}
            )
        return request.with_env(self.env)

    def _contract_check_changer(self) -> None:
        """Whether the user may change this order: Odoo lets the warehouse and billing
        write orders too, but changing one is up to those who make them.

        :raises AccessError: no rights on change requests, or not on this order
        """
        self._contract_request_model().check_access("write")
        self.check_access("write")

    def _prepare_request_vals(self) -> dict[str, object]:
        self.ensure_one()
        return {
            "order_id": self.id,
            "offer_id": self._contract_make_offer().id,
            "company_id": self.company_id.id,
            "base_hash": self._contract_base_hash(),
        }

    def _contract_base_hash(self) -> str:
        """What an offer is made for: the last seal of this order."""
        return self._contract_seals()[-1:].hash

    def _apply_offers(self) -> None:
        """Confirming an offer is applying it."""
        for offer in self:
            request = offer._contract_request_of_offer()
            if consent := offer._contract_offer_consent():
                request.write(consent)
            request._apply()

    def _contract_offer_consent(self) -> dict[str, object]:
        """Hook: how the other party agreed to this offer, in values of the request,
        where the offer itself says so.
        """
        return {}

    def _propose_offers(self) -> None:
        """An offer that is sent to the customer is proposed to him."""
        requests = self.filtered("is_offer").sudo().offer_request_ids
        requests.filtered(lambda request: request.state == "draft")._advance("proposed")

    def _close_offers(self) -> None:
        """An offer that is cancelled or deleted is off the table: declined if it was
        proposed, else withdrawn.

        The offer of a change that is being applied is not: it has served its purpose
        when the order it changes is cancelled.
        """
        requests = self.filtered("is_offer").sudo().offer_request_ids
        for request in requests.filtered(
            lambda request: request.state in ("draft", "proposed")
        ):
            request._advance("rejected" if request.state == "proposed" else "withdrawn")
