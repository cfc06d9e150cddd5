# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import base64
import hashlib
import uuid
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..rules import retry, signature
from ..rules.envelope import PREFIX

#: What an administrator writes by hand; all else comes from pairing and messages.
EDITABLE = {
    "active",
    "activity_ids",
    "endpoint",
    "may_bill",
    "may_change",
    "may_order",
    "message_follower_ids",
    "message_ids",
    "name",
    "partner_id",
    "transport",
}


class BopPeer(models.Model):
    """Another company's digital, as we know it: who it is, its keys, where it is, and
    what it may do.
    """

    _name = "bop.peer"
    _description = "Network Partner"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "name"
    _check_company_auto = True

    # === FIELDS ===#
    name = fields.Char(required=True)
    digital_id = fields.Many2one(
        "bop.digital",
        string="Our Digital",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(related="digital_id.company_id", store=True)
    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, ondelete="restrict", index=True
    )
    identifier = fields.Char(required=True, readonly=True, copy=False)
    endpoint = fields.Char(
        help="The address of the other database; not needed for a file."
    )
    transport = fields.Selection(
        selection=[
            ("https", "Over the internet"),
            ("local", "In this database"),
            ("file", "As files"),
        ],
        required=True,
        default="https",
    )
    state = fields.Selection(
        selection=[
            ("draft", "New"),
            ("invited", "Waiting for confirmation"),
            ("confirmed", "Confirmed"),
            ("suspended", "Suspended"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        index=True,
    )
    may_order = fields.Boolean(
        copy=False, tracking=True, help="We take orders from it."
    )
    may_change = fields.Boolean(
        string="May Propose Changes",
        copy=False,
        tracking=True,
        help="It may propose to change orders. Nothing changes without our consent.",
    )
    may_bill = fields.Boolean(
        copy=False,
        tracking=True,
        help="Its bills become vendor bills here. What equals the order and the receipt"
        " is posted.",
    )
    key_ids = fields.One2many("bop.peer.key", "peer_id", readonly=True)
    message_count = fields.Integer(compute="_compute_message_count")
    fingerprint = fields.Char(compute="_compute_fingerprint")
    last_seen = fields.Datetime(readonly=True, copy=False)
    known_key_id = fields.Many2one(
        "bop.digital.key",
        string="Our Key It Knows",
        readonly=True,
        copy=False,
        help="What we send is signed with the newest key that it knows.",
    )
    announced_keys = fields.Text(readonly=True, copy=False)
    failures = fields.Integer(readonly=True, copy=False)
    silent_until = fields.Datetime(readonly=True, copy=False)

    _identifier_unique = models.UniqueIndex(
        "(digital_id, identifier)", "This network partner is known already."
    )

    # === INIT ===#
    def init(self):
        """Create the counters of what was sent, per peer and subject."""
        self.env.cr.execute(
            "CREATE TABLE IF NOT EXISTS bop_network_counter ("
            " peer_id integer NOT NULL REFERENCES bop_peer(id) ON DELETE CASCADE,"
            " subject varchar NOT NULL, last integer NOT NULL,"
            " PRIMARY KEY (peer_id, subject))"
        )
        return super().init()

    # === COMPUTE METHODS ===#
    @api.depends("key_ids.state")
    def _compute_fingerprint(self):
        for peer in self:
            keys = peer.sudo().key_ids.filtered(lambda key: key.state != "revoked")
            peer.fingerprint = keys[:1].fingerprint

    def _compute_message_count(self):
        groups = self.env["bop.message"]._read_group(
            [("peer_id", "in", self.ids)], ["peer_id"], ["__count"]
        )
        counts = {peer.id: count for peer, count in groups}
        for peer in self:
            peer.message_count = counts.get(peer.id, 0)

    # === CRUD METHODS ===#
    def write(self, vals):
        """Who a partner is, and whether it is confirmed, comes from pairing alone.

        :raises UserError: an attempt to write it otherwise
        """
        refused = vals.keys() - EDITABLE
        if refused and not self.env.su:
            self.check_access("write")
            raise UserError(
                self.env._(
                    "%(partner)s: %(fields)s cannot be edited. Pair, confirm, suspend or"
                    " resume it.",
                    partner=self[:1].name,
                    fields=", ".join(sorted(refused)),
                )
            )
        return super().write(vals)

    # === BUSINESS METHODS ===#
    def _seen(self) -> None:
        """Note that this partner is there; a minute is exact enough, and a row that
        somebody else is writing is left to him.
        """
        self.ensure_one()
        now = fields.Datetime.now()
        self.flush_recordset(["last_seen"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE bop_peer SET last_seen = %s WHERE id = (
                    SELECT id FROM bop_peer
                     WHERE id = %s AND (last_seen IS NULL OR last_seen < %s)
                       FOR NO KEY UPDATE SKIP LOCKED)
                """,
                now,
                self.id,
                now - timedelta(minutes=1),
            )
        )
        self.invalidate_recordset(["last_seen"])

    def _note_silence(self) -> None:
        """Leave a partner alone who does not answer, longer and longer, so that he keeps
        no other one waiting.
        """
        self.ensure_one()
        failures = self.failures + 1
        seconds = retry.silence(failures)
        until = fields.Datetime.now() + timedelta(seconds=seconds) if seconds else False
        self.write({"failures": failures, "silent_until": until})

    def _end_silence(self) -> None:
        """Take the partners for reachable again."""
        silent = self.filtered(lambda peer: peer.failures or peer.silent_until)
        if silent:
            silent.write({"failures": 0, "silent_until": False})

    def _public_keys(self) -> dict[str, bytes]:
        """The keys with which this peer may sign, by their id."""
        self.ensure_one()
        keys = self.sudo().key_ids.filtered(lambda key: key.state == "active")
        return {key._key_id(): base64.b64decode(key.public_key) for key in keys}

    def _check_can_send(self) -> None:
        """:raises UserError: this partner is not confirmed, or we are not live"""
        self.ensure_one()
        if self.state != "confirmed":
            raise UserError(
                self.env._(
                    "%s is not confirmed as a network partner. Compare the fingerprints"
                    " and confirm it first.",
                    self.name,
                )
            )
        if not self.digital_id.is_live:
            raise UserError(
                self.env._(
                    "%s is not on the network. An administrator of the network can"
                    " switch it on.",
                    self.company_id.name,
                )
            )

    def _send(  # pylint: disable=redefined-builtin
        self,
        *,
        type,
        subject,
        body,
        ref="",
        base="",
        content_type="application/xml",
    ):
        """Write a message to this peer; it is sent when this transaction is committed.

        :param str type: what the body is
        :param str subject: what it is about; messages about one subject arrive in order
        :param bytes body: the content
        :param str ref: id of the message that it answers
        :param str base: SHA-256 (hex) of the agreed document that it builds on
        :return: the ``bop.message``
        :raises UserError: the peer is not confirmed, or our digital is not live
        """
        peer = self.sudo()
        peer._check_can_send()
        letter = {
            "type": type,
            "subject": subject,
            "ref": ref or False,
            "base": base or False,
            "content_type": content_type,
        }
        messages = self.env["bop.message"].sudo()
        message = messages.create(peer._prepare_outbound(letter, body))
        self.env.ref("bop_network.cron_send")._trigger()
        return message

    def _prepare_outbound(
        self, letter: dict[str, object], body: bytes
    ) -> dict[str, object]:
        """Values of a new message to this peer, the next one about its subject."""
        self.ensure_one()
        now = fields.Datetime.now()
        return {
            **letter,
            "direction": "out",
            "peer_id": self.id,
            "message_id": str(uuid.uuid4()),
            "sequence": self._next_sequence(letter["subject"]),
            "occurred_at": now,
            "body": base64.b64encode(body),
            "body_sha256": hashlib.sha256(body).hexdigest(),
            "state": "queued",
            "next_attempt_at": now,
        }

    def _next_sequence(self, subject: str) -> int:
        """The number of the next message about ``subject``: without gaps, so that the
        other side sees what is missing.
        """
        # Two transactions that count at once: PostgreSQL makes Odoo begin the second one
        # again.
        self.env.cr.execute(
            SQL(
                "INSERT INTO bop_network_counter AS c (peer_id, subject, last)"
                " VALUES (%s, %s, 1) ON CONFLICT (peer_id, subject)"
                " DO UPDATE SET last = c.last + 1 RETURNING last",
                self.id,
                subject,
            )
        )
        return self.env.cr.fetchone()[0]


class BopPeerKey(models.Model):
    """A public key of a peer."""

    _name = "bop.peer.key"
    _description = "Key of a Network Partner"
    _order = "id desc"

    peer_id = fields.Many2one(
        "bop.peer",
        string="Partner",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="peer_id.company_id", store=True)
    name = fields.Char(required=True, readonly=True)
    public_key = fields.Char(required=True, readonly=True)
    fingerprint = fields.Char(compute="_compute_fingerprint")
    state = fields.Selection(
        selection=[
            ("offered", "To be compared"),
            ("active", "In use"),
            ("revoked", "Revoked"),
        ],
        required=True,
        readonly=True,
        default="offered",
    )

    _key_unique = models.UniqueIndex(
        "(peer_id, public_key)", "This key is known already."
    )
    _name_unique = models.UniqueIndex("(peer_id, name)", "Another key has this name.")

    @api.depends("public_key")
    def _compute_fingerprint(self):
        for key in self:
            public = base64.b64decode(key.public_key or "")
            key.fingerprint = signature.fingerprint(public) if public else False

    def _key_id(self) -> str:
        self.ensure_one()
        return f"{PREFIX}{self.peer_id.identifier}#{self.name}"
