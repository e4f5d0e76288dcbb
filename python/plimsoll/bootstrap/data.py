"""Stage 1, data: ingest, verify, quality, features, and the market of a day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from plimsoll.bootstrap import artifacts, facts
from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.ledger import Stage
from plimsoll.bootstrap.lineage import step
from plimsoll.bootstrap.watch import watched
from plimsoll.data.assumptions import read_market_parameters
from plimsoll.data.feature_store import FeatureSet, as_of, feature_sets, set_damaged_aside, verify_features
from plimsoll.data.features import DAILY_FEATURES, PRICE_DATASETS, Numbers, build_features
from plimsoll.data.ingest import ingest as ingest_sources
from plimsoll.data.manifest import Manifest
from plimsoll.data.market import Market, load_market
from plimsoll.data.packs import read_pack
from plimsoll.data.quality import QualityReport
from plimsoll.data.quality import quality as quality_of
from plimsoll.data.store import datasets, read_manifest
from plimsoll.data.verify import State, Verification
from plimsoll.data.verify import verify as verify_store
from plimsoll.engine import risk
from plimsoll.engine.snapshot import Snapshot, read_snapshot
from plimsoll.vocabulary.clock import parse_utc, utc_text
from plimsoll.vocabulary.errors import BadInput

QUALITY_PACK = "quality-2026-11"


@watched(Stage.ingest, facts.of_ingest)
@step("ingest")
def ingest(app: Application) -> list[Manifest]:
    """Bring every source into the dataset store."""
    manifests = ingest_sources(app.workspace.datasets, app.clock, app.progress)
    for manifest in manifests:
        with app.lineage.step("ingest.dataset"):
            app.lineage.reads(artifacts.source(manifest))
            app.lineage.makes(artifacts.dataset(manifest))
    return manifests


def verify(app: Application) -> list[Verification]:
    """Check every stored file against its digest: datasets, the feature store, and the tables of recorded runs."""
    return [*verify_inputs(app), *_missing_fits(app), *app.runs.verify()]


def _missing_fits(app: Application) -> list[Verification]:
    """Name the premium fits that an intact record of a run names and the store does not have."""
    named = {str(run.inputs[artifacts.PREMIUM]) for run in app.runs.intact() if artifacts.PREMIUM in run.inputs}
    paths = {digest: f"fits/{digest.removeprefix('sha256:')}.json" for digest in sorted(named)}
    return [
        Verification(path, "", State.missing, digest, "missing")
        for digest, path in paths.items()
        if not (app.workspace.datasets / path).is_file()
    ]


def verify_inputs(app: Application) -> list[Verification]:
    """Check the datasets and, where it was built, the feature store."""
    return [*verify_store(app.workspace.datasets), *verify_features(app.workspace.features)]


@watched(Stage.quality, facts.of_quality)
@step("quality")
def quality(app: Application, names: Sequence[str] = ()) -> list[QualityReport]:
    """Look through the named datasets, or through all.

    Raises
    ------
    BadInput
        If nothing is stored, or not a dataset of that name.
    """
    pack = read_pack("market", QUALITY_PACK)
    store = app.workspace.datasets
    chosen = names or datasets(store)
    if not chosen:
        raise BadInput(
            "nothing_stored",
            field="datasets",
            value="none",
            allowed="at least one ingested dataset",
            fix="run `plimsoll data ingest` first",
        )
    found = [quality_of(store, name, pack) for name in chosen]
    for report in found:
        with app.lineage.step("quality.dataset"):
            app.lineage.reads(artifacts.dataset(read_manifest(store, report.dataset)), artifacts.pack(pack))
            app.lineage.makes(artifacts.quality(report))
    return found


@dataclass(frozen=True, slots=True)
class CoreArithmetic:
    """Returns and volatilities as the compiled core makes them."""

    log_returns: Callable[[Numbers], Numbers]
    ewma_volatility: Callable[[Numbers, float, float], Numbers]


def core_arithmetic() -> CoreArithmetic:
    """Give the core's arithmetic."""
    return CoreArithmetic(risk.log_returns, risk.ewma_volatility)


