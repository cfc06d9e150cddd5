# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which of our records the terms of a partner mean.

What was mapped once counts first, then identifiers that both sides share (article
numbers, UN/ECE codes, equal addresses, rates and payment plans). Nothing is guessed: what
is not found is a gap, and the order says so. A constant number of queries for each kind
of term, whatever the number of positions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import cached_property

from odoo import models

from ..rules import partner_keys
from ..rules.agreement import HUNDRED, address_text, tax_rates, untaxed
from ..rules.terms import LineTerms, Terms, decimal_text

#: The key of a position that the partner states without any tax.
NO_TAX = "no tax"
#: Beyond it a float has no cents any more.
LARGEST = Decimal(10) ** 9


@dataclass(frozen=True, slots=True)
class Gap:
    """What a partner stated and nobody here knows.

    ``kind``: as in ``bop.trade.mapping``, or ``currency``, ``number``; ``uid``: the
    position, empty for the header; ``key``: what a mapping is learned under; ``text``:
    as the partner wrote it.
    """

    kind: str
    uid: str
    key: str
    text: str

    def to_dict(self) -> dict[str, str]:
        """The gap as plain JSON."""
        return asdict(self)


class TermFinder:
    """Finds what ``terms`` mean for ``order``, and keeps the gaps."""

    def __init__(
        self, order: models.BaseModel, terms: Terms, buyers_ids: Mapping[str, str]
    ) -> None:
        self.order = (
            order.sudo()
            .with_company(order.company_id)
            .with_context(lang="en_US", active_test=True)
        )
        self.env = self.order.env
        self.company = order.company_id
        self.partner = self.order.partner_id.commercial_partner_id
        self.terms = terms
        self.buyers_ids = buyers_ids
        self.items = [line for line in terms.lines if line.kind == "item"]
        self.gaps: list[Gap] = []
        self._mapped = self.env["bop.trade.mapping"]._known(
            self.company, self.partner, self._words()
        )
        self._taxes: dict[object, models.BaseModel | None] = {}
        self._named_units: Mapping[str, models.BaseModel] | None = None
        self._units: dict[str, models.BaseModel] = {}

    def _words(self) -> set[tuple[str, str]]:
        """All words of the terms that could be mapped."""
        words = {
            ("address", partner_keys.address_key(self.terms.ship_to)),
            ("payment_term", partner_keys.plan_key(self.terms.instalments)),
            ("incoterm", self.terms.incoterm),
        }
        for line in self.items:
            words |= {("product", key) for key in self.product_keys(line)}
            words.add(("unit", line.unit))
            words |= {("tax", key) for key in _tax_keys(line)}
        return words

    def gap(self, kind: str, uid: str, key: str, text: str) -> None:
        """Note what was not found."""
        self.gaps.append(Gap(kind, uid, key, text[: partner_keys.MAX_KEY]))

    def allowed(self, records: models.BaseModel) -> models.BaseModel:
        """Those of ``records`` that the company of the order may use."""
        return records.filtered(
            lambda record: (
                not record.company_id or record.company_id in self.company.parent_ids
            )
        )

    # === PRODUCTS ===#
    @cached_property
    def placeholder(self) -> models.BaseModel:
        """The product of a position whose product is to be mapped."""
        return self.order._intake_placeholder()

    def product_keys(self, line: LineTerms) -> tuple[str, ...]:
        """The words by which the partner names the product of a position."""
        return partner_keys.product_keys(line, self.buyers_ids.get(line.uid, ""))

    def products(self, lines: list[LineTerms]) -> dict[str, models.BaseModel]:
        """The product of each position, by uid; positions without are gaps."""
        candidates = self.order._intake_product_candidates(lines, self.buyers_ids)
        found = {}
        for line in lines:
            keys = self.product_keys(line)
            mapped = self.learned("product", *keys)
            product = self.allowed(mapped) if mapped else candidates[line.uid]
            if len(product) == 1:
                found[line.uid] = product
            else:
                self.gap("product", line.uid, next(iter(keys), ""), _product_text(line))
        # A union forgets what its parts are read together with, which costs a query for
        # each position.
        together = [product.id for product in found.values()]
        return {uid: own.with_prefetch(together) for uid, own in found.items()}

    def learned(self, kind: str, *keys: str) -> models.BaseModel | None:
        """What somebody has said that the partner means by the first known of his words."""
        return next(
            (self._mapped[kind, key] for key in keys if (kind, key) in self._mapped),
            None,
        )

    # === UNITS ===#
    def unit(self, line: LineTerms, product: models.BaseModel) -> models.BaseModel:
        """The unit of a position; that of the product when it is a gap.

        :param product: the unit has to be convertible into its own; empty: any unit
        """
        if line.unit not in self._units:
            self._units[line.unit] = self.learned(
                "unit", line.unit
            ) or self._unit_by_name(line.unit)
        unit = self._units[line.unit]
        fits = unit and (not product or unit._has_common_reference(product.uom_id))
        if fits:
            return unit
        self.gap("unit", line.uid, line.unit, line.unit)
        return product.uom_id

    def _unit_by_name(self, name: str) -> models.BaseModel:
        units = self.env["uom.uom"]
        if unit := units._bop_by_code(name):
            return unit
        if self._named_units is None:
            names = {line.unit for line in self.items}
            found = units.search([("name", "in", list(names))])
            self._named_units = {
                name: own
                for name, own in found.grouped("name").items()
                if len(own) == 1
            }
        return self._named_units.get(name, units)

    # === TAXES AND FIGURES ===#
    def taxes(self, line: LineTerms, product: models.BaseModel) -> models.BaseModel:
        """The taxes of a position: the usual ones of the product when they are at the
        stated rates, else what the partner's taxes are mapped to. No tax when it is a
        gap.
        """
        usual = self.order._intake_product_taxes(product)
        key = (tuple(usual.ids), tuple(line.taxes))
        if key not in self._taxes:
            self._taxes[key] = self._taxes_of(line, usual)
        found = self._taxes[key]
        if found is None:
            for name in _tax_keys(line):
                self.gap("tax", line.uid, name, _tax_text(line))
            return usual.browse()
        return found

    def _taxes_of(self, line: LineTerms, usual: models.BaseModel):
        wanted = tax_rates(line.taxes)
        if self.rates(usual) == wanted:
            return usual
        mapped = usual.browse()
        for name in _tax_keys(line):
            mapped |= self._tax_by(name)
        return mapped if mapped and self.rates(mapped) == wanted else None

    def _tax_by(self, key: str) -> models.BaseModel:
        taxes = self.learned("tax", key) or self.env["account.tax"]
        return self.allowed(taxes)

    def rates(self, taxes: models.BaseModel) -> tuple[str, ...]:
        """What taxes of ours do, as :func:`tax_rates` says it of the partner's."""
        return tax_rates(self._terms_of(taxes))

    def _terms_of(self, taxes: models.BaseModel):
        lines = self.order._contract_line_model()
        return [
            lines._prepare_terms_tax(tax)
            for tax in taxes.flatten_taxes_hierarchy()
            if not tax.has_negative_factor
        ]

    def figures(
        self, line: LineTerms, taxes: models.BaseModel
    ) -> tuple[float, float, float]:
        """Quantity, price and discount of a position, for the taxes it has here.

        A price that includes taxes where ours do not, or the other way round, is
        converted; a discount with more decimals than Odoo keeps is taken off the price.
        What cannot be kept at all is a gap.
        """
        quantity, price = Decimal(line.quantity or 0), Decimal(line.price or 0)
        discount = Decimal(line.discount or 0)
        if max(abs(quantity), abs(price), abs(discount)) > LARGEST:
            text = f"{line.quantity} × {line.price} − {line.discount} %"
            self.gap("number", line.uid, "", text)
            return 0.0, 0.0, 0.0
        if quantity != self._kept(quantity, "Product Unit"):
            self.gap("number", line.uid, "", f"{line.quantity} {line.unit}")
        if discount != self._kept(discount, "Discount") or abs(discount) > HUNDRED:
            price, discount = price * (HUNDRED - discount) / HUNDRED, Decimal(0)
        ours = self._terms_of(taxes)
        if _included(ours) != _included(line.taxes):
            price = untaxed(price, line.taxes) * (HUNDRED + _included(ours)) / HUNDRED
        return float(quantity), float(price), float(discount)

    def _kept(self, number: Decimal, precision: str) -> Decimal:
        """A number as Odoo keeps it."""
        digits = self.env["decimal.precision"].precision_get(precision)
        return Decimal(decimal_text(number, digits))

    # === HEADER ===#
    def address(self) -> models.BaseModel | None:
        """The delivery address among the contacts of the partner; ``None`` where he
        states none, or it is a gap.
        """
        stated = self.terms.ship_to
        key = partner_keys.address_key(stated)
        if not key:
            return None
        mapped = self.learned("address", key)
        found = mapped if mapped else self._address_like(stated)
        if not found:
            self.gap("address", "", key, address_text(stated))
            return None
        return found

    def _address_like(self, stated) -> models.BaseModel:
        contacts = self.env["res.partner"]
        if not partner_keys.place_key(stated):
            near = [("name", "=ilike", stated.name)]
        elif stated.zip:
            near = [("zip", "=ilike", stated.zip.strip())]
        else:
            near = [("city", "=ilike", stated.city.strip())]
        found = contacts.search(
            [
                ("id", "child_of", self.partner.id),
                ("company_id", "in", [False, self.company.id]),
                *near,
            ]
        )
        place, whole = partner_keys.place_key(stated), partner_keys.address_key(stated)
        same = {row: self.order._prepare_terms_address(row) for row in found}
        same = {
            row: own
            for row, own in same.items()
            if partner_keys.place_key(own) == place
            and (place or partner_keys.address_key(own) == whole)
        }
        ranked = sorted(
            same,
            key=lambda row: (
                partner_keys.address_key(same[row]) != whole,
                row.type != "delivery",
                row.id,
            ),
        )
        return ranked[0] if ranked else contacts

    def payment_term(self) -> models.BaseModel:
        """The payment term that says the stated plan; none where no plan is stated or
        it is a gap.
        """
        terms = self.env["account.payment.term"]
        stated = self.terms.instalments
        if not stated:
            return terms
        key = partner_keys.plan_key(stated)
        if mapped := self.learned("payment_term", key):
            return mapped
        usual = self.order.payment_term_id
        known = terms.search(
            [("company_id", "in", [False, *self.company.parent_ids.ids])]
        )
        for term in usual | known:
            if partner_keys.plan_key(term._prepare_bop_instalments()) == key:
                return term
        self.gap("payment_term", "", key, key)
        return terms

    def incoterm(self) -> models.BaseModel:
        """The incoterm with the stated code; none where none is stated or it is a gap."""
        incoterms = self.env["account.incoterms"]
        code = self.terms.incoterm
        if not code:
            return incoterms
        found = self.learned("incoterm", code) or incoterms.search(
            [("code", "=ilike", code)], limit=1
        )
        if not found:
            self.gap("incoterm", "", code, code)
        return found


def _included(taxes) -> Decimal:
    """The percentages that a price includes."""
    rates = (
        Decimal(tax.amount or 0)
        for tax in taxes
        if tax.included and tax.kind == "percent"
    )
    return sum(rates, Decimal(0))


def _tax_keys(line: LineTerms) -> list[str]:
    effective = [tax for tax in line.taxes if tax_rates((tax,))]
    return [partner_keys.tax_key(tax) for tax in effective] or [NO_TAX]


def _tax_text(line: LineTerms) -> str:
    return ", ".join(tax.name for tax in line.taxes if tax_rates((tax,))) or "0 %"


def _product_text(line: LineTerms) -> str:
    parts = (line.sku, line.gtin, line.product or line.description.partition("\n")[0])
    return " · ".join(filter(None, parts))
