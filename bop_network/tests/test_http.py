# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The way in, over real HTTP: whoever is not a partner changes nothing.

``BOP_FUZZ_HTTP`` is the number of mutations; 300 unless told.
"""

import json
import os
import random
import socket
import uuid
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..models import bop_refusal, key_store
from ..rules import signature
from ..rules.envelope import Envelope, to_headers
from .common import NetworkCase

MUTATIONS = int(os.environ.get("BOP_FUZZ_HTTP", "300"))
BODY = b"<Order><ID>PO-1</ID></Order>"
# Characters that HTTP can carry in a header.
LETTERS = "".join(map(chr, range(33, 127))) + " ,;é"


@tagged("post_install", "-at_install")
class TestHttp(NetworkCase, HttpCase):
    """East sends to West by hand, so that the test can send anything."""

    def setUp(self):
        super().setUp()
        self.letter = Envelope(
            id=str(uuid.uuid4()),
            type="urn:test",
            subject=str(uuid.uuid4()),
            source=self.to_west.digital_id.identifier,
            recipient=self.to_west.identifier,
            time=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            sequence=1,
        )

    def signed(self, body=BODY, at=None, letter=None):
        """Return the headers of a message that East has signed."""
        key = self.to_west.digital_id.key_ids[:1]
        return signature.sign_request(
            to_headers(letter or self.letter),
            body,
            key._key_id(),
            key_store.get(self.cr, key.id),
            at or datetime.now(timezone.utc),
        )

    def post(self, headers, body=BODY):
        """Send a request and return the answer."""
        self.env.flush_all()
        answer = self.opener.post(
            self.base_url() + signature.PATH,
            data=body,
            headers={name: value.encode("latin-1") for name, value in headers.items()},
            timeout=30,
        )
        self.env.invalidate_all()
        return answer

    def received(self):
        """Return what West has from East."""
        return self.env["bop.message"].search(
            [("peer_id", "=", self.to_east.id), ("direction", "=", "in")], order="id"
        )

    def refusals(self):
        """Return what was noted about requests that were not let in."""
        return self.env["bop.refusal"].search([], order="id")

    def assert_refused(self, status, headers, body=BODY):
        """Expect that nothing is written but the refusal; return it."""
        before = self.refusals()
        answer = self.post(headers, body)
        self.assertEqual(answer.status_code, status, answer.text)
        self.assertTrue(answer.json()["error"])
        self.assertNotIn("signature", answer.headers)
        self.assertFalse(self.received())
        return self.refusals() - before

    # === WHAT IS LET IN ===#

    def test_a_message_gets_a_receipt_that_proves_it(self):
        headers = self.signed()
        answer = self.post(headers)
        self.assertEqual(answer.status_code, 202, answer.text)
        signature.verify_receipt(
            202,
            {name.lower(): value for name, value in answer.headers.items()},
            answer.content,
            headers,
            self.to_west._public_keys(),
            datetime.now(timezone.utc),
        )
        received = self.received()
        self.assertEqual(answer.json()["sha256"], received.body_sha256)
        self.assertEqual(received._body_bytes(), BODY)
        self.assertEqual(received.signed_headers, headers)
        self.assertNotIn("session_id", answer.cookies)

    def test_the_outbox_delivers_over_http(self):
        self.to_west.write({"transport": "https", "endpoint": self.base_url()})
        sent = self.to_west._send(type="urn:test", subject="s-1", body=BODY)
        self.env.flush_all()
        self.assertTrue(sent._try_to_send(self.opener))
        self.env.invalidate_all()
        self.assertEqual(sent.state, "sent")
        self.assertEqual(self.received().signed_headers, sent.signed_headers)

    def test_a_repeated_message_is_received_once(self):
        first = self.post(self.signed())
        again = self.post(self.signed(at=datetime.now(timezone.utc)))
        self.assertEqual((first.status_code, again.status_code), (202, 200))
        self.assertEqual(len(self.received()), 1)

    def test_what_comes_too_early_is_told_so(self):
        answer = self.post(self.signed(letter=replace(self.letter, sequence=3)))
        self.assertEqual((answer.status_code, answer.json()["status"]), (202, "parked"))

    # === WHAT IS NOT ===#

    def test_one_id_says_one_thing(self):
        self.post(self.signed())
        other = b"<Order/>"
        answer = self.post(self.signed(other), other)
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(self.received()._body_bytes(), BODY)

    def test_one_place_in_the_sequence_has_one_message(self):
        self.post(self.signed())
        answer = self.post(
            self.signed(letter=replace(self.letter, id=str(uuid.uuid4())))
        )
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(len(self.received()), 1)

    def test_nobody_is_there_before_an_administrator_switches_it_on(self):
        self.env["bop.digital"].search([]).is_live = False
        self.assertFalse(self.assert_refused(404, self.signed()))

    def test_one_digital_does_not_answer_for_another(self):
        self.to_east.digital_id.is_live = False
        [refusal] = self.assert_refused(404, self.signed())
        self.assertFalse(refusal.peer_id)

    def test_who_is_not_confirmed_is_not_let_in(self):
        self.to_east.action_suspend()
        self.assert_refused(403, self.signed())
        stranger = replace(self.letter, source=str(uuid.uuid4()))
        self.assert_refused(403, self.signed(letter=stranger))

    def test_a_wrong_signature_is_noted_with_its_partner(self):
        [refusal] = self.assert_refused(401, {**self.signed(), "ce-type": "urn:other"})
        self.assertEqual(refusal.peer_id, self.to_east)
        self.assertEqual(refusal.headers["ce-type"], "urn:other")
        self.assert_refused(401, self.signed(), BODY + b" ")
        old = datetime.now(timezone.utc) - timedelta(minutes=6)
        self.assert_refused(401, self.signed(at=old))

    def test_a_message_for_another_recipient_is_refused(self):
        third = self.env["bop.digital"].create(
            {"company_id": self.env["res.company"].create({"name": "Third"}).id}
        )
        third.is_live = True
        moved = {**self.signed(), "ce-bopto": f"urn:b-op:digital:{third.identifier}"}
        self.assert_refused(403, moved)

    def test_the_size_is_limited_before_anything_is_read(self):
        self.env["ir.config_parameter"].set_param("bop_network.max_body", "20")
        self.assert_refused(413, self.signed())

    def test_a_body_has_a_length(self):
        def pieces():
            yield BODY

        answer = self.opener.post(
            self.base_url() + signature.PATH,
            data=pieces(),
            headers=self.signed(),
            timeout=30,
        )
        self.assertEqual(answer.status_code, 411)
        self.assertFalse(self.received())

    def test_too_many_headers_are_refused(self):
        many = {f"x-{number}": "1" for number in range(80)}
        answer = self.post({**self.signed(), **many})
        self.assertEqual(answer.status_code, 431)
        self.assertFalse(self.received())

    def test_control_characters_in_a_header_are_refused(self):
        """A client would not send them, so they go over a plain connection."""
        at = urlsplit(self.base_url())
        head = [f"POST {signature.PATH} HTTP/1.1", f"Host: {at.netloc}"]
        head += [f"{name}: {value}" for name, value in self.signed().items()]
        head += ["ce-bad: a\x00b", f"Content-Length: {len(BODY)}", "Connection: close"]
        request = "\r\n".join([*head, "", ""]).encode("latin-1") + BODY
        self.env.flush_all()
        with (
            self.allow_requests(all_requests=True),
            socket.create_connection((at.hostname, at.port), timeout=30) as wire,
        ):
            wire.sendall(request)
            answer = wire.makefile("rb").read()
        self.assertIn(b" 400 ", answer.splitlines()[0])
        self.assertIn(b"control characters", answer)
        self.env.invalidate_all()
        self.assertFalse(self.received())

    def test_forms_and_queries_mean_nothing_here(self):
        for kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
            letter = replace(self.letter, content_type=kind)
            self.assertLess(self.post(self.signed(letter=letter)).status_code, 500)
        answer = self.opener.get(self.base_url() + signature.PATH, timeout=30)
        self.assertEqual(answer.status_code, 405)

    @mute_logger("odoo.http")
    def test_no_mutation_gets_through_or_breaks_anything(self):
        dice = random.Random(7)
        original = self.signed()
        self.post(original)
        before = self.received().read()
        for _number in range(MUTATIONS):
            headers, body = self.mutate(dice, original)
            status = self.post(headers, body).status_code
            self.assertLess(status, 500, (headers, body))
        self.assertEqual(self.received().read(), before)

    def mutate(self, dice, original):
        """Return the request with one thing changed."""
        headers = dict(original)
        name = dice.choice(sorted(headers))
        value = headers[name]
        at = dice.randrange(len(value))
        kind = dice.randrange(5)
        if kind == 0:
            del headers[name]
        elif kind == 1:
            other = value[:at] + dice.choice(LETTERS) + value[at + 1 :]
            headers[name] = other.strip()
        elif kind == 2:
            headers[name] = (value[:at] + value[at + dice.randint(1, 9) :]).strip()
        elif kind == 3:
            headers[name] = dice.choice([f"{value}, {value}", "", "x" * 5000])
        else:
            return headers, bytes(dice.randrange(256) for _byte in range(50))
        return headers, BODY

    def test_the_log_of_refusals_is_bounded(self):
        before = len(self.refusals())
        for _number in range(bop_refusal.PER_MINUTE + 5):
            self.post({"ce-specversion": "x" * 5000})
        refusals = self.refusals()
        self.assertLessEqual(len(refusals) - before, bop_refusal.PER_MINUTE)
        self.assertLess(
            max(len(json.dumps(refusal.headers)) for refusal in refusals), 5000
        )
