# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


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

        :raises UserError: it is not open any more
        """
        self.ensure_one()
        request = self.env[self.res_model].browse(self.res_id)
        order = request.order_id
        request.action_refuse_proposal(self.reason)
        return order._get_records_action(name=order.name)
