# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From terms to an order: what a partner stated becomes an order that says just that.

The partner's numbers, dates and texts are taken as they are. What he names and nobody
here knows becomes a gap: the order arrives all the same, is incomplete, and cannot come
into force before somebody has mapped it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone

from markupsafe import Markup, escape

from odoo import Command, api, models
from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ..rules.agreement import blank_free
from ..rules.gaps import UNKNOWN_POSITION, assess_gaps
from ..rules.terms import LineTerms, Terms, build, plain
from .bop_contract_terms import KINDS
from .capability import SYSTEM, hold
from .term_finder import TermFinder

PLACEHOLDER = "bop_contract.product_to_map"
DISPLAY_TYPES = {kind: name for name, kind in KINDS.items()}


class BopContractIntake(models.AbstractModel):
    _inherit = "bop.contract"

    # === WHAT A CONCRETE ORDER MODEL SAYS ===#
    @api.model
    def _intake_product_candidates(
        self, lines: list[LineTerms], buyers_ids: Mapping[str, str]
    ) -> dict[str, models.BaseModel]:
        """The products that the numbers of each position name, by uid: one when it is
        clear, none or several when it is not.
        """
        raise NotImplementedError

    def _intake_product_taxes(self, product) -> models.BaseModel:
        """The taxes that ``product`` has in this order, as Odoo would set them."""
        raise NotImplementedError

    def _prepare_intake_header(self, finder: TermFinder) -> dict[str, object]:
        """Values of the header that say what the terms say; other addons add theirs."""
        stated = self._contract_stated_fields()
        vals = {
            stated["instalments"]: finder.payment_term().id,
            stated["incoterm"]: finder.incoterm().id,
            stated["incoterm_place"]: finder.terms.incoterm_place or False,
        }
        if blank_free(finder.terms.note) != blank_free(html2plaintext(self.note or "")):
            vals["note"] = as_html(finder.terms.note)
        return vals

    @api.model
    def _intake_placeholder(self) -> models.BaseModel:
        """The product of a position whose product is to be mapped."""
        return self.env.ref(PLACEHOLDER).sudo().product_variant_id

    # === TAKING TERMS ===#
    def _contract_take_terms(
        self, terms: Terms, buyers_ids: Mapping[str, str] | None = None
    ) -> None:
        """Make this offer, or order nobody has accepted, say ``terms``.

        Positions are matched by their uid; an unknown uid is a new position, and one that
        is missing is wanted with quantity 0. Nothing is priced anew. What is not known
        here becomes a gap.

        :param buyers_ids: the buyer's article numbers by uid
        :raises UserError: this order is a contract
        """
        self.ensure_one()
        if self.is_contract:
            self._contract_refuse(list(self._contract_term_fields())[:1])
        known = {
            line.position_uid: (line.partner_statement or {}).get("buyers_id", "")
            for line in self._contract_lines()
        }
        finder = TermFinder(self, storable(terms), {**known, **(buyers_ids or {})})
        with hold(self.env, SYSTEM):
            self.write(self._prepare_intake_header(finder))
            self._intake_take_lines(finder)
            self._intake_remember(finder)

    def _intake_take_lines(self, finder: TermFinder) -> None:
        """Make the lines of this order those of the terms."""
        lines = {line.position_uid: line for line in self._contract_lines()}
        kept = {
            line.uid: lines[line.uid].product_id
            for line in finder.terms.lines
            if line.uid in lines and lines[line.uid]._intake_keeps_product(line, finder)
        }
        found = finder.products([line for line in finder.items if line.uid not in kept])
        new = []
        for index, wanted in enumerate(finder.terms.lines):
            line = lines.get(wanted.uid)
            product = kept.get(wanted.uid, found.get(wanted.uid))
            vals = self._prepare_intake_line(wanted, product, finder)
            if line:
                line._intake_write(vals)
            else:
                new.append({**vals, "position_uid": wanted.uid, "sequence": index})
        order_field = self._contract_line_model()._contract_order_field
        self._contract_line_model().create(
            [{order_field: self.id, **vals} for vals in new]
        )
        gone = self._contract_lines().filtered(
            lambda line: (
                not line.display_type
                and line.position_uid not in finder.terms.lines_by_uid
            )
        )
        if gone:
            gone.write({gone._contract_quantity_field: 0.0})

    def _prepare_intake_line(
        self, line: LineTerms, product, finder: TermFinder
    ) -> dict[str, object]:
        """Values of a line that says what the terms of the position say.

        :param product: what it means; nothing when that is a gap
        """
        lines = self._contract_line_model()
        if line.kind != "item":
            return {
                "display_type": DISPLAY_TYPES[line.kind],
                "name": line.description or " ",
            }
        unknown = product is None
        product = finder.placeholder if unknown else product
        unit = finder.unit(line, product.browse() if unknown else product)
        taxes = product.taxes_id.browse() if unknown else finder.taxes(line, product)
        quantity, price, discount = finder.figures(line, taxes)
        return {
            "product_id": product.id,
            "product_uom_id": (unit or product.uom_id).id,
            lines._contract_quantity_field: quantity,
            "price_unit": price,
            "discount": discount,
            "tax_ids": [Command.set(taxes.ids)],
            "name": line.description
            or line.product
            or line.sku
            or product.display_name,
            **lines._prepare_intake_dates(line, finder.terms),
        }

    def _intake_remember(self, finder: TermFinder) -> None:
        """Keep what the partner stated, what it was understood as, and the gaps."""
        header = plain(replace(finder.terms, lines=()))
        del header["lines"]
        fields_of = self._contract_stated_fields()
        self.partner_statement = {
            "terms": header,
            "raw": {name: self._raw_value(field) for name, field in fields_of.items()},
        }
        self.intake_gaps = [gap.to_dict() for gap in finder.gaps] or False
        lines = {line.position_uid: line for line in self._contract_lines()}
        for line in finder.items:
            statement = {
                "terms": plain(line),
                "buyers_id": finder.buyers_ids.get(line.uid, ""),
                "raw": lines[line.uid]._prepare_statement_raw(),
            }
            if lines[line.uid].partner_statement != statement:
                lines[line.uid].partner_statement = statement

    def _intake_stated_terms(self) -> Terms:
        """The terms as the partner stated them last.

        :raises UserError: nobody stated any
        """
        self.ensure_one()
        if not self.partner_statement:
            raise UserError(
                self.env._("%s was not stated by a partner.", self.display_name)
            )
        stated = [
            line.partner_statement["terms"]
            if line.partner_statement
            else plain(line._prepare_line_terms())
            for line in self._contract_lines()
        ]
        return build(Terms, {**self.partner_statement["terms"], "lines": stated})

    # === INCOMPLETE ===#
    @api.depends("intake_gaps")
    def _compute_business_status(self):
        return super()._compute_business_status()

    def _prepare_business_facts(self):
        facts = super()._prepare_business_facts()
        return {**facts, "missing": facts["missing"] or bool(self.intake_gaps)}

    def _intake_obstacle(self) -> str:
        """Why this order cannot come into force yet, and what to do; empty when it can."""
        self.ensure_one()
        if not self.intake_gaps and not self._intake_has_placeholder():
            return ""
        texts = dict.fromkeys(gap["text"] for gap in self.intake_gaps or [])
        return self.env._(
            "%(order)s is incomplete: it is not known here what the partner means by"
            " %(words)s. Use “Complete order” first.",
            order=self.name,
            words=", ".join(f"“{text}”" for text in texts) or self.env._("a position"),
        )

    def _contract_assess(self, offer):
        """What the other side stated in an offer and nobody here knows stands against it."""
        assessment = super()._contract_assess(offer)
        words = [(gap["kind"], gap["text"]) for gap in offer.intake_gaps or []]
        unknown = assess_gaps(words, offer._intake_has_placeholder())
        return replace(assessment, findings=unknown + assessment.findings)

    def _contract_finding_text(self, finding):
        kind = finding.code.removeprefix("unknown_")
        if finding.code == UNKNOWN_POSITION:
            return self.env._(
                "It is not known here which product a position is. Choose it."
            )
        if kind == finding.code:
            return super()._contract_finding_text(finding)
        return self.env._(
            "%(question)s Press “Complete order” and say what is meant.",
            question=gap_text(self.env, {"kind": kind, **finding.values}),
        )

    def _intake_has_placeholder(self) -> bool:
        template_id = self.env["ir.model.data"]._xmlid_to_res_id(PLACEHOLDER)
        return template_id in self._contract_lines().product_id.product_tmpl_id.ids

    def _intake_check_complete(self) -> None:
        """:raises UserError: an order or offer has gaps; names it, and what to do"""
        for order in self:
            if obstacle := order._intake_obstacle():
                raise UserError(obstacle)

    def _contract_accept(self, event="acceptance"):
        """What is incomplete never becomes a contract, whichever way it was confirmed."""
        self.filtered(
            lambda order: not order.is_contract and order._contract_applies()
        )._intake_check_complete()
        return super()._contract_accept(event)

    def _contract_succeed(self, offer):
        offer._intake_check_complete()
        return super()._contract_succeed(offer)


