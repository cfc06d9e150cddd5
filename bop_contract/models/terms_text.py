# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Terms in words: labels and values as the user reads them, from the plain JSON that is
sealed.
"""

from __future__ import annotations

from datetime import datetime

from odoo.tools import format_datetime


class TermsText:
    """Labels and texts for the attributes of ``Terms`` and ``LineTerms`` in the
    language of ``env``.
    """

    def __init__(self, env):
        self._ = env._
        self.env = env
        self.lang = env["res.lang"].browse(
            env["res.lang"]._get_data(code=env.lang or "en_US").id
        )

    def header_labels(self) -> dict[str, str]:
        """Labels of the header attributes, in reading order."""
        _ = self._
        return {
            "supplier": _("Supplier"),
            "customer": _("Customer"),
            "bill_to": _("Invoice address"),
            "ship_to": _("Delivery address"),
            "customer_reference": _("Customer reference"),
            "delivery_date": _("Delivery date"),
            "currency": _("Currency"),
            "incoterm": _("Incoterm"),
            "incoterm_place": _("Incoterm place"),
            "instalments": _("Payment plan"),
            "prepayment": _("Prepayment"),
            "note": _("Terms and conditions"),
        }

    def line_labels(self) -> dict[str, str]:
        """Labels of the line attributes, in reading order."""
        _ = self._
        return {
            "quantity": _("Quantity"),
            "unit": _("Unit"),
            "price": _("Unit price"),
            "discount": _("Discount %"),
            "taxes": _("Taxes"),
            "releases": _("Delivery plan"),
            "product": _("Product"),
            "sku": _("Article number"),
            "gtin": _("Barcode"),
            "options": _("Options"),
            "description": _("Description"),
            "kind": _("Kind"),
        }

    def value(self, name: str, value) -> str:
        """Text of the value of an attribute; empty when it says nothing."""
        if value in (None, "", [], {}):
            return ""
        writer = getattr(self, f"_write_{name}", None)
        return writer(value) if writer else self._write_plain(value)

    def number(self, value: str) -> str:
        """A canonical decimal string as the user's language writes numbers.

        >>> TermsText(env).number("1234.5")  # doctest: +SKIP
        '1,234.5'
        """
        if not value:
            return ""
        digits = len(value.partition(".")[2])
        return self.lang.format(f"%.{digits}f", float(value), grouping=True)

    def moment(self, value: str) -> str:
        """An ISO moment in UTC in the user's time zone."""
        moment = datetime.fromisoformat(value.replace("Z", "")) if value else None
        return format_datetime(self.env, moment, dt_format="medium") if moment else ""

    def _write_plain(self, value) -> str:
        if isinstance(value, list):
            return ", ".join(self._write_plain(item) for item in value)
        if isinstance(value, dict):
            return ", ".join(str(part) for part in value.values() if part)
        return str(value)

    def _write_number(self, value: str) -> str:
        return self.number(value)

    _write_quantity = _write_price = _write_number

    def _write_discount(self, value: str) -> str:
        return "" if value == "0" else self.number(value)

    def _write_prepayment(self, value: str) -> str:
        return (
            ""
            if value == "0"
            else (
                f"{self.number(str(round(float(value) * 100, 4)).removesuffix('.0'))} %"
            )
        )

    def _write_delivery_date(self, value: str) -> str:
        return self.moment(value)

    def _write_taxes(self, taxes: list[dict]) -> str:
        return ", ".join(tax["name"] for tax in taxes)

    def _write_instalments(self, instalments: list[dict]) -> str:
        return "; ".join(self._instalment(part) for part in instalments)

    def _instalment(self, part: dict) -> str:
        what = (
            f"{self.number(part['share'])} %"
            if part.get("share")
            else self.number(part.get("amount", ""))
        )
        if part.get("due"):
            return self._(
                "%(what)s on %(date)s", what=what, date=self.moment(part["due"])
            )
        if part.get("days", "0") in ("", "0"):
            return self._("%s at once", what)
        return self._("%(what)s after %(days)s days", what=what, days=part["days"])

    def _write_releases(self, releases: list[dict]) -> str:
        """The quantity is the line's own, so one release says only when."""
        alone = len(releases) == 1
        return "; ".join(
            (
                self._release(release)
                if alone
                else f"{self.number(release['quantity'])}: {self._release(release)}"
            )
            for release in releases
        )

    def _release(self, release: dict) -> str:
        if release.get("due"):
            return self.moment(release["due"])
        if release.get("lead_days", "0") in ("", "0"):
            return self._("at once")
        return self._("after %s days", self.number(release["lead_days"]))
