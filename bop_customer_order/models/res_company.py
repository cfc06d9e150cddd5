# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    # === FIELDS ===#
    acceptance_approver_id = fields.Many2one(
        "res.users",
        string="Approver of Orders",
        ondelete="restrict",
        help="Is asked to decide on orders whose salesperson may not accept them."
        " Empty: one of the approvers.",
    )

    @api.model
    def _bop_guard_orders(self, companies):
        self.env["sale.order"]._contract_guard_existing(companies)
        self.env.ref("bop_customer_order.cron_seal_orders")._trigger()
        return super()._bop_guard_orders(companies)
