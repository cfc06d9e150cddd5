# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import hashlib
import json

from psycopg2 import errors

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..exceptions import MessageRefused
from ..rules.envelope import Envelope
from . import append_only
from .bop_digital import ADMINISTRATORS

STATES = [
    ("queued", "To be sent"),
    ("sent", "Delivered"),
    ("cancelled", "Cancelled"),
    ("dead", "Given up"),
    ("received", "Received"),
    ("parked", "Waits for an earlier one"),
    ("processed", "Processed"),
    ("failed", "Failed, tried again"),
    ("refused", "Refused"),
]
#: A transaction that came too late: it begins again, and sees what the other one did.
CONFLICTS = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.LockNotAvailable,
)
MAX_CONFLICTS = 5
#: What a message says: never changed after it was written.
CONTENT = (
    "direction",
    "peer_id",
    "message_id",
    "type",
    "subject",
    "sequence",
    "ref",
    "base",
    "occurred_at",
    "content_type",
    "body_sha256",
)
#: The proof of it: written once.
PROOF = ("signed_headers", "receipt")
#: Tells the sender that a message can never take effect here.
REFUSAL_NOTICE = "urn:b-op:network:refused:1"


class BopMessage(models.Model):
    """A message between our digital and a peer: what was said, by whom, and the proof
    that it arrived.
    """

    _name = "bop.message"
    _description = "Network Message"
    _order = "id desc"
    _rec_name = "message_id"

    # === FIELDS ===#
    direction = fields.Selection(
        selection=[("in", "Received"), ("out", "Sent")],
        required=True,
        readonly=True,
        index=True,
    )
    peer_id = fields.Many2one(
        "bop.peer",
        string="Partner",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    digital_id = fields.Many2one(related="peer_id.digital_id", store=True)
    company_id = fields.Many2one(related="peer_id.company_id", store=True, index=True)
    message_id = fields.Char(string="Message ID", required=True, readonly=True)
    type = fields.Char(required=True, readonly=True)
    subject = fields.Char(required=True, readonly=True, index=True)
    sequence = fields.Integer(required=True, readonly=True)
    ref = fields.Char(string="Answers", readonly=True)
    base = fields.Char(string="Builds on", readonly=True)
    occurred_at = fields.Datetime(string="Sent on", required=True, readonly=True)
    content_type = fields.Char(required=True, readonly=True)
    body = fields.Binary(readonly=True, attachment=True)
    body_sha256 = fields.Char(string="SHA-256", required=True, readonly=True)
    signed_headers = fields.Json(readonly=True)
    receipt = fields.Json(readonly=True)
    state = fields.Selection(selection=STATES, required=True, readonly=True, index=True)
    attempts = fields.Integer(readonly=True, default=0)
    next_attempt_at = fields.Datetime(readonly=True, index=True)
    done_at = fields.Datetime(string="Done on", readonly=True)
    error = fields.Text(readonly=True)
    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Document ID", model_field="res_model", readonly=True
    )
    document_name = fields.Char(compute="_compute_document_name", string="Document")

    _message_unique = models.UniqueIndex(
        "(peer_id, direction, message_id)", "This message is known already."
    )
    _sequence_unique = models.UniqueIndex(
        "(peer_id, direction, subject, sequence) WHERE state <> 'cancelled'",
        "Another message has this place in its sequence.",
    )
    # What waits is little, however much was said before.
    _outbox_idx = models.Index(
        "(id) WHERE direction = 'out' AND state IN ('queued', 'failed')"
    )
    _inbox_idx = models.Index(
        "(id) WHERE direction = 'in' AND state IN ('received', 'parked', 'failed')"
    )

    # === INIT ===#
    def init(self):
        """Protect what was said, from the ORM and from raw SQL."""
        append_only.protect(self.env.cr, self._table, CONTENT, PROOF)
        return super().init()

    # === COMPUTE METHODS ===#
    @api.depends("res_model", "res_id")
    def _compute_document_name(self):
        for message in self:
            known = message.res_model in self.env and message.res_id
            record = self.env[message.res_model].sudo() if known else None
            found = record.browse(message.res_id).exists() if known else None
            message.document_name = found.display_name if found else False

    # === CRUD METHODS ===#
    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A message cannot be deleted: it is the proof of what was said.")
        )

    # === WHAT IT IS ===#
    def _is_intact(self, body: bytes) -> bool:
        """Whether the content, as it was read, is still what was written."""
        return hashlib.sha256(body).hexdigest() == self.body_sha256

    def _body_bytes(self) -> bytes:
        """The content, byte for byte."""
        self.ensure_one()
        # Without this, a client that asks for sizes would sign a size.
        return self.sudo().with_context(bin_size=False)._read_body()

    def _read_body(self) -> bytes:
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "body"),
                    ("res_id", "=", self.id),
                ],
                limit=1,
            )
        )
        return attachment.raw or b""

    def _envelope(self) -> Envelope:
        """What is written around this message."""
        self.ensure_one()
        ours, theirs = self.digital_id.identifier, self.peer_id.identifier
        source, recipient = (
            (ours, theirs) if self.direction == "out" else (theirs, ours)
        )
        return Envelope(
            id=self.message_id,
            type=self.type,
            subject=self.subject,
            source=source,
            recipient=recipient,
            time=self.occurred_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            sequence=self.sequence,
            ref=self.ref or "",
            base=self.base or "",
            content_type=self.content_type,
        )

    # === ACTION METHODS ===#
    def action_retry(self):
        """Try again what failed or was given up.

        :raises AccessError: the user is no administrator of the network
        """
        self._check_administrator()
        self.sudo().peer_id._end_silence()
        for message in self.sudo():
            if message.state in ("failed", "dead"):
                waiting = "queued" if message.direction == "out" else "received"
                message.write(
                    {
                        "state": waiting,
                        "attempts": 0,
                        "next_attempt_at": fields.Datetime.now(),
                    }
                )
        self._trigger_crons()
        return True

    def action_cancel(self):
        """Do not send what is still waiting.

        Only the last one about its subject: the other side would wait for it for ever.

        :raises UserError: it was sent, or tried already, or it is not the last one
        :raises AccessError: the user is no administrator of the network
        """
        self._check_administrator()
        for message in self.sudo().sorted("id", reverse=True):
            message._cancel()
        return True

    def _cancel(self) -> None:
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM bop_message WHERE id = %s AND direction = 'out'"
                " AND state = 'queued' AND attempts = 0 FOR UPDATE SKIP LOCKED",
                self.id,
            )
        )
        if not self.env.cr.fetchone():
            raise UserError(
                self.env._(
                    "Message %s was sent already, or is being sent.", self.message_id
                )
            )
        self.env.cr.execute(
            SQL(
                "UPDATE bop_network_counter SET last = last - 1"
                " WHERE peer_id = %s AND subject = %s AND last = %s",
                self.peer_id.id,
                self.subject,
                self.sequence,
            )
        )
        if not self.env.cr.rowcount:
            raise UserError(
                self.env._(
                    "Message %s is not the last one about its subject. Cancel the later"
                    " ones first.",
                    self.message_id,
                )
            )
        self.write({"state": "cancelled", "next_attempt_at": False})
        # The next one may take its place.
        self.flush_recordset()

    def action_skip(self):
        """Refuse what cannot be processed, so that the later messages about its subject
        go on. The sender is told.

        :raises UserError: it did not fail
        :raises AccessError: the user is no administrator of the network
        """
        self._check_administrator()
        for message in self.sudo():
            if message.direction != "in" or message.state not in ("failed", "dead"):
                raise UserError(
                    self.env._(
                        "Message %s did not fail. Only what failed can be skipped.",
                        message.message_id,
                    )
                )
            message._write_refused(message.error or "")
        self._trigger_crons()
        return True

    def _check_administrator(self) -> None:
        if not self.env.user.has_group(ADMINISTRATORS):
            raise self.env["ir.model.access"]._make_access_error(self._name, "write")

    def _trigger_crons(self) -> None:
        for cron in ("cron_send", "cron_process"):
            self.env.ref(f"bop_network.{cron}")._trigger()

    # === QUEUES ===#
    @api.model
    def _lock_next(self, query):
        """The message that a query finds and locks; nothing if there is none.

        :param query: function that gives the query, for the time at which it is run
        """
        self.env.flush_all()
        for _attempt in range(MAX_CONFLICTS):
            try:
                self.env.cr.execute(query(), log_exceptions=False)
            except CONFLICTS:
                # Somebody has just written to it: look again, at what it says now.
                self.env.cr.rollback()
            else:
                row = self.env.cr.fetchone()
                return self.browse(row[0]) if row else None
        return None

    @api.model
    def _make_room(self, more) -> None:
        """Let other jobs have their turn; with ``more`` to do, Odoo comes back at once."""
        self.env["ir.cron"]._commit_progress(remaining=1 if more else 0)

    # === HOOKS ===#
    def _handle(self):
        """Process this inbound message; the layers above override this.

        Returning means that it is processed, in the same transaction.

        :raises MessageRefused: it can never take effect here; the sender is told
        """
        if self.type == REFUSAL_NOTICE:
            self._take_refusal_notice()
            return
        raise MessageRefused(
            self.env._("Nobody here understands messages of the type %s.", self.type)
        )

    def _on_refused(self, reason: str) -> None:
        """Hook: this message of ours can never take effect at the other side."""

    def _take_refusal_notice(self) -> None:
        notice = self._read_json()
        ours = self.search(
            [
                ("peer_id", "=", self.peer_id.id),
                ("direction", "=", "out"),
                ("message_id", "=", self.ref),
                ("state", "!=", "refused"),
            ]
        )
        reason = str(notice.get("reason", ""))[:2000]
        for message in ours:
            message.write({"state": "refused", "error": reason})
            message._ask_person(self.env._("The other side refused a message"))
            message._on_refused(reason)

    def _read_json(self) -> dict[str, object]:
        """The content of a message between networks.

        :raises MessageRefused: it is not what it has to be
        """
        try:
            content = json.loads(self._body_bytes())
        except (ValueError, RecursionError) as error:
            raise MessageRefused(self.env._("The content is no JSON.")) from error
        if not isinstance(content, dict):
            raise MessageRefused(self.env._("The content is no JSON object."))
        return content

    # === PEOPLE ===#
    def _ask_person(self, summary: str) -> None:
        """Give the responsible person the task to look at this message; one task is
        enough for many of them.
        """
        self.ensure_one()
        peer = self.peer_id.sudo()
        if summary in peer.activity_ids.mapped("summary"):
            return
        user = self.digital_id.user_id or self.env.ref("base.user_admin")
        peer.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=summary,
            note=self.error or "",
            user_id=user.id,
        )