class BopContractLineIntake(models.AbstractModel):
    _inherit = "bop.contract.line"

    # === WHAT A CONCRETE LINE MODEL SAYS ===#
    @api.model
    def _prepare_intake_dates(self, line: LineTerms, terms: Terms) -> dict[str, object]:
        """Values of a line that say when a position is due."""
        return {}

    # === TAKING TERMS ===#
    def _intake_keeps_product(self, wanted: LineTerms, finder: TermFinder) -> bool:
        """Whether the product of this position stays: the partner named no other than
        before, and it is known.
        """
        self.ensure_one()
        if self.display_type:
            return True
        if self.product_id == finder.placeholder:
            return False
        if not self.partner_statement:
            return True
        before = build(LineTerms, self.partner_statement["terms"])
        return finder.product_keys(before) == finder.product_keys(wanted)

    def _intake_write(self, vals: dict[str, object]) -> None:
        """Write what was stated, all of it as soon as anything differs: what is written
        is not computed anew. Odoo does much for each line that is written.
        """
        self.ensure_one()
        values = {name: vals[name] for name in vals if name != "display_type"}
        if any(self._intake_differs(name, value) for name, value in values.items()):
            self.write(values)

    def _intake_differs(self, name: str, value: object) -> bool:
        field = self._fields[name]
        if field.type == "many2many":
            return {*self[name].ids} != {*value[0][2]}
        return field.convert_to_cache(value, self) != field.convert_to_cache(
            self[name], self
        )


