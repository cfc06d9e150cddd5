# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What was said can be proved without Odoo, and carried as files."""

import base64
import contextlib
import io
import json
import tempfile
import zipfile

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from ..tools import verify_evidence
from .common import NetworkCase

SUBJECT = "c0ffee00-0000-4000-8000-000000000001"


def rewrite(bundle, change):
    """Return a zip file whose members went through ``change(name, content)``."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(bundle)) as source,
        zipfile.ZipFile(target, "w") as result,
    ):
        for name in source.namelist():
            result.writestr(name, change(name, source.read(name)))
    return target.getvalue()


@tagged("post_install", "-at_install")
class TestEvidence(NetworkCase, HttpCase):
    """East has sent two messages to West."""

    def setUp(self):
        super().setUp()
        self.sent = self.env["bop.message"]
        for number in (1, 2):
            self.sent += self.to_west._send(
                type="urn:test", subject=SUBJECT, body=b"<a n='%d'/>" % number
            )
        with self.lost_answers():
            self.try_to_send(self.sent[0])
        for message in self.sent:
            self.try_to_send(message)

    def verdicts(self, bundle, known=()):
        """Return what the stand-alone program says of each message."""
        with zipfile.ZipFile(io.BytesIO(bundle)) as opened:
            return verify_evidence.verify_bundle(opened, known)

    def test_both_sides_can_prove_it(self):
        received = self.env["bop.message"].search([("peer_id", "=", self.to_east.id)])
        for messages in (self.sent, received):
            verdicts = self.verdicts(messages._evidence_bundle())
            self.assertEqual([verdict.good for verdict in verdicts], [True, True])
            self.assertIn("received with", verdicts[0].text)

    def test_a_repetition_spoils_no_proof(self):
        """The first message went twice, its first answer was lost."""
        self.assertEqual(self.sent[0].receipt["status"], 200)
        self.assertEqual(self.sent[1].receipt["status"], 202)
        for message in self.sent:
            [verdict] = self.verdicts(message._evidence_bundle())
            self.assertTrue(verdict.good)

    def test_nothing_in_it_can_be_changed(self):
        bundle = self.sent[:1]._evidence_bundle()
        body = self.sent[:1]._body_bytes()
        proof = json.dumps(
            {"headers": self.sent[:1].signed_headers, "receipt": self.sent[:1].receipt},
            indent=1,
        )
        for at in range(len(body)):
            self.assert_detected(bundle, "/body", at, body)
        for at in range(len(proof)):
            self.assert_detected(bundle, "/message.json", at, proof.encode())

    def assert_detected(self, bundle, member, at, content):
        """Expect that one changed byte is found, unless it says the same."""
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        if member.endswith("json") and self.says_the_same(content, changed):
            return
        tampered = rewrite(
            bundle, lambda name, old: changed if name.endswith(member) else old
        )
        try:
            [verdict] = self.verdicts(tampered)
        except verify_evidence.EvidenceError:
            return
        self.assertFalse(verdict.good, (member, at, changed))

    def says_the_same(self, content, changed):
        """Whether only blanks of the JSON have changed."""
        try:
            return json.loads(content) == json.loads(changed)
        except ValueError:
            return False

    def test_only_known_fingerprints_count(self):
        bundle = self.sent._evidence_bundle()
        ours = self.to_west.digital_id.fingerprint.replace(" ", "")
        theirs = self.to_west.fingerprint.replace(" ", "")
        self.assertTrue(all(v.good for v in self.verdicts(bundle, {ours, theirs})))
        self.assertFalse(any(v.good for v in self.verdicts(bundle, {ours})))

    def test_the_program_says_it_on_the_command_line(self):
        with tempfile.NamedTemporaryFile(suffix=".zip") as file:
            file.write(self.sent._evidence_bundle())
            file.flush()
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                self.assertEqual(verify_evidence.main([file.name]), 0)
                self.assertEqual(verify_evidence.main([__file__]), 1)
        self.assertIn(self.to_west.fingerprint, said.getvalue())
        self.assertEqual(said.getvalue().count("\nvalid: "), 2)

    def test_keys_that_were_replaced_still_prove(self):
        old = self.to_west.digital_id.key_ids
        self.to_west.digital_id.action_new_key()
        self.run_network()
        old.action_revoke()
        verdicts = self.verdicts(self.sent._evidence_bundle())
        self.assertTrue(all(verdict.good for verdict in verdicts))

    def test_it_is_downloaded_by_who_may_read_it(self):
        reader, stranger = (
            new_test_user(
                self.env,
                login=f"evidence_{company.id}",
                password=f"evidence_{company.id}",
                groups="base.group_user,bop_network.group_network_user",
                company_id=company.id,
                company_ids=[(6, 0, company.ids)],
            )
            for company in (self.east, self.west)
        )
        url = self.sent.with_user(reader).action_evidence()["url"]
        self.authenticate(reader.login, reader.login)
        answer = self.url_open(url)
        self.assertTrue(all(v.good for v in self.verdicts(answer.content)))
        self.authenticate(stranger.login, stranger.login)
        self.assertGreaterEqual(self.url_open(url).status_code, 400)
        self.assertEqual(self.url_open("/bop_network/evidence/x").status_code, 404)

    def test_the_content_is_shown_as_people_read_it(self):
        message = self.to_west._send(
            type="urn:test",
            subject="s-2",
            body=b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a><b>&x;</b></a>",
        )
        self.assertIn("\n  <b>", message.content)
        self.assertNotIn("root:", message.content)


@tagged("post_install", "-at_install")
class TestFiles(NetworkCase):
    """Two companies without a connection: files are carried between them."""

    def setUp(self):
        super().setUp()
        (self.to_west | self.to_east).write({"transport": "file"})

    def upload(self, peer, content, **values):
        """Read a file as an administrator."""
        wizard = self.env["bop.message.upload"].create(
            {"peer_id": peer.id, "file": base64.b64encode(content), **values}
        )
        return self.env["bop.message"].search(wizard.action_read()["domain"])

    def test_what_is_downloaded_here_is_read_there(self):
        sent = self.to_west._send(type="urn:test", subject=SUBJECT, body=b"<a/>")
        self.assertFalse(self.env["bop.message"]._next_to_send(set()))
        self.to_west.action_download()
        self.assertEqual(sent.state, "sent")
        received = self.upload(self.to_east, sent._file_bundle())
        self.assertEqual(received._body_bytes(), b"<a/>")
        self.assertEqual(
            (received.message_id, received.subject, received.sequence),
            (sent.message_id, SUBJECT, 1),
        )
        self.assertFalse(received.is_signed or sent.is_signed)
        self.assertFalse(received.receipt)
        again = self.upload(self.to_east, sent._file_bundle())
        self.assertEqual(again, received)

    def test_a_single_document_is_told_what_it_is(self):
        with self.assertRaisesRegex(UserError, "what type"):
            self.upload(self.to_east, b"<Order/>")
        first = self.upload(self.to_east, b"<Order/>", type="urn:x", subject="s")
        second = self.upload(self.to_east, b"<Order/>", type="urn:x", subject="s")
        self.assertEqual((first.sequence, second.sequence), (1, 2))

    def test_a_file_for_somebody_else_is_refused(self):
        sent = self.to_west._send(type="urn:test", subject=SUBJECT, body=b"<a/>")
        bundle = sent._file_bundle()
        with self.assertRaisesRegex(UserError, "not a message of"):
            self.upload(self.to_west, bundle)
        for broken in (b"PK", bundle[:-30], rewrite(bundle, lambda name, old: b"{}")):
            with self.assertRaisesRegex(UserError, "no messages"):
                self.upload(self.to_east, broken)
        self.to_east.transport = "https"
        with self.assertRaisesRegex(UserError, "another way"):
            self.upload(self.to_east, bundle)

    def test_a_file_cannot_unfold_without_end(self):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
            bundle.writestr("a/message.json", b"{}")
            bundle.writestr("a/body", b"0" * (11 * 1024 * 1024))
        self.assertLess(len(target.getvalue()), 100_000)
        with self.assertRaisesRegex(UserError, "no messages"):
            self.upload(self.to_east, target.getvalue())

    def test_a_partner_without_a_digital_needs_no_key(self):
        partner = self.env["res.partner"].create({"name": "Paper Ltd"})
        wizard = self.env["bop.pairing"].create(
            {
                "digital_id": self.to_west.digital_id.id,
                "transport": "file",
                "partner_id": partner.id,
            }
        )
        peer = self.env["bop.peer"].browse(wizard.action_read()["res_id"])
        self.assertEqual((peer.state, peer.partner_id), ("confirmed", partner))
        peer._send(type="urn:test", subject=SUBJECT, body=b"<a/>")

    def test_reading_is_for_administrators(self):
        user = new_test_user(
            self.env, "network_file", "base.group_user,bop_network.group_network_user"
        )
        with self.assertRaises(AccessError):
            self.env["bop.message.upload"].with_user(user).create({})
