"""MLflow as a projection of the inventory: it shows what governance decided, and decides nothing.

Everything that MLflow holds can be thrown away and projected again. Whatever is wrong with MLflow, the outcome says so
and nobody waits for it.
"""

import logging
import os
import sqlite3
import warnings
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.vocabulary.digest import canonical_json
from plimsoll.vocabulary.durable import PARTIAL, move_into_place, write_atomically

if TYPE_CHECKING:
    from mlflow import MlflowClient

ALIAS_IN_USE = "in_use"
_VERSION_TAG = "plimsoll.version"
_TEXT_LIMIT = 4000
_NO_TELEMETRY = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
_CHATTY = ("mlflow", "alembic")


class ProjectionStatus(StrEnum):
    """How the projection went."""

    projected = "projected"
    absent = "absent"
    broken = "broken"


@dataclass(frozen=True, slots=True)
class ProjectionOutcome:
    """What came of a projection; ``reason`` and ``fix`` say what was wrong where it is not projected."""

    status: ProjectionStatus
    models: int = 0
    versions: int = 0
    reason: str = ""
    fix: str = ""

    @property
    def ok(self) -> bool:
        """Tell whether MLflow shows the inventory now."""
        return self.status is ProjectionStatus.projected

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "status": self.status.value,
            "models": self.models,
            "versions": self.versions,
            "reason": self.reason,
            "fix": self.fix,
        }


def project(
    models: Iterable[Mapping[str, Any]], versions: Iterable[Mapping[str, Any]], database: Path, artifacts: Path
) -> ProjectionOutcome:
    """Show the inventory in MLflow.

    Parameters
    ----------
    models : Iterable[Mapping]
        Plain data of the inventory's model records.
    versions : Iterable[Mapping]
        Plain data of its version records.
    database : Path
        MLflow's SQLite file, made as needed.
    artifacts : Path
        Folder that gets one JSON document for each version; nothing is pickled.

    Returns
    -------
    ProjectionOutcome
        ``projected``, or ``absent`` or ``broken`` with the reason; a failure of MLflow is never raised.
    """
    if find_spec("mlflow") is None:
        return ProjectionOutcome(
            ProjectionStatus.absent, reason="mlflow is not installed", fix="pip install 'plimsoll[mlops]'"
        )
    flaw = _flaw_of(database)
    if flaw:
        return _broken(flaw, database)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if not database.exists():
                _make(database)
            return _project(list(models), list(versions), _client(database), artifacts)
    except Exception as error:
        return _broken(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}", database)


def _broken(reason: str, database: Path) -> ProjectionOutcome:
    fix = f"remove {database}; the next projection makes it anew"
    return ProjectionOutcome(ProjectionStatus.broken, reason=reason, fix=fix)


def _flaw_of(database: Path) -> str:
    # MLflow tries a database that it cannot open ten times over, for minutes: look before it does.
    if not database.exists():
        return ""
    try:
        with closing(sqlite3.connect(database, timeout=1.0)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return ""


def _make(database: Path) -> None:
    """Let MLflow make its schema under another name: a program killed on the way would leave one that is never mended."""
    partial = database.with_name(f"{PARTIAL}{database.name}")
    for left in database.parent.glob(f"{partial.name}*"):
        left.unlink()
    _client(partial).search_registered_models()
    move_into_place(partial, database)


def _client(database: Path) -> "MlflowClient":
    os.environ.update(_NO_TELEMETRY)
    from mlflow import MlflowClient

    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.ERROR)
    address = f"sqlite:///{database.resolve()}"
    return MlflowClient(tracking_uri=address, registry_uri=address)


def _project(
    models: list[Mapping[str, Any]], versions: list[Mapping[str, Any]], client: "MlflowClient", artifacts: Path
) -> ProjectionOutcome:
    known = {found.name for found in client.search_registered_models()}
    for model in models:
        name = str(model["model_id"])
        if name not in known:
            client.create_registered_model(name)
        client.update_registered_model(name, description=str(model["purpose"])[:_TEXT_LIMIT])
        for tag in ("name", "model_class", "owner", "developer", "tier", "exposure", "purpose_class"):
            client.set_registered_model_tag(name, f"plimsoll.{tag}", str(model[tag]))
    for name in sorted({str(version["content"]["model_id"]) for version in versions}):
        _project_versions(name, [item for item in versions if item["content"]["model_id"] == name], client, artifacts)
    return ProjectionOutcome(ProjectionStatus.projected, len(models), len(versions))


def _project_versions(name: str, versions: list[Mapping[str, Any]], client: "MlflowClient", artifacts: Path) -> None:
    shown = {found.tags.get(_VERSION_TAG): found.version for found in client.search_model_versions(f"name = '{name}'")}
    in_use = None
    for version in versions:
        label = str(version["content"]["version"])
        folder = artifacts / name / label
        write_atomically(folder / "version.json", canonical_json(version))
        if label not in shown:
            created = client.create_model_version(name, source=str(folder.resolve()), tags={_VERSION_TAG: label})
            shown[label] = created.version
        for tag in ("state", "content_hash", "cycle", "validator", "approver", "validated_report"):
            client.set_model_version_tag(name, shown[label], f"plimsoll.{tag}", str(version[tag]))
        if version["state"] == "in_use":
            in_use = shown[label]
    aliases = client.get_registered_model(name).aliases
    if in_use is not None:
        client.set_registered_model_alias(name, ALIAS_IN_USE, in_use)
    elif ALIAS_IN_USE in aliases:
        client.delete_registered_model_alias(name, ALIAS_IN_USE)
