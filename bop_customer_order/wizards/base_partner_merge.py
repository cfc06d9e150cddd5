# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Two customers on hold become one, with one hold: Odoo would delete the row
        that cannot be there twice, and the history is never deleted.
        """
        rows = self.env["bop.credit.hold"].sudo()
        domain = [
            ("partner_id", "in", (src_partners | dst_partner).ids),
            ("released_at", "=", False),
        ]
        groups = rows._read_group(domain, ["company_id", "automatic"], ["id:recordset"])
        for _company, _automatic, found in groups:
            found.sorted("id")[1:]._release(
                self.env._(
                    "Merged with %s, which is on hold as well.",
                    dst_partner.display_name,
                )
            )
        return super()._update_foreign_keys(src_partners, dst_partner)
