# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people see of a message, and what they take away of it."""

from __future__ import annotations

import io
import json
import zipfile

from lxml import etree

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import signature
from ..rules.envelope import to_headers
from .bop_digital_keys import KEYS, KEYS_KNOWN
from .bop_message import REFUSAL_NOTICE

#: More than that nobody reads on a screen.
SHOWN = 200_000
README = """Evidence of {count} message(s)

messages/*/body          what was sent, byte for byte
messages/*/message.json  the signed headers of the request, and the signed receipt
keys.json                public keys; compare the fingerprints with their owners

Check it with bop_network/tools/verify_evidence.py (Python and cryptography):
    python3 verify_evidence.py evidence.zip --fingerprint "..."
The signatures are those of RFC 9421 (Ed25519) with digests of RFC 9530.
"""


class BopMessageViews(models.Model):
    _inherit = "bop.message"

    # === FIELDS ===#
    type_name = fields.Char(string="What", compute="_compute_type_name")
    is_signed = fields.Boolean(compute="_compute_is_signed")
    content = fields.Text(compute="_compute_content")
    headers_text = fields.Text(string="Signature", compute="_compute_headers_text")
    receipt_text = fields.Text(
        string="Proof of Receipt", compute="_compute_headers_text"
    )

    # === COMPUTE METHODS ===#
    @api.depends("type")
    @api.depends_context("lang")
    def _compute_type_name(self):
        names = self._type_names()
        for message in self:
            message.type_name = names.get(message.type, message.type)

    @api.model
    def _type_names(self) -> dict[str, str]:
        """What people call a message of a type; addons add those they know."""
        return {
            KEYS: self.env._("Keys"),
            KEYS_KNOWN: self.env._("Keys noted"),
            REFUSAL_NOTICE: self.env._("Refusal"),
        }

    @api.depends("signed_headers")
    def _compute_is_signed(self):
        for message in self:
            message.is_signed = "signature" in (message.signed_headers or {})

    @api.depends("body_sha256")
    def _compute_content(self):
        for message in self:
            message.content = _readable(message._body_bytes())

    @api.depends("signed_headers", "receipt")
    def _compute_headers_text(self):
        for message in self:
            message.headers_text = _lines(message.signed_headers)
            receipt = message.receipt or {}
            parts = [_lines(receipt.get("headers")), receipt.get("body")]
            text = "\n\n".join(part for part in parts if part)
            message.receipt_text = (
                f"HTTP {receipt['status']}\n{text}" if text else False
            )

    # === ACTION METHODS ===#
    def action_open_document(self):
        """Open what this message is about here."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    def action_subject(self):
        """Show all that was said about the same subject."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bop_network.action_bop_message"
        )
        domain = [("subject", "=", self.subject), ("peer_id", "=", self.peer_id.id)]
        return {**action, "domain": domain, "context": {}}

    def action_evidence(self):
        """Download the evidence of these messages."""
        return self._download("evidence", self._signed_messages())

    def action_evidence_of_subject(self):
        """Download the evidence of all that was said about the subjects."""
        same = self.search(
            [
                ("subject", "in", self.mapped("subject")),
                ("peer_id", "in", self.peer_id.ids),
            ]
        )
        return self._download("evidence", same._signed_messages())

    def action_download(self):
        """Take what is for a partner without a connection as a file; it counts as sent.

        :raises UserError: it goes another way, or was sent already
        :raises AccessError: the user is no administrator of the network
        """
        self._check_administrator()
        for message in self.sudo():
            if message.direction != "out" or message.peer_id.transport != "file":
                raise UserError(
                    self.env._("Message %s goes no way as a file.", message.message_id)
                )
            if message.state == "queued":
                message.write(
                    {
                        "state": "sent",
                        "signed_headers": to_headers(message._envelope()),
                        "done_at": fields.Datetime.now(),
                        "next_attempt_at": False,
                    }
                )
        return self._download("file", self)

    def _download(self, kind: str, messages):
        ids = ",".join(map(str, messages.ids))
        return {
            "type": "ir.actions.act_url",
            "url": f"/bop_network/{kind}/{ids}",
            "target": "download",
        }

    # === FILES ===#
    def _signed_messages(self):
        """:raises UserError: none of them is signed"""
        signed = self.filtered("is_signed").sorted("id")
        if not signed:
            raise UserError(
                self.env._("There is no evidence: none of this was signed and sent.")
            )
        return signed

    def _evidence_bundle(self) -> bytes:
        """A zip file that proves what was said, without Odoo (``tools``)."""
        self.check_access("read")
        files = {
            "README.txt": README.format(count=len(self)).encode(),
            "keys.json": json.dumps(self._evidence_keys(), indent=1).encode(),
        }
        for number, message in enumerate(self.sorted("id"), 1):
            folder = f"messages/{number:04d}-{message.message_id}"
            proof = {"headers": message.signed_headers, "receipt": message.receipt}
            files[f"{folder}/message.json"] = json.dumps(proof, indent=1).encode()
            files[f"{folder}/body"] = message._body_bytes()
        return _zip(files)

    def _evidence_keys(self) -> dict[str, dict[str, str]]:
        """All keys of both sides, also those that are not in use any more."""
        owned = [
            (key._key_id(), key, key.digital_id.name)
            for key in self.digital_id.sudo().key_ids
        ]
        for peer in self.peer_id.sudo():
            owned += [(key._key_id(), key, peer.name) for key in peer.key_ids]
        return {
            key_id: {
                "owner": owner,
                "public_key": key.public_key,
                "fingerprint": key.fingerprint,
                "state": key.state,
            }
            for key_id, key, owner in owned
            if key.state != "offered"
        }

    def _file_bundle(self) -> bytes:
        """A zip file with these messages for a partner who takes files."""
        self.check_access("read")
        files = {}
        for message in self.sorted("id"):
            name = f"{message.sequence:04d}-{message.message_id}"
            headers = signature.signed_part(to_headers(message._envelope()))
            side = json.dumps({"headers": headers}, indent=1)
            files[f"{name}/message.json"] = side.encode()
            files[f"{name}/body"] = message._body_bytes()
        return _zip(files)


def _zip(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in files.items():
            bundle.writestr(name, content)
    return target.getvalue()


def _lines(headers: dict[str, str] | None) -> str | bool:
    if not headers:
        return False
    return "\n".join(f"{name}: {value}" for name, value in headers.items())


def _readable(body: bytes) -> str:
    """Return a body as people read it: XML and JSON with a line for each element."""
    if len(body) > SHOWN:
        return body[:SHOWN].decode(errors="replace") + "…"
    text = body.decode(errors="replace")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_blank_text=True
    )
    try:
        if text.lstrip().startswith("<"):
            tree = etree.fromstring(body, parser)
            return etree.tostring(tree, pretty_print=True, encoding="unicode")
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (etree.XMLSyntaxError, ValueError, RecursionError):
        return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
