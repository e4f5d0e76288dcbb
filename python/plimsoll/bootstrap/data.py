"""Stage 1, data: ingest, verify, quality, features."""

from collections.abc import Sequence

from plimsoll.bootstrap.application import Application
from plimsoll.data.ingest import ingest as ingest_sources
from plimsoll.data.manifest import Manifest
from plimsoll.data.packs import read_pack
from plimsoll.data.quality import QualityReport
from plimsoll.data.quality import quality as quality_of
from plimsoll.data.store import datasets
from plimsoll.data.verify import Verification
from plimsoll.data.verify import verify as verify_store

QUALITY_PACK = "quality-2026-11"


def ingest(app: Application) -> list[Manifest]:
    """Bring every source into the dataset store."""
    return ingest_sources(app.workspace.datasets, app.clock, app.progress)


def verify(app: Application) -> list[Verification]:
    """Check every stored file against its digest."""
    return verify_store(app.workspace.datasets)


def quality(app: Application, names: Sequence[str] = ()) -> list[QualityReport]:
    """Look through the named datasets, or through all."""
    pack = read_pack("market", QUALITY_PACK)
    store = app.workspace.datasets
    return [quality_of(store, name, pack) for name in names or datasets(store)]
