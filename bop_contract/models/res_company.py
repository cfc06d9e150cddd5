# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    bop_contracts = fields.Boolean(
        string="Orders become contracts",
        default=True,
        help="Accepted orders can never be edited again: each change makes a successor with a new number. "
        "Switched off, newly confirmed orders are plain Odoo orders; what is a contract already stays one.",
    )
