# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The seal: canonical bytes of the terms, and a hash chain over the versions.

What was agreed can be proved only if the same agreement always gives the same
bytes. The canonical form is RFC 8785 (JSON Canonicalization Scheme) restricted
to values without floats, with text in NFC. Each seal hashes the seal before it,
as ``account.move`` does for posted entries, so that no version can be altered,
exchanged or removed from the middle without trace. Whether the *last* seals were
cut off shows only from outside: from the order that names its seal, or from the
hash the other party holds.

The number in front of a hash names the algorithm, so that a later one can be
introduced without invalidating what was sealed before.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .terms import Terms

FORMAT = 1

# RFC 8785 section 3.2.2.3: numbers are IEEE doubles, exact up to here.
_MAX_INT = 2**53 - 1


def canonical_json(value: Any) -> str:
    r"""Return the RFC 8785 text of ``value``.

    :param value: str, int, bool, None, and lists and dicts of these; no float,
        since its text depends on who writes it
    :raises ValueError: anything else, or text that has no UTF-8 form

    >>> canonical_json({"b": [1, None, True], "a": "Zu\u0308rich"})
    '{"a":"Zürich","b":[1,null,true]}'
    """
    text = json.dumps(_checked(value), ensure_ascii=False, separators=(",", ":"))
    text.encode()
    return text


def _checked(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, int) and abs(value) <= _MAX_INT:
        return value
    if isinstance(value, list):
        return [_checked(item) for item in value]
    if isinstance(value, dict):
        return _sorted_dict(value)
    raise ValueError(f"no canonical form for {type(value).__name__} {value!r}")


def _sorted_dict(value: dict[Any, Any]) -> dict[str, Any]:
    if not all(isinstance(key, str) for key in value):
        raise ValueError("keys must be text")
    clean = {unicodedata.normalize("NFC", key): _checked(value[key]) for key in value}
    if len(clean) != len(value):
        raise ValueError("two keys are the same text")
    # RFC 8785 section 3.2.3 sorts by UTF-16 code units, not by code points.
    return {key: clean[key] for key in sorted(clean, key=_utf16)}


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be")


def seal_hash(payload: str, previous_hash: str = "", version: int = FORMAT) -> str:
    """Return the hash of a seal in the form ``$version$hexdigest``.

    :param payload: canonical JSON of the terms
    :param previous_hash: hash of the seal before, empty for the first of a chain
    :param version: algorithm; 1 is SHA-256 over previous hash and payload
    :raises ValueError: unknown version

    >>> seal_hash("{}")[:11]
    '$1$44136fa3'
    >>> seal_hash("{}", seal_hash("{}")) == seal_hash("{}")
    False
    """
    if version != FORMAT:
        raise ValueError(f"unknown seal version {version}")
    digest = hashlib.sha256((previous_hash + payload).encode()).hexdigest()
    return f"${version}${digest}"


def terms_hash(terms: Terms) -> str:
    """Return the hash of one agreement alone: what two parties compare."""
    return seal_hash(canonical_json(terms.to_dict()))


@dataclass(frozen=True, slots=True)
class SealRecord:
    """A seal as it was stored."""

    sequence: int
    payload: str
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Breach:
    """What is wrong with a seal.

    ``code``: ``sequence`` | ``previous_hash`` | ``hash`` | ``payload``;
    ``detail``: what should be there, or why it cannot be read.
    """

    code: str
    sequence: int
    detail: str


def verify_chain(seals: Sequence[SealRecord]) -> tuple[Breach, ...]:
    """Return all breaches of one chain, given in its sequence; never raises.

    A seal that was altered is named itself; its successors are not blamed for it.

    >>> first = SealRecord(1, "{}", "", seal_hash("{}"))
    >>> verify_chain([first])
    ()
    >>> [b.code for b in verify_chain([SealRecord(1, "{ }", "", first.hash)])]
    ['hash']
    """
    breaches: list[Breach] = []
    previous: SealRecord | None = None
    for seal in seals:
        breaches += _place_breaches(seal, previous)
        breaches += _content_breaches(seal)
        previous = seal
    return tuple(breaches)


def _place_breaches(seal: SealRecord, previous: SealRecord | None) -> Iterator[Breach]:
    expected = ""
    if previous is not None:
        expected = previous.hash or ""
        if seal.sequence != previous.sequence + 1:
            yield Breach("sequence", seal.sequence, str(previous.sequence + 1))
    if (seal.previous_hash or "") != expected:
        yield Breach("previous_hash", seal.sequence, expected)


def _content_breaches(seal: SealRecord) -> Iterator[Breach]:
    try:
        version = int(seal.hash.split("$")[1])
        expected = seal_hash(seal.payload, seal.previous_hash or "", version)
    except (AttributeError, IndexError, TypeError, ValueError) as error:
        yield Breach("hash", seal.sequence, str(error))
    else:
        if seal.hash != expected:
            yield Breach("hash", seal.sequence, expected)
    try:
        readable = isinstance(json.loads(seal.payload), dict)
    except (TypeError, ValueError, RecursionError) as error:
        yield Breach("payload", seal.sequence, str(error))
    else:
        if not readable:
            yield Breach("payload", seal.sequence, "JSON object")
