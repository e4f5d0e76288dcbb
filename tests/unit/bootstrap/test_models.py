"""What a version of a model consists of, and what MLflow shows of it."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from governance_world import MODEL_ID
from plimsoll.bootstrap import models, open_application
from plimsoll.bootstrap.governance import open_desk
from plimsoll.vocabulary.digest import file_digest
from plimsoll.vocabulary.errors import BadInput


def test_a_version_is_its_code_parameters_environment_and_data(ingested_workspace: Path) -> None:
    with open_application(ingested_workspace) as app:
        content = models.version_content(app, models.shipped_model(MODEL_ID), "1.2.3")
        assert content == models.version_content(app, models.shipped_model(MODEL_ID), "1.2.3")
    assert (content.model_id, content.version) == (MODEL_ID, "1.2.3")
    assert set(content.datasets) == {"us_stocks", "sp500", "sp500_ohlcv", "vix", "wti"}
    digests = [content.code, content.parameters, content.environment, *content.datasets.values()]
    assert all(re.fullmatch("sha256:[0-9a-f]{64}", digest) for digest in digests)


def test_a_workspace_without_data_has_versions_without_data(tmp_path: Path) -> None:
    with open_application(tmp_path / "w") as app:
        content = models.version_content(app, models.shipped_model(MODEL_ID), "1.0.0")
    assert content.datasets == {}


def test_the_environment_names_versions_and_what_is_not_there() -> None:
    found = models.environment()
    assert re.match(r"\d+\.\d+", found["numpy"])
    assert found["QuantLib"]
    assert models.environment(["no-such-library"]) == {"no-such-library": "not installed"}


def test_every_shipped_pack_and_source_file_has_a_digest() -> None:
    packs, code = models.packs_digests(), models.code_files()
    package = Path(models.__file__).parents[1]
    assert set(packs) == {path.relative_to(package).as_posix() for path in (package / "packs").rglob("*.json")}
    assert "packs/policy/us-sr26-2.json" in packs
    assert set(code) == {"_core", *(path.relative_to(package).as_posix() for path in package.rglob("*.py"))}
    assert code["bootstrap/models.py"] == file_digest(Path(models.__file__))


def test_an_unknown_model_is_answered_with_the_shipped() -> None:
    with pytest.raises(BadInput, match="unknown_model") as caught:
        models.shipped_model("tulips")
    assert "strategy-margin" in caught.value.allowed


@pytest.mark.slow
def test_mlflow_shows_the_inventory(governed_workspace: Path, tmp_path: Path) -> None:
    with open_application(governed_workspace) as source, open_desk(source) as desk:
        state = desk.state()
    with open_application(tmp_path / "w") as app:
        outcome = models.project_to_mlflow(app, state)
    assert outcome.to_dict() == {"status": "projected", "models": 3, "versions": 3, "reason": "", "fix": ""}
    with closing(sqlite3.connect(tmp_path / "w" / "mlflow.sqlite")) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM registered_models")}
    assert names == {MODEL_ID, "fhs-var-es", "strategy-margin"}
    assert "mlflow" not in "".join(path.read_text() for path in (tmp_path / "w" / "logs").iterdir())
