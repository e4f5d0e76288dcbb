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
    columns = ("product", "families", *(each.method for each in matrix[0].methods))
    rows = [
        (row.product, str(len(row.families)) if row.needs_a_model else "-", *(stage.cell(row, m) for m in row.methods))
        for row in matrix
    ]
    return View(document, (Table("Methods by product, BlackScholes", columns, rows),))
