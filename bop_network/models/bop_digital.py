# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import base64
import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import signature
from ..rules.envelope import PREFIX
from . import key_store

ADMINISTRATORS = "bop_network.group_network_manager"
FIXED = {"identifier"}


class BopDigital(models.Model):
    """What a company is on the network: a name that stays, keys, and an address."""

    _name = "bop.digital"
    _description = "Digital"
    _inherit = ["mail.thread"]
    _order = "company_id"

    # === FIELDS ===#
    name = fields.Char(related="company_id.name", string="Company Name")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    identifier = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: str(uuid.uuid4()),
        help="The name of this company on the network. It never changes.",
    )
    endpoint = fields.Char(
        required=True,
        default=lambda self: self.get_base_url(),
        help="The address under which others reach this database, such as"
        " https://erp.example.com",
    )
    is_live = fields.Boolean(
        string="On the Network",
        copy=False,
        tracking=True,
        help="Off: nothing is sent, and nobody gets an answer here.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        help="Is asked when a message cannot be delivered or processed.",
    )
    key_ids = fields.One2many("bop.digital.key", "digital_id", readonly=True)
    peer_ids = fields.One2many("bop.peer", "digital_id", readonly=True)
    fingerprint = fields.Char(compute="_compute_fingerprint")

    _company_unique = models.UniqueIndex(
        "(company_id)", "This company is on the network already."
    )
    _identifier_unique = models.UniqueIndex(
        "(identifier)", "Another company has this name on the network."
    )

    # === COMPUTE METHODS ===#
    @api.depends("key_ids.state")
    def _compute_fingerprint(self):
        for digital in self:
            digital.fingerprint = digital._current_key().fingerprint

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        """A new digital gets its first key."""
        digitals = super().create(vals_list)
        for digital in digitals:
            digital._make_key()
        return digitals

    def write(self, vals):
        """Others know a digital by its name, so that stays.

        :raises UserError: an attempt to change it
        """
        changed = FIXED & vals.keys()
        if any(digital[name] != vals[name] for name in changed for digital in self):
            raise UserError(
                self.env._(
                    "%s is known to its partners by this name, which cannot be changed.",
                    self[:1].sudo().name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_known(self):
        if self.sudo().peer_ids:
            raise UserError(
                self.env._("Partners know this digital. Switch it off instead.")
            )

    # === KEYS ===#
    def _make_key(self):
        """Make a key, with which everything is signed from now on."""
        self.ensure_one()
        secret, public = signature.new_key()
        number = len(self.with_context(active_test=False).key_ids) + 1
        key = (
            self.env["bop.digital.key"]
            .sudo()
            .create(
                {
                    "digital_id": self.id,
                    "name": f"k{number}",
                    "public_key": base64.b64encode(public).decode(),
                }
            )
        )
        key_store.put(self.env.cr, key.id, secret)
        return key

    def _current_key(self):
        """The key to sign with: the youngest one that is in use."""
        self.ensure_one()
        keys = self.sudo().key_ids.filtered(lambda key: key.state == "active")
        return keys.sorted("id")[-1:]

    def _signing_key(self, peer) -> tuple[str, bytes]:
        """Id and secret of the key to sign with: the youngest one that ``peer`` knows.

        :raises UserError: there is none
        """
        active = self.sudo().key_ids.filtered(lambda key: key.state == "active")
        newest = peer.sudo().known_key_id
        known = active.filtered(lambda key: not newest or key.id <= newest.id)
        key = known.sorted("id")[-1:]
        secret = key_store.get(self.env.cr, key.id) if key else None
        if not secret:
            raise UserError(
                self.env._(
                    "%(company)s has no key that %(partner)s knows. Send your invitation"
                    " again.",
                    company=self.sudo().name,
                    partner=peer.sudo().name,
                )
            )
        return key._key_id(), secret


class BopDigitalKey(models.Model):
    """A public key of a digital of ours. Its secret is in no field (``key_store``)."""

    _name = "bop.digital.key"
    _description = "Key of a Digital"
    _order = "id desc"

    digital_id = fields.Many2one(
        "bop.digital", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="digital_id.company_id", store=True)
    name = fields.Char(required=True, readonly=True)
    public_key = fields.Char(required=True, readonly=True)
    fingerprint = fields.Char(compute="_compute_fingerprint")
    state = fields.Selection(
        selection=[
            ("active", "In use"),
            ("retired", "Replaced"),
            ("revoked", "Revoked"),
        ],
        required=True,
        readonly=True,
        default="active",
    )

    def init(self):
        """Create the place for the secrets."""
        key_store.create(self.env.cr)
        return super().init()

    @api.depends("public_key")
    def _compute_fingerprint(self):
        for key in self:
            public = base64.b64decode(key.public_key or "")
            key.fingerprint = signature.fingerprint(public) if public else False

    def _key_id(self) -> str:
        self.ensure_one()
        return f"{PREFIX}{self.digital_id.identifier}#{self.name}"
