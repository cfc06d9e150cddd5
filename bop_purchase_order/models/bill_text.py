# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Differences between a bill and its order in words."""

from __future__ import annotations

from ..rules import bill_check
from ..rules.bill_check import Difference


class BillText:
    """Sentences for :class:`Difference` in the language of ``env``."""

    def __init__(self, env):
        self.env = env

    def sentence(self, difference: Difference) -> str:
        """What differs, on which position, and by how much."""
        text = self._of_whole(difference) or self._of_position(difference)
        if difference.label:
            return self.env._(
                "%(position)s: %(text)s", position=difference.label, text=text
            )
        return text

    def _of_whole(self, difference: Difference) -> str:
        _ = self.env._
        values = {"expected": difference.expected, "found": difference.found}
        texts = {
            bill_check.CURRENCY: _(
                "The order is in %(expected)s, the bill in %(found)s.", **values
            ),
            bill_check.TAX: _(
                "The tax is %(expected)s by our books, %(found)s on the bill.", **values
            ),
            bill_check.TOTAL: _(
                "The total is %(expected)s by our books, %(found)s on the bill.",
                **values,
            ),
            bill_check.PREPAID: _("The bill states that %(found)s is paid.", **values),
            bill_check.ROUNDING: _("The bill is rounded by %(found)s.", **values),
            bill_check.DUE_DATE: _(
                "By the agreed payment term it falls due on %(expected)s, by the bill"
                " on %(found)s.",
                **values,
            ),
            bill_check.UNREAD: _("The bill also says: %(found)s", **values),
            bill_check.NOT_BOOKED: _("It cannot be posted: %(found)s", **values),
        }
        return texts.get(difference.code, "")

    def _of_position(self, difference: Difference) -> str:
        _ = self.env._
        values = {"expected": difference.expected, "found": difference.found}
        texts = {
            bill_check.NO_POSITION: _(
                "the line names no position of an order (%(found)s).", **values
            ),
            bill_check.UNKNOWN_POSITION: _(
                "the line names a position that is not ordered (%(found)s).", **values
            ),
            bill_check.UNIT: _(
                "ordered in %(expected)s, billed in %(found)s.", **values
            ),
            bill_check.PRICE: _(
                "the agreed price is %(expected)s, the billed one %(found)s.", **values
            ),
            bill_check.TAX_RATE: _(
                "the tax is %(expected)s %% by the order, %(found)s %% on the bill.",
                **values,
            ),
            bill_check.AMOUNT: _(
                "quantity times price is %(expected)s, billed is %(found)s.", **values
            ),
            bill_check.ABOVE_ORDERED: _(
                "%(expected)s is ordered, %(found)s would be billed in all.", **values
            ),
            bill_check.ABOVE_RECEIVED: _(
                "%(expected)s is received, %(found)s would be billed in all.", **values
            ),
            bill_check.CREDIT_ABOVE_BILLED: _(
                "more would be credited than was billed."
            ),
            bill_check.NOT_RETURNED: _(
                "%(expected)s is received and kept, only %(found)s would stay billed.",
                **values,
            ),
        }
        return texts[difference.code]
