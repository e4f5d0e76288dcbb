"""Finds what no longer is what was stored: every file of the dataset store against its digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pyarrow.parquet as pq

from plimsoll.data.logical_digest import logical_digest
from plimsoll.data.manifest import Manifest
from plimsoll.data.store import PREFIX, announced, read_json
from plimsoll.vocabulary.digest import file_digest
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken


class State(StrEnum):
    """What verification found of one file."""

    intact = "intact"
    changed = "changed"
    truncated = "truncated"
    missing = "missing"


@dataclass(frozen=True, slots=True)
class Verification:
    """One file of the store: what it should be and what it is."""

    path: str
    dataset: str
    state: State
    expected: str
    actual: str

    @property
    def intact(self) -> bool:
        """Tell whether the file is what was stored."""
        return self.state is State.intact

    def to_dict(self) -> dict[str, str]:
        """Give the record as plain data."""
        return {
            "path": self.path,
            "dataset": self.dataset,
            "state": self.state.value,
            "expected": self.expected,
            "actual": self.actual,
        }


def verify(store_root: Path) -> list[Verification]:
    """Check every manifest, data file, premium fit and head; one record a file, in a fixed order.

    A manifest's name is the digest of its bytes, so an edit shows; the manifest holds the digest and the size of its
    data file and the digest of its content; a head must name the one manifest of its dataset that none replaces. A
    manifest that a killed program announced and did not put in force yet is checked and replaces nothing.

    Raises
    ------
    BadInput
        If nothing is stored under this root.
    """
    manifests = sorted((store_root / "manifests").glob("*.json"))
    heads = sorted((store_root / "heads").glob("*.json"))
    waiting = announced(store_root)
    if not manifests and not heads:
        raise BadInput(
            "nothing_stored",
            field="store_root",
            value=store_root,
            allowed="a folder with ingested datasets",
            fix="run `plimsoll data ingest` first",
        )
    found: list[Verification] = []
    stored: dict[str, Manifest] = {}
    for path in manifests:
        record, manifest = _check_manifest(store_root, path)
        found.append(record)
        if manifest is not None:
            if waiting.get(manifest.dataset) != record.expected:
                stored[record.expected] = manifest
            found.append(_check_object(store_root, manifest))
    found.extend(_check_fit(store_root, path) for path in sorted((store_root / "fits").glob("*.json")))
    found.extend(_check_head(store_root, path, stored) for path in heads)
    without_head = {manifest.dataset for manifest in stored.values()} - {path.stem for path in heads}
    found.extend(
        Verification(f"heads/{dataset}.json", dataset, State.missing, "present", "missing")
        for dataset in sorted(without_head)
    )
    return found


def require_intact(verifications: list[Verification]) -> None:
    """Pass if every file is intact.

    Raises
    ------
    IntegrityBroken
        Naming the first file that is not, with the expected and the actual digest.
    """
    for record in verifications:
        if not record.intact:
            raise IntegrityBroken(
                f"file_{record.state.value}",
                field=record.path,
                value=record.actual,
                allowed=record.expected,
                fix="run `plimsoll data ingest` to restore it from its source",
            )


def _under(store_root: Path, path: Path) -> str:
    return path.relative_to(store_root).as_posix()


def _check_manifest(store_root: Path, path: Path) -> tuple[Verification, Manifest | None]:
    expected, actual = PREFIX + path.stem, file_digest(path)
    if actual != expected:
        return Verification(_under(store_root, path), "", State.changed, expected, actual), None
    manifest = Manifest.from_dict(read_json(path))
    return Verification(_under(store_root, path), manifest.dataset, State.intact, expected, actual), manifest


def _check_object(store_root: Path, manifest: Manifest) -> Verification:
    path, expected = store_root / manifest.file, manifest.file_digest
    if not path.is_file():
        return Verification(manifest.file, manifest.dataset, State.missing, expected, "missing")
    actual = file_digest(path)
    if actual != expected:
        size = path.stat().st_size
        state = State.truncated if size < manifest.file_bytes else State.changed
        words = f"{actual} ({size} of {manifest.file_bytes} bytes)" if state is State.truncated else actual
        return Verification(manifest.file, manifest.dataset, state, expected, words)
    content = logical_digest(pq.read_table(path))
    if content != manifest.logical_digest:
        return Verification(manifest.file, manifest.dataset, State.changed, manifest.logical_digest, content)
    return Verification(manifest.file, manifest.dataset, State.intact, expected, actual)


def _check_fit(store_root: Path, path: Path) -> Verification:
    expected, actual = PREFIX + path.stem, file_digest(path)
    state = State.intact if actual == expected else State.changed
    return Verification(_under(store_root, path), "", state, expected, actual)


def _check_head(store_root: Path, path: Path, stored: Mapping[str, Manifest]) -> Verification:
    name, dataset = _under(store_root, path), path.stem
    expected = _latest(dataset, stored)
    try:
        head = read_json(path)
    except IntegrityBroken as error:
        return Verification(name, dataset, State.changed, expected, error.value)
    actual = str(head.get("manifest"))
    intact = head == {"dataset": dataset, "manifest": expected}
    return Verification(name, dataset, State.intact if intact else State.changed, expected, actual)


def _latest(dataset: str, stored: Mapping[str, Manifest]) -> str:
    of_dataset = {digest: manifest for digest, manifest in stored.items() if manifest.dataset == dataset}
    replaced = {manifest.replaces for manifest in of_dataset.values()}
    latest = sorted(digest for digest in of_dataset if digest not in replaced)
    return " or ".join(latest) or "an intact manifest"
