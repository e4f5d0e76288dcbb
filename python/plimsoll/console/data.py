"""`plimsoll data`: ingest, verify, quality, features, snapshot, lineage."""

from datetime import datetime
from pathlib import Path

import click

from plimsoll.bootstrap import Application
from plimsoll.bootstrap import data as stage
from plimsoll.bootstrap import lineage as origins
from plimsoll.console.command import command
from plimsoll.console.files import write_text
from plimsoll.console.lineage import trees_of
from plimsoll.console.render import document_text
from plimsoll.console.view import Table, View, number, short


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
    """Check datasets, features and the tables of runs against their digests; exit 4 names each changed file."""
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


@command(data, "features", "plimsoll data features --as-of 2020-03-16T20:00:00Z --underlying JPM")
@click.option("--as-of", metavar="TIME", help="Read what was known at a UTC time instead of building.")
@click.option("--underlying", default="SP500", show_default=True, help="Whose features to read.")
def features(app: Application, as_of: str | None, underlying: str) -> View:
    """Build the feature store (returns, EWMA volatility, drawdown), or read it as of a time."""
    if as_of is not None:
        rows = stage.features_as_of(app, underlying, as_of)
        shown = [["-" if value is None else str(value) for value in row.values()] for row in rows]
        return View({"as_of": as_of, "features": rows}, (Table(f"{underlying} as of {as_of}", tuple(rows[0]), shown),))
    found, aside = stage.rebuild_features(app)
    line = f"{found.rows:,} rows of {', '.join(found.names)} for {len(found.underlyings)} underlyings"
    told = () if aside is None else (f"the store was damaged; it was set aside as {aside}",)
    document = {**found.to_dict(), "set_aside": None if aside is None else str(aside)}
    return View(document, (), (*told, line, f"set {found.set_id}"))


@command(data, "snapshot", "plimsoll data snapshot 2020-03-16 --out snapshot.json")
@click.argument("day", type=click.DateTime(formats=["%Y-%m-%d"]))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the document to this file.")
def snapshot(app: Application, day: datetime, out: Path | None) -> View:
    """Give the market of a day as a snapshot document; what is assumed is marked ASSUMED."""
    document = stage.snapshot(app, day.date())
    if out is not None:
        write_text(out, document_text(document), "--out")
    rows = [
        (name, number(u["spot"]), u["price_basis"], number(u["volatility"]["atm"]), u["volatility"]["status"])
        for name, u in document["underlyings"].items()
    ]
    table = Table(f"Snapshot of {day.date()}", ("underlying", "spot", "prices", "atm volatility", "status"), rows)
    return View(document, (table,), () if out is None else (f"written to {out}",))


@command(data, "lineage", "plimsoll data lineage --of validation-report")
@click.option("--of", metavar="NAME", help="One artifact, dataset or run: by name, id or digest.")
def lineage(app: Application, of: str | None) -> View:
    """Show what was made of what: dataset, feature, model, run, report; exit 4 names a broken line of the events."""
    found = origins.lineage(app, of)
    trees, lines = trees_of(found, of)
    return View(found.to_dict(), (), lines, trees=trees)
