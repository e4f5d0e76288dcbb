"""Print the measured coverage of a language and refuse less than 95 % of lines, and for Python of branches."""

import json
import sys
from pathlib import Path

RESULTS = Path(__file__).resolve().parent.parent / "build" / "results"
GATE = 95.0


def measured(language: str) -> dict[str, float]:
    """Read the percentages by what they count."""
    if language == "cpp":
        return {"C++ line": json.loads((RESULTS / "coverage-cpp.json").read_text())["line_percent"]}
    totals = json.loads((RESULTS / "coverage-python.json").read_text())["totals"]
    return {"Python line": totals["percent_statements_covered"], "Python branch": totals["percent_branches_covered"]}


def main(language: str) -> int:
    """Print the percentages; return 1 when one is below the gate."""
    percentages = measured(language)
    for name, percent in percentages.items():
        print(f"{name} coverage {percent:.1f} % (gate {GATE:.0f} %): {'ok' if percent >= GATE else 'TOO LOW'}")
    return 1 if min(percentages.values()) < GATE else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
