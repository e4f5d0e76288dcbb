"""Stresses a book: every scenario resolved, every position valued in full, every account margined at those prices."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from plimsoll import _core
from plimsoll.engine.book import Book
from plimsoll.engine.margin_pack import MarginPack
from plimsoll.engine.methods import MethodSpec
from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.stress import SpotSearch, Stressed, StressSubject
from plimsoll.engine.stress_pack import Scenario, StressPack
from plimsoll.engine.valuation import mark
from plimsoll.models.stress.records import (
    NOTHING,
    AccountOutcome,
    PositionOutcome,
    RefusedScenario,
    ScenarioOutcome,
    SpotDistance,
    StressRun,
)
from plimsoll.models.stress.shocks import ResolvedScenario, StressHistory, resolve, single_name_shocks
from plimsoll.models.valuation.validated_range import Limits, breaches, conditions
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput, PlimsollError

_SEARCH = ("lowest", "highest", "step", "tolerance")


@dataclass(frozen=True, slots=True)
class StressRequest:
    """What to apply: scenarios, each with the pack that it is from, and all packs in use.

    The first pack with a search gives the reverse stress its settings; without one there is none.
    """

    packs: Sequence[StressPack]
    asked: Sequence[tuple[StressPack, Scenario]]

    @property
    def search(self) -> SpotSearch | None:
        """The settings of the reverse stress."""
        return next((pack.search for pack in self.packs if pack.search is not None), None)


@dataclass(frozen=True, slots=True)
class StressSettings:
    """How a book is stressed.

    ``rules`` are the numbers of margin, ``method`` values every option before and after, ``limits`` is the range in
    which that valuation was validated, ``threads`` are those of the core: no number depends on them.
    """

    rules: MarginPack
    method: MethodSpec
    limits: Limits
    threads: int = 1


def stress_book(
    book: Book,
    snapshot: Snapshot,
    request: StressRequest,
    settings: StressSettings,
    history: StressHistory,
    inputs: Mapping[str, str],
) -> StressRun:
    """Stress a book: one outcome for each scenario that moves anything in the snapshot; the others are named.

    Parameters
    ----------
    book : Book
        Accounts with their positions.
    snapshot : Snapshot
        The market before; every shock is applied to it at once, on its own date.
    request, settings
        What to apply, and how.
    history : StressHistory
        What replays are computed from.
    inputs : mapping of str to str
        Digests of that history.

    Raises
    ------
    BadInput
        If a pack is not in force on the snapshot's date.
    PlimsollError
        If the core refuses the search. A shock that it refuses is a refusal of that scenario and of no other.
    """
    for pack in request.packs:
        pack.require(snapshot.valuation_date)
    valued = mark(book, snapshot, settings.method, threads=settings.threads)
    subject = StressSubject.of(book, valued, snapshot, settings.rules, settings.method, settings.threads)
    tried = [_tried(pack, scenario, subject, history) for pack, scenario in request.asked]
    shocked = [item for item in tried if isinstance(item, _Shocked)]
    applied = [item for item in shocked if item.resolved.applied]
    found = subject.stress([item.market for item in applied])
    outcomes = [_outcome(item, found, place, subject, settings.limits) for place, item in enumerate(applied)]
    search = request.search
    return StressRun(
        book_id=book.book_id,
        valuation_date=snapshot.valuation_date,
        method=settings.method.to_dict(),
        digests=_digests(subject, request, inputs),
        outcomes=tuple(outcomes),
        not_applicable=tuple(item.resolved for item in shocked if not item.resolved.applied),
        refused_scenarios=tuple(item for item in tried if isinstance(item, RefusedScenario)),
        distances=tuple(_distances(subject, search)),
        search={} if search is None else {name: getattr(search, name) for name in _SEARCH},
    )


def _digests(subject: StressSubject, request: StressRequest, inputs: Mapping[str, str]) -> dict[str, str]:
    return {
        "book": subject.book.digest,
        "snapshot": subject.snapshot.digest,
        "margin_pack": subject.pack.digest,
        "method": digest_of(subject.method.to_dict()),
        "library_version": _core.version,
        "instruction_set": _core.instruction_set,
        **{f"stress_pack/{pack.pack_id}": pack.digest for pack in request.packs},
        **{f"history/{name}": digest for name, digest in inputs.items()},
    }


@dataclass(frozen=True, slots=True)
class _Shocked:
    """A scenario of a pack on the snapshot, and the market after it."""

    pack: StressPack
    resolved: ResolvedScenario
    market: _core.Snapshot


def _tried(
    pack: StressPack, scenario: Scenario, subject: StressSubject, history: StressHistory
) -> _Shocked | RefusedScenario:
    try:
        return _shocked(pack, scenario, subject, history)
    except PlimsollError as failure:
        place = _to_blame(pack, scenario, subject, history)
        refusal = BadInput(
            failure.code,
            field=f"scenarios[{scenario.scenario_id}].moves[{place}]",
            value=f"{failure.field} = {failure.value}",
            allowed=failure.allowed,
            fix=failure.fix,
        )
        return RefusedScenario(pack.pack_id, scenario, refusal)


def _shocked(pack: StressPack, scenario: Scenario, subject: StressSubject, history: StressHistory) -> _Shocked:
    resolved = _resolved(pack, scenario, subject, history)
    return _Shocked(pack, resolved, subject.apply(resolved.shock))


def _to_blame(pack: StressPack, scenario: Scenario, subject: StressSubject, history: StressHistory) -> int:
    """Give the move without which, and without those before it, the rest of the scenario is taken.

    From the last one back: of two moves of one factor the later stands, so an earlier one that it replaces is innocent.
    """
    for place in range(len(scenario.moves) - 1, 0, -1):
        try:
            _shocked(pack, dataclasses.replace(scenario, moves=scenario.moves[place:]), subject, history)
        except PlimsollError:
            return place
    return 0


def _resolved(pack: StressPack, scenario: Scenario, subject: StressSubject, history: StressHistory) -> ResolvedScenario:
    def worst_of(relative: float, count: int) -> tuple[str, ...]:
        held = {name for p in subject.book.positions if p.trade is not None for name in p.underlyings}
        kinds = subject.snapshot.kinds
        names = [m.name for m in subject.snapshot.core.underlyings if m.name in held and kinds[m.name] == "equity"]
        shocks = single_name_shocks(names, relative, pack.volatility_floor)
        profits = subject.profits([subject.apply(shock) for shock in shocks])
        return tuple(name for _, name in sorted(zip(profits, names, strict=True))[:count])

    return resolve(scenario, pack, subject.snapshot, history, worst_of)


def _outcome(shocked: _Shocked, found: Stressed, place: int, subject: StressSubject, limits: Limits) -> ScenarioOutcome:
    rows = zip(subject.book.positions, found.prices, found.positions[place], strict=True)
    positions = tuple(PositionOutcome(position, before, after) for position, before, after in rows)
    window = shocked.resolved.scenario.window
    trades = [item.position.trade for item in positions if item.position.trade is not None]
    after = dataclasses.replace(subject.snapshot, core=shocked.market)
    return ScenarioOutcome(
        pack_id=shocked.pack.pack_id,
        resolved=shocked.resolved,
        snapshot_digest=shocked.market.digest,
        is_hindsight=window is not None and window[1] > subject.snapshot.valuation_date,
        positions=positions,
        accounts=tuple(_accounts(subject.book, positions, found, place)),
        outside_range=len(breaches(conditions(trades, after), limits)),
    )


def _accounts(book: Book, positions: Sequence[PositionOutcome], found: Stressed, place: int) -> list[AccountOutcome]:
    profits: dict[str, Decimal] = {account.account_id: NOTHING for account in book.accounts}
    missing = dict.fromkeys(profits, 0)
    for item in positions:
        name = item.position.account_id
        if item.after.profit is None:
            missing[name] += 1
        else:
            profits[name] += item.after.profit
    return [
        AccountOutcome(account.account_id, profits[account.account_id], missing[account.account_id], before, after)
        for account, before, after in zip(book.accounts, found.before, found.accounts[place], strict=True)
    ]


def _distances(subject: StressSubject, search: SpotSearch | None) -> list[SpotDistance]:
    if search is None:
        return []
    names = [account.account_id for account in subject.book.accounts]
    return [_distance(name, limit) for name, limit in zip(names, subject.spot_limits(search), strict=True)]


def _distance(account_id: str, limit: Any) -> SpotDistance:
    if isinstance(limit, PlimsollError):
        return SpotDistance(account_id, None, None, None, limit)
    sides = {side: getattr(limit, side) for side in ("down", "up")}
    moves = {side: None if found is None else float(found.beyond) for side, found in sides.items()}
    return SpotDistance(account_id, Decimal(limit.excess).scaleb(-2), moves["down"], moves["up"], None)
