# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import json

from odoo import api, fields, models
from odoo.exceptions import UserError


class BopPairing(models.TransientModel):
    """Pairing in two steps: exchange the invitations, compare the fingerprints."""

    _name = "bop.pairing"
    _description = "Pair with a Network Partner"

    # === FIELDS ===#
    digital_id = fields.Many2one(
        "bop.digital",
        string="Our Digital",
        required=True,
        default=lambda self: self.env["bop.digital"].search(
            [("company_id", "=", self.env.company.id)]
        ),
    )
    our_invitation = fields.Char(related="digital_id.invitation")
    our_fingerprint = fields.Char(related="digital_id.fingerprint")
    transport = fields.Selection(
        selection=lambda self: self.env["bop.peer"]._fields["transport"].selection,
        string="Way",
        required=True,
        default="https",
    )
    partner_id = fields.Many2one("res.partner", string="Contact")
    invitation = fields.Text(string="Invitation of the Partner")
    peer_id = fields.Many2one("bop.peer", string="Partner", readonly=True)
    peer_endpoint = fields.Char(related="peer_id.endpoint", string="Address")
    fingerprint = fields.Char(
        string="Fingerprint He Told You",
        help="Let the partner read it out, on the phone or in person. Do not take it"
        " from the message that brought the invitation.",
    )

    # === ACTION METHODS ===#
    def action_read(self):
        """Take the invitation, and go on to compare the fingerprints.

        :raises UserError: it is none
        """
        self.ensure_one()
        if not self.partner_id:
            raise UserError(self.env._("Choose the contact who the partner is."))
        peers = self.env["bop.peer"].with_company(self.digital_id.company_id)
        if self.transport == "file" and not self.invitation:
            self.peer_id = peers._add_file_partner(self.digital_id, self.partner_id)
            return self._open_peer()
        answer = peers.bop_pair(self._content(), self.partner_id.id, self.transport)
        self.peer_id = answer["peer"]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pair with a Network Partner"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_confirm(self):
        """Confirm that it is the partner.

        :raises UserError: the fingerprint is another one
        """
        self.ensure_one()
        self.peer_id.bop_confirm(self.fingerprint)
        return self._open_peer()

    def _content(self):
        try:
            return json.loads(self.invitation or "")
        except (ValueError, RecursionError):
            # What is no JSON is no invitation either, and is told so.
            return None

    def _open_peer(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": "bop.peer",
            "res_id": self.peer_id.id,
            "views": [(False, "form")],
        }

    # === COMPUTE METHODS ===#
    @api.onchange("invitation")
    def _onchange_invitation(self):
        """Propose the contact that has the name of the partner."""
        content = self._content()
        name = content.get("name") if isinstance(content, dict) else None
        if isinstance(name, str) and name.strip() and not self.partner_id:
            found = self.env["res.partner"].search([("name", "=ilike", name.strip())])
            self.partner_id = found if len(found) == 1 else False
