"""Sum the results of every test program into the line ``N passed, N failed``.

Read are the JUnit files of ctest and pytest and the JSON files of GoogleTest under ``build``. A GoogleTest program is
counted by its tests where it left a JSON file, else as the one test that ctest saw. The C++ tests under
ThreadSanitizer are the same tests again: only their failures count. Arguments name steps of ``./test`` that failed; when no
failed test explains a failed step, the step itself counts as one failure.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

BUILD = Path(__file__).resolve().parent.parent / "build"
RESULTS = BUILD / "results"


@dataclass(frozen=True, slots=True)
class Count:
    """Passed and failed tests, and the names of the failed ones."""

    passed: int = 0
    failed: tuple[str, ...] = ()
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        """Sum two counts."""
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)


def gtest_count(file: Path) -> Count:
    """Count the tests in the JSON report of a GoogleTest program."""
    passed, skipped, failed = 0, 0, []
    for suite in json.loads(file.read_text())["testsuites"]:
        for test in suite["testsuite"]:
            if test["status"] == "NOTRUN" or test.get("result") == "SKIPPED":
                skipped += 1
            elif "failures" in test:
                failed.append(f"{suite['name']}.{test['name']}")
            else:
                passed += 1
    return Count(passed, tuple(failed), skipped)


def junit_count(file: Path, programs: Path | None = None) -> Count:
    """Count the cases of a JUnit file; a case that is a GoogleTest program is counted by its own report."""
    total = Count()
    for case in ElementTree.parse(file).getroot().iter("testcase"):
        name = f"{case.get('classname', '')}::{case.get('name', '')}"
        report = programs / f"{case.get('name')}.json" if programs else None
        is_failed = case.find("failure") is not None or case.find("error") is not None
        if report and report.exists():
            inner = gtest_count(report)
            total += inner if inner.failed or not is_failed else inner + Count(failed=(name,))
        elif is_failed:
            total += Count(failed=(name,))
        elif case.find("skipped") is not None:
            total += Count(skipped=1)
        else:
            total += Count(passed=1)
    return total


def step_counts() -> dict[str, Count]:
    """Count the tests of each step of ``./test``."""
    counts: dict[str, Count] = {}
    for step, name, programs in (
        ("test-cpp", "ctest-coverage", BUILD / "coverage" / "gtest"),
        ("test-package", "ctest-examples", None),
        ("test-wheel", "wheel", None),
        ("test-py", "pytest", None),
    ):
        file = RESULTS / f"{name}.xml"
        counts[step] = junit_count(file, programs) if file.exists() else Count()
    counts["test-tsan"] = sum(map(gtest_count, sorted((RESULTS / "tsan").glob("*.json"))), Count())
    counts["test-tsan"] = Count(failed=counts["test-tsan"].failed)
    return counts


def main(failed_steps: list[str]) -> int:
    """Print what failed, then the totals alone on a line; return 1 when anything failed."""
    counts = step_counts()
    for step in failed_steps:
        if not counts.get(step, Count()).failed:
            counts[step] = counts.get(step, Count()) + Count(failed=(f"step {step}",))
    total = sum(counts.values(), Count())
    for step, count in counts.items():
        for name in count.failed:
            print(f"FAILED {step}: {name}")
    print(f"{total.passed} passed, {len(total.failed)} failed" + (f", {total.skipped} skipped" * bool(total.skipped)))
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
