# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, models
from odoo.tools import SQL

from . import succession_sql as sql
from .bop_contract_link import MOVE


class BopContractOffer(models.AbstractModel):
    """The offer of a change: a draft that says what a contract would become."""

    _inherit = "bop.contract"

    # === MAKING AN OFFER ===#
    def _contract_make_offer(self):
        """Make the draft that says what this order would become: same terms, each line
        linked to its predecessor line.

        :return: the offer, an order in draft
        """
        self.ensure_one()
        with self._contract_hold(self):
            offer = self._contract_copy_header()
            lines = self._contract_lines()
            sql.clone_lines(lines, offer, self._contract_offer_line_values())
            self._contract_complete_lines(offer)
            sql.take_over_header(offer, self, self._contract_header_totals())
        self.env.invalidate_all()
        offer._contract_copy_details(lines)
        return offer

    def _contract_copy_header(self):
        uncopied = [
            name
            for name in self._contract_header_delta_fields()
            if not self._fields[name].copy
        ]
        defaults = {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in uncopied
        }
        lines = {self._contract_line_field: []}
        values = self.with_context(active_test=False).copy_data({**defaults, **lines})[
            0
        ]
        values.update(
            name=self._contract_offer_name(),
            predecessor_id=self.id,
            date_order=self.date_order,
        )
        return self.with_context(mail_create_nosubscribe=True).create(values)

    def _contract_offer_name(self) -> str:
        """In the language of the company: the name is stored and everybody reads it."""
        company = self.with_context(lang=self.company_id.partner_id.lang)
        return company.env._(
            "%(order)s, change %(number)s",
            order=self.name,
            number=len(self.change_request_ids) + 1,
        )

    def _contract_offer_line_values(self) -> dict[str, SQL]:
        return {
            **self._contract_line_ledger(),
            **self._contract_line_state(SQL("'draft'")),
            "position_status": SQL("'waiting'"),
        }

    @api.model
    def _contract_line_state(self, value: SQL) -> dict[str, SQL]:
        """The state of the order as a column of its lines, where it is stored there."""
        state = self._contract_line_model()._fields.get("state")
        return {"state": value} if state is not None and state.store else {}

    def _contract_complete_lines(self, order) -> None:
        """What cloned lines need beside their columns: many2many values, and references
        among themselves.
        """
        lines = self._contract_line_model()
        sql.copy_line_relations(order, lines, self._contract_line_relations())
        for name in self._contract_line_references():
            sql.remap_line_links(order, lines, name)

    def _contract_copy_details(self, lines) -> None:
        """Copy the one2many values that belong to a line (custom attribute values) to
        the lines that succeed ``lines``.
        """
        names = [
            f.name
            for f in lines._fields.values()
            if f.store and f.type == "one2many" and f.copy
        ]
        successors = {
            line.predecessor_line_id: line for line in self[self._contract_line_field]
        }
        for name in names:
            inverse = lines._fields[name].inverse_name
            for detail in lines.sudo()[name]:
                detail.copy({inverse: successors[detail[inverse]].id})

    @api.model
    def _contract_line_relations(self) -> list[str]:
        """Many2many fields of the line that are content, not links to what was
        delivered or billed.
        """
        lines = self._contract_line_model()
        moved = self._contract_moved_relations()
        return [
            f.name
            for f in lines._fields.values()
            if f.store and f.type == "many2many" and f.copy and f.relation not in moved
        ]

    @api.model
    def _contract_moved_relations(self) -> set[str]:
        """Tables of the many2many links that follow the successor."""
        links = self._contract_link_registry().values()
        moved = [link for link in links if link.action == MOVE]
        return {self._contract_link_relation(link) for link in moved} - {""}

    @api.model
    def _contract_line_references(self) -> list[str]:
        """References from line to line within one order."""
        lines = self._contract_line_model()
        own = [
            f
            for f in lines._fields.values()
            if f.store and f.type == "many2one" and f.comodel_name == lines._name
        ]
        return [f.name for f in own if f.name != "predecessor_line_id"]

    @api.model
    def _contract_header_totals(self) -> list[str]:
        """Computed columns of the header that a clone has in common with its original:
        its totals.
        """
        ledger = {*self._contract_ledger(), "state", "name", "business_status"}
        return [
            f.name
            for f in self._fields.values()
            if f.store
            and f.column_type
            and f.compute
            and f.readonly
            and f.name not in ledger
        ]
