"""What the Dockerfile, the compose file and the builder's ignore list say."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from makefile import commands_of_ci
from sbom import debian

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = re.sub(r"\\\n\s*", "", (ROOT / "deploy" / "Dockerfile").read_text())


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name}\s+(.*)$", DOCKERFILE, re.MULTILINE)


@pytest.fixture(scope="module")
def service() -> dict[str, object]:
    return dict(yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]["plimsoll"])


@pytest.mark.parametrize("line", instructions("RUN"))
def test_each_run_line_is_a_make_target_or_a_script_that_ci_runs(line: str) -> None:
    command = re.sub(r"--mount=\S+\s+", "", line).replace("/run/tools/", "tools/")
    assert "&&" not in command
    assert ";" not in command
    if target := re.fullmatch(r"make (\S+)( \w+=\S+)*", command):
        assert f"make {target[1]}" in commands_of_ci()
    else:
        assert command.startswith("tools/")
        assert command in commands_of_ci()


def test_the_base_is_named_by_who_builds() -> None:
    assert [line.split()[0] for line in instructions("FROM")] == ["${BASE}", "${BASE}"]
    assert "BASE" in instructions("ARG")


def test_the_image_runs_as_a_user_without_a_name_or_a_right() -> None:
    user, group = instructions("USER")[-1].split(":")
    assert int(user) >= 10_000
    assert int(group) >= 10_000


def test_neither_variable_nor_argument_carries_a_secret() -> None:
    names = re.findall(r"(\w+)=?", " ".join(instructions("ENV") + instructions("ARG")))
    assert [name for name in names if re.search(r"PASS|SECRET|TOKEN|CREDENTIAL|KEY", name)] == []


def health_check(folder: Path) -> subprocess.CompletedProcess[str]:
    words = yaml.safe_load(instructions("HEALTHCHECK")[-1].partition("CMD ")[2])
    assert words[0] == "plimsoll"
    program = Path(sys.executable).with_name("plimsoll")
    return subprocess.run([program, *words[1:]], cwd=folder, capture_output=True, text=True, check=False)


def files(folder: Path) -> dict[str, bytes]:
    # Whoever reads a database with a write-ahead log, SQLite lays these two beside it: always the same, and no record.
    own = {"state.sqlite-shm", "state.sqlite-wal"}
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name not in own}


def test_the_health_check_passes_on_a_workspace_and_leaves_it_as_it_was(desk_workspace: Path) -> None:
    folder = desk_workspace.rename(desk_workspace.with_name(".plimsoll")).parent
    before = files(folder)
    done = health_check(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "plimsoll_audit_chain_verified" in done.stdout
    assert files(folder) == before


def test_the_health_check_fails_where_there_is_no_workspace_and_makes_none(tmp_path: Path) -> None:
    assert health_check(tmp_path).returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_the_labels_name_licence_version_and_revision() -> None:
    labels = set(re.findall(r"org\.opencontainers\.image\.(\w+)=", DOCKERFILE))
    assert labels >= {"title", "description", "licenses", "version", "revision"}


def test_the_service_can_write_to_its_volume_and_to_tmp_alone(service: dict[str, object]) -> None:
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"] == instructions("USER")[-1]
    assert service["volumes"] == [f"workspace:{instructions('VOLUME')[-1]}"]
    assert str(service["tmpfs"]).startswith("['/tmp:")


def test_the_folders_that_a_run_writes_to_are_the_volume_or_tmp() -> None:
    settings = dict(word.split("=", 1) for word in instructions("ENV")[0].split())
    volume = instructions("VOLUME")[-1]
    assert instructions("WORKDIR")[-1] == volume
    assert settings["HOME"] == volume
    assert all(settings[name].startswith("/tmp/") for name in ("XDG_CACHE_HOME", "MPLCONFIGDIR"))


def test_the_builder_sees_what_builds_the_wheel_and_nothing_that_is_not_named() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert lines[0] == "*"
    let_in = {line.removeprefix("!/").removeprefix("!") for line in lines if line.startswith("!")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    builds = {entry.strip("/").partition("/")[0] for entry in project["tool"]["scikit-build"]["sdist"]["include"]}
    assert let_in == builds | {"Makefile", "tools", ".gitignore"}


def test_the_bill_of_materials_counts_what_the_image_installs() -> None:
    script = (ROOT / "tools" / "system_packages.sh").read_text()
    section = script.partition('if [ "$purpose" = image ]; then\n')[2].partition("else\n")[0]
    assert sorted(re.findall(r"^ *need (\S+)", section, re.MULTILINE)) == sorted(debian.RUN_PACKAGES)
    built = script.partition("else\n  need g++")[2].partition("\nfi\n")[0]
    named = {"g++", *re.findall(r"^ *need (\S+)", built, re.MULTILINE), *re.findall(r"python3-\w+", built)}
    assert sorted(named) == sorted(debian.BUILD_PACKAGES)
