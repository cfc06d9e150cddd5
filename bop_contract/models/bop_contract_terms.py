# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Parts of the terms that every kind of order says in the same way."""

from __future__ import annotations

from odoo import fields, models

from ..rules.terms import Address, Instalment, LineTerms, Party, Tax, decimal_text

KINDS = {
    "line_section": "section",
    "line_subsection": "subsection",
    "line_note": "note",
}
PRICE_DIGITS = (
    6  # finer than any price a person agrees to, coarser than the noise of a float
)


class BopContractTerms(models.AbstractModel):
    _inherit = "bop.contract"

    def _prepare_terms_party(self, partner) -> Party:
        return Party(
            name=partner.name or partner.display_name or "",
            vat=partner.vat or "",
            registry=partner.company_registry or "",
            reference=partner.ref or "",
            email=partner.email or "",
        )

    def _prepare_terms_address(self, partner) -> Address:
        return partner._prepare_bop_address()

    def _prepare_terms_instalments(self) -> tuple[Instalment, ...]:
        """The payment plan (S0.5): what the payment term says, from the day of the
        invoice.
        """
        return self.payment_term_id._prepare_bop_instalments()


class BopContractLineTerms(models.AbstractModel):
    _inherit = "bop.contract.line"

    def _prepare_text_terms(self) -> LineTerms:
        """What a section or a note says."""
        self.ensure_one()
        return LineTerms(
            uid=self.position_uid or str(self.id),
            kind=KINDS[self.display_type],
            description=self.name or "",
        )

    def _prepare_terms_tax(self, tax) -> Tax:
        return Tax(
            name=tax.name,
            kind=tax.amount_type,
            amount=decimal_text(tax.amount, PRICE_DIGITS),
            included=tax.price_include,
        )


def moment(value) -> str:
    """ISO text of a moment in UTC."""
    return f"{fields.Datetime.to_string(value).replace(' ', 'T')}Z" if value else ""
