# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people see of digitals and partners."""

from __future__ import annotations

import json

from odoo import api, fields, models
from odoo.exceptions import UserError


class BopDigitalViews(models.Model):
    _inherit = "bop.digital"

    # === FIELDS ===#
    invitation = fields.Char(
        compute="_compute_invitation",
        help="Copy this text and send it to your partner, by any way. It holds no"
        " secret.",
    )
    peer_count = fields.Integer(string="Partners", compute="_compute_peer_count")

    # === COMPUTE METHODS ===#
    @api.depends("endpoint", "key_ids.state", "company_id.name")
    def _compute_invitation(self):
        for digital in self:
            real = bool(digital._origin)
            digital.invitation = (
                json.dumps(digital._origin.bop_invitation(), ensure_ascii=False)
                if real
                else False
            )

    def _compute_peer_count(self):
        for digital in self:
            digital.peer_count = len(digital.peer_ids)

    # === ACTION METHODS ===#
    def action_switch_on(self):
        """Put the company on the network: from now on its partners reach it.

        :raises AccessError: the user is no administrator of the network
        """
        self._check_key_administrator()
        self.is_live = True
        self.env["bop.message"]._trigger_crons()
        return True

    def action_switch_off(self):
        """Send nothing any more, and give nobody an answer.

        :raises AccessError: the user is no administrator of the network
        """
        self._check_key_administrator()
        self.is_live = False
        return True

    def action_peers(self):
        """Show the partners of this digital."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bop_network.action_bop_peer"
        )
        return {**action, "domain": [("digital_id", "in", self.ids)]}

    def action_pair(self):
        """Pair with a partner."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bop_network.action_bop_pairing"
        )
        return {**action, "context": {"default_digital_id": self.id}}


class BopPeerViews(models.Model):
    _inherit = "bop.peer"

    def action_messages(self):
        """Show what was exchanged with this partner."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bop_network.action_bop_message"
        )
        return {**action, "domain": [("peer_id", "=", self.id)], "context": {}}

    def action_compare(self):
        """Compare the fingerprint of this partner."""
        self.ensure_one()
        if self.state not in ("draft", "invited"):
            raise UserError(self.env._("%s is confirmed already.", self.name))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bop_network.action_bop_pairing"
        )
        context = {
            "default_peer_id": self.id,
            "default_digital_id": self.digital_id.id,
            "default_partner_id": self.partner_id.id,
        }
        return {**action, "context": context}

    def action_download(self):
        """Take as a file all that waits for this partner.

        :raises UserError: there is nothing
        """
        waiting = self.env["bop.message"].search(
            [
                ("peer_id", "in", self.ids),
                ("direction", "=", "out"),
                ("state", "=", "queued"),
            ]
        )
        if not waiting:
            raise UserError(self.env._("There is nothing to be sent to this partner."))
        return waiting.action_download()
