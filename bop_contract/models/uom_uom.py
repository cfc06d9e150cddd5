# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.account_edi_ubl_cii.models.account_edi_common import (
    UOM_TO_UNECE_CODE,
)

from ..ubl.codes import UNITS


class UomUom(models.Model):
    _inherit = "uom.uom"

    def _bop_unit_codes(self) -> dict[int, str]:
        """What documents call each of these units, by its id: the UN/ECE code
        (Recommendation 20). A unit of one's own has none and keeps its name.
        """
        known = self.get_external_id()
        codes = {
            uom.id: UOM_TO_UNECE_CODE.get(known.get(uom.id, ""), "") for uom in self
        }
        names = self.with_context(lang="en_US")
        return {
            uom.id: codes[uom.id] if codes[uom.id] in UNITS else uom.name or ""
            for uom in names
        }
