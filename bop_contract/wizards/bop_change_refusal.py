# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class BopChangeRefusal(models.TransientModel):
    """Refuse what the other side of a contract proposes, and say why."""

    _name = "bop.change.refusal"
    _description = "Refuse a Proposed Change"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        model_field="res_model", required=True, readonly=True
    )
    reason = fields.Text(required=True, help="The other side reads it.")

    def action_refuse(self):
        """Refuse, and go back to the order, which stays as it is.

        :raises UserError: it is not open any more, or is no change request
        """
        self.ensure_one()
        request = self._request()
        order = request.order_id
        request.action_refuse_proposal(self.reason)
        return order._get_records_action(name=order.name)

    def _request(self):
        """The change request that is refused. The caller names its model, so it may be
        any.

        :raises UserError: it is none
        """
        self.ensure_one()
        requests = self.env.registry["bop.change.request"]
        model = self.env.get(self.res_model)
        if model is None or model._abstract or not isinstance(model, requests):
            raise UserError(
                self.env._(
                    "“%s” is no kind of change request. Open the change that you want to"
                    " refuse, and press “Refuse” there.",
                    self.res_model,
                )
            )
        request = model.browse(self.res_id).exists()
        if not request:
            raise UserError(
                self.env._(
                    "There is no change request with the id %s any more.", self.res_id
                )
            )
        return request
