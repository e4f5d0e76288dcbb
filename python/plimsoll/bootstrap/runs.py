"""The run store: what each stage found, as one document and its Arrow tables, each under its digest."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from plimsoll.bootstrap import artifacts
from plimsoll.data.lineage import Lineage
from plimsoll.data.logical_digest import logical_digest
from plimsoll.data.store import parquet_bytes, write_atomically
from plimsoll.data.verify import State, Verification
from plimsoll.vocabulary.clock import Clock, utc_text
from plimsoll.vocabulary.digest import bytes_digest, canonical_json, digest_of, file_digest
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken
from plimsoll.vocabulary.ids import IdSource
from plimsoll.vocabulary.tracing import SilentTracer, Tracer

SCHEMA = "plimsoll/run/v1"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one stage. ``envelope`` (id and time) is all that differs between two equal runs."""

    run_id: str
    stage: str
    created_at: str
    inputs: Mapping[str, str]
    document: Mapping[str, Any]
    tables: Mapping[str, Mapping[str, Any]]
    folder: Path

    @property
    def digest(self) -> str:
        """Digest of everything but the envelope."""
        return digest_of(self.content())

    def content(self) -> dict[str, Any]:
        """Give all but the envelope, and the envelope that the document itself may have, as plain data."""
        return {
            "schema": SCHEMA,
            "stage": self.stage,
            "inputs": dict(self.inputs),
            "document": {name: value for name, value in self.document.items() if name != "envelope"},
            "tables": {name: {"rows": t["rows"], "digest": t["digest"]} for name, t in self.tables.items()},
        }

    def table(self, name: str) -> pa.Table:
        """Read one of the run's tables, checked against its digest."""
        entry = self.tables[name]
        path = self.folder / str(entry["file"])
        if not path.is_file() or file_digest(path) != entry["file_digest"]:
            raise IntegrityBroken(
                "run_table_changed",
                field=str(path),
                value=file_digest(path) if path.is_file() else "missing",
                allowed=str(entry["file_digest"]),
                fix="run the stage again",
            )
        return pq.read_table(path)


