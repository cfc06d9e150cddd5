# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two companies in one database, each with a digital, that are partners of each other."""

from unittest.mock import patch

from odoo.tests import TransactionCase

from ..models.bop_message_outbox import BopMessageOutbox, TransportError


class NetworkCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What changed is not told in the chatter: that takes as long as the change.
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        # A test cannot commit.
        cls.startClassPatcher(
            patch.object(
                cls.env.registry["ir.cron"], "_commit_progress", return_value=60.0
            )
        )
        cls.east, cls.west = cls.env["res.company"].create(
            [{"name": "East Trading"}, {"name": "West Works"}]
        )
        cls.env.user.company_ids |= cls.east | cls.west
        cls.to_west, cls.to_east = cls.make_partners(cls.east, cls.west)

    @classmethod
    def make_partners(cls, one, other):
        """Pair two companies of this database; return the peer of each in the other."""
        digitals = [
            cls.env["bop.digital"].create(
                {
                    "company_id": company.id,
                    "endpoint": "http://127.0.0.1:1",
                    "is_live": True,
                }
            )
            for company in (one, other)
        ]
        peers = []
        for company, theirs in ((one, digitals[1]), (other, digitals[0])):
            peers_of = cls.env["bop.peer"].with_company(company)
            answer = peers_of.bop_pair(
                theirs.bop_invitation(), theirs.company_id.partner_id.id, "local"
            )
            peer = peers_of.browse(answer["peer"])
            peer.bop_confirm(answer["fingerprint"])
            peers.append(peer)
        return peers

    def try_to_send(self, message):
        """Send a message once, as the job does; whether its receiver was reached."""
        self.assertTrue(message._begin_attempt())
        return message._try_to_send(None)

    def lost_answers(self):
        """Patch the way to the partner: all arrives, and no answer comes back."""
        deliver = BopMessageOutbox._transport_local_send

        def lose(message, *request):
            deliver(message, *request)
            raise TransportError("The answer was lost.")

        return patch.object(BopMessageOutbox, "_transport_local_send", lose)

    def run_network(self):
        """Send and process until nothing is under way."""
        messages = self.env["bop.message"].sudo()
        for _round in range(20):
            while message := messages._next_to_send(set()):
                self.try_to_send(message)
            if not (message := messages._next_to_process()):
                return
            while message:
                message._process()
                message = messages._next_to_process()
        self.fail("The network does not come to rest.")
