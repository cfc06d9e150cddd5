# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is written around a message: CloudEvents 1.0 headers in binary mode.

>>> letter = Envelope(
...     id="6f9619ff-8b86-4011-b42d-00cf4fc964ff", type="urn:x", subject="s-1",
...     source="11111111-1111-4111-8111-111111111111",
...     recipient="22222222-2222-4222-8222-222222222222",
...     time="2026-01-31T10:00:00Z", sequence=1)
>>> from_headers(to_headers(letter)) == letter
True
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

PREFIX = "urn:b-op:digital:"
MAX_VALUE = 300
_VISIBLE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_HASH = re.compile(r"[0-9a-f]{64}")


class EnvelopeError(ValueError):
    """Headers that are no envelope; the text names the header."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message's name, parties and place.

    ``id``: the same on every try; ``source``, ``recipient``: identifiers of digitals;
    ``type``: what the body is; ``subject``: what it is about; ``sequence``: counts the
    messages of the sender about the subject from 1; ``ref``: the message it answers;
    ``base``: SHA-256 (hex) of the agreed document it builds on.

    :raises EnvelopeError: a value that no header can hold
    """

    id: str
    type: str
    subject: str
    source: str
    recipient: str
    time: str
    sequence: int
    ref: str = ""
    base: str = ""
    content_type: str = "application/xml"

    @property
    def moment(self) -> datetime:
        """When it happened, in UTC without a time zone, as Odoo stores it."""
        return datetime.strptime(self.time, _TIME_FORMAT)

    def __post_init__(self) -> None:
        _need("ce-id", self.id, _UUID)
        _need("ce-source", self.source, _UUID)
        _need("ce-bopto", self.recipient, _UUID)
        _need("ce-type", self.type, _VISIBLE)
        _need("ce-subject", self.subject, _VISIBLE)
        _need("ce-time", self.time, _TIME)
        _need("ce-bopseq", str(self.sequence), _NUMBER)
        _need("content-type", self.content_type, _VISIBLE)
        if self.ref:
            _need("ce-boprefid", self.ref, _UUID)
        if self.base:
            _need("ce-bopbase", self.base, _HASH)
        try:
            self.moment  # noqa: B018 (reading it is the test)
        except ValueError as error:
            raise EnvelopeError("ce-time is no moment of the calendar.") from error


def to_headers(envelope: Envelope) -> dict[str, str]:
    """Return the headers of a message, all of them lower case."""
    headers = {
        "content-type": envelope.content_type,
        "ce-specversion": "1.0",
        "ce-id": envelope.id,
        "ce-source": PREFIX + envelope.source,
        "ce-type": envelope.type,
        "ce-subject": envelope.subject,
        "ce-time": envelope.time,
        "ce-bopto": PREFIX + envelope.recipient,
        "ce-bopseq": str(envelope.sequence),
    }
    optional = {"ce-boprefid": envelope.ref, "ce-bopbase": envelope.base}
    return headers | {name: value for name, value in optional.items() if value}


def from_headers(headers: Mapping[str, str]) -> Envelope:
    """Return the envelope that headers state.

    :param headers: by lower-case name
    :raises EnvelopeError: one is missing, or not what it has to be

    >>> from_headers({})
    Traceback (most recent call last):
    ...
    bop_network.rules.envelope.EnvelopeError: ce-specversion must be 1.0.
    """
    if headers.get("ce-specversion") != "1.0":
        raise EnvelopeError("ce-specversion must be 1.0.")
    sequence = headers.get("ce-bopseq", "")
    if not _NUMBER.fullmatch(sequence):
        raise EnvelopeError("ce-bopseq is no number from 1 on.")
    return Envelope(
        id=headers.get("ce-id", ""),
        type=headers.get("ce-type", ""),
        subject=headers.get("ce-subject", ""),
        source=digital(headers, "ce-source"),
        recipient=digital(headers, "ce-bopto"),
        time=headers.get("ce-time", ""),
        sequence=int(sequence),
        ref=headers.get("ce-boprefid", ""),
        base=headers.get("ce-bopbase", ""),
        content_type=headers.get("content-type", ""),
    )


def digital(headers: Mapping[str, str], name: str) -> str:
    """Return the identifier of the digital that a header names.

    :raises EnvelopeError: it names none
    """
    value = headers.get(name, "")
    if not value.startswith(PREFIX) or not _UUID.fullmatch(value[len(PREFIX) :]):
        raise EnvelopeError(f"{name} names no digital.")
    return value[len(PREFIX) :]


def _need(name: str, value: str, pattern: re.Pattern[str]) -> None:
    if len(value) > MAX_VALUE or not pattern.fullmatch(value):
        raise EnvelopeError(f"{name} is missing, too long or not well-formed.")
