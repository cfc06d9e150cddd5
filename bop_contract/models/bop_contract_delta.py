# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import dataclass, field

from odoo import api, models

from ..rules.feasibility import Assessment, PositionFacts, assess, kept_quantity
from ..rules.header_change import assess_header
from . import succession_sql as sql


@dataclass
class Delta:
    """What an offer wants to be different from its predecessor, in values for ``write``
    and ``create``.
    """

    header: dict[str, object] = field(default_factory=dict)
    update: dict[int, dict[str, object]] = field(default_factory=dict)
    create: list[dict[str, object]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is different."""
        return not (self.header or self.update or self.create)


class BopContractDelta(models.AbstractModel):
    """What an offer wants to be different from its order, and whether that can be done."""

    _inherit = "bop.contract"

    # === FEASIBILITY ===#
    def _contract_assess(self, offer) -> Assessment:
        """Whether this order can become ``offer``, and what would follow."""
        positions = assess(self._contract_position_facts(offer))
        return Assessment(
            assess_header(self._contract_header_facts(offer)) + positions.findings
        )

    # === THE DELTA ===#
    def _contract_delta(self, offer) -> Delta:
        """What ``offer`` wants to be different from this order.

        A line that is gone from the offer is wanted with quantity 0. A line with
        another product or unit is its old position at 0 and a new one. A new price
        holds for what is not yet billed: the position is split.
        """
        delta = Delta(header=self._contract_header_delta(offer))
        facts = {fact.uid: fact for fact in self._contract_position_facts(offer)}
        kept = {
            line.predecessor_line_id: line
            for line in offer._contract_lines()
            if line.predecessor_line_id
        }
        names = self._contract_line_model()._contract_line_delta_fields()
        for line in self._contract_lines():
            if line not in kept:
                if line[line._contract_quantity_field]:
                    delta.update[line.id] = {line._contract_quantity_field: 0.0}
            elif changes := line._contract_line_delta(kept[line], names):
                line._contract_add_change(
                    delta, kept[line], changes, facts[line.position_uid]
                )
        delta.create += [
            vals
            for line in offer._contract_lines()
            if not line.predecessor_line_id
            for vals in line._contract_new_vals()
        ]
        return delta

    def _contract_header_delta(self, offer) -> dict[str, object]:
        names = self._contract_header_delta_fields()
        return {
            name: self._fields[name].convert_to_write(offer[name], offer)
            for name in names
            if offer[name] != self[name]
        }

    def _contract_is_cancelled_by(self, offer) -> bool:
        """Whether ``offer`` has no position left: quantity 0 on every line cancels the
        order (S2.11).
        """
        return not any(
            line[line._contract_quantity_field] for line in offer._contract_lines()
        )


class BopContractLineDelta(models.AbstractModel):
    """What changes on one position."""

    _inherit = "bop.contract.line"

    @api.model
    def _contract_product_fields(self) -> tuple[str, ...]:
        """Fields whose change makes another position of it."""
        return ("product_id", "product_uom_id")

    @api.model
    def _contract_price_fields(self) -> tuple[str, ...]:
        """Fields that make the price: they hold from now on, never for what is billed."""
        return ("price_unit", "discount", "tax_ids")

    @api.model
    def _contract_line_delta_fields(self) -> list[str]:
        """Fields of a line that an offer can change: everything a person can write and
        a copy takes along.
        """
        own = {
            "sequence",
            *self._contract_system_fields(),
            self._contract_order_field,
            *sql.LOG_COLUMNS,
        }
        moved = self._contract_order_model()._contract_moved_relations()
        return [
            f.name
            for f in self._fields.values()
            if f.store
            and f.copy
            and f.type not in ("one2many", "binary")
            and not f.related
            and f.name not in own
            and not (f.type == "many2many" and f.relation in moved)
        ]

    def _contract_line_delta(self, offered, names: list[str]) -> dict[str, object]:
        """Those of the fields ``names`` that differ in ``offered``, a line of the
        offer, with its values.
        """
        self.ensure_one()
        return {
            name: self._fields[name].convert_to_write(offered[name], offered)
            for name in names
            if offered[name] != self[name]
        }

    def _contract_add_change(
        self, delta: Delta, offered, changes: dict[str, object], facts: PositionFacts
    ) -> None:
        """Add the change of one position to ``delta``: as an update, or as a new
        position beside the old one.
        """
        self.ensure_one()
        quantity = self._contract_quantity_field
        if any(name in changes for name in self._contract_product_fields()):
            delta.update[self.id] = {quantity: 0.0}
            delta.create += [
                {**vals, "split_from_uid": self.position_uid}
                for vals in offered._contract_new_vals()
            ]
        elif kept := float(kept_quantity(facts)):
            delta.update[self.id] = {quantity: kept}
            rest = offered[quantity] - kept
            split = {quantity: rest, "split_from_uid": self.position_uid}
            delta.create += [{**vals, **split} for vals in offered._contract_new_vals()]
        else:
            delta.update[self.id] = changes

    def _contract_new_vals(self) -> list[dict[str, object]]:
        """Values that make this line of an offer a new position of the successor."""
        uncopied = {"sequence": self.sequence}
        if not self.predecessor_line_id:
            uncopied["position_uid"] = self.position_uid
        return [{**vals, **uncopied} for vals in self.copy_data()]
