# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import models

from ..rules.terms import Instalment, decimal_text

PRICE_DIGITS = 6


class AccountPaymentTerm(models.Model):
    _inherit = "account.payment.term"

    def _prepare_bop_instalments(self) -> tuple[Instalment, ...]:
        """The payment plan (S0.5): what the payment term says, from the day of the
        invoice.
        """
        return tuple(
            Instalment(
                share=(
                    decimal_text(line.value_amount, PRICE_DIGITS)
                    if line.value == "percent"
                    else ""
                ),
                amount=(
                    decimal_text(line.value_amount, PRICE_DIGITS)
                    if line.value == "fixed"
                    else ""
                ),
                days=str(line.nb_days),
                rule=line.delay_type,
            )
            for line in self.line_ids
        )
