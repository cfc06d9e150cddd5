# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import models
from odoo.exceptions import UserError

from ..rules.terms import Address
from ..ubl.common import Trader
from ..ubl.endpoint import (
    GLN,
    compact,
    first_endpoint,
    tax_endpoint,
    tax_number,
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    # === BUSINESS METHODS ===#

    def _bop_trader(self) -> Trader:
        """The company behind this partner, as documents name it: electronic address,
        name and postal address.

        The electronic address is what the partner's Peppol fields state; else its GLN;
        else its tax number. One that Peppol would refuse is not used.

        :raise UserError: names the partner and the fields to fill in
        """
        self.ensure_one()
        partner = self.sudo().commercial_partner_id
        scheme, endpoint = first_endpoint(partner._prepare_endpoints())
        missing = []
        if not endpoint:
            missing.append(
                self.env._(
                    "a valid electronic address (Peppol endpoint, GLN or Tax ID)"
                )
            )
        if not partner.country_id:
            missing.append(self.env._("the country"))
        if missing:
            raise UserError(
                self.env._(
                    "%(partner)s cannot be named in a document, because something is missing: %(missing)s. Fill it in on the contact.",
                    partner=partner.display_name,
                    missing=", ".join(missing),
                )
            )
        return Trader(
            scheme, endpoint, partner.name, address=partner._prepare_bop_address()
        )

    def _bop_trader_or_none(self) -> Trader | None:
        """The company behind this partner, if enough of it is known to name it."""
        try:
            return self._bop_trader()
        except UserError:
            return None

    def _prepare_endpoints(self) -> list[tuple[str, str]]:
        """Scheme and number of each electronic address that may name this company, the
        one to prefer first.
        """
        self.ensure_one()
        return [
            (self.peppol_eas or "", self.peppol_endpoint or ""),
            (GLN, compact(self.global_location_number or "")),
            tax_endpoint(self.vat or "", self.country_code or ""),
        ]

    def _bop_tax_number(self) -> str:
        """The tax number with its country first, as bills state it; empty for none."""
        self.ensure_one()
        partner = self.sudo().commercial_partner_id
        return tax_number(partner.vat or "", partner.country_code or "")

    def _prepare_bop_address(self) -> Address:
        """The postal address as terms and documents have it."""
        self.ensure_one()
        return Address(
            name=self.name or self.display_name or "",
            street=self.street or "",
            street2=self.street2 or "",
            city=self.city or "",
            zip=self.zip or "",
            state=self.state_id.code or "",
            country=self.country_id.code or "",
        )
