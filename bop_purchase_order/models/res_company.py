# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    def _bop_guard_orders(self, companies):
        self.env["purchase.order"]._contract_guard_existing(companies)
        self.env.ref("bop_purchase_order.cron_seal_orders")._trigger()
        return super()._bop_guard_orders(companies)
