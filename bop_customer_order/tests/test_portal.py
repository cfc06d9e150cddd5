# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import PIXEL, ContractCase
from .network_common import NetworkCase
from .terms_common import DESK, TermsCase


class PortalHelpers:
    """What a customer does in his browser, with the link that he was sent."""

    def _open(self, url, **values):
        """A page; its bundles may have to be made first."""
        return self.url_open(url, timeout=120, **values)

    def _page(self, order, token=None):
        """What the page of an order says."""
        self.authenticate(None, None)
        token = order._portal_ensure_token() if token is None else token
        return self._open(f"/my/orders/{order.id}?access_token={token}").text

    def _sign(self, order, token=None):
        """The answer to a signature."""
        self.authenticate(None, None)
        return self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {
                "access_token": order._portal_ensure_token()
                if token is None
                else token,
                "name": "Anna Buyer",
                "signature": PIXEL,
            },
        )

    def _decline(self, order, reason, token=None):
        """Send the form in which the customer says why he refuses."""
        page = self._page(order)
        csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
        token = order._portal_ensure_token() if token is None else token
        return self._open(
            f"/my/orders/{order.id}/decline?access_token={token}",
            data={"csrf_token": csrf, "decline_message": reason},
        )


@tagged("post_install", "-at_install")
class TestPortalChange(PortalHelpers, ContractCase, HttpCase):
    """A customer without a digital answers a change on the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._make_order(
            (cls.desk, 10), require_signature=False, require_payment=False
        )

    def _propose(self, quantity=12):
        """Offer another quantity of desks, and put it to the customer."""
        request = self._change(self.order, {self.desk: quantity}, apply=False)
        request.offer_id.action_quotation_sent()
        return request

    def test_his_signature_is_his_consent(self):
        request = self._propose()
        page = self._page(request.offer_id)
        self.assertIn("This is an offer to change your order", page)
        self.assertIn("Accept & Sign", page)
        answer = self._sign(request.offer_id)
        self.assertIn("sign_ok", answer["redirect_url"])
        self.assertEqual(
            (request.state, request.consent, request.consent_note),
            ("applied", "portal", "Anna Buyer"),
        )
        self.assertEqual(self.order.successor_id.order_line.product_uom_qty, 12)

    def test_what_nobody_proposed_to_him_is_his_to_sign_all_the_same(self):
        """A link to an offer is given to the customer by a person."""
        request = self._change(self.order, {self.desk: 12}, apply=False)
        self._sign(request.offer_id)
        self.assertEqual(request.state, "applied")

    def test_he_refuses_and_says_why(self):
        request = self._propose()
        answer = self._decline(request.offer_id, "Too many for our hall.")
        self.assertEqual(answer.status_code, 200)
        self.assertIn(f"/my/orders/{self.order.id}", answer.url)
        self.assertEqual(
            (request.state, request.refusal), ("rejected", "Too many for our hall.")
        )
        self.assertEqual((self.order.state, self.order.is_contract), ("sale", True))
        said = self.order.message_ids.filtered(
            lambda message: message.author_id == self.partner
        )
        self.assertIn("Too many for our hall.", said.body)
        page = self._page(request.offer_id)
        self.assertNotIn("This is an offer to change your order", page)
        self.assertIn("(Too many for our hall). In force is", page)

    def test_without_a_reason_nothing_is_refused(self):
        request = self._propose()
        for reason in ("", "   "):
            page = self._decline(request.offer_id, reason).text
            self.assertIn("not in a state to be rejected", page)
        self.assertEqual(request.state, "proposed")

    def test_what_was_answered_cannot_be_answered_again(self):
        request = self._propose()
        offer, token = request.offer_id, request.offer_id._portal_ensure_token()
        self._decline(offer, "No.")
        self.assertIn("error", self._sign(offer, token))
        self.assertEqual(request.state, "rejected")
        self.assertFalse(self.order.successor_id)

    # === OBSTACLES ===#
    def test_what_cannot_be_carried_out_is_not_signed(self):
        request = self._propose(quantity=3)
        self._deliver(self.order, {self.desk: 4})
        page = self._page(request.offer_id)
        self.assertIn("cannot be accepted online just now", page)
        self.assertNotIn("Accept & Sign", page)
        self.assertNotIn("return", page.split("o_bop_hindered")[1][:400])
        self.assertIn("error", self._sign(request.offer_id))
        self.assertEqual((request.state, request.consent), ("proposed", False))
        self.assertFalse(request.offer_id.signature)

    def test_what_cannot_be_carried_out_can_be_refused(self):
        request = self._propose(quantity=3)
        self._deliver(self.order, {self.desk: 4})
        self._decline(request.offer_id, "We keep all ten.")
        self.assertEqual((request.state, request.refusal[:7]), ("rejected", "We keep"))

    def test_an_obstacle_that_comes_with_the_signature_changes_nothing(self):
        request = self._propose()
        orders = self.env.registry["sale.order"]

        reason = "WH/OUT/00012 is printed."
        printed = UserError(reason)
        with patch.object(orders, "_validate_order", side_effect=printed):
            answer = self._sign(request.offer_id)
        self.assertIn("Please contact us", answer["error"])
        self.assertNotIn("WH/OUT", answer["error"])
        self.env.invalidate_all()
        self.assertEqual(request.state, "proposed")
        self.assertFalse(request.offer_id.signed_by)
        notes = "".join(request.offer_id.message_ids.mapped("body"))
        self.assertIn(reason, notes)

    # === WHO ===#
    def test_only_the_link_of_this_offer_opens_it(self):
        request = self._propose()
        offer = request.offer_id
        other = self._make_order((self.chair, 1), partner_id=self.vendor.id)
        for token in ("", "wrong", other._portal_ensure_token()):
            self.assertNotIn(offer.name, self._page(offer, token))
            self.assertIn("error", self._sign(offer, token))
            self._decline(offer, "No.", token)
        self.assertEqual(request.state, "proposed")

    def test_another_customer_is_refused(self):
        request = self._propose()
        offer = request.offer_id
        stranger = new_test_user(
            self.env, login="bop_stranger", groups="base.group_portal"
        )
        self.authenticate(stranger.login, stranger.login)
        page = self._open(f"/my/orders/{offer.id}")
        self.assertNotIn(offer.name, page.text)
        answer = self.make_jsonrpc_request(
            f"/my/orders/{offer.id}/accept", {"name": "X", "signature": PIXEL}
        )
        self.assertIn("error", answer)
        self.assertEqual(request.state, "proposed")

    # === VERSIONS ===#
    def test_a_superseded_order_leads_to_its_successor(self):
        successor = self._change(self.order, {self.desk: 12})
        third = self._change(successor, {self.desk: 13})
        page = self._page(self.order)
        self.assertIn("This order was superseded", page)
        self.assertIn(f"/my/orders/{third.id}?access_token=", page)
        self.assertIn(third.name, page)
        self.assertNotIn("Accept & Sign", page)
        self.assertIn("error", self._sign(self.order))


@tagged("post_install", "-at_install")
class TestPortalGaps(PortalHelpers, TermsCase, HttpCase):
    """An order that names what nobody here knows is not accepted by anybody."""

    def test_an_order_with_gaps_is_not_accepted_online(self):
        order = self._receive(
            replace(self.terms, lines=(replace(DESK, sku="X-77", product="Anvil"),))
        )
        self.assertTrue(order.intake_gaps)
        order.require_signature = True
        page = self._page(order)
        self.assertIn("cannot be accepted online just now", page)
        self.assertNotIn("Accept & Sign", page)
        self.assertNotIn("Which product", page)
        self.assertIn("error", self._sign(order))
        self.assertFalse(order.is_contract or order.signature)


@tagged("post_install", "-at_install")
class TestPortalNetwork(PortalHelpers, NetworkCase, HttpCase):
    """Where the customer's database answers, the portal does not."""

    def test_a_change_of_a_network_order_is_not_signed(self):
        order = self._make_network_order((self.desk, 10))
        request = self._change(order, {self.desk: 12}, apply=False)
        self.assertNotIn("Accept & Sign", self._page(request.offer_id))
        self.assertIn("error", self._sign(request.offer_id))
        self.assertTrue(request.is_open)
        self.assertFalse(order.successor_id)
