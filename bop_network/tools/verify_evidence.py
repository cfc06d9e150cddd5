#!/usr/bin/env python3
# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Check a bundle of evidence: who said what to whom, and that it arrived.

    python3 verify_evidence.py evidence.zip --fingerprint "AAAAAAAA BBBBBBBB ..."

Needs Python and the package ``cryptography``, nothing else. It reads RFC 9421 and RFC
9530 by itself and so does not depend on the programs that signed. A bundle says who
owns which key, but a bundle proves nothing about that: give the fingerprints that you
know from another source.

>>> component('"content-digest";req', {}, {"content-digest": "sha-256=:AA==:"})
'sha-256=:AA==:'
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LABEL = "bop"
TARGET = {"@method": "POST", "@path": "/bop/1/messages"}
REQUEST = frozenset(
    f'"{name}"'
    for name in (
        *TARGET,
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
)
OPTIONAL = ("ce-boprefid", "ce-bopbase")
RECEIPT = frozenset(
    {
        '"@status"',
        '"content-digest"',
        '"content-type"',
        '"content-digest";req',
        '"ce-id";req',
        '"signature";req',
    }
)
_INPUT = re.compile(r'bop=(\(((?:"[a-z@-]+"(?:;req)?(?: |(?=\))))+)\)((?:;[^;]+)+))')
_SIGNATURE = re.compile(r"bop=:([A-Za-z0-9+/]+={0,2}):")
_CREATED = re.compile(r"created=([0-9]{1,12})")
_KEY = re.compile(r'keyid="((urn:b-op:digital:[0-9a-f-]{36})#[a-z0-9-]{1,20})"')


class EvidenceError(Exception):
    """What is shown does not prove what it seems to; the text says why."""


@dataclass(frozen=True)
class Verdict:
    """What is proved about one message, or why nothing is."""

    name: str
    good: bool
    text: str


# === RFC 9421 ===#


def component(
    identifier: str, headers: Mapping[str, str], request: Mapping[str, str]
) -> str:
    """Return the value of a covered component.

    :param request: headers of the request that is answered, for ``;req``
    :raises EvidenceError: it is not there
    """
    name = identifier.removesuffix(";req").strip('"')
    source = request if identifier.endswith(";req") else headers
    if name not in source:
        raise EvidenceError(f"{name} is signed but missing.")
    return str(source[name]).strip()


def check_signature(
    headers: Mapping[str, str],
    needed: Iterable[str],
    keys: Mapping[str, bytes],
    request: Mapping[str, str],
) -> tuple[str, int]:
    """Check the one signature in ``headers``.

    :param needed: identifiers of components that it has to cover
    :return: the id of the key, and when it was signed (seconds since 1970)
    :raises EvidenceError: it is not valid
    """
    shown = _INPUT.fullmatch(headers.get("signature-input", ""))
    signature = _SIGNATURE.fullmatch(headers.get("signature", ""))
    if not shown or not signature:
        raise EvidenceError("There is no signature, or it cannot be read.")
    covered, parameters = shown[2].split(" "), shown[3][1:].split(";")
    if len(set(covered)) != len(covered) or not set(needed) <= set(covered):
        raise EvidenceError("The signature does not cover all that counts.")
    key_id, created = _read_parameters(parameters)
    if key_id not in keys:
        raise EvidenceError(f"The key {key_id} is not among the keys.")
    lines = [f"{name}: {component(name, headers, request)}" for name in covered]
    base = "\n".join([*lines, f'"@signature-params": {shown[1]}'])
    try:
        public = Ed25519PublicKey.from_public_bytes(keys[key_id])
        public.verify(base64.b64decode(signature[1], validate=True), base.encode())
    except (InvalidSignature, ValueError) as error:
        raise EvidenceError("The signature does not fit.") from error
    return key_id, created


def _read_parameters(parameters: list[str]) -> tuple[str, int]:
    keys = [match for text in parameters if (match := _KEY.fullmatch(text))]
    times = [match for text in parameters if (match := _CREATED.fullmatch(text))]
    others = [text for text in parameters if text == 'alg="ed25519"']
    if len(keys) != 1 or len(times) != 1 or len(parameters) != len(others) + 2:
        raise EvidenceError("The parameters of the signature are not as they must be.")
    return keys[0][1], int(times[0][1])


def check_digest(headers: Mapping[str, str], body: bytes) -> None:
    """Check the digest of RFC 9530.

    :raises EvidenceError: the body is another one

    >>> check_digest({"content-digest": "sha-256=:AA==:"}, b"")
    Traceback (most recent call last):
    ...
    bop_network.tools.verify_evidence.EvidenceError: The content was changed.
    """
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    if headers.get("content-digest") != f"sha-256=:{digest}:":
        raise EvidenceError("The content was changed.")


# === ONE MESSAGE ===#


def verify_message(
    headers: Mapping[str, str], body: bytes, keys: Mapping[str, bytes]
) -> tuple[str, int]:
    """Check that the source named in ``headers`` has signed this message.

    :return: the id of the key, and when it was signed
    :raises EvidenceError: it is not so
    """
    check_digest(headers, body)
    needed = REQUEST | {f'"{name}"' for name in OPTIONAL if name in headers}
    key_id, created = check_signature({**headers, **TARGET}, needed, keys, {})
    if key_id.split("#")[0] != headers["ce-source"]:
        raise EvidenceError("The key is not that of the sender.")
    return key_id, created


def verify_receipt(
    receipt: Mapping[str, Any], request: Mapping[str, str], keys: Mapping[str, bytes]
) -> tuple[str, int]:
    """Check that the recipient has signed to have received that message.

    :param receipt: ``{"status", "headers", "body"}``
    :return: the id of the key, and when it was signed
    :raises EvidenceError: it is not so
    """
    headers = {**receipt["headers"], "@status": str(receipt["status"])}
    check_digest(headers, receipt["body"].encode())
    key_id, created = check_signature(headers, RECEIPT, keys, request)
    if key_id.split("#")[0] != request["ce-bopto"]:
        raise EvidenceError("The receipt is not from the recipient.")
    content = json.loads(receipt["body"])
    if content.get("id") != request["ce-id"]:
        raise EvidenceError("The receipt is for another message.")
    return key_id, created


def fingerprint(public: bytes) -> str:
    """Return what people compare.

    >>> fingerprint(bytes(32))
    '66687AAD F862BD77 6C8FC18B 8E9F8E20'
    """
    text = hashlib.sha256(public).hexdigest()[:32].upper()
    return " ".join(text[at : at + 8] for at in range(0, 32, 8))


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text).upper()


