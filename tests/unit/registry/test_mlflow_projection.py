import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient

from governance_world import MODEL_ID, OWNER, VERSION, bring_to_use, content, world_with_roster
from plimsoll.governance.guards import Grounds
from plimsoll.governance.progression import move
from plimsoll.governance.registration import propose_version
from plimsoll.registry.mlflow_projection import ProjectionStatus, project

Records = tuple[list[dict[str, Any]], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Records]:
    """The inventory as plain data: with a version in use, and after it was suspended."""
    world = world_with_roster(tmp_path_factory.mktemp("governance"))
    bring_to_use(world)
    propose_version(world.desk, content("1.1.0"), OWNER)
    found = {"in use": world.desk.state().to_dict()}
    move(world.desk, MODEL_ID, VERSION, "suspend", OWNER, Grounds(reason="breach"))
    found["suspended"] = world.desk.state().to_dict()
    return {name: (state["models"], state["versions"]) for name, state in found.items()}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, records: dict[str, Records]) -> Path:
    """A folder with a real MLflow database, to which the inventory was projected."""
    folder = tmp_path_factory.mktemp("mlflow")
    outcome = project(*records["in use"], folder / "mlflow.sqlite", folder / "mlartifacts")
    assert outcome.to_dict() == {"status": "projected", "models": 1, "versions": 2, "reason": "", "fix": ""}
    assert outcome.ok
    return folder


def _client(folder: Path) -> MlflowClient:
    address = f"sqlite:///{folder}/mlflow.sqlite"
    return MlflowClient(tracking_uri=address, registry_uri=address)


def test_a_model_shows_its_tier_owner_and_purpose(shown: Path) -> None:
    found = _client(shown).get_registered_model(MODEL_ID)
    assert found.tags["plimsoll.tier"] == "1"
    assert found.tags["plimsoll.owner"] == "olga.owner"
    assert found.description.startswith("Price and delta")


def test_a_version_shows_its_state_and_content(shown: Path) -> None:
    found = _client(shown).get_model_version_by_alias(MODEL_ID, "in_use")
    assert found.tags["plimsoll.version"] == VERSION
    assert found.tags["plimsoll.state"] == "in_use"
    assert found.tags["plimsoll.content_hash"] == content().content_hash
    assert found.current_stage == "None"


def test_artifacts_lie_inside_the_workspace_and_are_json(shown: Path) -> None:
    found = _client(shown).get_model_version_by_alias(MODEL_ID, "in_use")
    source = Path(str(found.source))
    assert source.is_relative_to(shown.resolve())
    assert [path.name for path in source.iterdir()] == ["version.json"]
    assert json.loads((source / "version.json").read_text())["state"] == "in_use"
    assert sorted(path.name for path in shown.iterdir()) == ["mlartifacts", "mlflow.sqlite"]


def test_projecting_again_changes_nothing_but_what_changed(shown: Path, records: dict[str, Records]) -> None:
    assert project(*records["in use"], shown / "mlflow.sqlite", shown / "mlartifacts").ok
    assert len(_client(shown).search_model_versions(f"name = '{MODEL_ID}'")) == 2
    assert project(*records["suspended"], shown / "mlflow.sqlite", shown / "mlartifacts").ok
    assert _client(shown).get_registered_model(MODEL_ID).aliases == {}
    assert project(*records["suspended"], shown / "mlflow.sqlite", shown / "mlartifacts").ok
    assert project(*records["in use"], shown / "mlflow.sqlite", shown / "mlartifacts").ok
    assert list(_client(shown).get_registered_model(MODEL_ID).aliases) == ["in_use"]


def test_telemetry_is_off(shown: Path) -> None:
    assert shown.is_dir()
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert os.environ["DO_NOT_TRACK"] == "true"


def test_a_file_that_is_no_database_blocks_nothing(tmp_path: Path, records: dict[str, Records]) -> None:
    database = tmp_path / "mlflow.sqlite"
    database.write_bytes(b"no database" * 1000)
    outcome = project(*records["in use"], database, tmp_path / "mlartifacts")
    assert outcome.status is ProjectionStatus.broken
    assert "not a database" in outcome.reason
    assert str(database) in outcome.fix


def test_a_folder_in_place_of_the_database_blocks_nothing(tmp_path: Path, records: dict[str, Records]) -> None:
    (tmp_path / "mlflow.sqlite").mkdir()
    outcome = project(*records["in use"], tmp_path / "mlflow.sqlite", tmp_path / "mlartifacts")
    assert not outcome.ok
    assert "unable to open" in outcome.reason


def test_a_database_with_a_schema_of_something_else_blocks_nothing(tmp_path: Path, records: dict[str, Records]) -> None:
    with closing(sqlite3.connect(tmp_path / "mlflow.sqlite")) as raw, raw:
        raw.execute("CREATE TABLE experiments (wrong TEXT)")
    outcome = project(*records["in use"], tmp_path / "mlflow.sqlite", tmp_path / "mlartifacts")
    assert outcome.status is ProjectionStatus.broken
    assert "\n" not in outcome.reason


def test_mlflow_absent_blocks_nothing(tmp_path: Path) -> None:
    program = f"""
import sys
from pathlib import Path
sys.path = [path for path in sys.path if "site-packages" not in path]
sys.meta_path = [finder for finder in sys.meta_path if "scikit" not in type(finder).__module__.lower()]
sys.path.insert(0, {str(Path(__file__).parents[3] / "python")!r})
from plimsoll.registry.mlflow_projection import project
print(project([], [], Path("mlflow.sqlite"), Path("mlartifacts")).to_dict())
"""
    ran = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "'status': 'absent'" in ran.stdout
    assert "pip install 'plimsoll[mlops]'" in ran.stdout
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_program_left_of_a_new_database_blocks_nothing(
    tmp_path: Path, records: dict[str, Records]
) -> None:
    for name in (".partial-mlflow.sqlite", ".partial-mlflow.sqlite-journal"):
        (tmp_path / name).write_bytes(b"half of a schema")
    assert project(*records["in use"], tmp_path / "mlflow.sqlite", tmp_path / "mlartifacts").ok
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mlartifacts", "mlflow.sqlite"]
