# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A message counts when its sender has signed all of it for us, just now, and only then.

``verify_evidence`` reads RFC 9421 by itself: it checks what the library has signed, and
what it takes for valid the library has to take for valid as well.
"""

import base64
from datetime import timedelta

import pytest
from http_message_signatures import HTTPMessageVerifier, algorithms
from parties import (
    BODY,
    KEY_ID,
    KEYS,
    LETTER,
    NOW,
    RECEIPT_BODY,
    RECIPIENT,
    RECIPIENT_KEYS,
    SECRET,
    SENDER,
    receipt,
    sign_by_hand,
    signed,
)

from bop_network.rules import signature
from bop_network.rules.envelope import PREFIX, to_headers
from bop_network.tools import verify_evidence
from bop_network.tools.verify_evidence import EvidenceError

COVERED = (*signature.REQUEST, *signature.OPTIONAL)
HEADERS = [name for name in COVERED if not name.startswith("@")]
PARAMETERS = f';created={int(NOW.timestamp())};keyid="{KEY_ID}";alg="ed25519"'


def check(headers, body=BODY, keys=None, now=NOW):
    """Verify as the receiver of the message does."""
    return signature.verify_request(headers, body, KEYS if keys is None else keys, now)


def refused(headers, body=BODY, keys=None, now=NOW):
    """Return why the receiver does not let it in."""
    with pytest.raises(signature.SignatureError) as caught:
        check(headers, body, keys, now)
    return str(caught.value)


def by_hand(covered=COVERED, parameters=PARAMETERS, **values):
    """Return the valid message with a signature over what the test wants."""
    headers = {**to_headers(LETTER), "content-digest": signature.content_digest(BODY)}
    quoted = [f'"{name}"' for name in covered]
    return sign_by_hand(headers, quoted, parameters, **values)


# === VECTORS ===#


class Vector:
    """The request and the key of RFC 9421, appendix B.2.6."""

    public = base64.b64decode("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=")
    method = "POST"
    url = "http://example.com/foo?param=Value&Pet=dog"
    headers = {
        "Date": "Tue, 20 Apr 2021 02:07:55 GMT",
        "Content-Type": "application/json",
        "Content-Length": "18",
        "Signature-Input": 'sig-b26=("date" "@method" "@path" "@authority"'
        ' "content-type" "content-length");created=1618884473'
        ';keyid="test-key-ed25519"',
        "Signature": "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1"
        "u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:",
        "Host": "example.com",
    }


def test_the_vector_of_the_standard_is_valid():
    verifier = HTTPMessageVerifier(
        signature_algorithm=algorithms.ED25519,
        key_resolver=signature._Keys(public={"test-key-ed25519": Vector.public}),
    )
    [found] = verifier.verify(Vector, max_age=None)
    assert found.parameters["keyid"] == "test-key-ed25519"


def test_the_independent_verifier_agrees_with_the_vector():
    shown = Vector.headers["Signature-Input"].removeprefix("sig-b26=")
    values = {name.lower(): value for name, value in Vector.headers.items()}
    values |= {"@method": "POST", "@path": "/foo", "@authority": "example.com"}
    names = shown[1 : shown.index(")")].split(" ")
    lines = [f"{name}: {verify_evidence.component(name, values, {})}" for name in names]
    base = "\n".join([*lines, f'"@signature-params": {shown}'])
    made = Vector.headers["Signature"].removeprefix("sig-b26=").strip(":")
    key = verify_evidence.Ed25519PublicKey.from_public_bytes(Vector.public)
    # Nothing is returned for a valid signature; any other one raises InvalidSignature.
    assert key.verify(base64.b64decode(made), base.encode()) is None


def test_the_digest_is_that_of_the_standard():
    # RFC 9530, appendix D (the body of figure 11 with its line feed).
    body = b'{"hello": "world"}\n'
    digest = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    assert signature.content_digest(body) == digest


# === BOTH WAYS ===#


def test_the_independent_verifier_accepts_what_we_sign():
    headers = signed()
    assert check(headers) == KEY_ID
    assert verify_evidence.verify_message(headers, BODY, KEYS)[0] == KEY_ID


def test_we_accept_what_was_signed_by_hand():
    headers = by_hand()
    assert check(headers) == KEY_ID
    assert verify_evidence.verify_message(headers, BODY, KEYS)[0] == KEY_ID


def test_parameters_may_come_in_any_order():
    shuffled = f';alg="ed25519";keyid="{KEY_ID}";created={int(NOW.timestamp())}'
    headers = by_hand(parameters=shuffled)
    assert check(headers) == KEY_ID
    assert verify_evidence.verify_message(headers, BODY, KEYS)[0] == KEY_ID


def test_a_receipt_is_accepted_both_ways():
    request = signed()
    headers = receipt(request)
    assert receipt_verdicts(202, headers, RECEIPT_BODY, request) == GOOD


# === TAMPERING ===#


@pytest.mark.parametrize("name", [*HEADERS, "signature", "signature-input"])
def test_no_covered_header_can_be_changed_or_left_out(name):
    headers = signed()
    at = len(headers[name]) // 2
    other = "x" if headers[name][at] != "x" else "y"
    changed = headers[name][:at] + other + headers[name][at + 1 :]
    without = {key: value for key, value in headers.items() if key != name}
    for tampered in ({**headers, name: changed}, without):
        assert refused(tampered)
        with pytest.raises((EvidenceError, KeyError)):
            verify_evidence.verify_message(tampered, BODY, KEYS)


def test_no_byte_of_the_content_can_be_changed():
    headers = signed()
    for at in range(len(BODY)):
        tampered = BODY[:at] + bytes([BODY[at] ^ 1]) + BODY[at + 1 :]
        assert "content" in refused(headers, tampered)
        with pytest.raises(EvidenceError):
            verify_evidence.verify_message(headers, tampered, KEYS)
    assert "content" in refused(headers, BODY + b" ")
    assert "content" in refused(headers, BODY[:-1])


def test_a_new_digest_does_not_help():
    forged = b"<Order/>"
    headers = {**signed(), "content-digest": signature.content_digest(forged)}
    assert "not valid" in refused(headers, forged)


@pytest.mark.parametrize("name", COVERED)
def test_the_signature_must_cover_all_that_counts(name):
    headers = by_hand(covered=[part for part in COVERED if part != name])
    assert "not valid" in refused(headers)
    with pytest.raises(EvidenceError):
        verify_evidence.verify_message(headers, BODY, KEYS)


@pytest.mark.parametrize("method, path", [("PUT", None), (None, "/web")])
def test_it_is_signed_for_this_way_in(method, path):
    values = {'"@method"': method or "POST", '"@path"': path or signature.PATH}
    assert "not valid" in refused(by_hand(values=values))


# === WHO AND WHEN ===#


def test_another_recipient_cannot_use_it():
    headers = signed()
    other = PREFIX + "33333333-3333-4333-8333-333333333333"
    assert "not valid" in refused({**headers, "ce-bopto": other})


@pytest.mark.parametrize("seconds, good", [(299, True), (301, False)])
def test_a_signature_is_good_for_five_minutes(seconds, good):
    headers = signed()
    for age in (timedelta(seconds=seconds), timedelta(seconds=-seconds)):
        if good:
            assert check(headers, now=NOW + age) == KEY_ID
        else:
            assert "five minutes" in refused(headers, now=NOW + age)


def test_evidence_does_not_age():
    assert check(signed(), now=None) == KEY_ID


@pytest.mark.parametrize(
    "parameters",
    [
        f';keyid="{KEY_ID}";alg="ed25519"',
        f';created="1";keyid="{KEY_ID}"',
        f';created=-1;keyid="{KEY_ID}"',
        f';created=999999999999999;keyid="{KEY_ID}"',
        f';created={int(NOW.timestamp())};keyid="{KEY_ID}";alg="hmac-sha256"',
        f';created={int(NOW.timestamp())};keyid="{KEY_ID}";expires=1',
        f";created={int(NOW.timestamp())}",
        f';created={int(NOW.timestamp())};keyid=""',
        f';created={int(NOW.timestamp())};keyid="{KEY_ID}";else=1',
    ],
)
def test_odd_parameters_are_refused(parameters):
    assert refused(by_hand(parameters=parameters))


def test_only_keys_of_the_sender_count():
    secret, public = signature.new_key()
    assert "not valid" in refused(signed(key=secret))
    assert "not valid" in refused(signed(), keys={})
    assert "not valid" in refused(signed(), keys={KEY_ID: public})
    stranger = f"{PREFIX}{RECIPIENT}#k1"
    assert "not valid" in refused(signed(key_id=stranger))


def test_each_of_several_keys_may_sign():
    secret, public = signature.new_key()
    second = f"{PREFIX}{SENDER}#k2"
    keys = {**KEYS, second: public}
    assert check(signed(key=secret, key_id=second), keys=keys) == second
    assert check(signed(), keys=keys) == KEY_ID


def test_two_signatures_are_one_too_many():
    headers = signed()
    double = {
        name: f"{headers[name]}, {headers[name].replace('bop=', 'two=', 1)}"
        for name in ("signature", "signature-input")
    }
    repeated = {"signature": f"{headers['signature']}, {headers['signature']}"}
    assert refused({**headers, **double})
    assert refused({**headers, **repeated})
    with pytest.raises(EvidenceError):
        verify_evidence.verify_message({**headers, **double}, BODY, KEYS)


# === RECEIPTS ===#


def receipt_verdicts(status, headers, body, request):
    """Return whether each of both verifiers takes this for a receipt of ``request``."""
    shown = {"status": status, "headers": headers, "body": body.decode()}
    verdicts = []
    for verify in (
        lambda: signature.verify_receipt(
            status, headers, body, request, RECIPIENT_KEYS, NOW
        ),
        lambda: verify_evidence.verify_receipt(shown, request, RECIPIENT_KEYS),
    ):
        try:
            verify()
        except (signature.SignatureError, EvidenceError, KeyError):
            verdicts.append(False)
        else:
            verdicts.append(True)
    return verdicts


GOOD, BAD = [True, True], [False, False]


def test_a_receipt_is_for_one_request():
    request = signed()
    headers = receipt(request)
    again = signed(at=NOW + timedelta(seconds=1))
    other = {**request, "ce-id": SENDER}
    assert receipt_verdicts(202, headers, RECEIPT_BODY, again) == BAD
    assert receipt_verdicts(202, headers, RECEIPT_BODY, other) == BAD


def test_no_part_of_a_receipt_can_be_changed():
    request = signed()
    headers = receipt(request)
    assert receipt_verdicts(200, headers, RECEIPT_BODY, request) == BAD
    assert receipt_verdicts(202, headers, RECEIPT_BODY + b" ", request) == BAD
    for name in headers:
        changed = {**headers, name: headers[name].replace("e", "E", 1) + "x"}
        assert receipt_verdicts(202, changed, RECEIPT_BODY, request) == BAD
        without = {key: value for key, value in headers.items() if key != name}
        assert receipt_verdicts(202, without, RECEIPT_BODY, request) == BAD


def test_a_request_is_no_receipt():
    request = signed()
    assert receipt_verdicts(202, request, BODY, request) == BAD


def test_a_receipt_of_somebody_else_does_not_count():
    request = signed()
    headers = signature.sign_receipt(202, RECEIPT_BODY, request, KEY_ID, SECRET, NOW)
    assert receipt_verdicts(202, headers, RECEIPT_BODY, request) == BAD
    shown = {"status": 202, "headers": headers, "body": RECEIPT_BODY.decode()}
    with pytest.raises(EvidenceError, match="not from the recipient"):
        verify_evidence.verify_receipt(shown, request, {**KEYS, **RECIPIENT_KEYS})
