import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.vocabulary.digest import bytes_digest, canonical_json, digest_of, file_digest, plain
from plimsoll.vocabulary.errors import BadInput

_NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
_DOCUMENTS = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=12,
)


class _Colour(StrEnum):
    red = "red"


class _Point:
    def to_dict(self) -> Mapping[str, object]:
        return {"y": 2, "x": 1.5}


@given(_DOCUMENTS)
def test_canonical_bytes_read_back_as_the_same_document(document: object) -> None:
    assert json.loads(canonical_json(document)) == document


@given(_DOCUMENTS)
def test_canonical_bytes_are_a_fixed_point(document: object) -> None:
    first = canonical_json(document)
    assert canonical_json(json.loads(first)) == first


@given(st.dictionaries(_TEXTS, _NUMBERS, min_size=2))
def test_order_of_keys_does_not_matter(document: dict[str, float]) -> None:
    turned = dict(reversed(list(document.items())))
    assert digest_of(document) == digest_of(turned)


@given(_DOCUMENTS, _DOCUMENTS)
def test_different_bytes_have_different_digests(one: object, other: object) -> None:
    same_bytes = canonical_json(one) == canonical_json(other)
    assert (digest_of(one) == digest_of(other)) == same_bytes


def test_keys_are_sorted_and_spaces_left_out() -> None:
    assert canonical_json({"b": [1, 2.0, None, True], "a": "é"}) == '{"a":"é","b":[1,2.0,null,true]}'.encode()


def test_negative_zero_is_zero() -> None:
    assert canonical_json([-0.0]) == b"[0.0]"


def test_records_enums_and_tuples_become_plain_data() -> None:
    assert plain({"point": _Point(), "colour": _Colour.red, "pair": (1, 2)}) == {
        "point": {"y": 2, "x": 1.5},
        "colour": "red",
        "pair": [1, 2],
    }


def test_enum_keys_are_their_values() -> None:
    assert canonical_json({_Colour.red: 1}) == b'{"red":1}'


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_not_finite_is_refused_with_its_place(number: float) -> None:
    with pytest.raises(BadInput) as caught:
        canonical_json({"a": [1.0, number]})
    assert caught.value.code == "not_finite"
    assert caught.value.field == "$.a[1]"


def test_a_key_that_is_not_text_is_refused() -> None:
    with pytest.raises(BadInput, match="key_not_text"):
        canonical_json({1: "a"})


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(BadInput, match="not_unicode"):
        canonical_json("\ud800")


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(BadInput, match=r"not_plain_data; \$\.a = set"):
        canonical_json({"a": {1, 2}})


def test_file_digest_is_the_digest_of_its_bytes(tmp_path: Path) -> None:
    data = bytes(range(256)) * 8192
    path = tmp_path / "data.bin"
    path.write_bytes(data)
    assert file_digest(path) == bytes_digest(data) == "sha256:" + hashlib.sha256(data).hexdigest()


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="unreadable_file"):
        file_digest(tmp_path / "absent")
