# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Signed messages and signed receipts: RFC 9421 with Ed25519, RFC 9530 for the body.

What has to be covered is decided here and never by the sender. The address is not: a
reverse proxy rewrites it, and ``ce-bopto`` binds a message to its recipient. A receipt
covers the signature of the request it answers, so it is a receipt for that and no other.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    algorithms,
)

LABEL = "bop"
MAX_AGE = timedelta(minutes=5)
PATH = "/bop/1/messages"
_URL = f"https://digital.invalid{PATH}"

REQUEST = (
    "@method",
    "@path",
    "content-digest",
    "content-type",
    "ce-specversion",
    "ce-id",
    "ce-source",
    "ce-type",
    "ce-subject",
    "ce-time",
    "ce-bopto",
    "ce-bopseq",
)
#: Covered wherever they are there.
OPTIONAL = ("ce-boprefid", "ce-bopbase")
PARAMETERS = frozenset({"created", "keyid", "alg"})
_ADDED = ("signature-input", "signature")
RECEIPT = (
    '"@status"',
    '"content-digest"',
    '"content-type"',
    '"content-digest";req',
    '"ce-id";req',
    '"signature";req',
)


class SignatureError(ValueError):
    """A message that is not what its sender signed; the text says why."""


@dataclass
class Request:
    """A request, as far as it is signed."""

    headers: dict[str, str]
    method: str = "POST"
    url: str = _URL


@dataclass
class Response:
    """An answer to ``request``, as far as it is signed."""

    status_code: int
    headers: dict[str, str]
    request: Request = field(default_factory=lambda: Request({}))


class _Keys(HTTPSignatureKeyResolver):
    """The keys that a signature may be made with, by their id."""

    def __init__(
        self,
        public: Mapping[str, bytes] | None = None,
        private: Mapping[str, bytes] | None = None,
    ) -> None:
        self.public = public or {}
        self.private = private or {}

    def resolve_public_key(self, key_id: str) -> Any:
        """Return the raw public key as the library wants it."""
        if key_id not in self.public:
            raise InvalidKey("unknown key")
        return Ed25519PublicKey.from_public_bytes(self.public[key_id])

    def resolve_private_key(self, key_id: str) -> Any:
        """Return the raw private key as the library wants it."""
        return Ed25519PrivateKey.from_private_bytes(self.private[key_id])


# === KEYS ===#


def new_key() -> tuple[bytes, bytes]:
    """Return a new private and its public key, raw (32 bytes each)."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes_raw(), key.public_key().public_bytes_raw()


def fingerprint(public: bytes) -> str:
    """Return what people compare on the phone: half of the key's SHA-256, in groups.

    >>> fingerprint(bytes(32))
    '66687AAD F862BD77 6C8FC18B 8E9F8E20'
    """
    text = hashlib.sha256(public).hexdigest()[:32].upper()
    return " ".join(text[at : at + 8] for at in range(0, 32, 8))


# === SIGN ===#


def content_digest(body: bytes) -> str:
    """Return the digest of a body as RFC 9530 writes it.

    >>> content_digest(b"")
    'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:'
    """
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    return f"sha-256=:{digest}:"


def sign_request(
    headers: Mapping[str, str], body: bytes, key_id: str, key: bytes, at: datetime
) -> dict[str, str]:
    """Return the headers of a message with its digest and signature.

    :param key: raw private key
    :param at: when it is signed, with a time zone
    """
    request = Request({**headers, "content-digest": content_digest(body)})
    _sign(request, _request_cover(headers), key_id, key, at)
    return _lower(request.headers)


def sign_receipt(
    status: int,
    body: bytes,
    request: Mapping[str, str],
    key_id: str,
    key: bytes,
    at: datetime,
) -> dict[str, str]:
    """Return the headers of a receipt for the request with these headers."""
    headers = {
        "content-type": "application/json",
        "content-digest": content_digest(body),
    }
    response = Response(status, headers, Request(dict(request)))
    _sign(response, RECEIPT, key_id, key, at)
    return _lower(response.headers)


def _sign(
    message: Any, cover: tuple[str, ...], key_id: str, key: bytes, at: datetime
) -> None:
    signer = HTTPMessageSigner(
        signature_algorithm=algorithms.ED25519,
        key_resolver=_Keys(private={key_id: key}),
    )
    signer.sign(
        message,
        key_id=key_id,
        created=at,
        label=LABEL,
        covered_component_ids=cover,
        use_existing_digest=True,
    )


def _request_cover(headers: Mapping[str, str]) -> tuple[str, ...]:
    return REQUEST + tuple(name for name in OPTIONAL if name in headers)


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def signed_part(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that a signature is about, and the signature: the evidence.

    >>> signed_part({"cookie": "x", "ce-id": "7", "signature": "bop=:AA==:"})
    {'ce-id': '7', 'signature': 'bop=:AA==:'}
    """
    kept = (*REQUEST, *OPTIONAL, *_ADDED)
    return {name: headers[name] for name in kept if name in headers}


# === VERIFY ===#


def verify_request(
    headers: Mapping[str, str],
    body: bytes,
    keys: Mapping[str, bytes],
    now: datetime | None = None,
) -> str:
    """Check that the owner of ``keys`` has signed this message.

    :param headers: by lower-case name
    :param keys: raw public keys of the one it claims to be from, by their id
    :param now: what time it is; not given: any time (for evidence)
    :return: the id of the key
    :raises SignatureError: it is not so
    """
    _check_digest(headers, body)
    return _verify(Request(dict(headers)), _request_cover(headers), keys, now)


def verify_receipt(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    request: Mapping[str, str],
    keys: Mapping[str, bytes],
    now: datetime | None = None,
) -> str:
    """Check that the owner of ``keys`` gave this receipt for that request.

    :raises SignatureError: it is not so
    """
    _check_digest(headers, body)
    response = Response(status, dict(headers), Request(dict(request)))
    return _verify(response, RECEIPT, keys, now)


def _check_digest(headers: Mapping[str, str], body: bytes) -> None:
    if headers.get("content-digest", "") != content_digest(body):
        raise SignatureError("The content is not what the digest says.")


def _verify(
    message: Any,
    cover: tuple[str, ...],
    keys: Mapping[str, bytes],
    now: datetime | None,
) -> str:
    verifier = HTTPMessageVerifier(
        signature_algorithm=algorithms.ED25519, key_resolver=_Keys(public=keys)
    )
    # The age is checked below, against the clock that the caller gives.
    verifier.max_clock_skew = timedelta(days=36500)
    try:
        found = verifier.verify(message, max_age=None, require_components=cover)
    except Exception as error:
        # The library promises its own exception; hostile headers must not prove that
        # it has another one.
        raise SignatureError(f"The signature is not valid: {error}") from error
    if len(found) != 1:
        raise SignatureError("There must be exactly one signature.")
    parameters = found[0].parameters
    _check_age(parameters, now)
    return str(parameters["keyid"])


def _check_age(parameters: Mapping[str, Any], now: datetime | None) -> None:
    if not set(parameters) <= PARAMETERS:
        raise SignatureError("The signature has parameters that mean nothing here.")
    if parameters.get("alg", "ed25519") != "ed25519":
        raise SignatureError("The signature names another algorithm than Ed25519.")
    created = parameters.get("created")
    if not isinstance(created, int):
        raise SignatureError("The signature does not say when it was made.")
    if now is None:
        return
    age = now - datetime.fromtimestamp(created, tz=timezone.utc)
    if abs(age) > MAX_AGE:
        raise SignatureError(
            "The signature is older than five minutes, or of tomorrow."
        )
