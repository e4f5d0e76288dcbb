"""Verification finds every way in which a stored file can differ."""

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plimsoll.data.manifest import Manifest
from plimsoll.data.store import (
    announced_path,
    manifest_path,
    parquet_bytes,
    put_manifest,
    put_object,
    read_manifest,
    read_table,
    settle,
)
from plimsoll.data.verify import State, Verification, require_intact, verify
from plimsoll.vocabulary.digest import bytes_digest, canonical_json
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken


def _broken(root: Path) -> list[Verification]:
    return [record for record in verify(root) if not record.intact]


def _flip(path: Path, position: int, bit: int = 0) -> None:
    data = bytearray(path.read_bytes())
    data[position % len(data)] ^= 1 << bit
    path.write_bytes(bytes(data))


def test_an_untouched_store_is_intact(ingested: Path) -> None:
    records = verify(ingested)
    assert len([record for record in records if not record.path.startswith("fits/")]) == 15
    assert all(record.intact for record in records)
    require_intact(records)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(position=st.integers(0, 10**6), bit=st.integers(0, 7), dataset=st.sampled_from(["us_stocks", "vix"]))
def test_one_flipped_bit_anywhere_in_a_data_file_is_found(store: Path, position: int, bit: int, dataset: str) -> None:
    manifest = read_manifest(store, dataset)
    path = store / manifest.file
    whole = path.read_bytes()
    try:
        _flip(path, position, bit)
        (record,) = _broken(store)
        assert (record.path, record.dataset, record.state) == (manifest.file, dataset, State.changed)
        assert (record.expected, record.actual) == (manifest.file_digest, bytes_digest(path.read_bytes()))
        with pytest.raises(IntegrityBroken) as caught:
            read_table(store, dataset)
        assert caught.value.exit_code == 4
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize("position", [0, 3, 4, 1000, -9, -5, -1])
def test_a_flipped_byte_in_head_pages_or_footer_is_found(store: Path, position: int) -> None:
    _flip(store / read_manifest(store, "us_stocks").file, position)
    assert [record.state for record in _broken(store)] == [State.changed]


def test_a_truncated_file_is_found_with_its_size(store: Path) -> None:
    manifest = read_manifest(store, "wti")
    path = store / manifest.file
    path.write_bytes(path.read_bytes()[:1000])
    (record,) = _broken(store)
    assert record.state is State.truncated
    assert f"1000 of {manifest.file_bytes} bytes" in record.actual


def test_a_missing_file_is_found(store: Path) -> None:
    manifest = read_manifest(store, "wti")
    (store / manifest.file).unlink()
    (record,) = _broken(store)
    assert (record.path, record.state, record.actual) == (manifest.file, State.missing, "missing")
    with pytest.raises(IntegrityBroken, match="digest_differs"):
        read_table(store, "wti")


def test_an_edited_manifest_is_found(store: Path) -> None:
    path = manifest_path(store, read_manifest(store, "wti").digest())
    path.write_bytes(path.read_bytes().replace(b'"rows":8611', b'"rows":8612'))
    states = {record.path: record.state for record in _broken(store)}
    assert states == {f"manifests/{path.name}": State.changed, "heads/wti.json": State.changed}
    with pytest.raises(IntegrityBroken):
        read_manifest(store, "wti")


def test_a_manifest_edited_and_renamed_to_fit_is_found_by_its_head(store: Path) -> None:
    manifest = read_manifest(store, "wti")
    path = manifest_path(store, manifest.digest())
    edited = path.read_bytes().replace(b'"raw"', b'"adj"')
    path.unlink()
    manifest_path(store, bytes_digest(edited)).write_bytes(edited)
    assert [record.path for record in _broken(store)] == ["heads/wti.json"]


def test_a_manifest_that_lies_about_the_content_is_found(store: Path) -> None:
    table = read_table(store, "wti")
    fields = read_manifest(store, "wti").to_dict()
    other = put_object(store, parquet_bytes(table.slice(1)))
    fields |= {"file": f"objects/{other.removeprefix('sha256:')}.parquet", "file_digest": other}
    fields["replaces"] = read_manifest(store, "wti").digest()
    put_manifest(store, Manifest.from_dict(fields))
    (record,) = _broken(store)
    assert (record.state, record.expected) == (State.changed, fields["logical_digest"])


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff"], ids=["empty", "a list", "not UTF-8"])
def test_an_unreadable_head_is_found(store: Path, content: bytes) -> None:
    (store / "heads" / "vix.json").write_bytes(content)
    assert [(record.path, record.state) for record in _broken(store)] == [("heads/vix.json", State.changed)]
    with pytest.raises(IntegrityBroken):
        read_manifest(store, "vix")


