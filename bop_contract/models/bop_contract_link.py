# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError

MOVE, COPY, LEAVE = "move", "copy", "leave"


class Link(NamedTuple):
    """One row of the link registry: what happens to a reference when the order it
    points to is succeeded.

    ``move``: it belongs to the successor from now on. ``copy``: each version has its
    own. ``leave``: it stays with the old version as history.
    """

    model: str
    field: str
    action: str = MOVE


class BopContractLink(models.Model):
    """What an administrator adds to the link registry, for apps and Studio fields that
    no addon registers.
    """

    _name = "bop.contract.link"
    _description = "Contract Link"
    _rec_name = "field_id"

    field_id = fields.Many2one(
        "ir.model.fields",
        string="Reference",
        required=True,
        ondelete="cascade",
        domain="[('store', '=', True), ('ttype', 'in', ('many2one', 'many2many'))]",
    )
    model_id = fields.Many2one(related="field_id.model_id", string="Of")
    action = fields.Selection(
        selection=[
            (MOVE, "Goes to the successor"),
            (LEAVE, "Stays with the old version"),
        ],
        required=True,
        default=MOVE,
    )

    _field_unique = models.UniqueIndex(
        "(field_id)", "This reference is registered already."
    )

    @api.constrains("field_id")
    def _check_field(self):
        for link in self:
            if not link.field_id.store or link.field_id.ttype not in (
                "many2one",
                "many2many",
            ):
                raise ValidationError(
                    self.env._(
                        "%s cannot be registered: choose a stored reference to an order"
                        " or its line.",
                        link.field_id.display_name,
                    )
                )

    @api.model
    def _registered(self) -> list[Link]:
        rows = self.sudo().search_fetch([], ["field_id", "action"])
        return [Link(row.field_id.model, row.field_id.name, row.action) for row in rows]


class BopContractLinks(models.AbstractModel):
    """The link registry of an order model and the references nobody registered."""

    _inherit = "bop.contract"

    @api.model
    def _contract_links(self) -> tuple[Link, ...]:
        """Rows of the link registry for references to this order model and its lines;
        addons extend it.

        Rows of models or fields that are not installed are allowed and skipped.
        """
        return ()

    @api.model
    def _contract_link_registry(self) -> dict[tuple[str, str], Link]:
        """The registry as it holds in this database: rows of the code, then those of
        the administrator.
        """
        rows = [*self._contract_links(), *self.env["bop.contract.link"]._registered()]
        return {
            (row.model, row.field): row
            for row in rows
            if self._contract_link_field(row) is not None
        }

    @api.model
    def _contract_link_field(self, link: Link) -> fields.Field | None:
        """The stored field of a link, if it is there."""
        field = (
            self.env[link.model]._fields.get(link.field)
            if link.model in self.env
            else None
        )
        return field if field is not None and field.store else None

    @api.model
    def _contract_unknown_links(self) -> list[Link]:
        """References to orders and lines, of any installed addon, that the registry
        does not know.

        A many2many has two ends with one table: knowing either is knowing both.
        """
        known = self._contract_link_registry()
        tables = {self._contract_link_relation(link) for link in known.values()} - {""}
        return [
            link
            for link in self._contract_found_links()
            if (link.model, link.field) not in known
            and self._contract_link_relation(link) not in tables
        ]

    @api.model
    def _contract_link_relation(self, link: Link) -> str:
        """Table of a many2many reference; empty for another one."""
        field = self.env[link.model]._fields[link.field]
        return field.relation if field.type == "many2many" else ""

    @api.model
    def _contract_found_links(self) -> Iterator[Link]:
        """All stored references to the order model and its lines that Odoo's field
        registry has.
        """
        targets = {self._name, self._contract_line_model()._name}
        for model in self.env.values():
            if model._abstract or model._transient or not model._auto:
                continue
            for field in model._fields.values():
                if (
                    field.store
                    and field.type in ("many2one", "many2many")
                    and field.comodel_name in targets
                ):
                    yield Link(model._name, field.name)

    def _contract_left_behind(self) -> dict[str, int]:
        """How many records of unregistered references point at this order: they stay
        with the old version.

        :return: number of records by the name of their model for people
        """
        self.ensure_one()
        lines = self[self._contract_line_field]
        counts: dict[str, int] = {}
        for link in self._contract_unknown_links():
            model = self.env[link.model].sudo().with_context(active_test=False)
            target = (
                lines if model._fields[link.field].comodel_name == lines._name else self
            )
            if count := model.search_count([(link.field, "in", target.ids)]):
                counts[model._description] = counts.get(model._description, 0) + count
        return counts
