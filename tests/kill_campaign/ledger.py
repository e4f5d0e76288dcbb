"""What a workspace has recorded, and what must not be lost of it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from plimsoll.governance.ports import Entry
from plimsoll.governance.state import replay
from plimsoll.storage.reader import read_log
from plimsoll.vocabulary.digest import file_digest
from plimsoll.vocabulary.durable import PARTIAL
from plimsoll.vocabulary.errors import PlimsollError

#: Files that are written once and never again: content, manifests, fits, run records and their tables, private keys.
_LASTING = (
    "datasets/objects/*",
    "datasets/manifests/*",
    "datasets/fits/*",
    "runs/*/*.parquet",
    "runs/*/run.json",
    "keys/*",
)
#: Files that name the latest of a kind: another content may stand there later, but never nothing.
_NAMING = ("datasets/heads/*.json", "runs/latest/*", "state.sqlite", "features.duckdb", "features.duckdb.digest")


@dataclass(frozen=True)
class Ledger:
    """The log's entries, the digests of files that never change, and the names that must always be there."""

    entries: tuple[Entry, ...]
    files: dict[str, str]
    names: frozenset[str]

    def lost_in(self, later: "Ledger") -> Iterator[str]:
        """Name what is recorded here and not, or not as it was, in a later ledger."""
        if later.entries[: len(self.entries)] != self.entries:
            yield f"the {len(self.entries)} entries of the log are no longer the first of its {len(later.entries)}"
        for name, digest in self.files.items():
            if later.files.get(name) != digest:
                yield f"{name} is {'changed' if name in later.files else 'gone'}"
        for name in sorted(self.names - later.names):
            yield f"{name} is gone"


def read_ledger(workspace: Path) -> Ledger:
    """Read what lies in a workspace under its final names."""
    files = {name: file_digest(workspace / name) for name in _found(workspace, _LASTING)}
    return Ledger(entries_of(workspace), files, frozenset(_found(workspace, _NAMING)))


def entries_of(workspace: Path) -> tuple[Entry, ...]:
    """Read the entries of the audit log; none where there is no log yet, or none that reads (which `audit verify` tells)."""
    try:
        return read_log(workspace / "state.sqlite")[0]
    except PlimsollError:
        return ()


def partials(workspace: Path) -> int:
    """Count the files that killed writers left behind, which no reader looks at."""
    return sum(1 for path in workspace.rglob(f"{PARTIAL}*"))


def doubled(entries: tuple[Entry, ...]) -> Iterator[str]:
    """Name what stands twice in a log and may be there once."""
    state = replay(entries)
    once = Counter(entry.event_id for entry in entries)
    once.update(f"{e.kind} {e.subject}" for e in entries if e.kind in ("roster.published", "version.proposed"))
    once.update(f"{e.kind} {e.payload}" for e in entries if e.kind == "model.registered")
    once.update(
        f"open finding {f.model_id} {f.version} {f.test_id}" for f in state.findings.values() if not f.is_settled
    )
    once.update(
        f"signature {s.digest} {s.office} {s.meaning} {s.covers}"
        for s in state.sign_offs
        if s.subject == "validation report"
    )
    yield from (f"{name} stands {count} times" for name, count in once.items() if count > 1)


def _found(workspace: Path, patterns: tuple[str, ...]) -> Iterator[str]:
    for pattern in patterns:
        for path in workspace.glob(pattern):
            if path.is_file() and not path.name.startswith(PARTIAL):
                yield path.relative_to(workspace).as_posix()
