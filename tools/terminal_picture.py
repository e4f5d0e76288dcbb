"""Draw the end of `plimsoll demo --json` as it looks in a terminal: python tools/terminal_picture.py DEMO.json OUT.svg."""

import io
import json
import sys
from pathlib import Path

from rich.console import Console

from plimsoll.console.render import rich_table
from plimsoll.console.view import Table, number

WIDTH = 150


def draw(document: dict, target: Path) -> None:
    """Write the picture."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print("$ ./run", style="bold green")
    rows = [(r["model_id"], r["test_id"], r["title"], r["rag"], number(r["value"], 6)) for r in document["results"]]
    console.print(rich_table(Table("Validation", ("model", "test", "title", "colour", "statistic"), rows)))
    legs = [(leg["name"], leg["summary"], f"{leg['seconds']:.1f}") for leg in document["legs"]]
    console.print(rich_table(Table("The voyage", ("stage", "what came of it", "seconds"), legs)))
    for name, path in document["artifacts"].items():
        console.print(f"{name + ':':<22}{path}", markup=False, highlight=False)
    target.write_text(console.export_svg(title="plimsoll demo", unique_id="plimsoll"), encoding="utf-8")


draw(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2]))
