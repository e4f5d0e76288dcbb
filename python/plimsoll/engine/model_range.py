"""The model-risk interval: every trade under every admissible model that is calibrated to the same quotes."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from plimsoll import _core
from plimsoll.engine import calibration
from plimsoll.engine.book import Book, Position
from plimsoll.engine.calibration import ModelFit
from plimsoll.engine.model_range_policy import RangePolicy
from plimsoll.engine.of_book import OfBook
from plimsoll.engine.quotes import QuoteChain
from plimsoll.engine.refusals import refusal, refusal_of
from plimsoll.engine.snapshot import Snapshot
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput, PlimsollError

#: The models of the interval, by the word of the calibration that stands for each.
CALIBRATIONS = {
    "black_scholes": "black_scholes",
    "local_volatility": "ssvi",
    "heston": "heston",
    "bates": "bates",
    "merton": "merton",
    "variance_gamma": "variance_gamma",
}
MODELS = tuple(CALIBRATIONS)
_DAYS = 365  # Act/365F, as the core resolves dates
#: Standard errors of the difference of two values that a range must exceed. Six values that differ by chance alone lie
#: further apart in one case of 30 (range of six normal deviates, 3 times the root of 2).
_ERRORS = 3.0


@dataclass(frozen=True, slots=True)
class CalibratedModel:
    """A model fitted to the chain of an underlying, and why it does not count, if so."""

    underlying: str
    model: str
    fit: ModelFit
    quality: _core.FitQuality | None
    reasons: tuple[str, ...]

    @property
    def admissible(self) -> bool:
        """Whether the policy lets it into the range."""
        return not self.reasons

    def to_dict(self) -> dict[str, Any]:
        """Give the model as plain data; a root mean square that does not exist is null."""
        quality = None if self.quality is None else self.quality.to_dict()
        if quality is not None and not quality["inverted"]:
            quality["volatility_rmse"] = None
        head = {"underlying": self.underlying, "model": self.model, "admissible": self.admissible}
        return {**head, "reasons": list(self.reasons), "quality": quality, "fit": self.fit.to_dict()}


@dataclass(frozen=True, slots=True)
class ModelValue:
    """One unit of a trade under one admissible model, or why the model has no method for it."""

    model: str
    value: _core.FittedValue | None
    refusal: PlimsollError | None

    def to_dict(self) -> dict[str, Any]:
        """Give the value as plain data."""
        found = {} if self.value is None else self.value.to_dict()
        names = ("price", "error", "deviation", "method")
        failed = None if self.refusal is None else self.refusal.to_dict()
        return {"model": self.model, **{name: found.get(name) for name in names}, "refusal": failed}


@dataclass(frozen=True, slots=True)
class FurtherQuote:
    """The European option whose quote is expected to narrow the range most, and what each model says of it."""

    type: str
    strike: float
    expiry: date
    width: float
    disagreement: float
    range_after: float
    models_left: float
    prices: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Give the quote as plain data."""
        return {
            "type": self.type,
            "strike": self.strike,
            "expiry": self.expiry.isoformat(),
            "width": self.width,
            "disagreement_in_widths": self.disagreement,
            "expected_range_after": self.range_after,
            "expected_models_left": self.models_left,
            "prices": dict(self.prices),
        }


