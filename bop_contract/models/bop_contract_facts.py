# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Facts for the rules that say whether a change can be done: what is agreed beside what
is wanted, and what is under way.
"""

from __future__ import annotations

from decimal import Decimal

from odoo import models

from ..rules.feasibility import PositionFacts
from ..rules.terms import as_decimal


class BopContractFacts(models.AbstractModel):
    _inherit = "bop.contract"

    def _contract_position_facts(self, offer):
        wanted = offer._contract_positions()
        agreed = self._contract_positions()
        movement = self._contract_movement_facts()
        common = self._contract_common_facts()
        return [
            _position_facts(
                agreed.get(uid), wanted.get(uid), {**common, **movement.get(uid, {})}
            )
            for uid in dict.fromkeys([*agreed, *wanted])
        ]

    def _contract_positions(self):
        """Positions by their id; a line that is being typed has none yet."""
        return {
            line.position_uid or str(line.id): line
            for line in self._contract_lines()
            if not line.display_type
        }

    def _contract_common_facts(self) -> dict[str, object]:
        """Hook: facts that hold for every position."""
        return {}

    def _contract_movement_facts(self) -> dict[str, dict[str, object]]:
        """What is under way, by position.

        A constant number of queries, whatever the number of positions.
        """
        raise NotImplementedError

    def _contract_new_name(self, offer, name: str) -> str:
        """The name of a record the offer has instead of this order's; empty when it is
        the same.
        """
        if offer[name]._origin == self[name]:
            return ""
        return offer[name].display_name or ""


class BopContractLineFacts(models.AbstractModel):
    _inherit = "bop.contract.line"

    def _contract_billed_on_delivery(self) -> bool:
        """Whether what is delivered is due, not what is ordered."""
        raise NotImplementedError


def _position_facts(agreed, wanted, movement: dict[str, object]) -> PositionFacts:
    """Facts of one position: ``agreed`` is its line in the order, ``wanted`` in the
    offer; one of them may be missing.
    """
    line = wanted or agreed
    both = bool(agreed and wanted)
    return PositionFacts(
        uid=line.position_uid or str(line.id),
        label=line.product_id.display_name or line.name or "",
        wanted=_quantity(wanted, line._contract_quantity_field),
        agreed=_quantity(agreed, line._contract_quantity_field),
        delivered=_quantity(agreed, line._contract_delivered_field),
        billed=_quantity(agreed, line._contract_billed_field),
        unit=line.product_uom_id.name or "",
        currency=line.currency_id.name or "",
        old_price=_net_price(agreed) if agreed else Decimal(0),
        new_price=_net_price(wanted) if wanted else Decimal(0),
        price_changed=both
        and any(
            _differs(agreed, wanted, name) for name in line._contract_price_fields()
        ),
        product_changed=both and agreed.product_id != wanted.product_id,
        unit_changed=both and agreed.product_uom_id != wanted.product_uom_id,
        is_new=not agreed,
        archived_product=not line.product_id.active,
        invoice_on_delivery=line._contract_billed_on_delivery(),
        **movement,
    )


def _quantity(line, name: str) -> Decimal:
    return _decimal(line[name] if line else 0)


def _differs(agreed, wanted, name: str) -> bool:
    """Whether a field differs. While a form is edited, records are stand-ins for those
    they will be.
    """
    if agreed._fields[name].relational:
        return agreed[name]._origin != wanted[name]._origin
    return agreed[name] != wanted[name]


def _decimal(value: float) -> Decimal:
    return as_decimal(round(value, 6))


def _net_price(line) -> Decimal:
    return _decimal(line.price_unit * (1 - (line.discount or 0.0) / 100))
