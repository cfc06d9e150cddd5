# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    bop_contracts = fields.Boolean(
        string="Orders become contracts",
        default=True,
        help=(
            "Accepted orders can never be edited again: each change makes a successor"
            " with a new number. Switched off, newly confirmed orders are plain Odoo"
            " orders; what is a contract already stays one."
        ),
    )

    bop_verified_seal = fields.Integer(
        readonly=True,
        copy=False,
        help="Up to which first seal the running round of verification has come.",
    )

    # === CRUD METHODS ===#
    def write(self, vals):
        """Switched on, the orders that are confirmed already become contracts at once;
        they are sealed in the background.
        """
        switched = (
            self.filtered(lambda company: not company.bop_contracts)
            if vals.get("bop_contracts")
            else self.browse()
        )
        result = super().write(vals)
        if switched:
            self._bop_guard_orders(switched)
        return result

    @api.model
    def _bop_guard_orders(self, companies) -> None:
        """Hook: guard the confirmed orders of ``companies``, one call for each order
        model.
        """
