# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the public methods for integrators have in common: each input is checked before
anything is done with it, and each answer is plain JSON.
"""

from __future__ import annotations

from datetime import datetime, timezone

from odoo import api, models
from odoo.exceptions import UserError

from ..rules.terms import as_decimal

DATE = "delivery_date"
#: How a product is named.
PRODUCT = {"sku": "default_code", "gtin": "barcode"}
#: Smallest and largest number that can be meant: quantity in its unit, price in the
#: order currency, discount in percent.
NUMBERS = {
    "quantity": (0, 10**9),
    "price": (-(10**12), 10**12),
    "discount": (-100, 100),
}
MAX_TEXT = 20_000
MAX_ID = 2**31 - 1


class BopContractApiInput(models.AbstractModel):
    _inherit = "bop.contract"

    # === WHAT A CONCRETE ORDER MODEL SAYS ===#
    @api.model
    def _api_header_fields(self) -> dict[str, str]:
        """Fields of the header that a caller may write, by the name he calls them."""
        raise NotImplementedError

    @api.model
    def _api_line_fields(self) -> dict[str, str]:
        """Fields of a line that a caller may write, by the name he calls them."""
        raise NotImplementedError

    @api.model
    def _api_product_domain(self) -> list:
        """Products that can be ordered."""
        raise NotImplementedError

    # === BAD INPUT ===#
    def _api_check_one(self) -> None:
        if len(self) != 1:
            raise UserError(
                self.env._("Name exactly one order; %s were given.", len(self))
            )
        order_id = self.ids and self.ids[0]
        known = (
            not self._abstract
            and type(order_id) is int
            and 0 < order_id <= MAX_ID
            and self.exists()
        )
        if not known:
            raise UserError(self.env._("There is no order with the id %s.", order_id))

    def _api_check_object(self, value, allowed: set[str], what: str) -> None:
        if not isinstance(value, dict):
            raise UserError(self.env._("%s: an object is expected.", what))
        if unknown := sorted(set(map(str, value)) - allowed):
            raise UserError(
                self.env._(
                    "%(what)s: unknown %(unknown)s. Known are: %(known)s.",
                    what=what,
                    unknown=", ".join(unknown),
                    known=", ".join(sorted(allowed)),
                )
            )

    def _api_list(self, value) -> list:
        if value is not None and not isinstance(value, list):
            raise UserError(self.env._("lines: a list is expected."))
        return value or []

    def _api_header_vals(self, header) -> dict[str, object]:
        names = self._api_header_fields()
        self._api_check_object(header, set(names), "header")
        texts = {
            name: self._api_text(value or "", name) or False
            for name, value in header.items()
        }
        return {
            names[name]: self._api_date(text) if text and name == DATE else text
            for name, text in texts.items()
        }

    def _api_text(self, value, name: str, limit: int = MAX_TEXT) -> str:
        if not isinstance(value, str) or len(value) > limit or "\0" in value:
            raise UserError(
                self.env._(
                    "%(name)s: a text of at most %(limit)s characters is expected.",
                    name=name,
                    limit=limit,
                )
            )
        return value

    def _api_date(self, text: str) -> datetime:
        try:
            moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
            return (
                moment.astimezone(timezone.utc).replace(tzinfo=None)
                if moment.tzinfo
                else moment
            )
        except (ValueError, OverflowError) as error:
            raise UserError(
                self.env._(
                    "delivery_date: %s is no date. Write it like 2026-12-31T08:00:00Z.",
                    text,
                )
            ) from error

    def _api_line_vals(self, line, allowed: set[str]) -> tuple[dict, dict]:
        """Check a line.

        :return: the line, and the values its numbers and texts stand for
        """
        self._api_check_object(line, allowed, "lines")
        line = {
            name: value if name in NUMBERS else self._api_text(value, name)
            for name, value in line.items()
        }
        vals = {
            field: self._api_value(line, name)
            for name, field in self._api_line_fields().items()
            if name in line
        }
        return line, vals

    def _api_value(self, line: dict, name: str):
        value = line[name]
        if name == DATE:
            return self._api_date(value)
        if name not in NUMBERS:
            return value
        try:
            number = as_decimal(_no_boolean(value))
        except ValueError as error:
            raise UserError(
                self.env._(
                    "%(name)s: %(value)s is no number.",
                    name=name,
                    value=str(value)[:100],
                )
            ) from error
        smallest, largest = NUMBERS[name]
        if not smallest <= number <= largest:
            raise UserError(
                self.env._(
                    "%(name)s: %(value)s cannot be meant, a number from %(smallest)s to"
                    " %(largest)s is expected. A quantity of 0 cancels a position.",
                    name=name,
                    value=str(value)[:100],
                    smallest=smallest,
                    largest=largest,
                )
            )
        return float(number)

    def _api_new_position(self, line: dict) -> dict[str, object]:
        """Product and unit of a line that names them: by ``sku``, or by ``gtin``."""
        name = next(name for name in PRODUCT if name in line)
        company = self.company_id or self.env.company
        product = self.env["product.product"].search(
            [
                (PRODUCT[name], "=", line[name]),
                *self._api_product_domain(),
                ("company_id", "in", [False, company.id]),
            ],
            limit=2,
        )
        if len(product) != 1:
            raise UserError(
                self.env._(
                    "%(name)s: %(value)s names %(count)s products that can be ordered;"
                    " exactly one is needed.",
                    name=name,
                    value=line[name],
                    count=len(product),
                )
            )
        vals = {"product_id": product.id}
        if "unit" in line:
            vals["product_uom_id"] = self._api_unit(product, line["unit"])
        return vals

    def _api_unit(self, product, name) -> int:
        units = product.uom_id | product.uom_ids
        unit = units.filtered(lambda row: row.name == name)[:1]
        if not unit:
            raise UserError(
                self.env._(
                    "%(product)s: %(unit)s is not one of its units (%(known)s).",
                    product=product.display_name,
                    unit=name,
                    known=", ".join(units.mapped("name")),
                )
            )
        return unit.id


def _no_boolean(value):
    """A number as it is; Python would count True as 1."""
    if isinstance(value, bool):
        raise ValueError(value)
    return value


def plain(value):
    """Answers without null, which XML-RPC does not have: an unknown object is an empty
    text.
    """
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return "" if value is None else value
