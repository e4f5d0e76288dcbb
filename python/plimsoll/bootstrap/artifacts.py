"""What the steps of the voyage read and make, as artifacts of their lineage."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from plimsoll.data.feature_store import FEATURE_SCHEMA, FeatureSet
from plimsoll.data.lineage import Artifact
from plimsoll.data.manifest import Manifest
from plimsoll.data.market import Market
from plimsoll.data.packs import Pack, pack_names
from plimsoll.data.quality import QualityReport
from plimsoll.engine.book import Book
from plimsoll.engine.margin_pack import MarginPack
from plimsoll.engine.portfolio_margin import PortfolioMarginPack
from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.span_file import SpanParameters
from plimsoll.engine.span_generator import SpanPack
from plimsoll.engine.stress_pack import StressPack
from plimsoll.report.inputs import ReportInputs
from plimsoll.vocabulary.digest import digest_of

PREMIUM = "premium_fit"
_SUBJECTS = ("book_id", "name")


def source(manifest: Manifest) -> Artifact:
    """Give the file of an installed package that a dataset was read from."""
    return Artifact("source", manifest.origin.path, manifest.origin.file_digest)


def dataset(manifest: Manifest) -> Artifact:
    """Give a stored dataset."""
    columns = tuple((column.name, column.type) for column in manifest.columns)
    return Artifact("dataset", manifest.dataset, manifest.logical_digest, manifest.rows, columns)


def datasets(inputs: Mapping[str, str]) -> tuple[Artifact, ...]:
    """Give the datasets among the digests that went into something, without what is assumed and what was fitted."""
    assumed = {PREMIUM, *pack_names("market")}
    return tuple(Artifact("dataset", name, digest) for name, digest in inputs.items() if name not in assumed)


def market_pack(inputs: Mapping[str, str]) -> tuple[Artifact, ...]:
    """Give the pack of what is assumed, as it stands among the digests that went into something."""
    names = pack_names("market")
    return tuple(Artifact("pack", name, digest) for name, digest in inputs.items() if name in names)


def pack(read: Pack) -> Artifact:
    """Give a shipped pack."""
    return Artifact("pack", read.name, read.digest)


def quality(report: QualityReport) -> Artifact:
    """Give what the look through a dataset found."""
    return Artifact("quality", report.dataset, digest_of(report.to_dict()))


def feature_set(found: FeatureSet) -> Artifact:
    """Give a set of the feature store, by the digest of its rows."""
    columns = tuple((column.name, str(column.type)) for column in FEATURE_SCHEMA)
    return Artifact("feature", "daily", found.rows_digest, found.rows, columns)


def premium(market: Market) -> Artifact:
    """Give the fitted premium of implied volatilities."""
    return Artifact("feature", PREMIUM, market.premium_fit.digest())


def market_history(market: Market) -> Artifact:
    """Give the history of volatilities, rates and yields, which is made anew: by the digest of all that it is made of."""
    return Artifact("feature", "market-history", digest_of(dict(market.inputs)))


def snapshot(read: Snapshot) -> Artifact:
    """Give the market of a day."""
    return Artifact("snapshot", read.valuation_date.isoformat(), read.digest)


def book(read: Book) -> Artifact:
    """Give a book of accounts."""
    return Artifact("book", read.book_id, read.digest)


def margin_pack(read: MarginPack | PortfolioMarginPack) -> Artifact:
    """Give the rules of margin."""
    return Artifact("pack", read.pack_id, read.digest)


def span_pack(read: SpanPack) -> Artifact:
    """Give the scan ranges that parameters of SPAN are made with."""
    return Artifact("pack", read.pack_id, read.digest)


def span_parameters(read: SpanParameters) -> Artifact:
    """Give the parameters of a clearing house on a day."""
    return Artifact("parameters", read.core.set_id, read.digest)


def stress_pack(read: StressPack) -> Artifact:
    """Give a pack of stress scenarios."""
    return Artifact("pack", read.pack_id, read.digest)


def run(stage: str, document: Mapping[str, Any]) -> Artifact:
    """Give what a stage found, by the digest of its document without the envelope; tables are artifacts of their own."""
    found = {name: value for name, value in document.items() if name != "envelope"}
    return Artifact("run", run_name(stage, document), digest_of(found))


def run_name(stage: str, document: Mapping[str, Any]) -> str:
    """Name what a stage found after the stage and the book that it looked at."""
    subject = next((str(document[name]) for name in _SUBJECTS if document.get(name)), "")
    return f"{stage}/{subject}" if subject else stage


def table(name: str, content: pa.Table, digest: str) -> Artifact:
    """Give a table of a run."""
    columns = tuple((field.name, str(field.type)) for field in content.schema)
    return Artifact("table", name, digest, content.num_rows, columns)


def report(digest: str) -> Artifact:
    """Give a validation report by the digest that is signed, the same in each of its forms."""
    return Artifact("report", "validation-report", digest)


def shown(inputs: ReportInputs) -> tuple[Artifact, ...]:
    """Give the datasets that a report describes, and what the looks through them found."""
    described = (Artifact("dataset", item["dataset"], item["logical_digest"]) for item in inputs.datasets)
    return (*described, *(Artifact("quality", item["dataset"], digest_of(dict(item))) for item in inputs.quality))


def signature(name: str, role: str, meaning: str, envelope: Mapping[str, Any]) -> Artifact:
    """Give a signature over a report."""
    return Artifact("signature", f"{name}/{role}/{meaning}", digest_of(dict(envelope)))


def seed(document: Mapping[str, Any]) -> int | None:
    """Give the seed that a stage's settings name, None where nothing was drawn."""
    settings = document.get("method") or document.get("settings") or {}
    found = settings.get("seed") if isinstance(settings, Mapping) else None
    return found if isinstance(found, int) else None
