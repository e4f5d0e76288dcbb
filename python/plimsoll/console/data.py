"""`plimsoll data`: ingest, verify, quality, features."""

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import data as stage
from plimsoll.console.command import command
from plimsoll.console.view import Table, View, short


@click.group(name="data", no_args_is_help=True)
def data() -> None:
    """Ingest, verify, look through and derive features from market data."""


@command(data, "ingest", "plimsoll data ingest")
def ingest(app: Application) -> View:
    """Read the market data that installed packages carry into the dataset store (Parquet with manifests)."""
    manifests = stage.ingest(app)
    rows = [
        (m.dataset, f"{m.rows:,}", m.first_date, m.last_date, m.price_basis, short(m.logical_digest)) for m in manifests
    ]
    table = Table("Datasets", ("dataset", "rows", "from", "to", "prices", "content digest"), rows)
    lines = [f"{m.dataset}: {m.price_words}" for m in manifests if m.price_basis == "adjusted"]
    return View({"datasets": [m.to_dict() for m in manifests]}, (table,), lines)


@command(data, "verify", "plimsoll data verify")
def verify(app: Application) -> View:
    """Check every stored file against its digest; exit 4 names the first byte-changed file."""
    found = stage.verify(app)
    broken = [record for record in found if not record.intact]
    lines = [f"{r.path}: {r.state.value}; expected {r.expected}, found {r.actual}" for r in broken]
    verdict = f"{len(found) - len(broken)} of {len(found)} files are what was stored"
    document = {"ok": not broken, "files": [record.to_dict() for record in found]}
    return View(document, (), (*lines, verdict), exit_code=4 if broken else 0)


@command(data, "quality", "plimsoll data quality us_stocks")
@click.argument("datasets", nargs=-1)
def quality(app: Application, datasets: tuple[str, ...]) -> View:
    """Look for gaps, stale runs, spikes and duplicates; exit 1 when a limit of the quality pack is passed."""
    reports = stage.quality(app, datasets)
    rows = [
        (
            r.dataset,
            f"{r.rows:,}",
            str(len(r.gaps)),
            str(len(r.duplicates)),
            str(sum(len(c.stale_runs) for c in r.columns)),
            str(sum(len(c.spikes) for c in r.columns)),
            "; ".join(r.breaches) or "ok",
        )
        for r in reports
    ]
    table = Table("Data quality", ("dataset", "rows", "gaps", "duplicates", "stale runs", "spikes", "limits"), rows)
    document = {"datasets": [report.to_dict() for report in reports]}
    return View(document, (table,), exit_code=1 if any(report.breaches for report in reports) else 0)
