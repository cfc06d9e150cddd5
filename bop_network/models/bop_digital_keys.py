# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""New keys: announced to each partner in a message that a key he knows has signed.

What is sent to a partner is signed with the newest key that he has said to know, so a
partner who cannot be reached for a while misses nothing.
"""

from __future__ import annotations

import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..exceptions import MessageRefused
from . import key_store
from .bop_digital import ADMINISTRATORS
from .bop_peer_pairing import MAX_KEYS

#: "These are my keys, and those are not any more."
KEYS = "urn:b-op:network:keys:1"
#: "I know these keys of yours."
KEYS_KNOWN = "urn:b-op:network:keys-known:1"
#: A replaced key stays good for so long after all partners know the new one.
GRACE = timedelta(days=7)
MAX_KEYS_EVER = 100


class BopDigitalKeys(models.Model):
    _inherit = "bop.digital"

    # === CRUD METHODS ===#
    def write(self, vals):
        """Who was away learns of new keys as soon as we are back."""
        result = super().write(vals)
        if vals.get("is_live"):
            self._announce_keys()
        return result

    # === ACTION METHODS ===#
    def action_new_key(self):
        """Make a new key and announce it; the old one stays good until all know it.

        :raises AccessError: the user is no administrator of the network
        """
        self._check_key_administrator()
        for digital in self:
            digital._make_key()
            digital._announce_keys()
        return True

    def _check_key_administrator(self) -> None:
        self.check_access("write")
        if not self.env.user.has_group(ADMINISTRATORS):
            raise AccessError(
                self.env._("Only an administrator of the network may change keys.")
            )

    # === BUSINESS METHODS ===#
    def _keys_statement(self) -> str:
        """Which keys are ours, and which not any more, as text that can be compared."""
        self.ensure_one()
        keys = self.sudo().key_ids.sorted("id")
        active = keys.filtered(lambda key: key.state == "active")
        content = {
            "keys": [
                {"name": key.name, "public_key": key.public_key}
                for key in active[-MAX_KEYS:]
            ],
            "revoked": (keys - active).mapped("name"),
        }
        return json.dumps(content, sort_keys=True)

    def _announce_keys(self) -> None:
        """Tell the partners who were not told yet."""
        for digital in self.sudo().filtered("is_live"):
            statement = digital._keys_statement()
            for peer in digital.peer_ids:
                reached = peer.state == "confirmed" and peer.transport != "file"
                if reached and peer.announced_keys != statement:
                    peer._send(
                        type=KEYS,
                        subject=digital.identifier,
                        body=statement.encode(),
                        content_type="application/json",
                    )
                    peer.announced_keys = statement

    def _part_from_partners(self, lost) -> None:
        """Exchange nothing with those who know none but the lost keys."""
        self.ensure_one()
        left = self.key_ids.filtered(lambda key: key.state == "active") - lost
        for peer in self.peer_ids.filtered(lambda peer: peer.state != "draft"):
            newest = peer.known_key_id
            if any(not newest or key.id <= newest.id for key in left):
                continue
            peer.write(
                {
                    "state": "invited",
                    "known_key_id": self._current_key().id,
                    "announced_keys": self._keys_statement(),
                }
            )
            peer.message_post(
                body=self.env._(
                    "Our key was revoked. Send the partner our new invitation, tell him"
                    " the new fingerprint, and confirm him again."
                )
            )

    @api.autovacuum
    def _retire_replaced_keys(self):
        """End the time of keys that everybody has a newer one for."""
        limit = fields.Datetime.now() - GRACE
        for digital in self.sudo().search([("peer_ids", "!=", False)]):
            newest = digital._current_key()
            peers = digital.peer_ids.filtered(lambda peer: peer.transport != "file")
            if not newest or newest.create_date > limit:
                continue
            if any(peer.known_key_id != newest for peer in peers):
                continue
            old = digital.key_ids.filtered(lambda key: key.state == "active") - newest
            old._end("retired")


class BopDigitalKey(models.Model):
    _inherit = "bop.digital.key"

    def action_revoke(self):
        """Stop using a key at once, because somebody may have copied it.

        Partners who know no other key of ours have to be paired again: what the old key
        signs proves nothing any more.

        :raises AccessError: the user is no administrator of the network
        """
        self.digital_id._check_key_administrator()
        active = self.sudo().filtered(lambda key: key.state == "active")
        for digital in active.digital_id:
            lost = active.filtered(lambda key, d=digital: key.digital_id == d)
            if digital._current_key() in lost:
                digital._make_key()
            digital._part_from_partners(lost)
        active._end("revoked")
        return True

    def _end(self, state: str) -> None:
        """Sign nothing with these keys any more, and tell the partners."""
        for key in self.sudo():
            key.state = state
            key_store.erase(self.env.cr, key.id)
        self.digital_id._announce_keys()


class BopMessageKeys(models.Model):
    _inherit = "bop.message"

    def _handle(self):
        """Learn new keys of a partner, and that he has learnt ours."""
        if self.type == KEYS:
            return self._take_keys()
        if self.type == KEYS_KNOWN:
            return self._take_known_keys()
        return super()._handle()

    def _take_keys(self) -> None:
        content, peer = self._read_json(), self.peer_id
        try:
            keys = [peer._read_key(key) for key in content["keys"]]
            revoked = {str(name) for name in content["revoked"]}
        except (KeyError, TypeError, ValueError) as error:
            raise MessageRefused(self.env._("These are no keys.")) from error
        active = peer.key_ids.filtered(lambda key: key.state == "active")
        kept = active.filtered(lambda key: key.name not in revoked)
        new = peer._new_keys(keys)
        if not (kept or new) or len(peer.key_ids) + len(new) > MAX_KEYS_EVER:
            raise MessageRefused(
                self.env._("These keys would leave none, or are too many.")
            )
        (active - kept).state = "revoked"
        made = peer.key_ids.create(
            [{**key, "peer_id": peer.id, "state": "active"} for key in new]
        )
        peer._tell_keys(made, active - kept)
        self._confirm_keys()

    def _confirm_keys(self) -> None:
        active = self.peer_id.key_ids.filtered(lambda key: key.state == "active")
        self.peer_id._send(
            type=KEYS_KNOWN,
            subject=self.subject,
            body=json.dumps({"keys": active.mapped("name")}).encode(),
            ref=self.message_id,
            content_type="application/json",
        )

    def _take_known_keys(self) -> None:
        names = self._read_json().get("keys")
        if not isinstance(names, list):
            raise MessageRefused(self.env._("These are no keys."))
        known = self.digital_id.key_ids.filtered(
            lambda key: key.state == "active" and key.name in names
        )
        newest = known.sorted("id")[-1:]
        if newest.id > self.peer_id.known_key_id.id:
            self.peer_id.known_key_id = newest


class BopPeerKeys(models.Model):
    _inherit = "bop.peer"

    def _new_keys(self, keys) -> list[dict[str, str]]:
        """Those of ``keys`` that were never known.

        :raises MessageRefused: a known name stands for another key
        """
        by_name = {key.name: key.public_key for key in self.key_ids}
        ever = set(self.key_ids.mapped("public_key"))
        for key in keys:
            if by_name.get(key["name"], key["public_key"]) != key["public_key"]:
                raise MessageRefused(
                    self.env._("Another key is known as %s.", key["name"])
                )
        new = {key["public_key"]: key for key in keys if key["public_key"] not in ever}
        if len({key["name"] for key in new.values()}) != len(new):
            raise MessageRefused(self.env._("Two keys have one name."))
        return list(new.values())

    def _tell_keys(self, new, revoked) -> None:
        if new:
            text = self.env._(
                "Announced a new key: %s", ", ".join(new.mapped("fingerprint"))
            )
            self.message_post(body=text)
        if revoked:
            text = self.env._(
                "Revoked a key: %s", ", ".join(revoked.mapped("fingerprint"))
            )
            self.message_post(body=text)
