"""Leverage of accounts and their distance to a call, and funds that are reset daily: the Python face of the core's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plimsoll import _core
from plimsoll._core import margin as _margin
from plimsoll.engine.leveraged import LeveragedOutcome, in_currency
from plimsoll.engine.margin import market_view, search_limits
from plimsoll.engine.refusals import refusal_of
from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.stress import SpotSearch, StressSubject
from plimsoll.vocabulary.errors import BadInput, PlimsollError

#: Whole per cents outward, then halving to a millionth of the spot.
SEARCH = SpotSearch(lowest=-0.95, highest=1.0, step=0.05, tolerance=1e-6)
_CENTS = 2


@dataclass(frozen=True, slots=True)
class LeverageRequest:
    """What is asked of a book: betas to the index by underlying (1 where none is given), the move, names or not."""

    betas: Mapping[str, float]
    stressed_move: float = -0.2
    by_name: bool = False

    def settings(self, snapshot: Snapshot) -> _margin.LeverageSettings:
        """Give the request as the core takes it; the multiples of funds stand in the snapshot.

        Raises
        ------
        BadInput
            If a beta is one of an underlying that the snapshot lacks.
        """
        names = [market.name for market in snapshot.core.underlyings]
        unknown = next((name for name in self.betas if name not in names), None)
        if unknown is not None:
            raise BadInput(
                "unknown_underlying", field="beta", value=unknown, allowed=", ".join(names), fix="name one of these"
            )
        factors = [
            _margin.LeverageFactor(
                underlying=name, beta=self.betas.get(name, 1.0), multiple=snapshot.leverages.get(name, 1.0)
            )
            for name in names
        ]
        return _margin.LeverageSettings(
            factors=factors, stressed_move=self.stressed_move, search=SEARCH, by_name=self.by_name
        )


def leverage_book(subject: StressSubject, request: LeverageRequest) -> tuple[LeveragedOutcome, ...]:
    """Give the leverage of each account of a book as plain data with amounts as text, or its refusal.

    Raises
    ------
    PlimsollError
        If the request makes no sense.
    """
    answers = iter(
        _margin.leverage(
            subject.trades,
            subject.accounts,
            subject.snapshot.core,
            subject.method.to_core(),
            market_view(subject.snapshot),
            subject.pack.core,
            search_limits(),
            request.settings(subject.snapshot),
            subject.threads,
        )
    )
    outcomes = []
    for account in subject.book.accounts:
        refused: PlimsollError | None = subject.refusals.get(account.account_id)
        answer = next(answers) if refused is None else None
        if isinstance(answer, _core.Error):
            refused = refusal_of(answer)
        found = None if refused is not None else in_currency(answer, _CENTS)
        outcomes.append(LeveragedOutcome(account.account_id, found, refused))
    return tuple(outcomes)


def fund_path(
    closes: Sequence[float], *, multiple: float, net_assets: float, annual_fee: float = 0.0, annual_rate: float = 0.0
) -> dict[str, Any]:
    """Give what daily rebalancing did to a fund over the closes of its index: days, decay, flows.

    Raises
    ------
    InvalidValue
        If a number makes no sense.

    Examples
    --------
    >>> found = fund_path([100.0, 110.0, 99.0], multiple=2.0, net_assets=1000.0)
    >>> round(found["fund_return"], 10), round(found["days"][1]["rebalancing"], 6)
    (-0.04, -240.0)
    """
    terms = _margin.FundTerms(
        multiple=multiple, net_assets=net_assets, annual_fee=annual_fee, annual_rate=annual_rate, days_per_year=252.0
    )
    return _margin.fund_path(terms, closes)
