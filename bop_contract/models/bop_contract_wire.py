# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an order says to the other side.

The two sides call most things by other names. An order remembers what the partner stated
(``partner_statement``) together with the values it was understood as. As long as those
values stand, the partner's own words go back to him; what was changed here is said in
ours.
"""

from __future__ import annotations

from dataclasses import replace

from odoo import api, fields, models

from ..rules.terms import (
    LineTerms,
    Release,
    Tax,
    Terms,
    build_attribute,
    decimal_text,
)
from .bop_contract_terms import PRICE_DIGITS


class BopContractWire(models.AbstractModel):
    _inherit = "bop.contract"

    # === FIELDS ===#
    partner_statement = fields.Json(
        copy=False,
        readonly=True,
        help="The terms of the header as the partner stated them, and what they were"
        " understood as.",
    )
    intake_gaps = fields.Json(
        string="To Be Mapped",
        copy=False,
        readonly=True,
        help="What the partner stated and nobody here knows yet.",
    )

    # === WHAT IS GUARDED ===#
    @api.model
    def _contract_system_fields(self):
        return [*super()._contract_system_fields(), "partner_statement", "intake_gaps"]

    # === WHAT A CONCRETE ORDER MODEL SAYS ===#
    @api.model
    def _contract_stated_fields(self) -> dict[str, str]:
        """Header terms that each side may call by another name: attribute of ``Terms``
        to field.
        """
        raise NotImplementedError

    # === SUCCESSION ===#
    def _contract_copy_header(self):
        """An offer begins with what the partner stated for its order."""
        offer = super()._contract_copy_header()
        if self.partner_statement:
            offer.partner_statement = self.partner_statement
        return offer

    # === THE WIRE ===#
    def _contract_wire_terms(self) -> Terms:
        """What this order says on the wire: its terms with units as UN/ECE codes, taxes
        by their effect, and in the partner's words what he stated himself.
        """
        self.ensure_one()
        order = self.sudo()
        terms = order._contract_terms()
        lines = {line.position_uid: line for line in order._contract_lines()}
        units = order[self._contract_line_field].product_uom_id._bop_unit_codes()
        said = tuple(
            lines[line.uid]._prepare_wire_line(line, units)
            if line.uid in lines
            else line
            for line in terms.lines
        )
        return replace(terms, **order._stated_header(), lines=said)

    def _stated_header(self) -> dict[str, object]:
        """Terms of the header that still are what the partner stated, in his words."""
        if not self.partner_statement:
            return {}
        raw, terms = self.partner_statement["raw"], self.partner_statement["terms"]
        return {
            name: build_attribute(name, terms[name])
            for name, field in self._contract_stated_fields().items()
            if name in raw and name in terms and raw[name] == self._raw_value(field)
        }

    def _raw_value(self, name: str) -> object:
        """The value of a field as JSON, to tell later whether it is the same."""
        return raw_value(self, name)


class BopContractLineWire(models.AbstractModel):
    _inherit = "bop.contract.line"

    # === FIELDS ===#
    partner_statement = fields.Json(
        copy=False,
        readonly=True,
        help="The position as the partner stated it, and what it was understood as.",
    )

    # === WHAT IS GUARDED ===#
    @api.model
    def _contract_system_fields(self):
        return [*super()._contract_system_fields(), "partner_statement"]

    @api.model
    def _contract_guarded_fields(self):
        return [*super()._contract_guarded_fields(), "partner_statement"]

    # === SUCCESSION ===#
    @api.model
    def _contract_line_delta_fields(self):
        """An offer takes along what the partner stated for it."""
        return [*super()._contract_line_delta_fields(), "partner_statement"]

    def _contract_new_vals(self):
        statement = {"partner_statement": self.partner_statement}
        return [{**vals, **statement} for vals in super()._contract_new_vals()]

    # === WHAT A CONCRETE LINE MODEL SAYS ===#
    @api.model
    def _contract_due_fields(self) -> tuple[str, ...]:
        """Fields from which the dates of a position follow, beside its quantity."""
        raise NotImplementedError

    # === THE WIRE ===#
    def _prepare_wire_line(self, line: LineTerms, units: dict[int, str]) -> LineTerms:
        """What this position says on the wire.

        :param line: its terms
        :param units: codes of units by id
        """
        self.ensure_one()
        if line.kind != "item":
            return line
        own = replace(
            line,
            unit=units.get(self.product_uom_id.id, line.unit),
            taxes=self._prepare_wire_taxes(),
        )
        return replace(own, **self._stated_values())

    def _stated_values(self) -> dict[str, object]:
        """Terms of this position that still are what the partner stated."""
        if not self.partner_statement:
            return {}
        raw, terms = self.partner_statement["raw"], self.partner_statement["terms"]
        now = self._prepare_statement_raw()
        return {
            name: build_attribute(name, terms[name])
            for part, names in STATED.items()
            if raw.get(part) == now[part]
            for name in names
            if name in terms
        }

    def _stated_releases(self) -> tuple[Release, ...]:
        """The delivery plan that the partner stated for this position, as long as it
        stands; empty when he stated none.
        """
        return self._stated_values().get("releases", ())

    def _prepare_statement_raw(self) -> dict[str, object]:
        """What this position was understood as, as JSON."""
        self.ensure_one()
        quantity = decimal_text(self[self._contract_quantity_field], PRICE_DIGITS)
        dues = [raw_value(self, name) for name in self._contract_due_fields()]
        return {
            "product": self.product_id.id,
            "unit": self.product_uom_id.id,
            "quantity": quantity,
            "figures": [
                decimal_text(self.price_unit, PRICE_DIGITS),
                decimal_text(self.discount, PRICE_DIGITS),
                sorted(self.tax_ids.ids),
            ],
            "dates": [quantity, *dues],
        }

    def _prepare_wire_taxes(self) -> tuple[Tax, ...]:
        """The taxes that the amount of this position bears: groups by their parts, and
        without those that the buyer owes himself (reverse charge).
        """
        taxes = self.tax_ids.flatten_taxes_hierarchy()
        return tuple(
            self._prepare_terms_tax(tax) for tax in taxes if not tax.has_negative_factor
        )


#: What follows from which part of a statement: as long as the part stands, so do these.
STATED = {
    "unit": ("unit",),
    "quantity": ("quantity",),
    "figures": ("price", "discount", "taxes"),
    "dates": ("releases",),
}


def raw_value(record: models.BaseModel, name: str) -> object:
    """The value of a field as JSON; ``name`` may lead over a relation."""
    *path, last = name.split(".")
    for step in path:
        record = record[step]
    value, field = record[last], record._fields[last]
    if field.relational:
        return sorted(value.ids)
    if field.type in ("date", "datetime"):
        return field.to_string(value) if value else ""
    return str(value or "")
