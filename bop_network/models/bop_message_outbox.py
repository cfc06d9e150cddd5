# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The outbox: what was written in a transaction is sent after it, until the other side
has signed a receipt.
"""

from __future__ import annotations

import logging
import random
import time
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import NamedTuple
from urllib.parse import urlsplit

import requests

from odoo import api, fields, models
from odoo.tools import SQL

from ..rules import retry, signature
from ..rules.envelope import to_headers
from .bop_message import CONFLICTS

_logger = logging.getLogger(__name__)

TIMEOUT = 20
MAX_ANSWER = 65536
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Answer(NamedTuple):
    """What the other side said to a message."""

    status: int
    headers: dict[str, str]
    body: bytes


class TransportError(Exception):
    """The message did not get through; the text says why."""


class BopMessageOutbox(models.Model):
    _inherit = "bop.message"

    # === CRON ===#
    @api.model
    def _cron_send(self) -> None:
        """Send what is due, oldest first, each message in a transaction of its own. A
        peer that does not answer keeps no other one waiting.
        """
        silent: set[int] = set()
        with requests.Session() as session:
            session.trust_env = False
            while message := self._next_to_send(silent):
                if not message._try_safely(session):
                    silent.add(message.peer_id.id)
                if not self.env["ir.cron"]._commit_progress(1):
                    self._make_room(self._next_to_send(silent))
                    break
        self._plan_next_try(silent)

    @api.model
    def _waiting_to_be_sent(self) -> SQL:
        """What can be sent, now or later."""
        return SQL(
            """
            FROM bop_message m
            JOIN bop_peer p ON p.id = m.peer_id AND p.state = 'confirmed'
                           AND p.transport <> 'file'
            JOIN bop_digital d ON d.id = p.digital_id AND d.is_live
           WHERE m.direction = 'out' AND m.state IN ('queued', 'failed')
            """
        )

    @api.model
    def _next_to_send(self, silent: set[int]):
        """The oldest message that is due, locked; another process takes the next one."""
        return self._lock_next(lambda: self._query_next_to_send(silent))

    @api.model
    def _query_next_to_send(self, silent: set[int]) -> SQL:
        now = fields.Datetime.now()
        return SQL(
            """
            SELECT m.id %s
               AND m.next_attempt_at <= %s AND m.peer_id <> ALL(%s)
               AND (p.silent_until IS NULL OR p.silent_until <= %s)
             ORDER BY m.id LIMIT 1 FOR UPDATE OF m SKIP LOCKED
            """,
            self._waiting_to_be_sent(),
            now,
            list(silent),
            now,
        )

    @api.model
    def _plan_next_try(self, silent: set[int]) -> None:
        """Wake up when the next message is due.

        Odoo looks for a planned time once a minute. What was lost for the first time and
        is due at once does not wait for that.

        :param silent: peers that could not be reached now
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT min(GREATEST(m.next_attempt_at, p.silent_until)) %s",
                self._waiting_to_be_sent(),
            )
        )
        [due] = self.env.cr.fetchone()
        cron, now = self.env.ref("bop_network.cron_send"), fields.Datetime.now()
        if due and due <= now and silent:
            cron._trigger()
        elif due:
            cron._trigger(max(due, now + timedelta(seconds=1)))

    # === ONE TRY ===#
    def _try_safely(self, session: requests.Session) -> bool:
        """Send this message once; whatever goes wrong stays with it.

        :return: whether the peer can be reached
        """
        try:
            if not self._begin_attempt():
                return True
            reached = self._try_to_send(session)
            self.env.flush_all()
        except CONFLICTS:
            # Somebody wrote to the same rows: it is sent again, and arrives once.
            self.env.cr.rollback()
            return True
        except Exception as error:
            _logger.exception("Message %s could not be sent", self.message_id)
            self.env.cr.rollback()
            self._write_failure(f"{type(error).__name__}: {error}")
            return False
        return reached

    def _begin_attempt(self) -> bool:
        """Count a try for good before it is made: whatever becomes of this process, what
        was sent may have arrived, and is not cancelled as if it had never been tried.

        :return: whether the message is still there for us to send
        """
        self.attempts += 1
        self.flush_recordset(["attempts"])
        self.env["ir.cron"]._commit_progress()
        # The lock is gone with the transaction.
        self.env.cr.execute(
            SQL(
                "SELECT FROM bop_message WHERE id = %s AND attempts = %s"
                " AND state IN ('queued', 'failed') FOR UPDATE SKIP LOCKED",
                self.id,
                self.attempts,
            )
        )
        return bool(self.env.cr.rowcount)

    def _try_to_send(self, session: requests.Session) -> bool:
        """Send this message once, and write down what came of it.

        :return: whether the peer can be reached
        """
        self.ensure_one()
        body = self._body_bytes()
        if not self._is_intact(body):
            self._give_up(self.env._("The content was changed after it was written."))
            return True
        key_id, key = self.digital_id._signing_key(self.peer_id)
        headers = signature.sign_request(
            to_headers(self._envelope()), body, key_id, key, _now()
        )
        send = getattr(self, f"_transport_{self.peer_id.transport}_send")
        try:
            answer = send(session, headers, body)
            if retry.meaning(answer.status) == retry.DONE:
                self._check_receipt(answer, headers)
        except (TransportError, signature.SignatureError) as error:
            self._write_failure(str(error), is_lost=True)
            self.peer_id._note_silence()
            return False
        return self._write_answer(answer, headers)

    def _check_receipt(self, answer: Answer, headers: dict[str, str]) -> None:
        """:raises SignatureError: this is no receipt of our peer for this message"""
        signature.verify_receipt(
            answer.status,
            answer.headers,
            answer.body,
            headers,
            self.peer_id._public_keys(),
            _now(),
        )

    def _write_answer(self, answer: Answer, headers: dict[str, str]) -> bool:
        meaning = retry.meaning(answer.status)
        text = answer.body[:2000].decode(errors="replace")
        if meaning == retry.RETRY:
            self._write_failure(f"HTTP {answer.status}: {text}")
            if answer.status < 500:
                return True
            self.peer_id._note_silence()
            return False
        self.peer_id._end_silence()
        if meaning == retry.DONE:
            self.write(self._prepare_sent_vals(answer, headers))
            self.peer_id._seen()
        else:
            self._give_up(f"HTTP {answer.status}: {text}")
        return True

    def _prepare_sent_vals(
        self, answer: Answer, headers: dict[str, str]
    ) -> dict[str, object]:
        """The proof that it arrived: what was signed, and the signed receipt for that.
        They are written once.
        """
        return {
            "signed_headers": signature.signed_part(headers),
            "receipt": {
                "status": answer.status,
                "headers": answer.headers,
                "body": answer.body.decode(errors="replace"),
            },
            "state": "sent",
            "next_attempt_at": False,
            "error": False,
            "done_at": fields.Datetime.now(),
        }

    def _give_up(self, reason: str) -> None:
        """Do not try this message again before a person has looked at it."""
        self.write({"state": "dead", "next_attempt_at": False, "error": reason})
        self._ask_person(self.env._("A message was not accepted"))

    def _write_failure(self, text: str, is_lost: bool = False) -> None:
        # The jitter only spreads tries in time; nothing depends on its being secret.
        seconds = retry.delay(self.attempts, random.random(), is_lost=is_lost)
        due = seconds is not None and fields.Datetime.now() + timedelta(seconds=seconds)
        self.write(
            {
                "state": "failed" if due else "dead",
                "next_attempt_at": due,
                "error": text,
            }
        )
        if not due:
            self._ask_person(self.env._("A message could not be delivered"))

    # === TRANSPORTS ===#
    def _transport_https_send(self, session, headers, body) -> Answer:
        """Post the message to the peer's database.

        :raises TransportError: nobody answers, or not as the wire demands
        """
        address = (self.peer_id.endpoint or "").rstrip("/")
        parts = urlsplit(address)
        secure = parts.scheme == "https"
        if not secure and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise TransportError(
                self.env._("The address %s does not begin with https://.", address)
            )
        try:
            with session.post(
                address + signature.PATH,
                data=body,
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as reply:
                content = self._read_answer(reply)
        except (requests.RequestException, OSError) as error:
            raise TransportError(str(error)) from error
        found = {name.lower(): value for name, value in reply.headers.items()}
        kept = {
            name: found[name]
            for name in (
                "content-type",
                "content-digest",
                "signature-input",
                "signature",
            )
            if name in found
        }
        return Answer(reply.status_code, kept, content)

    def _read_answer(self, reply) -> bytes:
        """The body of an answer. The time-out of the connection counts anew with every
        byte, so whoever answers slowly is given up here.

        :raises TransportError: it is too long, or takes too long
        """
        content, end = b"", time.monotonic() + TIMEOUT
        for part in reply.iter_content(8192):
            content += part
            if len(content) > MAX_ANSWER:
                raise TransportError(self.env._("The answer is too long."))
            if time.monotonic() > end:
                raise TransportError(self.env._("The answer takes too long."))
        return content

    def _transport_local_send(self, session, headers, body) -> Answer:
        """Hand the message to another company in this database, signed all the same."""
        with suppress(KeyError):
            return Answer(*self.env["bop.message"]._arrive(headers, body))
        raise TransportError(self.env._("The other company gives no answer."))


def _now() -> datetime:
    return datetime.now(timezone.utc)
