# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from term_strategies import json_values, terms

from bop_contract.rules.seal import (
    SealRecord,
    canonical_json,
    seal_hash,
    terms_hash,
    verify_chain,
)
from bop_contract.rules.terms import LineTerms, Party, Terms


def chain(payloads):
    seals, previous = [], ""
    for sequence, payload in enumerate(payloads, start=1):
        digest = seal_hash(payload, previous)
        seals.append(SealRecord(sequence, payload, previous, digest))
        previous = digest
    return seals


def codes(seals):
    return [breach.code for breach in verify_chain(seals)]


payloads = st.lists(
    st.dictionaries(st.sampled_from("ab"), st.text(max_size=3)).map(canonical_json),
    min_size=2,
    max_size=4,
)


@given(json_values)
def test_canonical_json_says_the_same_and_is_stable(value):
    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text


@given(st.dictionaries(st.text("abc", max_size=3), st.integers(-9, 9)))
def test_the_order_of_keys_does_not_matter(value):
    backwards = dict(reversed(value.items()))
    assert canonical_json(backwards) == canonical_json(value)
    assert json.loads(canonical_json(value)) == value


def test_text_is_escaped_as_rfc_8785_says():
    text = "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/\u007f"
    assert canonical_json(text) == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u007f"'


def test_keys_are_sorted_by_utf_16_units_as_rfc_8785_says():
    value = {"\uffee": 1, "\U0001f600": 2, "b": 3, "\r": 4}
    assert canonical_json(value) == '{"\\r":4,"b":3,"\U0001f600":2,"\uffee":1}'


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        [1.5],
        {"a": float("nan")},
        {1: "a"},
        {None: "a"},
        {"ü": 1, "u\u0308": 2},
        2**53,
        -(2**53),
        ("tuple",),
        {"set"},
        b"bytes",
        "\ud800",
        {"\ud800": 1},
    ],
)
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(ValueError, match=r".+") as refusal:
        canonical_json(value)
    assert str(refusal.value)


def test_the_hash_is_sha256_over_the_hash_before_and_the_payload():
    expected = "$1$" + hashlib.sha256('$1$00{"a":"ü"}'.encode()).hexdigest()
    assert seal_hash('{"a":"ü"}', "$1$00") == expected
    assert seal_hash("x") == "$1$" + hashlib.sha256(b"x").hexdigest()


@pytest.mark.parametrize("version", [0, 2, -1])
def test_an_unknown_algorithm_is_refused(version):
    with pytest.raises(ValueError, match="version") as refusal:
        seal_hash("{}", version=version)
    assert str(version) in str(refusal.value)


@given(terms, st.randoms(use_true_random=False))
def test_both_parties_get_the_same_hash_from_the_same_terms(value, random):
    shuffled = list(value.lines)
    random.shuffle(shuffled)
    again = Terms.from_dict(replace(value, lines=tuple(shuffled)).to_dict())
    assert terms_hash(again) == terms_hash(value)


def test_every_attribute_of_the_terms_is_in_the_hash():
    base = Terms("S1", supplier=Party("Us"), customer=Party("Them"))
    for item in fields(Terms):
        if item.type == "str":
            other = replace(base, **{item.name: "5"})
            assert terms_hash(other) != terms_hash(base), item.name
    for item in fields(LineTerms):
        if item.type == "str" and item.name != "uid":
            line = LineTerms("a", **{item.name: "5"})
            one, two = (replace(base, lines=(x,)) for x in (line, LineTerms("a")))
            assert terms_hash(one) != terms_hash(two), item.name


@given(payloads)
def test_an_untouched_chain_has_no_breach(values):
    assert verify_chain(chain(values)) == ()


def test_an_empty_chain_has_no_breach():
    assert verify_chain([]) == ()


@given(payloads, st.data())
def test_any_single_alteration_is_found(values, data):
    seals = chain(values)
    place = data.draw(st.integers(0, len(seals) - 1))
    field = data.draw(st.sampled_from(["payload", "previous_hash", "hash"]))
    text = data.draw(st.text(max_size=8))
    altered = replace(seals[place], **{field: text})
    if altered != seals[place]:
        seals[place] = altered
        assert seals[place].sequence in {b.sequence for b in verify_chain(seals)}


@given(payloads, st.data())
def test_a_seal_taken_out_is_found_unless_it_was_the_last(values, data):
    seals = chain(values)
    del seals[data.draw(st.integers(0, len(seals) - 2))]
    assert "previous_hash" in codes(seals)


def test_a_gap_or_a_fork_in_the_sequence_is_found():
    one, two, three = chain(["{}", '{"a":"1"}', '{"a":"2"}'])
    assert codes([one, two, replace(three, sequence=4)]) == ["sequence"]
    assert codes([one, two, replace(three, sequence=2)]) == ["sequence"]


def test_an_altered_payload_is_named_and_its_successors_are_not_blamed():
    one, two, three = chain(["{}", '{"a":"1"}', '{"a":"2"}'])
    breaches = verify_chain([one, replace(two, payload='{"a":"9"}'), three])
    assert [(b.code, b.sequence) for b in breaches] == [("hash", 2)]


def test_a_payload_resealed_without_its_successors_is_found():
    one, two, three = chain(["{}", '{"a":"1"}', '{"a":"2"}'])
    forged = replace(two, payload="{}", hash=seal_hash("{}", one.hash))
    breaches = verify_chain([one, forged, three])
    assert [(b.code, b.sequence) for b in breaches] == [("previous_hash", 3)]


@pytest.mark.parametrize("payload", ["", "{", "[]", "1", "[" * 100_000])
def test_an_unreadable_payload_is_named_even_with_a_right_hash(payload):
    assert codes(chain([payload])) == ["payload"]


@pytest.mark.parametrize("digest", ["", "abc", "$2$abc", "$x$abc", None, False])
def test_a_hash_that_cannot_be_checked_is_a_breach(digest):
    assert codes([SealRecord(1, "{}", "", digest)]) == ["hash"]


@given(
    st.lists(
        st.builds(
            SealRecord,
            sequence=st.integers(),
            payload=st.none() | st.text(),
            previous_hash=st.none() | st.booleans() | st.text(),
            hash=st.none() | st.booleans() | st.text(),
        ),
        min_size=1,
    )
)
def test_verifying_garbage_names_breaches_and_never_raises(seals):
    assert {breach.sequence for breach in verify_chain(seals)} == {
        seal.sequence for seal in seals
    }
