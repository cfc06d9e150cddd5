# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Headers hold an envelope or they are refused, whatever they are."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parties import KEY_ID, KEYS, LETTER, NOW, SECRET

from bop_network.rules import signature
from bop_network.rules.envelope import (
    MAX_VALUE,
    Envelope,
    EnvelopeError,
    from_headers,
    to_headers,
)

uuids = st.uuids().map(str)
words = st.from_regex(r"[!-~]([ -~]{0,200}[!-~])?", fullmatch=True)
moments = st.datetimes(min_value=NOW.replace(year=1000, tzinfo=None)).map(
    lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ")
)
envelopes = st.builds(
    Envelope,
    id=uuids,
    type=words,
    subject=words,
    source=uuids,
    recipient=uuids,
    time=moments,
    sequence=st.integers(1, 999_999_999),
    ref=uuids | st.just(""),
    base=st.from_regex("[0-9a-f]{64}", fullmatch=True) | st.just(""),
    content_type=words,
)


@given(envelopes)
def test_what_is_written_is_read_again(envelope):
    assert from_headers(to_headers(envelope)) == envelope


@given(envelopes, st.binary(max_size=100))
def test_whatever_an_envelope_holds_can_be_signed(envelope, body):
    headers = signature.sign_request(to_headers(envelope), body, KEY_ID, SECRET, NOW)
    assert signature.verify_request(headers, body, KEYS, NOW) == KEY_ID


@given(
    st.dictionaries(st.sampled_from(sorted(to_headers(LETTER))), st.text(max_size=50))
)
def test_other_headers_are_refused_with_a_sentence(changes):
    try:
        from_headers({**to_headers(LETTER), **changes})
    except EnvelopeError as error:
        assert str(error).endswith(".")


@pytest.mark.parametrize(
    "name", [name for name in to_headers(LETTER) if not name.endswith(("id", "base"))]
)
def test_each_header_is_needed(name):
    headers = to_headers(LETTER)
    del headers[name]
    with pytest.raises(EnvelopeError, match=name):
        from_headers(headers)


@pytest.mark.parametrize(
    "time",
    ["2026-02-30T10:00:00Z", "2026-13-01T10:00:00Z", "0000-01-01T00:00:00Z"]
    + ["2026-01-01T24:00:00Z", "2026-01-01T10:00:00+01:00", "2026-01-01 10:00:00"],
)
def test_a_time_is_one_of_the_calendar_in_utc(time):
    with pytest.raises(EnvelopeError, match="ce-time"):
        replace(LETTER, time=time)


@pytest.mark.parametrize("value", ["", "a\nb", "a\r\nx: y", " a", "a ", "ä", "\x00"])
def test_no_value_can_smuggle_a_header(value):
    with pytest.raises(EnvelopeError, match="ce-type"):
        replace(LETTER, type=value)


def test_values_have_a_size():
    replace(LETTER, subject="x" * MAX_VALUE)
    with pytest.raises(EnvelopeError, match="too long"):
        replace(LETTER, subject="x" * (MAX_VALUE + 1))


@pytest.mark.parametrize("sequence", ["0", "-1", "1.0", "01", "1e3", "٣", "9" * 10])
def test_a_sequence_counts_from_one(sequence):
    with pytest.raises(EnvelopeError, match="ce-bopseq"):
        from_headers({**to_headers(LETTER), "ce-bopseq": sequence})
