# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models

from odoo.addons.account.models.uom_uom import UOM_TO_UNECE_CODE

from ..ubl.codes import UNITS

#: What else people write for a unit; UN/ECE has several words for one piece.
SYNONYMS = {"EA": "C62", "H87": "C62", "NAR": "C62", "PCE": "C62"}
_XML_IDS = {code: xml_id for xml_id, code in UOM_TO_UNECE_CODE.items()}


class UomUom(models.Model):
    _inherit = "uom.uom"

    def _bop_unit_codes(self) -> dict[int, str]:
        """The UN/ECE code of each of these units, by id; the name of a unit that has
        none (Odoo's own method answers C62, one piece, for every unit it does not know).
        """
        xml_ids = self._get_external_ids()
        known = {
            unit.id: {UOM_TO_UNECE_CODE.get(name, "") for name in xml_ids[unit.id]}
            for unit in self
        }
        return {
            unit.id: min(known[unit.id] & UNITS, default=unit.name or "")
            for unit in self.with_context(lang="en_US")
        }

    @api.model
    def _bop_by_code(self, code: str):
        """The unit that has a UN/ECE code, also one that is not in use here: a dozen is
        a dozen. None when Odoo has no unit for it.
        """
        xml_id = _XML_IDS.get(SYNONYMS.get(code, code))
        unit = self.env.ref(xml_id, raise_if_not_found=False) if xml_id else None
        return unit or self.browse()