class RunStore:
    """The runs of a workspace: ``<id>/run.json`` with its tables; ``latest/<stage>.json`` names the last of a stage.

    What is recorded and read stands in the lineage, where there is one.
    """

    def __init__(
        self,
        root: Path,
        clock: Clock,
        ids: IdSource,
        tracer: Tracer | None = None,
        lineage: Lineage | None = None,
    ) -> None:
        self._root = root
        self._clock = clock
        self._ids = ids
        self._tracer = tracer or SilentTracer()
        self._lineage = lineage

    def record(
        self,
        stage: str,
        document: Mapping[str, Any],
        tables: Mapping[str, pa.Table] | None = None,
        inputs: Mapping[str, str] | None = None,
        run_id: str | None = None,
    ) -> Run:
        """Store a run: its tables first, its record next, the pointer to it last."""
        step_id = None if self._lineage is None else self._lineage.claim(stage)
        run_id = run_id or step_id or self._ids.next(stage)
        folder = self._root / run_id
        entries: dict[str, dict[str, Any]] = {}
        for name, table in (tables or {}).items():
            data = parquet_bytes(table)
            write_atomically(folder / f"{name}.parquet", data)
            entries[name] = {
                "file": f"{name}.parquet",
                "file_digest": bytes_digest(data),
                "digest": logical_digest(table),
                "rows": table.num_rows,
            }
        created_at = utc_text(self._clock.now())
        run = Run(run_id, stage, created_at, dict(inputs or {}), dict(document), entries, folder)
        envelope = {"run_id": run_id, "created_at": created_at, "files": entries}
        whole = {**run.content(), "document": dict(run.document), "envelope": envelope, "digest": run.digest}
        record = canonical_json(whole)
        write_atomically(folder / "run.json", record)
        pointer = {"run_id": run_id, "record_digest": bytes_digest(record)}
        write_atomically(self._root / "latest" / f"{stage}.json", canonical_json(pointer))
        self._tracer.current().set({"plimsoll.run.id": run_id})
        rows = sum(entry["rows"] for entry in entries.values())
        recorded = {"plimsoll.run.id": run_id, "plimsoll.run.stage": stage, "plimsoll.run.rows": rows}
        self._tracer.current().event("run recorded", recorded)
        if self._lineage is not None:
            _note_recorded(self._lineage, run, tables or {})
        return run

    def read(self, run_id: str, stage: str | None = None) -> Run:
        """Read a run, of a certain stage where one is named, and check it against its own digest.

        Raises
        ------
        BadInput
            If there is no such run, or it is one of another stage.
        IntegrityBroken
            If its record no longer matches its digest.
        """
        path = self._root / run_id / "run.json"
        if not path.is_file():
            raise BadInput(
                "unknown_run",
                field="run",
                value=run_id,
                allowed=", ".join(self._known(stage)) or "none recorded yet",
                fix="name one of these, or run the stage first",
            )
        try:
            record = json.loads(path.read_bytes())
            envelope = record["envelope"]
            run = Run(
                envelope["run_id"],
                record["stage"],
                envelope["created_at"],
                record["inputs"],
                record["document"],
                envelope["files"],
                path.parent,
            )
            digest, written = run.digest, record["digest"]
            whole = all(isinstance(entry[key], str) for entry in run.tables.values() for key in ("file", "file_digest"))
        except (ValueError, KeyError, TypeError, AttributeError, BadInput) as error:
            raise _broken(path, str(error)) from error
        if digest != written or not whole:
            raise _broken(path, digest)
        if stage is not None and run.stage != stage:
            raise BadInput(
                "run_of_another_stage",
                field="run",
                value=run_id,
                allowed=f"a run of the stage {stage}, not {run.stage}",
                fix=f"name a run of the stage {stage}",
            )
        if self._lineage is not None and self._lineage.inside:
            self._lineage.reads(artifacts.run(run.stage, run.document))
        return run

    def verify(self) -> list[Verification]:
        """Check the record and the tables of every run, then the pointers to the last ones; one record a file."""
        found: list[Verification] = []
        for path in sorted(self._root.glob("*/run.json")):
            found += self._verify_run(path)
        for pointer in sorted((self._root / "latest").glob("*.json")):
            found.append(self._verify_pointer(pointer))
        return found

    def intact(self) -> Iterator[Run]:
        """Give every run whose record is as it was written."""
        for path in sorted(self._root.glob("*/run.json")):
            with suppress(IntegrityBroken):
                yield self.read(path.parent.name)

    def _verify_pointer(self, path: Path) -> Verification:
        try:
            run = self.latest(path.stem)
        except (IntegrityBroken, BadInput) as error:
            found = f"{error.field}: {error.value}"
            return Verification(self._named(path), path.stem, State.changed, "the digest of the run's record", found)
        return Verification(self._named(path), path.stem, State.intact, run.digest, run.digest)

    def _verify_run(self, path: Path) -> Iterator[Verification]:
        run_id = path.parent.name
        try:
            run = self.read(run_id)
        except IntegrityBroken as error:
            yield Verification(self._named(path), run_id, State.changed, error.allowed, error.value)
            return
        yield Verification(self._named(path), run_id, State.intact, run.digest, run.digest)
        for entry in run.tables.values():
            name, expected = str(entry["file"]), str(entry["file_digest"])
            if Path(name).name != name:
                yield Verification(self._named(path), run_id, State.changed, "the name of a file beside it", name)
                continue
            table = path.with_name(name)
            if not table.is_file():
                yield Verification(self._named(table), run_id, State.missing, expected, "missing")
                continue
            actual = file_digest(table)
            state = State.intact if actual == expected else State.changed
            yield Verification(self._named(table), run_id, state, expected, actual)

    def _named(self, path: Path) -> str:
        return path.relative_to(self._root.parent).as_posix()

    def _known(self, stage: str | None) -> list[str]:
        records = sorted(self._root.glob("*/run.json"))
        return [path.parent.name for path in records if stage is None or _stage_of(path) == stage]

    def newest(self, stage: str, most: int) -> list[str]:
        """Give the ids of the last runs of a stage that names its own runs, the newest first; none of them is read."""
        found = {path.parent.name for path in self._root.glob(f"{stage}-*/run.json")}
        return sorted((name for name in found if name.rpartition("-")[0] == stage), reverse=True)[:most]

    def latest_id(self, stage: str) -> str | None:
        """Give the id of the last run of a stage, unread, or None where there is none."""
        pointer = self._root / "latest" / f"{stage}.json"
        return _named_by(pointer)[0] if pointer.is_file() else None

    def latest(self, stage: str) -> Run:
        """Read the last run of a stage.

        Raises
        ------
        BadInput
            If the stage has not been run.
        IntegrityBroken
            If the pointer to it, or its record, is not as it was written.
        """
        pointer = self._root / "latest" / f"{stage}.json"
        if not pointer.is_file():
            raise BadInput(
                "stage_not_run",
                field="stage",
                value=stage,
                allowed=", ".join(sorted(p.stem for p in (self._root / "latest").glob("*.json"))) or "none run yet",
                fix=f"run the stage {stage} first, or `plimsoll demo` for the whole voyage",
            )
        run_id, digest = _named_by(pointer)
        path = self._root / run_id / "run.json"
        if not path.is_file() or file_digest(path) != digest:
            raise _broken(path, file_digest(path) if path.is_file() else "missing")
        return self.read(run_id, stage)

    def latest_by(self, stage: str, field: str, values: Sequence[str]) -> list[Run]:
        """Read the last run of a stage for each value of a field of its document; those without a run are left out.

        Raises
        ------
        IntegrityBroken
            If a record of the stage no longer matches its digest.
        """
        found: dict[str, Run] = {}
        for run in sorted((self.read(run_id) for run_id in self._known(stage)), key=lambda run: run.created_at):
            found[str(run.document.get(field))] = run
        return [found[value] for value in values if value in found]


