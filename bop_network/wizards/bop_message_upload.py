# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Messages of a partner without a connection: files that a person brings. Nothing is
signed, so nothing is proved, and the message says so.
"""

from __future__ import annotations

import base64
import io
import json
import uuid
import zipfile

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..models.bop_digital import ADMINISTRATORS
from ..models.bop_message_inbox import Refusal
from ..rules.envelope import Envelope, EnvelopeError, from_headers

MAX_FILE = 10 * 1024 * 1024
MAX_MESSAGES = 200
SIDE = "/message.json"


class BopMessageUpload(models.TransientModel):
    _name = "bop.message.upload"
    _description = "Read Messages from a File"

    # === FIELDS ===#
    peer_id = fields.Many2one(
        "bop.peer",
        string="Partner",
        required=True,
        domain=[("transport", "=", "file"), ("state", "=", "confirmed")],
    )
    file = fields.Binary(required=True, attachment=False)
    filename = fields.Char()
    type = fields.Char(
        help="For a single document: what it is, as documents of that kind name"
        " themselves (CustomizationID)."
    )
    subject = fields.Char(help="Empty: it begins a new subject.")

    # === ACTION METHODS ===#
    def action_read(self):
        """Take in what the file holds.

        :raises UserError: it is not from this partner, or not readable
        :raises AccessError: the user is no administrator of the network
        """
        self.ensure_one()
        if not self.env.user.has_group(ADMINISTRATORS):
            raise AccessError(
                self.env._("Only an administrator of the network may read messages.")
            )
        self.peer_id.check_access("read")
        if self.peer_id.transport != "file":
            raise UserError(
                self.env._("%s sends its messages by another way.", self.peer_id.name)
            )
        content = base64.b64decode(self.file)
        found = self._read_zip(content) or [(self._single_envelope(), content)]
        messages = self.env["bop.message"]
        for envelope, body in found:
            messages += self._take(envelope, body)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bop_network.action_bop_message"
        )
        return {**action, "domain": [("id", "in", messages.ids)], "context": {}}

    # === PARTS ===#
    def _take(self, envelope: Envelope, body: bytes):
        peer = self.peer_id.sudo()
        parties = (peer.identifier, peer.digital_id.identifier)
        if (envelope.source, envelope.recipient) != parties:
            raise UserError(
                self.env._("This is not a message of %s for you.", peer.name)
            )
        peer._check_can_send()
        try:
            return self.env["bop.message"]._store(peer, envelope, {}, body)[1]
        except Refusal as refusal:
            raise UserError(str(refusal)) from refusal

    def _single_envelope(self) -> Envelope:
        """What is written around a document that came alone."""
        peer = self.peer_id.sudo()
        subject = (self.subject or "").strip() or str(uuid.uuid4())
        before = (
            self.env["bop.message"]
            .sudo()
            .search_count(
                [
                    ("peer_id", "=", peer.id),
                    ("direction", "=", "in"),
                    ("subject", "=", subject),
                ]
            )
        )
        try:
            return Envelope(
                id=str(uuid.uuid4()),
                type=(self.type or "").strip(),
                subject=subject,
                source=peer.identifier,
                recipient=peer.digital_id.identifier,
                time=fields.Datetime.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
                sequence=before + 1,
            )
        except EnvelopeError as error:
            raise UserError(
                self.env._("Say what type of document it is, and what it is about.")
            ) from error

    def _read_zip(self, content: bytes) -> list[tuple[Envelope, bytes]]:
        """What a file holds that was downloaded on the other side; empty for a document
        alone.
        """
        if not content.startswith(b"PK"):
            return []
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as bundle:
                sides = [n for n in sorted(bundle.namelist()) if n.endswith(SIDE)]
                if not 0 < len(sides) <= MAX_MESSAGES:
                    raise ValueError
                return [self._read_member(bundle, name) for name in sides]
        except (
            AttributeError,
            EnvelopeError,
            KeyError,
            TypeError,
            ValueError,
            zipfile.BadZipFile,
        ) as error:
            raise UserError(
                self.env._("This file holds no messages that can be read.")
            ) from error

    def _read_member(self, bundle, name: str) -> tuple[Envelope, bytes]:
        body = f"{name.removesuffix(SIDE)}/body"
        for part in (name, body):
            # What is small can become very large.
            if bundle.getinfo(part).file_size > MAX_FILE:
                raise ValueError
        headers = json.loads(bundle.read(name))["headers"]
        return from_headers(headers), bundle.read(body)
