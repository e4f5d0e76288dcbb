"""What is known of a stored dataset: digests, schema, source, licence, span and price basis."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from plimsoll.vocabulary.digest import canonical_json, digest_of
from plimsoll.vocabulary.errors import BadInput

SCHEMA = "plimsoll/manifest/v1"


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that a dataset was read from."""

    package: str
    version: str
    path: str
    file_digest: str
    licence: str
    notice: str


@dataclass(frozen=True, slots=True)
class Column:
    """Name and Arrow type of one column."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """One stored version of a dataset.

    ``file`` is the Parquet file under the store's root, named by its own SHA-256; ``logical_digest`` stands for the
    content alone, so that a file rewritten by another writer keeps it. ``replaces`` is the digest of the manifest that
    was in force before, empty for the first.
    """

    dataset: str
    description: str
    file: str
    file_digest: str
    file_bytes: int
    logical_digest: str
    columns: tuple[Column, ...]
    rows: int
    first_date: str
    last_date: str
    calendar: str
    price_basis: str
    price_words: str
    origin: Origin
    writer: str
    ingested_at: str
    replaces: str

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {"schema": SCHEMA, **asdict(self)}

    def to_bytes(self) -> bytes:
        """Give the canonical JSON that the store keeps."""
        return canonical_json(self.to_dict())

    def digest(self) -> str:
        """Give the SHA-256 of :meth:`to_bytes`, which is also the name of the manifest's file."""
        return digest_of(self.to_dict())

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Manifest":
        """Read what :meth:`to_dict` wrote.

        Raises
        ------
        BadInput
            If the schema is another or a field is missing.
        """
        if data.get("schema") != SCHEMA:
            raise BadInput("wrong_schema", field="schema", value=data.get("schema"), allowed=SCHEMA, fix="ingest again")
        fields = {key: value for key, value in data.items() if key != "schema"}
        try:
            columns = tuple(Column(**column) for column in fields.pop("columns"))
            origin = Origin(**fields.pop("origin"))
            return cls(columns=columns, origin=origin, **fields)
        except (KeyError, TypeError) as error:
            raise BadInput(
                "wrong_manifest", field="manifest", value=error, allowed=f"the fields of {SCHEMA}", fix="ingest again"
            ) from error