# === A BUNDLE ===#


def verify_bundle(bundle: zipfile.ZipFile, known: Iterable[str] = ()) -> list[Verdict]:
    """Check each message of a bundle.

    :param known: fingerprints without blanks; when given, no other key counts
    :raises EvidenceError: it is no bundle
    """
    try:
        keys = {
            key_id: public
            for key_id, public in read_keys(bundle).items()
            if not known or _plain(fingerprint(public)) in known
        }
        names = sorted(n for n in bundle.namelist() if n.endswith("/message.json"))
        if not names:
            raise EvidenceError("There is no message in it.")
        return [_verdict(bundle, name, keys) for name in names]
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise EvidenceError(f"This is no bundle of evidence: {error}") from error


def read_keys(bundle: zipfile.ZipFile) -> dict[str, bytes]:
    """Return the public keys of a bundle by their id."""
    shown = json.loads(bundle.read("keys.json"))
    return {
        key_id: base64.b64decode(key["public_key"], validate=True)
        for key_id, key in shown.items()
    }


def _verdict(bundle: zipfile.ZipFile, name: str, keys: Mapping[str, bytes]) -> Verdict:
    message = json.loads(bundle.read(name))
    headers, receipt = message["headers"], message["receipt"]
    label = f"{headers.get('ce-subject')} no. {headers.get('ce-bopseq')}"
    try:
        body = bundle.read(f"{name.rpartition('/')[0]}/body")
        key_id, created = verify_message(headers, body, keys)
        said = f"signed with {key_id} at {created}"
        if not receipt:
            return Verdict(label, True, f"{said}; no receipt")
        receipt_key, received = verify_receipt(receipt, headers, keys)
    except EvidenceError as error:
        return Verdict(label, False, str(error))
    return Verdict(label, True, f"{said}; received with {receipt_key} at {received}")


def main(arguments: list[str]) -> int:
    """Print what a bundle proves; return 1 when something in it does not hold."""
    parser = argparse.ArgumentParser(description="Check a bundle of evidence.")
    parser.add_argument("bundle")
    parser.add_argument(
        "--fingerprint", action="append", default=[], help="of a key that you know"
    )
    options = parser.parse_args(arguments)
    known = {_plain(text) for text in options.fingerprint}
    try:
        with zipfile.ZipFile(options.bundle) as bundle:
            verdicts, keys = verify_bundle(bundle, known), read_keys(bundle)
    except (EvidenceError, OSError, zipfile.BadZipFile) as error:
        _say(f"NOT VALID: {error}")
        return 1
    for key_id, public in sorted(keys.items()):
        shown = fingerprint(public)
        sure = "known" if _plain(shown) in known else "NOT CONFIRMED BY YOU"
        _say(f"key {key_id}: {shown} ({sure})")
    for verdict in verdicts:
        _say(
            f"{'valid' if verdict.good else 'NOT VALID'}: {verdict.name}: {verdict.text}"
        )
    return 0 if all(verdict.good for verdict in verdicts) else 1


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
