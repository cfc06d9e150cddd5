# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterator

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..ubl.common import Kind
from ..ubl.safe_xml import UblError
from .capability import SYSTEM, hold, holds

SENT_FIELDS = ("bop_sent_at", "bop_send_error")


class BopSentDocument(models.AbstractModel):
    """A record that the other side of a contract is told of once: a shipment, a bill.

    What cannot be written as a document, because something is missing, does not stop the
    delivery or the bill itself: the reason is kept on the record until somebody has
    corrected it and sends the document.
    """

    _name = "bop.sent.document"
    _description = "Told to the Network Partner"

    # === FIELDS ===#
    bop_sent_at = fields.Datetime(
        string="Sent to the Network Partner",
        copy=False,
        readonly=True,
        groups="base.group_user",
    )
    bop_send_error = fields.Text(
        string="Why It Is Not Sent",
        copy=False,
        readonly=True,
        groups="base.group_user",
    )
    bop_to_send = fields.Boolean(
        string="Can be Sent to the Network Partner",
        compute="_compute_bop_to_send",
        groups="base.group_user",
    )

    # === COMPUTE METHODS ===#
    @api.depends("bop_sent_at")
    def _compute_bop_to_send(self):
        for record in self:
            record.bop_to_send = not record.bop_sent_at and bool(
                record.sudo()._bop_pairs()
            )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        """Let nobody but the system say that something was sent.

        :raises UserError: stated by anybody else
        """
        for vals in vals_list:
            self._check_bop_sent(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Let nobody but the system say that something was sent.

        :raises UserError: written by anybody else
        """
        self._check_bop_sent(vals)
        return super().write(vals)

    def _check_bop_sent(self, vals: dict) -> None:
        if any(name in vals for name in SENT_FIELDS) and not holds(SYSTEM):
            raise UserError(
                self.env._(
                    "Whether a document was sent to the network partner is noted by"
                    " the system alone."
                )
            )

    # === ACTION METHODS ===#
    def action_bop_send(self):
        """Send what could not be sent before.

        :raises UserError: what is still missing, and where to fill it in
        """
        self.check_access("write")
        for record in self.sudo().filtered(lambda record: not record.bop_sent_at):
            if not record._bop_pairs():
                raise UserError(
                    self.env._(
                        "%s belongs to no contract with a network partner.",
                        record.display_name,
                    )
                )
            record._bop_send_documents()

    # === WHAT A CONCRETE MODEL SAYS ===#
    def _bop_pairs(self):
        """The contracts with network partners that this record is told to."""
        raise NotImplementedError

    def _bop_documents(self) -> Iterator[tuple[models.Model, Kind, bytes]]:
        """Pair, kind and bytes of each document that tells of this record.

        :raises UserError: what is missing, and where to fill it in
        :raises UblError: what cannot be written
        """
        raise NotImplementedError

    # === BUSINESS METHODS ===#
    def _bop_send_once(self) -> None:
        """Tell the network partners of these records, each once, when the running
        transaction ends well.
        """
        for record in self.sudo().filtered(lambda record: not record.bop_sent_at):
            if record._bop_pairs():
                record._bop_send_or_note()

    def _bop_send_or_note(self) -> None:
        try:
            with self.env.cr.savepoint():
                self._bop_send_documents()
        except UserError as error:
            with hold(self.env, SYSTEM):
                self.bop_send_error = str(error)

    def _bop_send_documents(self) -> None:
        """Write all documents of this record and send them.

        :raises UserError: why that is not possible; nothing is sent then
        """
        self.ensure_one()
        try:
            documents = list(self._bop_documents())
        except UblError as error:
            raise UserError(
                self.env._(
                    "%(document)s cannot be sent to the network partner: %(reason)s",
                    document=self.display_name,
                    reason=str(error),
                )
            ) from error
        for pair, kind, body in documents:
            message = pair._send_document(kind, body)
            message.sudo().write({"res_model": self._name, "res_id": self.id})
        with hold(self.env, SYSTEM):
            self.write({"bop_sent_at": fields.Datetime.now(), "bop_send_error": False})

    def _bop_refused(self, reason: str) -> None:
        """The other side refused the document: once the reason is gone, it can be sent
        again.
        """
        with hold(self.env, SYSTEM):
            self.write({"bop_sent_at": False, "bop_send_error": reason})
        self.message_post(
            body=self.env._("The network partner refused it: %s", reason),
            subtype_xmlid="mail.mt_note",
        )


class BopMessage(models.Model):
    _inherit = "bop.message"

    def _on_refused(self, reason):
        """Who sent a shipment or a bill sees that it was refused, and why."""
        told = self.env[self.res_model].sudo() if self.res_model in self.env else None
        if told is not None and "bop_sent_at" in told._fields:
            for record in told.browse(self.res_id).exists():
                record._bop_refused(reason)
        return super()._on_refused(reason)
