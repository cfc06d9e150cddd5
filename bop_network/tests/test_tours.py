# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..models.bop_message import BopMessage
from .common import NetworkCase


@tagged("post_install", "-at_install")
class TestTours(NetworkCase, HttpCase):
    """What an administrator of the network does, in a browser."""

    def make_admin(self):
        """Return an administrator who works for East and West at once."""
        companies = self.east | self.west
        admin = new_test_user(
            self.env,
            login="network_tour",
            password="network_tour_pw",
            groups="base.group_partner_manager,bop_network.group_network_manager",
            company_id=self.east.id,
            company_ids=[(6, 0, companies.ids)],
        )
        self.cookies = {"cids": "-".join(map(str, companies.ids))}
        return admin

    def tour(self, url, name):
        """Run a tour as the administrator."""
        self.start_tour(url, name, login=self.make_admin().login, cookies=self.cookies)
        self.env.invalidate_all()

    def test_an_administrator_pairs_two_companies(self):
        peers = self.to_west | self.to_east
        digitals = peers.digital_id
        peers.key_ids.unlink()
        peers.sudo().unlink()
        self.tour("/odoo/network-digitals", "bop_network_pair")
        self.assertEqual(digitals.peer_ids.mapped("state"), ["confirmed", "confirmed"])
        to_west = digitals.filtered(lambda d: d.company_id == self.east).peer_ids
        self.assertEqual(to_west.transport, "local")
        to_west._send(type="urn:test", subject="s-1", body=b"<a/>")._try_to_send(None)
        self.assertEqual(to_west.message_count, 1)

    def test_an_administrator_tries_again_what_failed(self):
        self.to_west._send(type="urn:test", subject="s-1", body=b"<a><ID>PO-1</ID></a>")

        def fail(message):
            raise ValueError("Not now")

        with (
            patch.object(BopMessage, "_handle", fail),
            mute_logger("odoo.addons.bop_network.models.bop_message_inbox"),
        ):
            self.run_network()
        self.tour("/odoo/network-messages", "bop_network_monitor")
        received = self.env["bop.message"].search([("peer_id", "=", self.to_east.id)])
        self.assertEqual(received.state, "received")
