"""Makes the table of exceptions in docs/models/fhs-var-es.md from a backtest over the real history.

The same closes give the same text. Run, in a workspace with ingested data:
    plimsoll risk backtest demo-2020 --json | python tools/make_backtest_table.py [--check]
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

PAGE = Path(__file__).resolve().parents[1] / "docs" / "models" / "fhs-var-es.md"
BEGIN = "<!-- made by tools/make_backtest_table.py -->"
END = "<!-- end of what is made -->"
MODELS = {"historical": "historical", "filtered_historical": "filtered historical", "student_t": "Student-t"}


def text_of(run: Mapping[str, Any]) -> str:
    """Give the table and what it says as Markdown."""
    counts = {
        (row["account_id"], row["model"]): int(row["detail"].split(" ")[0])
        for row in run["statistics"]
        if row["test"] == "kupiec"
    }
    expected = (1.0 - run["settings"]["risk"]["value_at_risk_level"]) * run["days"]
    words = f"Exceptions in {run['days']:,} days ({run['first_day']} to {run['last_day']}; {expected:.1f} expected)"
    header = f"| account | {' | '.join(MODELS.values())} |\n|{'---|' * (1 + len(MODELS))}"
    accounts = dict.fromkeys(account for account, _ in counts)
    rows = [f"| {name} | {' | '.join(str(counts[name, model]) for model in MODELS)} |" for name in accounts]
    error = run["interpolation"]
    accuracy = (
        f"Interpolated against fully revalued profits, {error['profits']:,} of them, as a share of the spot: median\n"
        f"{error['median']:.0e}, 99th percentile {error['percentile_99']:.0e}, largest {error['largest']:.0e}."
    )
    table = "\n".join((header, *rows))
    parts = (f"{words}, book `{run['book_id']}`:", table, "\n".join(_verdicts(run)), accuracy, _trees(run["lattice"]))
    return "\n\n".join(parts) + "\n"


def _trees(lattice: Mapping[str, Any]) -> str:
    tail = lattice["largest_tail"]
    by_model = {
        name: max(row["relative"] for row in lattice["tails"] if row["model"] == model)
        for model, name in MODELS.items()
    }
    return (
        f"Tree of {lattice['steps']} steps against {lattice['governed_steps']} with extrapolation,"
        f" {lattice['forecasts']} days, {lattice['profits']:,} scenario profits:\n"
        f"as a share of the spot 99th percentile {lattice['percentile_99']:.1e}, largest {lattice['largest']:.1e}\n"
        f"({lattice['worst']}).\n"
        f"Largest relative difference of an account's value at risk:"
        f" {', '.join(f'{name} {share:.2%}' for name, share in by_model.items())};\n"
        f"the largest is that of {tail['account_id']} on {tail['day']}, {tail['reported']:.2f} against"
        f" {tail['governed']:.2f}."
    )


def _verdicts(run: Mapping[str, Any]) -> Iterator[str]:
    for model, name in MODELS.items():
        tests = [row for row in run["statistics"] if (row["model"], row["test"]) == (model, "kupiec")]
        strict, wide = (sum(row["p_value"] < level for row in tests) for level in (0.01, 0.05))
        yield f"- {name}: Kupiec rejects {strict} of {len(tests)} accounts at 1 % and {wide} at 5 %;"
        crises = ", ".join(_crises([row for row in run["crises"] if row["model"] == model]))
        yield f"  exceptions an account: {crises}."


def _crises(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for crisis in dict.fromkeys(row["crisis"] for row in rows):
        some = [row for row in rows if row["crisis"] == crisis]
        hits = [row["exceptions"] for row in some]
        yield f"{min(hits)} to {max(hits)} in the {some[0]['days']} days of {crisis} ({some[0]['expected']:.2f} expected)"


def placed(page: str, text: str) -> str:
    """Put the text between the two marks of the page.

    Raises
    ------
    ValueError
        If the page lacks a mark.
    """
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"the page lacks the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{text}{END}{after}"


def main(arguments: Sequence[str], stream: TextIO) -> int:
    """Write the page, or with --check tell whether it holds what would be written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the page differs")
    check = parser.parse_args(arguments).check
    page = PAGE.read_text(encoding="utf-8")
    made = placed(page, text_of(json.load(stream)))
    if not check:
        PAGE.write_text(made, encoding="utf-8")
    elif page != made:
        sys.stderr.write(f"{PAGE} differs from what this script makes\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:], sys.stdin))
