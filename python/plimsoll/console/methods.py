"""`plimsoll methods`."""

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import valuation as stage
from plimsoll.console.command import make_command
from plimsoll.console.view import Table, View


@make_command("methods", "plimsoll methods --json")
@click.option("--markdown", is_flag=True, help="Print the matrix as docs/methods.md holds it.")
def methods(_app: Application, markdown: bool) -> View:
    """Show which method values which product, as the door accepts them, and how many unrelated families agree on it."""
    matrix = stage.method_matrix()
    document = {"products": [row.to_dict() for row in matrix]}
    if markdown:
        return View(document, lines=(stage.markdown(matrix),))
    rows = [
        (row.product, str(len(row.families)) if row.needs_a_model else "-", ", ".join(_words(row)) or "none")
        for row in matrix
    ]
    title = "Methods by product, BlackScholes (* not with cash dividends)"
    return View(document, (Table(title, ("product", "families", "valued by"), rows),))


def _words(row: stage.ProductMethods) -> list[str]:
    cells = {each.method: stage.cell(row, each) for each in row.methods}
    return [f"{name}*" if word == "no dividends" else name for name, word in cells.items() if word]
