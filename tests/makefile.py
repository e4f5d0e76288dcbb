"""What the Makefile can do and what continuous integration does of it, read from the files."""

import functools
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
_NAMES_ITS_STEPS = {"./test": "test", "./run": "run", ".ci/run": ".ci/run"}


def rules() -> dict[str, str]:
    """The targets of the Makefile, each with its prerequisites and recipe as text."""
    blocks = re.findall(r"^([a-z][a-z-]*):(.*(?:\n\t.*)*)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return dict(blocks)


def jobs() -> Iterator[tuple[str, dict[str, object]]]:
    """Every job of every workflow, as ``file.yml/job``."""
    for file in WORKFLOWS:
        for name, job in yaml.safe_load(file.read_text())["jobs"].items():
            yield f"{file.name}/{name}", job


def run_lines() -> list[str]:
    """The shell lines of all workflows, a target of a matrix written out."""
    lines = []
    for _, job in jobs():
        targets = job.get("strategy", {}).get("matrix", {}).get("target", [])
        for step in job["steps"]:
            for line in step.get("run", "").splitlines():
                written_out = [line.replace('"${TARGET}"', target) for target in targets]
                lines += written_out if "${TARGET}" in line else [line]
    return lines


@functools.cache
def commands_of_ci() -> frozenset[str]:
    """``make TARGET``, ``./test`` and ``tools/script.sh ARGUMENTS`` that a workflow runs, itself or by what it runs."""
    known, waiting, found = rules(), run_lines(), set[str]()
    while waiting:
        text = waiting.pop()
        commands = {f"make {target}" for line in re.findall(r"\bmake ([a-z][a-z -]*)", text) for target in line.split()}
        commands |= {command.strip() for command in re.findall(r"tools/\w+\.sh(?: [a-z-]+)*", text)}
        commands |= {command for command in _NAMES_ITS_STEPS if re.search(rf"(^|\s){re.escape(command)}(\s|$)", text)}
        for command in commands - found:
            found.add(command)
            if command in _NAMES_ITS_STEPS:
                script = (ROOT / _NAMES_ITS_STEPS[command]).read_text()
                waiting.append(re.sub(r'^step ".*" (\S+)$', r"make \1", script, flags=re.MULTILINE))
            elif command.startswith("make ") and command[5:] in known:
                head, _, recipe = known[command[5:]].partition("\n")
                waiting.append(f"make {head.partition('##')[0]}\n{recipe}")
    return frozenset(found)
