"""Bilateral margin: sensitivities or schedule, then the terms of the agreement; one outcome for each netting set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from plimsoll import _core
from plimsoll.engine.bilateral_pack import SchedulePack, SimmPack
from plimsoll.engine.crif import Crif
from plimsoll.engine.refusals import refusal_of
from plimsoll.vocabulary.errors import PlimsollError

UNSPECIFIED = "unspecified"
CurrencyRate = _core.bilateral.CurrencyRate


@dataclass(frozen=True, slots=True)
class NettingSetOutcome:
    """A netting set under one regulation: its margin as plain data, or the refusal that says why there is none."""

    portfolio_id: str
    regulation: str
    margin: Mapping[str, Any] | None
    refusal: PlimsollError | None

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "portfolio_id": self.portfolio_id,
            "regulation": self.regulation,
            "margin": self.margin,
            "refusal": None if self.refusal is None else self.refusal.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class BilateralMargin:
    """Margin of every netting set of a file on a day, in the currency of the pack."""

    method: str
    valuation_date: date
    side: str
    currency: str
    pack: Mapping[str, str]
    digests: Mapping[str, str]
    outcomes: tuple[NettingSetOutcome, ...]

    @property
    def refused(self) -> list[NettingSetOutcome]:
        """Give the outcomes without margin."""
        return [outcome for outcome in self.outcomes if outcome.refusal is not None]

    def binding(self) -> dict[str, NettingSetOutcome]:
        """Give by netting set the outcome under the regulation that asks for most; none where one has no margin."""
        found: dict[str, NettingSetOutcome] = {}
        unknown = {outcome.portfolio_id for outcome in self.refused}
        for outcome in self.outcomes:
            if outcome.margin is None or outcome.portfolio_id in unknown:
                continue
            best = found.get(outcome.portfolio_id)
            if best is None or best.margin is None or outcome.margin["amount"] > best.margin["amount"]:
                found[outcome.portfolio_id] = outcome
        return found

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "method": self.method,
            "valuation_date": self.valuation_date.isoformat(),
            "side": self.side,
            "currency": self.currency,
            "pack": dict(self.pack),
            "digests": dict(self.digests),
            "netting_sets": [outcome.to_dict() for outcome in self.outcomes],
            "binding": {name: outcome.regulation for name, outcome in self.binding().items()},
        }


def currency_rates(rates: Mapping[str, float]) -> list[_core.bilateral.CurrencyRate]:
    """Give rates as the core takes them, in order of the currencies."""
    return [CurrencyRate(currency=name, rate=float(rates[name])) for name in sorted(rates)]


def settings(
    day: date, side: str, calculation_currency: str, rates: Mapping[str, float] | None = None, *, factors: bool = False
) -> _core.bilateral.SimmSettings:
    """Give what a margin is computed with beside the pack; rates are what one unit is worth in the pack's currency."""
    return _core.bilateral.SimmSettings(
        date=day,
        side=_core.bilateral.MarginSide[side],
        calculation_currency=calculation_currency,
        rates=currency_rates(rates or {}),
        factors=factors,
    )


def margin_by_sensitivities(crif: Crif, pack: SimmPack, chosen: _core.bilateral.SimmSettings) -> BilateralMargin:
    """Margin every netting set of a file by its sensitivities, under every regulation that its rows name.

    Parameters
    ----------
    crif : Crif
        Risk data; :func:`plimsoll.engine.crif.read_crif` reads it.
    pack : SimmPack
        Calibration of one horizon.
    chosen : SimmSettings
        :func:`settings` gives them.

    Returns
    -------
    BilateralMargin
        One outcome for each netting set and regulation: a bad row refuses its netting set and no other.
    """
    found = _core.bilateral.simm(_readable(crif), pack.core, chosen)
    outcomes = [_outcome(portfolio, regulation, answer) for portfolio, regulation, _, answer in found]
    return _book("simm", crif, pack, chosen, outcomes)


def margin_by_schedule(crif: Crif, pack: SchedulePack, chosen: _core.bilateral.SimmSettings) -> BilateralMargin:
    """Margin every netting set of a file by its rows of the schedule; parameters as :func:`margin_by_sensitivities`."""
    found = _core.bilateral.schedule(_readable(crif), pack.core, chosen)
    outcomes = [_outcome(portfolio, UNSPECIFIED, answer) for portfolio, answer in found]
    return _book("schedule", crif, pack, chosen, outcomes)


def _readable(crif: Crif) -> list[_core.bilateral.CrifRow]:
    return [row for row in crif.rows if row.portfolio_id not in crif.refusals]


def _outcome(portfolio: str, regulation: str, answer: Mapping[str, Any] | _core.Error) -> NettingSetOutcome:
    if isinstance(answer, _core.Error):
        failure = refusal_of(answer)
        return NettingSetOutcome(portfolio, regulation, None, failure)
    return NettingSetOutcome(portfolio, regulation, answer, None)


def _book(
    method: str,
    crif: Crif,
    pack: SimmPack | SchedulePack,
    chosen: _core.bilateral.SimmSettings,
    outcomes: Sequence[NettingSetOutcome],
) -> BilateralMargin:
    unread = [NettingSetOutcome(name, UNSPECIFIED, None, failure) for name, failure in crif.refusals.items()]
    return BilateralMargin(
        method=method,
        valuation_date=chosen.date,
        side=chosen.side.name,
        currency=pack.core.currency,
        pack={"pack_id": pack.pack_id, "status": pack.status, "source": pack.source},
        digests={"crif": crif.digest, "pack": pack.digest, "library_version": _core.version},
        outcomes=tuple(sorted([*outcomes, *unread], key=lambda item: (item.portfolio_id, item.regulation))),
    )
