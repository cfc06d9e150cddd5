# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import base64
import binascii
import re
import uuid

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..rules.envelope import EnvelopeError, digital
from .bop_digital import ADMINISTRATORS

VERSION = 1
MAX_KEYS = 5
_KEY_NAME = re.compile("[a-z0-9-]{1,20}")


class BopDigitalInvitation(models.Model):
    _inherit = "bop.digital"

    def bop_invitation(self):
        """What a partner needs to know us: send it to him, by any way.

        It holds no secret. That it is ours, people make sure of by comparing the
        fingerprint.

        :return: ``{"version", "identifier", "name", "endpoint", "keys": [{"name",
            "public_key"}]}``
        """
        self.ensure_one()
        self.check_access("read")
        # One key, the one whose fingerprint people compare: no other can hide beside it.
        keys = self._current_key()
        return {
            "version": VERSION,
            "identifier": self.identifier,
            "name": self.name,
            "endpoint": self.endpoint,
            "keys": [{"name": key.name, "public_key": key.public_key} for key in keys],
        }


class BopPeerPairing(models.Model):
    """Getting to know a partner: his invitation, the comparison of fingerprints, and the
    confirmation. Both sides do it.
    """

    _inherit = "bop.peer"

    # === PUBLIC METHODS ===#
    @api.model
    def bop_pair(self, invitation, partner, transport="https"):
        """Take the invitation of a partner. Nothing is exchanged before his fingerprint
        is confirmed.

        :param dict invitation: as :meth:`BopDigitalInvitation.bop_invitation` gives it
        :param int partner: id of the contact who he is
        :param str transport: ``https``, ``local`` or ``file``
        :return: ``{"peer", "name", "fingerprint", "state"}``
        :raises UserError: it is no invitation, our own, or says nothing new
        :raises AccessError: the user is no administrator of the network

        A partner who is known already has lost his keys or has moved: he is to be
        confirmed again.
        """
        self._check_administrator()
        ours = self._own_digital()
        values = self._read_invitation(invitation)
        if values["identifier"] == ours.identifier:
            raise UserError(self.env._("This is our own invitation."))
        known = ours.sudo().peer_ids.filtered(
            lambda peer: peer.identifier == values["identifier"]
        )
        if known:
            known._take_new_invitation(values)
            return known.with_env(self.env)._pairing_answer()
        contact = self.env["res.partner"].browse(partner).exists()
        peer = self.sudo().create(
            {
                **values,
                "digital_id": ours.id,
                "partner_id": contact.id,
                "transport": transport,
                "state": "invited",
                "known_key_id": ours._current_key().id,
                "announced_keys": ours._keys_statement(),
            }
        )
        return peer.with_env(self.env)._pairing_answer()

    @api.model
    def _own_digital(self):
        """The digital of the current company.

        :raises UserError: it has none yet
        """
        company = self.env.company
        ours = self.env["bop.digital"].search([("company_id", "=", company.id)])
        if not ours:
            raise UserError(
                self.env._("%s has no digital yet. Create it first.", company.name)
            )
        return ours

    def bop_confirm(self, fingerprint):
        """Confirm that a partner is who he says: his fingerprint, as he read it out.

        :param str fingerprint: blanks and case do not matter
        :return: as :meth:`bop_pair`
        :raises UserError: it is another one
        :raises AccessError: the user is no administrator of the network
        """
        self.ensure_one()
        self._check_administrator()
        told = re.sub(r"\s", "", str(fingerprint or "")).upper()
        keys = self.sudo().key_ids.filtered(lambda key: key.state != "revoked")
        meant = keys.filtered(lambda key: key.fingerprint.replace(" ", "") == told)
        if not meant:
            raise UserError(
                self.env._(
                    "This is not the fingerprint of %s. Ask again by a way you trust;"
                    " if it stays different, somebody else sent the invitation.",
                    self.name,
                )
            )
        if self.state != "confirmed":
            # Nobody has compared the others.
            (keys - meant).state = "revoked"
            meant.state = "active"
            self.sudo().state = "confirmed"
            self.sudo().digital_id._announce_keys()
        return self._pairing_answer()

    def action_suspend(self):
        """Exchange nothing with these partners for now."""
        self._check_administrator()
        self.sudo().filtered(lambda peer: peer.state == "confirmed").state = "suspended"
        return True

    def action_resume(self):
        """Go on with suspended partners."""
        self._check_administrator()
        suspended = self.sudo().filtered(lambda peer: peer.state == "suspended")
        suspended.write({"state": "confirmed", "failures": 0, "silent_until": False})
        suspended.digital_id._announce_keys()
        self.env["bop.message"]._trigger_crons()
        return True

    # === PARTS ===#
    def _take_new_invitation(self, values) -> None:
        """Let a known partner be confirmed again, with new keys or a new address.

        :raises UserError: the invitation says what is known
        """
        self.ensure_one()
        have = self.key_ids.filtered(lambda key: key.state != "revoked")
        offered = [key for _command, _id, key in values["key_ids"]]
        ever = set(self.key_ids.mapped("public_key"))
        new = [key for key in offered if key["public_key"] not in ever]
        if not new:
            raise UserError(self.env._("%s is known already.", self.name))
        names = set(self.key_ids.mapped("name"))
        if any(key["name"] in names for key in new):
            # The name of a key stands in every proof, so it means one key for ever.
            raise UserError(
                self.env._(
                    "%s once had another key of this name. Let the partner make a new"
                    " key and send a new invitation.",
                    self.name,
                )
            )
        have.state = "revoked"
        self.write(
            {
                "state": "invited",
                "endpoint": values["endpoint"],
                "key_ids": [(0, 0, key) for key in new],
                "known_key_id": self.digital_id._current_key().id,
                "announced_keys": self.digital_id._keys_statement(),
            }
        )

    @api.model
    def _add_file_partner(self, digital, partner):
        """A partner without a digital: what goes to him and comes from him are files
        that people carry. There is no key to compare.

        :raises UserError: he is one already
        """
        self._check_administrator()
        digital.check_access("read")
        known = digital.sudo().peer_ids.filtered(
            lambda peer: peer.partner_id == partner
        )
        if known:
            raise UserError(self.env._("%s is known already.", known[:1].name))
        return self.sudo().create(
            {
                "name": partner.display_name,
                "digital_id": digital.id,
                "partner_id": partner.id,
                "identifier": str(uuid.uuid4()),
                "transport": "file",
                "state": "confirmed",
            }
        )

    def _pairing_answer(self) -> dict[str, object]:
        return {
            "peer": self.id,
            "name": self.name,
            "fingerprint": self.fingerprint,
            "state": self.state,
        }

    def _check_administrator(self) -> None:
        if not self.env.user.has_group(ADMINISTRATORS):
            raise AccessError(
                self.env._(
                    "Only an administrator of the network may pair with partners."
                )
            )

    @api.model
    def _read_invitation(self, invitation) -> dict[str, object]:
        """Values of the peer that an invitation describes.

        :raises UserError: it is no invitation
        """
        try:
            identifier = digital(
                {"id": f"urn:b-op:digital:{invitation['identifier']}"}, "id"
            )
            keys = [self._read_key(key) for key in invitation["keys"]]
            name, endpoint = invitation["name"], invitation["endpoint"]
            texts = all(isinstance(text, str) for text in (name, endpoint))
            if invitation["version"] != VERSION or not texts or not name.strip():
                raise ValueError
            if not 0 < len(keys) <= MAX_KEYS:
                raise ValueError
        except (
            AttributeError,
            EnvelopeError,
            KeyError,
            TypeError,
            ValueError,
        ) as error:
            raise UserError(
                self.env._(
                    "This is no invitation to the b-op network. Ask the partner to copy"
                    " the whole text."
                )
            ) from error
        return {
            "identifier": identifier,
            "name": name.strip()[:200],
            "endpoint": endpoint.strip()[:500],
            "key_ids": [(0, 0, key) for key in keys],
        }

    @api.model
    def _read_key(self, key) -> dict[str, str]:
        try:
            public = base64.b64decode(key["public_key"], validate=True)
        except binascii.Error as error:
            raise ValueError from error
        if len(public) != 32 or not _KEY_NAME.fullmatch(key["name"]):
            raise ValueError
        return {"name": key["name"], "public_key": key["public_key"]}
