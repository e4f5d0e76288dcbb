"""Stage 2, models: the inventory of models and their versions, and its projection into MLflow."""

import json
from collections.abc import Mapping, Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.governance import open_desk
from plimsoll.bootstrap.lineage import step
from plimsoll.data.lineage import Artifact
from plimsoll.data.store import datasets, read_manifest
from plimsoll.governance.desk import Desk
from plimsoll.governance.inventory import Model as Model
from plimsoll.governance.inventory import VersionContent
from plimsoll.governance.policy import shipped_models
from plimsoll.governance.ports import Signer
from plimsoll.governance.registration import register
from plimsoll.governance.state import GovernanceState, ModelRecord
from plimsoll.registry.mlflow_projection import ProjectionOutcome, project
from plimsoll.vocabulary.digest import digest_of, file_digest
from plimsoll.vocabulary.errors import BadInput

_RUNTIME = ("numpy", "pyarrow", "duckdb", "sqlalchemy", "cryptography", "QuantLib")


@step("model-registration")
def register_model(app: Application, model: Model, signer: Signer) -> ModelRecord:
    """Enter a model into the inventory in the signer's name; the same record twice stays one."""
    with open_desk(app) as desk:
        record = register_at(desk, model, signer)
        project_to_mlflow(app, desk.state())
        app.lineage.makes(Artifact("inventory", model.model_id, digest_of(model)))
        return record


def project_to_mlflow(app: Application, state: GovernanceState) -> ProjectionOutcome:
    """Show the inventory in MLflow; where MLflow is absent or broken, say so and go on."""
    models = [record.to_dict() for record in state.models.values()]
    versions = [record.to_dict() for record in state.versions.values()]
    outcome = project(models, versions, app.workspace.mlflow, app.workspace.mlartifacts)
    if not outcome.ok:
        app.log.warning("mlflow projection skipped", outcome=outcome.to_dict())
    return outcome


def inventory(app: Application, as_of: str | None = None) -> GovernanceState:
    """Give the state of governance now, or as it was at a time."""
    with open_desk(app) as desk:
        return desk.state() if as_of is None else desk.state_as_of(as_of)


def record_named(name: str) -> Model:
    """Give an inventory record: a shipped model's id, or a JSON file.

    Raises
    ------
    BadInput
        If there is no such record, or a field of it is missing or has another form.
    """
    path = Path(name)
    if path.suffix != ".json":
        return shipped_model(name)
    try:
        document: Any = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BadInput(
            "unreadable_file", field="record", value=path, allowed="a JSON file of an inventory record", fix=str(error)
        ) from error
    if not isinstance(document, dict):
        raise BadInput(
            "wrong_record", field="record", value=type(document).__name__, allowed="one JSON object", fix="see the docs"
        )
    return Model.from_dict(document)


def shipped_model(model_id: str) -> Model:
    """Give one of the inventory records that are shipped with the package."""
    known = {model.model_id: model for model in shipped_models()}
    if model_id not in known:
        raise BadInput(
            "unknown_model",
            field="model",
            value=model_id,
            allowed=", ".join(known) + ", or a JSON file of an inventory record",
            fix="name one of these",
        )
    return known[model_id]


def version_content(app: Application, model: Model, version: str) -> VersionContent:
    """Give what a version of a model consists of today, each part by its digest."""
    store = app.workspace.datasets
    return VersionContent(
        model_id=model.model_id,
        version=version,
        **_content(),
        datasets={name: read_manifest(store, name).logical_digest for name in datasets(store)},
    )


def artifact(model_id: str) -> Artifact:
    """Give a model as it stands: its code, parameters and environment, which are those of every version made of them."""
    return Artifact("model", model_id, digest_of({"model_id": model_id, **_content()}))


def version_artifact(content: VersionContent) -> Artifact:
    """Give the model that a version holds, as :func:`artifact` gives it where nothing was changed since."""
    parts = {"code": content.code, "parameters": content.parameters, "environment": content.environment}
    return Artifact("model", content.model_id, digest_of({"model_id": content.model_id, **parts}))


def _content() -> dict[str, str]:
    return {
        "code": code_digest(),
        "parameters": digest_of({"packs": packs_digests()}),
        "environment": digest_of(dict(environment())),
    }


def code_digest() -> str:
    """Digest over the package's Python files and its compiled core."""
    return digest_of(code_files())


def core_digest() -> str:
    """Digest of the compiled core alone."""
    return code_files()["_core"]


def code_files() -> dict[str, str]:
    """Digest of each Python file of the package and of the compiled core."""
    core = find_spec("plimsoll._core")
    assert core is not None
    return {**_digests("*.py"), "_core": file_digest(Path(str(core.origin)))}


def packs_digests() -> dict[str, str]:
    """Digest of each shipped data pack."""
    return _digests("packs/**/*.json")


def _digests(pattern: str) -> dict[str, str]:
    # An editable install spreads the package over two folders: this file lies in the one that holds the sources.
    root = Path(__file__).resolve().parents[1]
    return {path.relative_to(root).as_posix(): file_digest(path) for path in sorted(root.rglob(pattern))}


def environment(libraries: Sequence[str] = _RUNTIME) -> Mapping[str, str]:
    """Versions of the libraries that results pass through."""
    found = {}
    for name in libraries:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def register_at(desk: Desk, model: Model, signer: Signer) -> ModelRecord:
    """Enter a model at an open desk; the same record twice stays one."""
    before = desk.state().models.get(model.model_id)
    if before is not None and before.model == model:
        return before
    return register(desk, model, signer)
