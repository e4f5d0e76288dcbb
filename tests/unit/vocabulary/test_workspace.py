from pathlib import Path

from plimsoll.vocabulary.workspace import Workspace


def test_every_path_lies_under_the_root(tmp_path: Path) -> None:
    space = Workspace(tmp_path / "space")
    paths = [
        space.datasets, space.features, space.state, space.mlflow, space.mlartifacts, space.runs, space.keys,
        space.logs, space.reports, space.stages,
    ]  # fmt: skip
    assert all(path.parent == space.root for path in paths)
    assert space.lineage.parent.parent == space.root
    assert len(set(paths)) == len(paths)


def test_create_makes_the_folders_and_closes_the_keys_to_others(tmp_path: Path) -> None:
    space = Workspace(tmp_path / "space").create()
    assert space.create() == space
    assert space.datasets.is_dir()
    assert space.reports.is_dir()
    assert space.keys.stat().st_mode & 0o077 == 0
    assert not space.state.exists()


def test_a_workspace_is_told_from_a_folder_and_a_used_one_from_a_new_one(tmp_path: Path) -> None:
    space = Workspace(tmp_path)
    assert (space.exists(), space.was_used()) == (False, False)
    space.create()
    assert (space.exists(), space.was_used()) == (True, False)
    space.stages.write_text("")
    assert space.was_used()
