# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mutations of a valid request are refused, each with one of two exceptions.

``BOP_FUZZ`` is the number of mutations; 10,000 unless told.
"""

import os
import random

import pytest
from parties import BODY, KEYS, NOW, signed

from bop_network.rules import envelope, signature
from bop_network.tools import verify_evidence

MUTATIONS = int(os.environ.get("BOP_FUZZ", "10000"))
REFUSALS = (envelope.EnvelopeError, signature.SignatureError)
ODD = [
    "",
    "\x00",
    "\r\n",
    ",",
    ";",
    '"',
    "(",
    ")",
    "=",
    ":",
    "é",
    "\ud800",
    "٣",
    "x" * 999,
]


def mutate(dice, headers, body):
    """Return the request with one thing changed that is signed."""
    headers = dict(headers)
    name = dice.choice(sorted(headers))
    value = headers[name]
    at = dice.randrange(len(value))
    kind = dice.randrange(7)
    if kind == 0:
        del headers[name]
    elif kind == 1:
        headers[name] = value[:at] + dice.choice(ODD) + value[at + 1 :]
    elif kind == 2:
        headers[name] = value[:at] + value[at + dice.randint(1, 9) :]
    elif kind == 3:
        headers[name] = value[:at] + chr(dice.randrange(1, 256)) + value[at:]
    elif kind == 4:
        headers[name] = f"{value}, {value}"
    elif kind == 5:
        headers[name] = headers[dice.choice(sorted(headers))]
    else:
        place = dice.randrange(len(body))
        body = body[:place] + bytes([dice.randrange(256)]) + body[place + 1 :]
    return headers, body


def judge(headers, body):
    """Return whether the request is let in, as the inbox decides it."""
    try:
        envelope.from_headers(headers)
        signature.verify_request(headers, body, KEYS, NOW)
    except REFUSALS:
        return False
    return True


def is_proof(headers, body):
    """Return what the independent verifier says."""
    try:
        verify_evidence.verify_message(headers, body, KEYS)
    except (verify_evidence.EvidenceError, KeyError):
        return False
    return True


def meaning(headers):
    """Return what a request says, without the ways to write a signature."""
    return {
        name: value.strip()
        for name, value in signature.signed_part(headers).items()
        if not name.startswith("signature")
    }


@pytest.mark.parametrize("seed", range(4))
def test_no_mutation_says_something_else_and_is_let_in(seed):
    dice = random.Random(seed)
    original = signed()
    refused = 0
    for _number in range(MUTATIONS // 4):
        headers, body = mutate(dice, original, BODY)
        if judge(headers, body):
            # Such as blanks that RFC 8941 allows: the content is the same.
            assert (meaning(headers), body) == (meaning(original), BODY)
        else:
            refused += 1
        if is_proof(headers, body):
            assert (meaning(headers), body) == (meaning(original), BODY)
    assert refused > 0.9 * (MUTATIONS // 4)