def _named_by(pointer: Path) -> tuple[str, str]:
    try:
        named = json.loads(pointer.read_bytes())
        return str(named["run_id"]), str(named["record_digest"])
    except (ValueError, KeyError, TypeError) as error:
        raise _broken(pointer, str(error)) from error


def _note_recorded(lineage: Lineage, run: Run, tables: Mapping[str, pa.Table]) -> None:
    """Note a run at the open step of its stage; what was computed before and is kept now makes a step of its own."""
    inside = lineage.is_inside(run.stage)
    with nullcontext() if inside else lineage.step(f"{run.stage}.record", run.run_id):
        found, name = artifacts.run(run.stage, run.document), artifacts.run_name(run.stage, run.document)
        if inside or not lineage.has_made(found):
            lineage.makes(found)
        else:
            lineage.reads(found)
        for table, content in tables.items():
            lineage.makes(artifacts.table(f"{name}/{table}", content, str(run.tables[table]["digest"])))
        digests = {**run.inputs, "run": run.digest}
        lineage.notes(run_id=run.run_id, digests=digests, seed=artifacts.seed(run.document))


def _stage_of(path: Path) -> str:
    try:
        return str(json.loads(path.read_bytes())["stage"])
    except (ValueError, KeyError, TypeError):
        # A record that no longer reads is named when it is asked for, not when another one is.
        return ""


def _broken(path: Path, found: str) -> IntegrityBroken:
    return IntegrityBroken(
        "run_record_changed",
        field=str(path),
        value=found,
        allowed="the digest that the record carries",
        fix="run the stage again; the changed record is kept as it is",
    )