@dataclass(frozen=True, slots=True)
class TradeRange:
    """The interval of one trade, or why it has none; the values by model are there either way.

    ``side`` is the holder's: who is long loses where the unit is cheapest. ``range`` is per unit but for its reserve, which
    is the position's, from the value by ``marked_by`` to the worst. ``is_resolved`` says whether the range is wider than
    three times the root of the sum of squares of the methods' errors at its two ends.
    """

    trade_id: str
    underlying: str | None
    kind: str
    quantity: float | None
    multiplier: float | None
    values: tuple[ModelValue, ...] = ()
    range: _core.ModelRange | None = None
    marked_by: str | None = None
    is_resolved: bool | None = None
    further_quote: FurtherQuote | None = None
    refusal: PlimsollError | None = None

    @property
    def side(self) -> str | None:
        """The side of the holder."""
        return None if self.quantity is None else "short" if self.quantity < 0.0 else "long"

    def valued(self) -> list[ModelValue]:
        """Give the values that there are."""
        return [each for each in self.values if each.value is not None]

    def to_dict(self) -> dict[str, Any]:
        """Give the interval as plain data."""
        found = None
        if self.range is not None:
            names = [each.model for each in self.valued()]
            found = self.range.to_dict()
            found |= {"lowest": names[self.range.lowest], "highest": names[self.range.highest]}
        return {
            "trade_id": self.trade_id,
            "underlying": self.underlying,
            "kind": self.kind,
            "quantity": self.quantity,
            "multiplier": self.multiplier,
            "side": self.side,
            "marked_by": self.marked_by,
            "range": found,
            "is_resolved": self.is_resolved,
            "values": [each.to_dict() for each in self.values],
            "further_quote": None if self.further_quote is None else self.further_quote.to_dict(),
            "refusal": None if self.refusal is None else self.refusal.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class BookRange(OfBook):
    """The intervals of a book in its order, with the models and the policy that made them."""

    policy: RangePolicy
    plan: Mapping[str, int]
    quotes: Mapping[str, str]
    models: tuple[CalibratedModel, ...]
    trades: tuple[TradeRange, ...]

    @property
    def refused(self) -> tuple[tuple[str, PlimsollError], ...]:
        """The trades without an interval."""
        return tuple((trade.trade_id, trade.refusal) for trade in self.trades if trade.refusal is not None)

    def to_dict(self) -> dict[str, Any]:
        """Give the intervals as plain data."""
        return {
            **self.head(),
            "library_version": _core.version,
            "policy": self.policy.to_dict(),
            "paths": dict(self.plan),
            "quotes": dict(self.quotes),
            "models": [model.to_dict() for model in self.models],
            "trades": [trade.to_dict() for trade in self.trades],
        }


@dataclass(frozen=True, slots=True)
class RangeQuestion:
    """What is asked: which models, by which policy, marked by which (the best fitting where None), along which paths."""

    policy: RangePolicy
    models: tuple[str, ...]
    marked: str | None
    paths: int
    seed: int
    threads: int

    def plan(self) -> _core.PathPlan:
        """Give the core's plan of paths."""
        pace = self.policy.steps_per_year
        return _core.PathPlan(paths=self.paths, seed=self.seed, threads=self.threads, steps_per_year=pace)


def ranges_of_book(
    book: Book, snapshot: Snapshot, chains: Mapping[str, QuoteChain], question: RangeQuestion
) -> BookRange:
    """Value each position under every admissible model and give the interval.

    Parameters
    ----------
    book : Book
        The positions; a refused one stays refused.
    snapshot : Snapshot
        The market, of which day and spots count here: the rest comes from the quotes.
    chains : mapping of underlying to QuoteChain
        The quotes that every model is calibrated to.
    question : RangeQuestion
        Models, policy, mark and paths.

    Returns
    -------
    BookRange
        One interval or refusal for each position.

    Raises
    ------
    BadInput
        If quotes are of another day or spot than the snapshot, or the policy is not in force on its day.
    """
    question.policy.require(snapshot.valuation_date)
    for name, chain in chains.items():
        _refuse_other_market(name, chain, snapshot)
    models: list[CalibratedModel] = []
    ranges: dict[int, TradeRange] = {}
    for name, chain in chains.items():
        places = [i for i, each in enumerate(book.positions) if each.trade is not None and each.underlying == name]
        if places:
            desk = _Desk(name, chain, snapshot, question)
            models += desk.models
            ranges |= zip(places, desk.ranges([book.positions[i] for i in places]), strict=True)
    trades = tuple(ranges.get(i) or _without_range(each, chains) for i, each in enumerate(book.positions))
    quotes = {name: digest_of([expiry.to_dict() for expiry in chain.reading.chain]) for name, chain in chains.items()}
    plan = {"paths": question.paths, "seed": question.seed, "steps_per_year": question.policy.steps_per_year}
    head = (book.book_id, snapshot.valuation_date.isoformat(), snapshot.digest, book.digest)
    return BookRange(*head, question.policy, plan, quotes, tuple(models), trades)


def _refuse_other_market(name: str, chain: QuoteChain, snapshot: Snapshot) -> None:
    spot = snapshot.spot(name)
    told, wanted, what = str(chain.today), str(snapshot.valuation_date), "valuation_date"
    if told == wanted and chain.spot is not None and not math.isclose(chain.spot, spot, rel_tol=1e-6):
        told, wanted, what = str(chain.spot), str(spot), "spot"
    if told != wanted:
        raise BadInput(
            "other_market",
            field=f"quotes of {name}: {what}",
            value=told,
            allowed=f"{wanted}, as in the snapshot",
            fix="give quotes and snapshot of one moment",
        )


def _without_range(position: Position, chains: Mapping[str, QuoteChain]) -> TradeRange:
    head = (position.trade_id, position.underlying, position.kind, position.quantity, position.multiplier)
    flaw = position.refusal or refusal(
        "missing_quote",
        "quotes",
        str(position.underlying),
        f"an underlying whose quotes are given: {', '.join(chains)}",
        f"give --quotes {position.underlying}=FILE",
    )
    return TradeRange(*head, refusal=flaw)


class _Desk:
    """The models of one underlying, calibrated once, and the intervals of its trades."""

    def __init__(self, name: str, chain: QuoteChain, snapshot: Snapshot, question: RangeQuestion) -> None:
        self.chain = list(chain.reading.chain)
        self.today = snapshot.valuation_date
        self.question = question
        self.carry = _core.carry_of(snapshot.spot(name), self.chain)
        self.models = [_calibrated(name, model, chain, question.policy) for model in question.models]
        self.good = {each.model: each for each in self.models if each.admissible}

    def ranges(self, positions: Sequence[Position]) -> list[TradeRange]:
        """Give the intervals of positions on the underlying."""
        trades = [position.trade.to_core() for position in positions if position.trade is not None]
        candidates = self._candidates(trades)
        views: dict[str, _core.FittedView] = {}
        silent: list[ModelValue] = []
        for model, each in self.good.items():
            try:
                views[model] = _core.fitted_view(
                    each.fit.found, self.chain, self.carry, trades, self.today, candidates, self.question.plan()
                )
            except PlimsollError as flaw:  # of the model or of a candidate: it has no value for any trade
                silent.append(ModelValue(model, None, flaw))
        return [self._range(i, position, trades[i], views, silent, candidates) for i, position in enumerate(positions)]

    def _candidates(self, trades: Sequence[_core.Trade]) -> list[_core.CandidateQuote]:
        policy = self.question.policy
        days = {(trade.terms.expiry - self.today).days for trade in trades if hasattr(trade.terms, "expiry")}
        years = [*self.carry.years, *(count / _DAYS for count in sorted(days) if count > 0)]
        grid = _core.CandidateGrid(
            years=years,
            deviations=list(policy.deviations),
            volatility_width=policy.volatility_width,
            least_width=policy.least_width,
        )
        return list(_core.candidate_quotes(self.chain, self.carry, grid))

    def _range(
        self,
        place: int,
        position: Position,
        trade: _core.Trade,
        views: Mapping[str, _core.FittedView],
        silent: Sequence[ModelValue],
        candidates: list[_core.CandidateQuote],
    ) -> TradeRange:
        values = (*(_value(model, view.trades[place]) for model, view in views.items()), *silent)
        valued = {each.model: each.value for each in values if each.value is not None}
        head = (position.trade_id, position.underlying, position.kind, position.quantity, position.multiplier, values)
        try:
            marked = self._marked(values, valued)
            found = _core.model_range(trade, [each.price for each in valued.values()], list(valued).index(marked))
        except PlimsollError as flaw:
            return TradeRange(*head, refusal=flaw)
        ends = list(valued.values())
        errors = _ERRORS * math.hypot(ends[found.lowest].error, ends[found.highest].error)
        further = self._further_quote(place, found, {model: views[model] for model in valued}, candidates)
        return TradeRange(*head, found, marked, found.high - found.low > errors, further)

    def _marked(self, values: Sequence[ModelValue], valued: Mapping[str, Any]) -> str:
        least, wanted = self.question.policy.least_models, self.question.marked
        flaws = [each.refusal for each in values if each.refusal is not None]
        if flaws and not valued and len({(flaw.code, flaw.field, flaw.allowed) for flaw in flaws}) == 1:
            raise flaws[0]  # of the trade, whatever the model
        if len(valued) < least:
            raise refusal(
                *("unsupported", "models", f"{len(valued)} admissible with a value: {', '.join(valued) or 'none'}"),
                f"{least} at least, by the policy {self.question.policy.policy_id}",
                "look at the models' reasons: give more quotes, more models or a policy of your own",
            )
        if wanted is None:
            return min(valued, key=lambda model: self.good[model].fit.residual_deviation or 0.0)
        if wanted in valued:
            return wanted
        fix = "mark by a model that is admissible and values the trade"
        raise refusal("unsupported", "marked", wanted, ", ".join(valued), fix)

    def _further_quote(
        self,
        place: int,
        found: _core.ModelRange,
        views: Mapping[str, _core.FittedView],
        candidates: list[_core.CandidateQuote],
    ) -> FurtherQuote | None:
        """Give the candidate after which the least range is expected; None where none narrows it."""
        policy = self.question.policy
        limits = (policy.most_half_spreads, policy.most_volatility, policy.volatility_width)
        told = _core.quote_separations(list(views.values()), place, candidates, *limits)
        if not told:
            return None
        best = min(range(len(told)), key=lambda i: (told[i].range_after, -told[i].disagreement))
        if not told[best].range_after < found.high - found.low:
            return None
        quote = candidates[best]
        return FurtherQuote(
            type=quote.type.name,
            strike=quote.strike,
            expiry=self.today + timedelta(days=round(quote.years * _DAYS)),
            width=quote.width,
            disagreement=told[best].disagreement,
            range_after=told[best].range_after,
            models_left=told[best].left,
            prices={model: view.candidate_prices(place)[best] for model, view in views.items()},
        )


def _value(model: str, answer: "_core.FittedValue | _core.Error") -> ModelValue:
    if isinstance(answer, _core.Error):
        return ModelValue(model, None, refusal_of(answer))
    return ModelValue(model, answer, None)


def _calibrated(underlying: str, model: str, chain: QuoteChain, policy: RangePolicy) -> CalibratedModel:
    fit = calibration.fit(chain, CALIBRATIONS[model])[0]
    if fit.refusal is not None:
        return CalibratedModel(underlying, model, fit, None, (f"refused: {fit.refusal}",))
    quality = _core.fit_quality(list(chain.reading.chain), list(fit.residuals))
    reasons = [] if fit.converged else [f"not converged ({fit.end})"]
    near = quality.half_spread_rmse <= policy.most_half_spreads or quality.volatility_rmse <= policy.most_volatility
    if not near:
        reasons.append(
            f"misses its quotes by {quality.half_spread_rmse:.2f} half spreads and {quality.volatility_rmse:.4f} of "
            f"volatility, more than {policy.most_half_spreads:g} and {policy.most_volatility:g}"
        )
    return CalibratedModel(underlying, model, fit, quality, tuple(reasons))
