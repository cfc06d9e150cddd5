# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from ..models.bop_acceptance_policy import MANAGER_GROUP
from ..models.res_partner_acceptance import ACCEPTANCE_FIELDS


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
        self._drop_acceptance(src_partners)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _drop_acceptance(self, src_partners) -> None:
        """Policy and threshold of a customer that is merged into another go with it,
        unless those who may set them merge: Odoo would hand them over by raw SQL.
        """
        if self.env.user.has_group(MANAGER_GROUP):
            return
        src_partners.flush_recordset(ACCEPTANCE_FIELDS)
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner SET acceptance_policy_id = NULL,"
                " acceptance_limit = NULL WHERE id = ANY(%s)",
                src_partners.ids,
            )
        )
        src_partners.invalidate_recordset(ACCEPTANCE_FIELDS)
