# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two digitals with keys, a valid message of the first to the second, and a signer that
shares no code with the addon.
"""

import base64
from datetime import datetime, timezone

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bop_network.rules import signature
from bop_network.rules.envelope import PREFIX, Envelope, to_headers

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=timezone.utc)
SENDER = "11111111-1111-4111-8111-111111111111"
RECIPIENT = "22222222-2222-4222-8222-222222222222"
KEY_ID = f"{PREFIX}{SENDER}#k1"
RECIPIENT_KEY_ID = f"{PREFIX}{RECIPIENT}#k1"
SECRET, PUBLIC = signature.new_key()
RECIPIENT_SECRET, RECIPIENT_PUBLIC = signature.new_key()
KEYS = {KEY_ID: PUBLIC}
RECIPIENT_KEYS = {RECIPIENT_KEY_ID: RECIPIENT_PUBLIC}
BODY = b'<?xml version="1.0"?><Order><ID>PO-1</ID></Order>'
LETTER = Envelope(
    id="6f9619ff-8b86-4011-b42d-00cf4fc964ff",
    type="urn:fdc:peppol.eu:poacc:trns:order:3",
    subject="c0ffee00-0000-4000-8000-000000000001",
    source=SENDER,
    recipient=RECIPIENT,
    time="2026-03-01T11:59:58Z",
    sequence=1,
    ref="7f9619ff-8b86-4011-b42d-00cf4fc964ff",
    base="ab" * 32,
)
RECEIPT_BODY = b'{"id": "6f9619ff-8b86-4011-b42d-00cf4fc964ff", "status": "received"}'


def signed(body=BODY, at=NOW, key_id=KEY_ID, key=SECRET, letter=LETTER):
    """Return the headers of a message as the addon signs it."""
    return signature.sign_request(to_headers(letter), body, key_id, key, at)


def receipt(request, status=202, body=RECEIPT_BODY, at=NOW):
    """Return the headers of a receipt as the addon signs it."""
    return signature.sign_receipt(
        status, body, request, RECIPIENT_KEY_ID, RECIPIENT_SECRET, at
    )


def sign_by_hand(headers, covered, parameters, key=SECRET, values=None):
    """Return ``headers`` with a signature made from RFC 9421 with ``cryptography`` only.

    :param covered: identifiers as they are written, quoted
    :param parameters: text after the list, such as ``;created=1``
    :param values: of components that are no header of this message
    """
    known = {f'"{name}"': value for name, value in headers.items()}
    known |= {'"@method"': "POST", '"@path"': "/bop/1/messages", **(values or {})}
    shown = f"({' '.join(covered)}){parameters}"
    lines = [f"{name}: {known[name]}" for name in covered]
    base = "\n".join([*lines, f'"@signature-params": {shown}'])
    made = Ed25519PrivateKey.from_private_bytes(key).sign(base.encode())
    return {
        **headers,
        "signature-input": f"bop={shown}",
        "signature": f"bop=:{base64.b64encode(made).decode()}:",
    }