def test_a_head_that_names_another_dataset_is_found(store: Path) -> None:
    head = {"dataset": "vix", "manifest": read_manifest(store, "wti").digest()}
    (store / "heads" / "vix.json").write_bytes(canonical_json(head))
    assert [record.path for record in _broken(store)] == ["heads/vix.json"]
    with pytest.raises(IntegrityBroken, match="head_names_another_dataset"):
        read_table(store, "vix")


def test_a_head_set_back_to_an_older_version_is_found(store: Path) -> None:
    old = read_manifest(store, "vix")
    head = (store / "heads" / "vix.json").read_bytes()
    put_manifest(store, Manifest.from_dict(old.to_dict() | {"description": "newer", "replaces": old.digest()}))
    assert _broken(store) == []
    (store / "heads" / "vix.json").write_bytes(head)
    (record,) = _broken(store)
    assert (record.path, record.actual) == ("heads/vix.json", old.digest())


def test_a_missing_head_is_found(store: Path) -> None:
    (store / "heads" / "vix.json").unlink()
    (record,) = _broken(store)
    assert record.to_dict() == {
        "path": "heads/vix.json",
        "dataset": "vix",
        "state": "missing",
        "expected": "present",
        "actual": "missing",
    }
    with pytest.raises(IntegrityBroken) as caught:
        require_intact([record])
    assert (caught.value.code, caught.value.field) == ("file_missing", "heads/vix.json")


def test_an_edited_premium_fit_is_found(store: Path) -> None:
    (store / "fits").mkdir(exist_ok=True)
    fit = canonical_json({"premium": 1.2})
    path = store / "fits" / f"{bytes_digest(fit).removeprefix('sha256:')}.json"
    path.write_bytes(fit)
    assert _broken(store) == []
    path.write_bytes(canonical_json({"premium": 1.3}))
    assert [record.path for record in _broken(store)] == [f"fits/{path.name}"]


def test_an_empty_root_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nothing_stored"):
        verify(tmp_path)
    with pytest.raises(BadInput, match="unknown_dataset"):
        read_manifest(tmp_path, "vix")


@pytest.mark.parametrize("change", [{"schema": "other"}, {"rows": None, "more": 1}], ids=["schema", "fields"])
def test_a_manifest_of_another_shape_is_refused(ingested: Path, change: dict[str, object]) -> None:
    fields = json.loads(canonical_json(read_manifest(ingested, "vix")))
    with pytest.raises(BadInput):
        Manifest.from_dict(fields | change)


def _killed_before_the_head(root: Path, dataset: str) -> Manifest:
    """Leave a store as a program does that is killed when its next manifest is stored and not yet in force."""
    before = read_manifest(root, dataset)
    after = dataclasses.replace(before, ingested_at="2030-01-01T00:00:00.000000Z", replaces=before.digest())
    announced_path(root, dataset).write_bytes(canonical_json({"dataset": dataset, "manifest": after.digest()}))
    manifest_path(root, after.digest()).write_bytes(after.to_bytes())
    return after


def test_a_manifest_that_a_killed_program_announced_replaces_nothing_until_it_is_put_in_force(store: Path) -> None:
    before, after = read_manifest(store, "vix"), _killed_before_the_head(store, "vix")
    assert _broken(store) == []
    assert read_manifest(store, "vix") == before
    settle(store, "vix")
    assert read_manifest(store, "vix") == after
    assert _broken(store) == []
    assert not announced_path(store, "vix").exists()


def test_a_first_manifest_that_a_killed_program_announced_is_no_dataset_yet(store: Path) -> None:
    manifest = read_manifest(store, "vix")
    head = store / "heads" / "vix.json"
    head.rename(announced_path(store, "vix"))
    assert _broken(store) == []
    with pytest.raises(BadInput, match="unknown_dataset"):
        read_manifest(store, "vix")
    settle(store, "vix")
    assert read_manifest(store, "vix") == manifest


def test_what_was_announced_alone_is_forgotten(store: Path) -> None:
    manifest = read_manifest(store, "vix")
    announced = {"dataset": "vix", "manifest": f"sha256:{'0' * 64}"}
    announced_path(store, "vix").write_bytes(canonical_json(announced))
    assert _broken(store) == []
    settle(store, "vix")
    assert (read_manifest(store, "vix"), announced_path(store, "vix").exists()) == (manifest, False)


def test_an_announcement_of_what_is_in_force_hides_nothing(store: Path) -> None:
    digest = read_manifest(store, "vix").digest()
    announced_path(store, "vix").write_bytes(canonical_json({"dataset": "vix", "manifest": digest}))
    assert _broken(store) == []
    _flip(manifest_path(store, digest), 100)
    assert {record.state for record in _broken(store)} == {State.changed}
