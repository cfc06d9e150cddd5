# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..models.capability import REPOINT, hold


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Merging partners rewrites references by raw SQL, contracts included: what was
        agreed stands in the seal, as text.
        """
        with hold(self.env, REPOINT):
            return super()._update_foreign_keys(src_partners, dst_partner)
