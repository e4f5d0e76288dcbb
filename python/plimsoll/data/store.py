"""The dataset store: content-addressed files, written whole or not at all, never overwritten by other content.

``objects/<sha256>.parquet`` holds content, ``manifests/<sha256>.json`` every version ever stored, and
``heads/<dataset>.json`` names the manifest in force. While a new manifest is on its way, ``heads/<dataset>.next``
names it: whoever is killed between the two writes leaves a version that is announced and not in force yet, which the
next ingest puts in force.
"""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from plimsoll.data.manifest import Manifest
from plimsoll.vocabulary.digest import bytes_digest, canonical_json, file_digest
from plimsoll.vocabulary.durable import write_atomically as write_atomically
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken

_ZSTD_LEVEL = 3
_ROW_GROUP_ROWS = 65_536
WRITER = f"pyarrow {pa.__version__}, Parquet 2.6, zstd {_ZSTD_LEVEL}, row groups of {_ROW_GROUP_ROWS}"
PREFIX = "sha256:"


def object_path(store_root: Path, digest: str) -> Path:
    """Give the path of a stored file by its digest."""
    return store_root / "objects" / f"{digest.removeprefix(PREFIX)}.parquet"


def manifest_path(store_root: Path, digest: str) -> Path:
    """Give the path of a manifest by its digest."""
    return store_root / "manifests" / f"{digest.removeprefix(PREFIX)}.json"


def head_path(store_root: Path, dataset: str) -> Path:
    """Give the path of the small file that names a dataset's manifest in force."""
    return store_root / "heads" / f"{dataset}.json"


def parquet_bytes(table: pa.Table) -> bytes:
    """Give a table as the bytes of a Parquet file, with writer settings that do not vary."""
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        version="2.6",
        compression="zstd",
        compression_level=_ZSTD_LEVEL,
        row_group_size=_ROW_GROUP_ROWS,
        write_page_checksum=True,
    )
    return bytes(sink.getvalue().to_pybytes())


def put_object(store_root: Path, data: bytes) -> str:
    """Store bytes under their digest and give it; an intact copy is left as it is, a damaged one is replaced."""
    digest = bytes_digest(data)
    path = object_path(store_root, digest)
    if not (path.is_file() and file_digest(path) == digest):
        write_atomically(path, data)
    return digest


def announced_path(store_root: Path, dataset: str) -> Path:
    """Give the path of the small file that names a manifest on its way to be in force."""
    return head_path(store_root, dataset).with_suffix(".next")


def put_manifest(store_root: Path, manifest: Manifest) -> None:
    """Store a manifest under its digest and make it the one in force for its dataset."""
    announced = announced_path(store_root, manifest.dataset)
    head = canonical_json({"dataset": manifest.dataset, "manifest": manifest.digest()})
    write_atomically(announced, head)
    write_atomically(manifest_path(store_root, manifest.digest()), manifest.to_bytes())
    write_atomically(head_path(store_root, manifest.dataset), head)
    announced.unlink()


def settle(store_root: Path, dataset: str) -> None:
    """Put in force what a killed program announced and stored; forget what it announced alone."""
    announced = announced_path(store_root, dataset)
    if not announced.is_file():
        return
    named = read_json(announced)
    if manifest_path(store_root, str(named.get("manifest"))).is_file():
        write_atomically(head_path(store_root, dataset), canonical_json(named))
    announced.unlink()


def announced(store_root: Path) -> dict[str, str]:
    """Give the digest of each manifest that was announced and is not in force yet, by dataset."""
    found = {path.stem: str(read_json(path).get("manifest")) for path in (store_root / "heads").glob("*.next")}
    return {name: digest for name, digest in found.items() if _named_by_head(store_root, name) != digest}


def _named_by_head(store_root: Path, dataset: str) -> str:
    head = head_path(store_root, dataset)
    return str(read_json(head).get("manifest")) if head.is_file() else ""


def datasets(store_root: Path) -> list[str]:
    """Give the names of the stored datasets, sorted."""
    return sorted(path.stem for path in (store_root / "heads").glob("*.json"))


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object of the store.

    Raises
    ------
    IntegrityBroken
        If the file is not one JSON object in UTF-8.
    """
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise IntegrityBroken(
            "unreadable_record", field=str(path), value=error, allowed="one JSON object", fix="ingest the dataset again"
        ) from error
    if not isinstance(document, dict):
        raise IntegrityBroken(
            "unreadable_record",
            field=str(path),
            value=type(document).__name__,
            allowed="one JSON object",
            fix="ingest the dataset again",
        )
    return document


def read_manifest(store_root: Path, dataset: str) -> Manifest:
    """Read the manifest in force, checked against its digest.

    Raises
    ------
    BadInput
        If no such dataset is stored.
    IntegrityBroken
        If the manifest is missing or differs from its digest.
    """
    head = head_path(store_root, dataset)
    if not head.is_file():
        raise BadInput(
            "unknown_dataset",
            field="dataset",
            value=dataset,
            allowed=", ".join(datasets(store_root)) or "none stored yet",
            fix="run `plimsoll data ingest` first",
        )
    digest = str(read_json(head).get("manifest"))
    path = manifest_path(store_root, digest)
    _require_intact(path, digest)
    manifest = Manifest.from_dict(read_json(path))
    if manifest.dataset != dataset:
        raise IntegrityBroken(
            "head_names_another_dataset",
            field=str(head),
            value=manifest.dataset,
            allowed=dataset,
            fix="run `plimsoll data ingest` to restore the head",
        )
    return manifest


def read_table(store_root: Path, dataset: str) -> pa.Table:
    """Read a stored dataset, checked against its manifest before a value is used.

    Parameters
    ----------
    store_root : Path
        Folder of the datasets.
    dataset : str
        Its name, for instance ``us_stocks``.

    Returns
    -------
    pyarrow.Table
        ``date`` (date32) and one float64 column per series.

    Raises
    ------
    BadInput
        If no such dataset is stored.
    IntegrityBroken
        If the file or the manifest differs from its digest.
    """
    manifest = read_manifest(store_root, dataset)
    path = store_root / manifest.file
    _require_intact(path, manifest.file_digest)
    return pq.read_table(path)


def _require_intact(path: Path, expected: str) -> None:
    actual = file_digest(path) if path.is_file() else "missing"
    if actual != expected:
        raise IntegrityBroken(
            "digest_differs",
            field=str(path),
            value=actual,
            allowed=expected,
            fix="run `plimsoll data verify`, then `plimsoll data ingest` to restore the file",
        )
