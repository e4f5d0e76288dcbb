"""How every command is made: its options, its JSON, its exit code, its errors."""

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import click
from rich.console import Console

from plimsoll import bootstrap
from plimsoll.console import render
from plimsoll.console.bars import Bars
from plimsoll.console.view import View
from plimsoll.vocabulary.errors import PlimsollError

DEFAULT_WORKSPACE = ".plimsoll"
_PIPE_WIDTH = 160
Body = Callable[..., View]


def command(group: click.Group, name: str, example: str, *, looks: bool = False) -> Callable[[Body], click.Command]:
    """Make a command of a function that takes the opened application and gives a view, and hang it on a group.

    Parameters
    ----------
    group : click.Group
        Where the command hangs.
    name : str
        Its word on the command line.
    example : str
        A line that works, shown by ``--help``.
    looks : bool
        Whether it only looks at a workspace, which must then be there, and leaves it as it was.
    """

    def make(body: Body) -> click.Command:
        made = make_command(name, example, looks=looks)(body)
        group.add_command(made)
        group.epilog = group.epilog or made.epilog  # the help of a group shows the example of its first command
        return made

    return make


def make_command(name: str, example: str, *, looks: bool = False) -> Callable[[Body], click.Command]:
    """Make a command that hangs on no group yet: with ``--json``, ``--workspace``, typed errors and exit codes."""

    def make(body: Body) -> click.Command:
        @functools.wraps(body)
        def run(workspace: Path, as_json: bool, otlp_endpoint: str | None, **arguments: Any) -> None:
            opened = {"otlp_endpoint": otlp_endpoint, "looks": looks}
            sys.exit(_run(body, workspace, as_json, opened, arguments))

        run = click.option(
            "--otlp-endpoint",
            metavar="URL",
            help="Collector of traces, http://host:4318; that of OTEL_EXPORTER_OTLP_ENDPOINT, else none.",
        )(run)
        run = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")(run)
        run = click.option(
            "--workspace",
            type=click.Path(path_type=Path, file_okay=False),
            default=Path(DEFAULT_WORKSPACE),
            show_default=True,
            help="Folder that holds the state.",
        )(run)
        return click.command(name, epilog=f"Example: {example}")(run)

    return make


def _run(body: Body, workspace: Path, as_json: bool, opened: dict[str, Any], arguments: dict[str, Any]) -> int:
    out, err = _console(sys.stdout), _console(sys.stderr)
    words = click.get_current_context().command_path
    try:
        with (
            Bars(err) as bars,
            bootstrap.open_application(workspace, bars, command=words, **opened) as application,
        ):
            view = body(application, **arguments)
            outcome = "failed" if view.exit_code else "ok"
            application.tracer.current().set({"plimsoll.exit_code": view.exit_code, "plimsoll.outcome": outcome})
    except PlimsollError as error:
        render.show_error(error, err)
        if as_json:
            click.echo(render.document_text({"error": error.to_dict(), "exit_code": error.exit_code}))
        return error.exit_code
    if as_json:
        click.echo(render.document_text(view.document))
    else:
        render.show(view, out)
    return view.exit_code


def _console(stream: TextIO) -> Console:
    """Give a console on a stream; what goes into a pipe or file is not folded at the width of a terminal."""
    return Console(file=stream) if stream.isatty() else Console(file=stream, width=_PIPE_WIDTH)
