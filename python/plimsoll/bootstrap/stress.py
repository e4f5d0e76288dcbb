"""The stage stress: the packs of scenarios, and a book under them, kept as a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from plimsoll.bootstrap import artifacts, facts, models
from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.ledger import Stage
from plimsoll.bootstrap.lineage import step
from plimsoll.bootstrap.margin import MARKS, basis_of
from plimsoll.bootstrap.models import shipped_model
from plimsoll.bootstrap.runs import Run
from plimsoll.bootstrap.watch import watched
from plimsoll.data.books import book_names
from plimsoll.data.features import Numbers
from plimsoll.data.market import Market
from plimsoll.data.store import read_manifest, read_table
from plimsoll.engine.book import Book
from plimsoll.engine.margin_pack import shipped_pack
from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.stress_pack import Scenario, StressPack, read_stress_pack, shipped_stress_pack, stress_pack_names
from plimsoll.models.stress.records import StressRun
from plimsoll.models.stress.stress_book import StressRequest, StressSettings, stress_book
from plimsoll.models.valuation import validated_range
from plimsoll.vocabulary.errors import BadInput

_VIX = "vix"


@dataclass(frozen=True, slots=True)
class StoredHistory:
    """Closes and assumed volatilities of the market history, and the stored closes of VIX."""

    market: Market
    rows: Mapping[date, int]
    vix_closes: Mapping[date, float]

    def close(self, underlying: str, day: date) -> float | None:
        """Give the close of an underlying; None where the history has none."""
        return self._entry(self.market.closes, underlying, day)

    def assumed_volatility(self, underlying: str, day: date) -> float | None:
        """Give the assumed volatility at the money, per year; None where the history has none."""
        return self._entry(self.market.atm_volatility, underlying, day)

    def vix(self, day: date) -> float | None:
        """Give the close of VIX, in percent; None where none is stored."""
        return self.vix_closes.get(day)

    def _entry(self, matrix: Numbers, underlying: str, day: date) -> float | None:
        if underlying not in self.market.underlyings or day not in self.rows:
            return None
        return float(matrix[self.rows[day], self.market.underlyings.index(underlying)])


def packs_named(names: Sequence[str]) -> list[StressPack]:
    """Read the named packs, or all that are shipped; a name that ends on .json is a file.

    Raises
    ------
    BadInput
        If there is no such pack, a file is none, or a pack bears the id of another one.
    """
    chosen = tuple(dict.fromkeys(names)) or stress_pack_names()
    packs = [read_stress_pack(name) if name.endswith(".json") else shipped_stress_pack(name) for name in chosen]
    known = {name: shipped_stress_pack(name).digest for name in stress_pack_names()}
    for name, pack in zip(chosen, packs, strict=True):
        if known.setdefault(pack.pack_id, pack.digest) != pack.digest:
            raise BadInput(
                "pack_id_taken",
                field="pack",
                value=f"{name}: {pack.pack_id}, {pack.digest}",
                allowed=f"an id of its own; {pack.pack_id} is {known[pack.pack_id]}",
                fix="change pack_id or revision in the file",
            )
    return packs


def scenarios_named(packs: Sequence[StressPack], names: Sequence[str]) -> list[tuple[StressPack, Scenario]]:
    """Give the named scenarios of the packs, or all, in the order of the packs.

    Raises
    ------
    BadInput
        If no pack has a scenario of that name, or two packs have it.
    """
    known = [(pack, scenario) for pack in packs for scenario in pack.scenarios]
    ids = [scenario.scenario_id for _, scenario in known]
    for name in names:
        if name not in ids:
            raise BadInput(
                "unknown_scenario",
                field="scenario",
                value=name,
                allowed=", ".join(ids),
                fix="name one of these; `plimsoll stress list` shows them",
            )
    twin = next((name for name in ids if ids.count(name) > 1), None)
    if twin is not None:
        raise BadInput(
            "double_scenario",
            field="pack",
            value=twin,
            allowed="each scenario in one of the packs",
            fix="name one of the packs with --pack",
        )
    return [(pack, scenario) for pack, scenario in known if not names or scenario.scenario_id in names]


@watched(Stage.stress, facts.of_stress)
@step("stress")
def run(
    app: Application,
    book: Book,
    snapshot: Snapshot,
    market: Market,
    packs: Sequence[StressPack],
    names: Sequence[str] = (),
) -> tuple[StressRun, Run]:
    """Put a book under the scenarios of the packs, all or the named ones, and keep what came of it.

    Raises
    ------
    BadInput
        If there is no such scenario, or a pack is not in force on the snapshot's date.
    """
    asked = scenarios_named(packs, names)
    rules = shipped_pack()
    app.lineage.reads(artifacts.book(book), artifacts.snapshot(snapshot), artifacts.market_history(market))
    app.lineage.reads(artifacts.margin_pack(rules), *(artifacts.stress_pack(pack) for pack in packs))
    app.lineage.reads(models.artifact(validated_range.MODEL_ID))
    app.progress.stage(f"stress {book.book_id}", len(asked))
    limits = shipped_model(validated_range.MODEL_ID).validated_range
    settings = StressSettings(rules, MARKS, limits, app.threads)
    found = stress_book(
        book, snapshot, StressRequest(packs, asked), settings, history(app, market), _inputs(app, market)
    )
    app.progress.advance(len(asked))
    app.progress.done()
    document = {**found.to_dict(), "basis": basis_of(snapshot, rules)}
    kept = app.runs.record("stress", document, found.tables(), dict(found.digests))
    app.log.info("book stressed", book=book.book_id, scenarios=len(found.outcomes), not_valued=len(found.failed))
    return found, kept


def history(app: Application, market: Market) -> StoredHistory:
    """Give the history that replays are computed from."""
    rows = read_table(app.workspace.datasets, _VIX).to_pydict()
    closes = {day: float(level) for day, level in zip(rows["date"], rows["VIX"], strict=True) if level is not None}
    return StoredHistory(market, {day: row for row, day in enumerate(market.dates)}, closes)


def _inputs(app: Application, market: Market) -> dict[str, str]:
    return {**market.inputs, _VIX: read_manifest(app.workspace.datasets, _VIX).logical_digest}


def summary(found: StressRun) -> str:
    """Say in one line what a stress run came to."""
    worst = found.worst
    left = {"not applicable": len(found.not_applicable), "refused": len(found.refused_scenarios)}
    rest = "".join(f", {count} {words}" for words, count in left.items() if count)
    if worst is None:
        return f"{found.book_id}: no scenario applies{rest}"
    short = found.accounts_in_shortfall()
    return (
        f"{found.book_id}: {len(found.outcomes)} scenarios, worst {worst.scenario_id} {worst.profit:,.0f} USD, "
        f"{len(short)} accounts short{rest}"
    )


def listing(names: Sequence[str]) -> list[dict[str, Any]]:
    """Give the packs with their scenarios, as plain data."""
    return [pack.to_dict() for pack in packs_named(names)]


def latest(app: Application) -> list[Run]:
    """Give the last stress run of each shipped book that has one, in the order of the books."""
    return app.runs.latest_by("stress", "book_id", book_names())
