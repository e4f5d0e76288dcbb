"""`plimsoll metrics`: show, textfile, serve."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import metrics as stage
from plimsoll.console.command import command
from plimsoll.console.view import Table, View


@click.group(name="metrics", no_args_is_help=True)
def metrics() -> None:
    """Metrics of the workspace, in the form that Prometheus reads."""


@command(metrics, "show", "plimsoll metrics show", looks=True)
def show(app: Application) -> View:
    """Show the metrics of now: runs, durations, failures, shortfalls, findings, validations due, the audit log."""
    document = [family.to_dict() for family in stage.families(app)]
    table = Table("Metrics", ("metric", "labels", "value"), list(_rows(document)))
    return View({"metrics": document}, (table,))


def _rows(document: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str, str]]:
    for family in document:
        for sample in family["samples"]:
            labels = ", ".join(f"{name}={value}" for name, value in sample["labels"].items())
            value = f"{sample['count']} in {sample['sum']:.2f} s" if "count" in sample else f"{sample['value']:.10g}"
            yield family["name"], labels, value


@command(metrics, "textfile", "plimsoll metrics textfile plimsoll.prom", looks=True)
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
def textfile(app: Application, path: Path) -> View:
    """Write the metrics to PATH (.prom) for node_exporter's textfile collector; a reader never sees half of them."""
    found = stage.textfile(app, path)
    count = sum(len(family.samples) for family in found)
    return View({"path": str(path), "families": len(found), "samples": count}, (), (f"{count} samples in {path}",))


@command(metrics, "serve", "plimsoll metrics serve --port 9464", looks=True)
@click.option("--address", default="127.0.0.1", show_default=True, help="Interface; any other lets others in.")
@click.option("--port", default=0, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one.")
def serve(app: Application, address: str, port: int) -> View:
    """Serve /metrics and /healthz until SIGTERM or an interrupt; the address is printed to stderr as soon as it answers."""
    served = stage.serve(app, address, port, lambda found: click.echo(f"metrics: {found}", err=True))
    return View({"address": served}, (), (f"served {served}",))