class ProductTemplateToMap(models.Model):
    _inherit = "product.template"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_placeholder(self):
        """Keep the product that stands for those to be mapped."""
        placeholder = self.env.ref(PLACEHOLDER, raise_if_not_found=False)
        if placeholder and placeholder in self:
            raise UserError(
                self.env._(
                    "“%s” stands for products of network orders that have to be mapped."
                    " It cannot be deleted.",
                    placeholder.display_name,
                )
            )


def gap_text(env: Environment, gap: Mapping[str, str]) -> str:
    """What to map, as people read it."""
    sentences = {
        "product": env._("Which product is “%s”?", gap["text"]),
        "unit": env._("Which unit is “%s”?", gap["text"]),
        "tax": env._("Which tax is “%s”?", gap["text"]),
        "address": env._("Which address is “%s”?", gap["text"]),
        "payment_term": env._("Which payment term is “%s”?", gap["text"]),
        "incoterm": env._("Which incoterm is “%s”?", gap["text"]),
        "currency": env._(
            "There is no price list in %s. Make one, then check again.", gap["text"]
        ),
        "number": env._(
            "“%s” cannot be kept with the decimals that are set here. Set more"
            " (Decimal Accuracy), then check again.",
            gap["text"],
        ),
    }
    return sentences[gap["kind"]]


def storable(terms: Terms) -> Terms:
    """The terms without the one sign that PostgreSQL keeps in no text."""
    text = json.dumps(plain(terms))
    return build(Terms, json.loads(text.replace("\\u0000", "")))


def as_html(text: str) -> Markup | bool:
    """A plain text as the value of an HTML field, whatever is written in it."""
    lines = Markup("<br/>").join(map(escape, text.split("\n")))
    return Markup("<p>%s</p>") % lines if text else False


def as_moment(text: str) -> datetime | None:
    """A stated moment as Odoo keeps it: UTC, without zone; a day begins at midnight."""
    if not text:
        return None
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo:
        moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    return moment.replace(microsecond=0)