@watched(Stage.features, facts.of_features)
@step("features")
def features(app: Application) -> FeatureSet:
    """Make the features of every stock and the index and keep them in the feature store."""
    found = build_features(
        app.workspace.datasets, app.workspace.features, DAILY_FEATURES, core_arithmetic(), app.clock, app.progress
    )
    app.lineage.reads(*artifacts.datasets(found.inputs))
    app.lineage.makes(artifacts.feature_set(found))
    app.lineage.notes(digests={**found.inputs, "feature_set": found.set_id})
    return found


def rebuild_features(app: Application) -> tuple[FeatureSet, Path | None]:
    """Make the features as :func:`features` does; a damaged store is set aside first, to the path that is given too."""
    aside = set_damaged_aside(app.workspace.features)
    return features(app), aside


def features_as_of(app: Application, underlying: str, time: str) -> list[dict[str, Any]]:
    """Give the features of an underlying that were known at a time, the latest set's, one row a feature."""
    sets = feature_sets(app.workspace.features) if app.workspace.features.is_file() else []
    if not sets:
        raise BadInput(
            "no_features", field="features", value="none", allowed="a built feature store", fix="plimsoll data features"
        )
    latest = sets[-1]
    if underlying not in latest.underlyings:
        raise BadInput(
            "unknown_underlying",
            field="underlying",
            value=underlying,
            allowed=", ".join(latest.underlyings),
            fix="name one of these",
        )
    known = as_of(app.workspace.features, latest.set_id, [(underlying, parse_utc(time))], latest.names)
    return [{name: _in_utc(value) for name, value in row.items()} for row in known.to_pylist()]


def _in_utc(value: Any) -> Any:
    return utc_text(value.replace(tzinfo=UTC)) if isinstance(value, datetime) else value


@step("market")
def market(app: Application) -> Market:
    """Give the market history: closes as stored, volatilities, rates and dividend yields as assumed."""
    found = load_market(app.workspace.datasets, read_market_parameters(), core_arithmetic())
    with app.lineage.step("market.premium"):
        app.lineage.reads(*artifacts.datasets(found.premium_fit.inputs), *artifacts.market_pack(found.inputs))
        app.lineage.makes(artifacts.premium(found))
    prices = {name: digest for name, digest in found.inputs.items() if name in PRICE_DATASETS}
    app.lineage.reads(*artifacts.datasets(prices), artifacts.premium(found), *artifacts.market_pack(found.inputs))
    app.lineage.makes(artifacts.market_history(found))
    app.lineage.notes(digests=dict(found.inputs))
    return found


_QUANTITIES = ("volatility", "rate", "dividend_yield")


def basis(market: Market) -> dict[str, Any]:
    """Say what a result on the stored market rests on: adjusted closes, and what is assumed."""
    bases = dict(zip(market.underlyings, market.price_bases, strict=True))
    return {
        "adjusted_prices": sorted(name for name, kind in bases.items() if kind == "adjusted"),
        "assumed": list(_QUANTITIES),
    }


def basis_of(snapshot: Snapshot) -> dict[str, Any]:
    """Say the same of a result on a snapshot, whoever made it: what is assumed for any of its underlyings."""
    markets = snapshot.core.underlyings
    statuses = {
        "volatility": {market.volatility_status.name for market in markets},
        "rate": {market.rate_status.name for market in markets},
        "dividend_yield": {market.dividend_status.name for market in markets},
    }
    return {
        "adjusted_prices": sorted(market.name for market in markets if market.price_basis.name == "adjusted"),
        "assumed": [quantity for quantity in _QUANTITIES if "assumed" in statuses[quantity]],
    }


def snapshot(app: Application, day: date) -> dict[str, Any]:
    """Give the snapshot document of a day."""
    return snapshot_of(app, market(app), day)


@step("snapshot")
def snapshot_of(app: Application, market: Market, day: date) -> dict[str, Any]:
    """Give the snapshot document of a day of a market that was read already."""
    document = market.snapshot(day)
    app.lineage.reads(artifacts.market_history(market))
    app.lineage.makes(artifacts.snapshot(read_snapshot(document)))
    return document
