# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The inbox: a message is stored once, gets a signed receipt, and is then processed once
and in its place.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from datetime import datetime, timedelta, timezone

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL, mute_logger

from ..exceptions import MessageRefused
from ..rules import retry, sequence, signature
from ..rules.envelope import Envelope, EnvelopeError, from_headers
from .bop_message import CONFLICTS, MAX_CONFLICTS, REFUSAL_NOTICE

_logger = logging.getLogger(__name__)


class Refusal(Exception):
    """A request that is not let in."""

    def __init__(self, status: int, text: str, peer=None) -> None:
        super().__init__(text)
        self.status = status
        self.peer = peer


class BopMessageInbox(models.Model):
    _inherit = "bop.message"

    # === ARRIVAL ===#
    @api.model
    def _arrive(self, headers: dict[str, str], body: bytes):
        """Take a request in. A refusal changes nothing.

        :param headers: by lower-case name
        :return: status, headers and body of the answer; a receipt is signed
        """
        try:
            envelope = self._read_envelope(headers)
            digital = self._find_digital(envelope)
            peer = self._find_peer(digital, envelope)
            self._check_signature(peer, headers, body)
            status, known = self._store(peer, envelope, headers, body)
        except Refusal as refusal:
            self.env["bop.refusal"].sudo()._note(refusal, headers)
            answer = json.dumps({"error": str(refusal)}).encode()
            return refusal.status, {"content-type": "application/json"}, answer
        return known._make_receipt(status, headers)

    @api.model
    def _read_envelope(self, headers) -> Envelope:
        try:
            return from_headers(headers)
        except EnvelopeError as error:
            raise Refusal(400, str(error)) from error

    @api.model
    def _find_digital(self, envelope: Envelope):
        digital = (
            self.env["bop.digital"]
            .sudo()
            .search([("identifier", "=", envelope.recipient), ("is_live", "=", True)])
        )
        if not digital:
            raise Refusal(404, "Nobody of that name is here.")
        return digital

    @api.model
    def _find_peer(self, digital, envelope: Envelope):
        peer = (
            self.env["bop.peer"]
            .sudo()
            .search(
                [
                    ("digital_id", "=", digital.id),
                    ("identifier", "=", envelope.source),
                    ("state", "=", "confirmed"),
                ]
            )
        )
        if not peer:
            raise Refusal(403, "You are not a confirmed partner here.")
        return peer

    @api.model
    def _check_signature(self, peer, headers, body: bytes) -> None:
        try:
            signature.verify_request(
                headers, body, peer._public_keys(), datetime.now(timezone.utc)
            )
        except signature.SignatureError as error:
            raise Refusal(401, str(error), peer) from error

    @api.model
    def _store(self, peer, envelope: Envelope, headers, body: bytes):
        """Keep a message that is new.

        :return: the HTTP status, and the message
        """
        inbox = self.sudo()
        digest = hashlib.sha256(body).hexdigest()
        known = inbox.search(
            [
                ("peer_id", "=", peer.id),
                ("direction", "=", "in"),
                ("message_id", "=", envelope.id),
            ]
        )
        if known and known.body_sha256 != digest:
            raise Refusal(422, "A message of that id says something else.", peer)
        if known:
            return 200, known
        state = self._place(peer, envelope)
        values = self._prepare_inbound(peer, envelope, headers, body, digest)
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                message = inbox.create({**values, "state": state})
        except psycopg2.IntegrityError as error:
            raise Refusal(409, "This message is being received.", peer) from error
        peer._seen()
        self.env.ref("bop_network.cron_process")._trigger()
        return 202, message

    @api.model
    def _place(self, peer, envelope: Envelope) -> str:
        """Whether the message is the next one, or waits for an earlier one."""
        domain = [
            ("peer_id", "=", peer.id),
            ("direction", "=", "in"),
            ("subject", "=", envelope.subject),
        ]
        done = self.sudo().search_count([*domain, ("sequence", "<", envelope.sequence)])
        taken = [*domain, ("sequence", "=", envelope.sequence)]
        if self.sudo().search_count(taken, limit=1):
            raise Refusal(422, "Another message has this place in the sequence.", peer)
        where = sequence.place(envelope.sequence, done)
        return "received" if where == sequence.NEXT else "parked"

    @api.model
    def _prepare_inbound(
        self, peer, envelope: Envelope, headers, body: bytes, digest: str
    ) -> dict[str, object]:
        return {
            "direction": "in",
            "peer_id": peer.id,
            "message_id": envelope.id,
            "type": envelope.type,
            "subject": envelope.subject,
            "sequence": envelope.sequence,
            "ref": envelope.ref or False,
            "base": envelope.base or False,
            "occurred_at": envelope.moment,
            "content_type": envelope.content_type,
            "body": base64.b64encode(body),
            "body_sha256": digest,
            "signed_headers": signature.signed_part(headers),
        }

    def _make_receipt(self, status: int, request: dict[str, str]):
        """Answer a request with a signed receipt for this message."""
        self.ensure_one()
        told = "parked" if self.state == "parked" else "received"
        content = {"id": self.message_id, "sha256": self.body_sha256, "status": told}
        body = json.dumps(content, sort_keys=True).encode()
        key_id, key = self.digital_id._signing_key(self.peer_id)
        headers = signature.sign_receipt(
            status, body, request, key_id, key, datetime.now(timezone.utc)
        )
        if not self.receipt:
            # The one for the request that is kept; together they are the proof.
            proof = {"status": status, "headers": headers, "body": body.decode()}
            self.receipt = proof
        return status, headers, body

    # === PROCESSING ===#
    @api.model
    def _cron_process(self) -> None:
        """Process what has arrived, each message in a transaction of its own."""
        while message := self._next_to_process():
            message._process()
            if not self.env["ir.cron"]._commit_progress(1):
                self._make_room(self._next_to_process())
                break
        self._plan_next_processing()

    @api.model
    def _waiting_for_processing(self) -> SQL:
        """What can be processed, now or later: its predecessor is done."""
        return SQL(
            """
            FROM bop_message m
            JOIN bop_peer p ON p.id = m.peer_id
            JOIN bop_digital d ON d.id = p.digital_id AND d.is_live
           WHERE m.direction = 'in' AND m.state IN ('received', 'parked', 'failed')
             AND (m.sequence = 1 OR EXISTS (
                 SELECT FROM bop_message e
                  WHERE e.direction = 'in' AND e.peer_id = m.peer_id
                    AND e.subject = m.subject AND e.sequence = m.sequence - 1
                    AND e.state IN ('processed', 'refused')))
            """
        )

    @api.model
    def _next_to_process(self):
        """The oldest message all of whose predecessors are processed, locked."""
        return self._lock_next(self._query_next_to_process)

    @api.model
    def _query_next_to_process(self) -> SQL:
        return SQL(
            """
            SELECT m.id %s
               AND (m.next_attempt_at IS NULL OR m.next_attempt_at <= %s)
             ORDER BY m.id LIMIT 1 FOR UPDATE OF m SKIP LOCKED
            """,
            self._waiting_for_processing(),
            fields.Datetime.now(),
        )

    @api.model
    def _plan_next_processing(self) -> None:
        """Wake up when the next message is due."""
        self.env.flush_all()
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                "SELECT min(COALESCE(m.next_attempt_at, %s)) %s",
                now,
                self._waiting_for_processing(),
            )
        )
        [due] = self.env.cr.fetchone()
        if due:
            self.env.ref("bop_network.cron_process")._trigger(
                max(due, now + timedelta(seconds=1))
            )

    @api.autovacuum
    def _ask_about_gaps(self):
        """Tell a person when an earlier message has not come for a day."""
        since = fields.Datetime.now() - timedelta(days=1)
        parked = self.search(
            [("state", "=", "parked"), ("create_date", "<", since)], limit=1000
        )
        for message in parked:
            message._ask_person(
                self.env._("A message waits for an earlier one that has not come")
            )

    def _process(self) -> None:
        """Let this message take effect once: its effect and its state are one
        transaction.
        """
        self.ensure_one()
        for _attempt in range(MAX_CONFLICTS):
            try:
                self._process_once()
                return self.env.flush_all()
            except CONFLICTS:
                # The lock is gone with the transaction.
                self.env.cr.rollback()
                if not self._lock_again():
                    return None
        return self._write_processing_failure(self.env._("The records are busy."))

    def _lock_again(self) -> bool:
        """Take this message again, unless somebody else has it or is done with it."""
        self.env.cr.execute(
            SQL(
                "SELECT FROM bop_message WHERE id = %s"
                " AND state IN ('received', 'parked', 'failed')"
                " FOR UPDATE SKIP LOCKED",
                self.id,
            )
        )
        return bool(self.env.cr.rowcount)

    def _process_once(self) -> None:
        message = self.sudo().with_company(self.company_id)
        company = message.company_id
        message = message.with_context(allowed_company_ids=company.ids)
        try:
            with self.env.cr.savepoint():
                message._check_content()
                message._handle()
        except CONFLICTS:
            raise
        except MessageRefused as refusal:
            self.env.invalidate_all()
            self._write_refused(str(refusal))
        except Exception as error:
            _logger.exception("Message %s could not be processed", self.message_id)
            self.env.invalidate_all()
            self._write_processing_failure(f"{type(error).__name__}: {error}")
        else:
            now = fields.Datetime.now()
            values = {"state": "processed", "error": False, "done_at": now}
            self.write({**values, "next_attempt_at": False})

    def _check_content(self) -> None:
        """:raises MessageRefused: the content is not what was received any more"""
        if not self._is_intact(self._body_bytes()):
            raise MessageRefused(
                self.env._("The content was changed after it was received.")
            )

    def _write_refused(self, reason: str) -> None:
        self.write(
            {
                "state": "refused",
                "error": reason,
                "next_attempt_at": False,
                "done_at": fields.Datetime.now(),
            }
        )
        self._ask_person(self.env._("A message was refused"))
        if self.type != REFUSAL_NOTICE and self.peer_id.state == "confirmed":
            notice = json.dumps({"id": self.message_id, "reason": reason})
            self.peer_id._send(
                type=REFUSAL_NOTICE,
                subject=self.subject,
                body=notice.encode(),
                ref=self.message_id,
                content_type="application/json",
            )

    def _write_processing_failure(self, text: str) -> None:
        attempts = self.attempts + 1
        seconds = retry.delay(attempts)
        due = seconds and fields.Datetime.now() + timedelta(seconds=seconds)
        self.write(
            {
                "state": "failed" if due else "dead",
                "attempts": attempts,
                "next_attempt_at": due or False,
                "error": text,
            }
        )
        if not due:
            self._ask_person(self.env._("A message could not be processed"))
