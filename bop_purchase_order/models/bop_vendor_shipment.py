# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import asdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.bop_contract.models.capability import SYSTEM, hold, holds
from odoo.addons.bop_contract.ubl.despatch_advice import (
    DespatchAdvice,
    DespatchLine,
    progress,
)
from odoo.addons.bop_network.exceptions import MessageRefused


class BopVendorShipment(models.Model):
    """What a vendor says he has sent or taken back (S0.29). It receives nothing: what
    came in is what the warehouse books.
    """

    _name = "bop.vendor.shipment"
    _description = "Shipment of a Vendor"
    _rec_name = "number"
    _order = "issued_at desc, sequence desc, id desc"

    # === FIELDS ===#
    pair_id = fields.Many2one(
        "bop.contract.pair",
        string="Network Contract",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(related="pair_id.company_id", store=True)
    partner_id = fields.Many2one(related="pair_id.partner_id")
    message_id = fields.Many2one("bop.message", readonly=True, ondelete="restrict")
    number = fields.Char(
        required=True, readonly=True, help="The vendor's number of the shipment."
    )
    issued_at = fields.Datetime(string="Told on", required=True, readonly=True)
    sequence = fields.Integer(
        readonly=True, help="The order in which the vendor told of his shipments."
    )
    despatched = fields.Datetime(string="Sent on", readonly=True)
    expected = fields.Date(string="Expected on", readonly=True)
    carrier = fields.Char(readonly=True)
    tracking = fields.Char(string="Tracking Number", readonly=True)
    note = fields.Text(readonly=True)
    lines = fields.Json(
        readonly=True,
        help="Per position: quantity, unit, returned, delivered in all, lots.",
    )
    content = fields.Text(compute="_compute_content")

    _number_unique = models.UniqueIndex(
        "(pair_id, number)", "This shipment is known already."
    )

    # === COMPUTE METHODS ===#
    @api.depends("lines")
    @api.depends_context("lang")
    def _compute_content(self):
        lines = {shipment: shipment._despatch_lines() for shipment in self}
        codes = {line.unit for of_one in lines.values() for line in of_one}
        units = {code: self.env["uom.uom"]._bop_by_code(code).name for code in codes}
        for shipment, of_one in lines.items():
            shipment.content = "\n".join(
                shipment._line_text(line, units[line.unit] or line.unit)
                for line in of_one
            )

    def _line_text(self, line: DespatchLine, unit: str) -> str:
        values = {
            "quantity": line.quantity,
            "returned": line.returned,
            "unit": unit,
            "name": line.name,
        }
        text = (
            self.env._("%(quantity)s %(unit)s %(name)s", **values)
            if not line.returned
            else self.env._("%(returned)s %(unit)s %(name)s came back", **values)
        )
        numbers = (*line.lots, *line.serials)
        return f"{text} ({', '.join(numbers)})" if numbers else text

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        """Take shipments from the system alone.

        :raises UserError: made by anybody else
        """
        self._check_system()
        return super().create(vals_list)

    def write(self, vals):
        """Let nobody but the system write what a vendor said.

        :raises UserError: written by anybody else
        """
        self._check_system()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._check_system()

    def _check_system(self) -> None:
        if not holds(SYSTEM):
            raise UserError(
                self.env._(
                    "Shipments of vendors are noted by the system, when the vendor tells"
                    " of them."
                )
            )

    # === BUSINESS METHODS ===#
    @api.model
    def _note(self, pair, advice: DespatchAdvice, message):
        """Keep what a vendor says of a shipment; the same once more changes nothing.

        :param pair: the contract it belongs to
        :return: the shipment, empty when it was known
        :raises MessageRefused: the number is that of another shipment
        """
        values = self._prepare_shipment(pair, advice, message)
        known = self.sudo().search(
            [("pair_id", "=", pair.id), ("number", "=", values["number"])]
        )
        if known and known.lines != values["lines"]:
            raise MessageRefused(
                self.env._(
                    "Shipment %(number)s was told before, with other content.",
                    number=known.number,
                )
            )
        if known:
            return self.browse()
        with hold(self.env, SYSTEM):
            return self.sudo().create(values)

    @api.model
    def _prepare_shipment(self, pair, advice: DespatchAdvice, message) -> dict:
        return {
            "pair_id": pair.id,
            "message_id": message.id,
            "number": advice.envelope.id,
            "issued_at": _moment(advice.envelope.issued),
            "sequence": message.sequence,
            "despatched": _moment(advice.despatched),
            "expected": advice.expected[:10] or False,
            "carrier": advice.carrier or False,
            "tracking": advice.tracking or False,
            "note": advice.note or False,
            "lines": [_plain(line) for line in advice.lines],
        }

    def _despatch_lines(self) -> list[DespatchLine]:
        """The lines of this shipment, as the document had them."""
        self.ensure_one()
        return [
            DespatchLine(
                **{
                    name: tuple(value) if isinstance(value, list) else value
                    for name, value in line.items()
                }
            )
            for line in self.lines or []
        ]

    def _progress(self) -> dict[str, str]:
        """What these shipments brought of each position in all, less what came back.

        Whatever came late or twice, the order in which the vendor told counts.
        """
        told = self.sorted(lambda shipment: (shipment.issued_at, shipment.sequence))
        return progress(shipment._despatch_lines() for shipment in told)


def _plain(line: DespatchLine) -> dict[str, object]:
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(line).items()
        if value
    }


def _moment(text: str):
    """The moment that a document states, in UTC; a date begins it."""
    if not text:
        return False
    return fields.Datetime.to_datetime(text[:19].replace("T", " "))
