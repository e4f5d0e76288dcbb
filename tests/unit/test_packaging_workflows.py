"""The rules that the workflows of GitHub keep. ``make lint`` holds them against zizmor and their schema."""

import re
from pathlib import Path

import pytest
import yaml

from makefile import WORKFLOWS, commands_of_ci, jobs, rules, run_lines

NAMES = [name for name, _ in jobs()]
JOBS = dict(jobs())


def name_of(file: Path) -> str:
    return file.name


def test_there_is_a_workflow_for_tests_linters_releases_and_nights() -> None:
    assert [file.stem for file in WORKFLOWS] == ["lint", "nightly", "release", "test"]


@pytest.mark.parametrize("file", WORKFLOWS, ids=name_of)
def test_a_workflow_may_read_and_only_one_of_it_runs_at_a_time(file: Path) -> None:
    workflow = yaml.safe_load(file.read_text())
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"]["group"]


@pytest.mark.parametrize("file", WORKFLOWS, ids=name_of)
def test_each_action_is_pinned_by_commit_and_says_its_version(file: Path) -> None:
    uses = re.findall(r"uses: (.*)", file.read_text())
    assert uses
    assert [use for use in uses if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use)] == []


def test_an_action_has_one_pin_in_all_workflows() -> None:
    uses = {use for file in WORKFLOWS for use in re.findall(r"uses: (\S+)", file.read_text())}
    assert len({use.partition("@")[0] for use in uses}) == len(uses)


@pytest.mark.parametrize("name", NAMES)
def test_a_job_ends_and_its_machine_is_pinned(name: str) -> None:
    job = JOBS[name]
    assert 0 < int(str(job["timeout-minutes"])) <= 120
    container = job.get("container")
    image = container["image"] if isinstance(container, dict) else container
    assert image is None or re.fullmatch(r"debian:12-slim@sha256:[0-9a-f]{64}", image)


@pytest.mark.parametrize("name", NAMES)
def test_a_checkout_leaves_no_credentials_behind(name: str) -> None:
    steps = [step for step in JOBS[name]["steps"] if "actions/checkout@" in step.get("uses", "")]
    assert all(step["with"]["persist-credentials"] is False for step in steps)


def test_only_attesting_and_publishing_may_write_and_neither_runs_our_code() -> None:
    rights = {name: job["permissions"] for name, job in JOBS.items() if "permissions" in job}
    assert rights == {
        "release.yml/attest": {"attestations": "write", "id-token": "write"},
        "release.yml/publish": {"contents": "write"},
    }
    for name in rights:
        assert not any("checkout" in step.get("uses", "") for step in JOBS[name]["steps"])


def test_each_make_target_that_a_workflow_names_is_there() -> None:
    named = {target for line in run_lines() for called in re.findall(r"\bmake ([a-z][a-z -]*)", line)
             for target in called.split()}  # fmt: skip
    assert named
    assert named - rules().keys() == set()


def test_ci_runs_the_linters_and_every_step_of_the_tests() -> None:
    steps = {"make lint", "make test-cpp", "make test-wheel", "make test-py", "make image", "make fuzz", "make kill"}
    assert steps <= commands_of_ci()


def test_the_nights_run_what_takes_too_long_for_each_change_and_give_it_the_time() -> None:
    job = JOBS["nightly.yml/long"]
    assert {"bench", "bench-python", "fuzz", "kill", "reproduce-wheel", "test-tsan"} <= set(
        job["strategy"]["matrix"]["target"]
    )
    # The campaign of kills takes an hour on two cores.
    assert int(str(job["timeout-minutes"])) >= 120


def test_no_workflow_puts_what_others_wrote_into_a_shell_line() -> None:
    assert [line for line in run_lines() if "${{" in line] == []
