# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable

from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: What a partner may call by another name, and where it is kept here.
KINDS = [
    ("product", "Product"),
    ("unit", "Unit"),
    ("tax", "Tax"),
    ("address", "Delivery address"),
    ("payment_term", "Payment term"),
    ("incoterm", "Incoterm"),
]
MODELS = {
    "product": "product.product",
    "unit": "uom.uom",
    "tax": "account.tax",
    "address": "res.partner",
    "payment_term": "account.payment.term",
    "incoterm": "account.incoterms",
}


class BopTradeMapping(models.Model):
    """What a partner means: his word for a product, unit, tax, address, payment term or
    incoterm, learned when somebody mapped it.
    """

    _name = "bop.trade.mapping"
    _description = "Trade Mapping"
    _order = "partner_id, kind, key"
    _rec_name = "key"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        domain="[('parent_id', '=', False)]",
        ondelete="cascade",
        help="The company of the partner; it holds for all its contacts.",
    )
    kind = fields.Selection(selection=KINDS, required=True)
    key = fields.Char(
        string="As the Partner Writes It",
        required=True,
        help="A product by “buyer”, “seller” or “gtin” and the number, without a number"
        " by “name”; the others as they are written.",
    )
    record = fields.Reference(
        selection="_selection_record", string="Means", required=True
    )

    _key_unique = models.UniqueIndex(
        "(company_id, partner_id, kind, key)",
        "This word of the partner is mapped already.",
    )

    # === CONSTRAINT METHODS ===#
    @api.constrains("kind", "record")
    def _check_record(self):
        """A unit means a unit."""
        for row in self:
            if row.record._name != MODELS[row.kind]:
                labels = dict(self._fields["kind"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "“%(key)s” is mapped as %(kind)s, so it has to mean one, not"
                        " “%(record)s”.",
                        key=row.key,
                        kind=labels[row.kind],
                        record=row.record.display_name,
                    )
                )

    # === COMPUTE METHODS ===#
    @api.model
    def _selection_record(self):
        names = self.env["ir.model"].sudo()
        return [(name, names._get(name).name) for name in MODELS.values()]

    # === BUSINESS METHODS ===#
    @api.model
    def _known(self, company, partner, wanted: Iterable[tuple[str, str]]) -> dict:
        """What ``partner`` means by some of his words.

        :param wanted: (kind, key)
        :return: {(kind, key): record}; without what was deleted or archived meanwhile
        """
        keys = {key for _kind, key in wanted}
        rows = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "=", partner.commercial_partner_id.id),
                ("key", "in", list(keys)),
            ]
        )
        ids = {row: row.record.id for row in rows}
        alive = {
            kind: self.env[MODELS[kind]]
            .sudo()
            .browse(ids[row] for row in own)
            .exists()
            .filtered(lambda record: getattr(record, "active", True))
            for kind, own in rows.grouped("kind").items()
        }
        return {
            (row.kind, row.key): alive[row.kind].browse(ids[row])
            for row in rows
            if ids[row] in alive[row.kind]._ids
        }

    @api.model
    def _learn(self, company, partner, words: dict[tuple[str, str], object]) -> None:
        """Remember what ``partner`` means.

        :param words: {(kind, key): record}; what was learned before is replaced
        """
        partner = partner.commercial_partner_id
        rows = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "=", partner.id),
                ("key", "in", [key for _kind, key in words]),
            ]
        )
        known = {(row.kind, row.key): row for row in rows}
        new = []
        for (kind, key), record in words.items():
            reference = f"{record._name},{record.id}"
            if row := known.get((kind, key)):
                row.record = reference
            else:
                new.append(
                    {
                        "company_id": company.id,
                        "partner_id": partner.id,
                        "kind": kind,
                        "key": key,
                        "record": reference,
                    }
                )
        self.sudo().create(new)
