"""Reference tables of options on several underlyings: European by quadrature, early exercise between two bounds."""

import re
from dataclasses import dataclass

from plimsoll import _core
from plimsoll.validation.reference.lattices import best_of_two
from plimsoll.validation.reference.table import Row, Tolerance
from plimsoll.validation.reference.verdict import CaseResult, Comparison, Verdict

_TYPES = {"call": _core.OptionType.call, "put": _core.OptionType.put}
_AGGREGATES = {"max": _core.Aggregate.largest, "min": _core.Aggregate.smallest}
_SEED = 20_260_101
# A correct value lies within four standard errors in all but 6 of 100 000 draws.
_STANDARD_ERRORS = 4.0
# The European price, which costs little, is simulated to a sixteenth of what is allowed.
_RESOLUTION = 16.0
# Our methods must agree ten times better than they differ from a printed value to dispute it.
_PROOF_MARGIN = 10.0
# The tables of Barraquand and Martineau count 30 days a month, and their own prices 365 days a year.
_OTHER_YEAR = 360.0 / 365.0
_MOST_UNDERLYINGS = 20
_LATTICE_UNDERLYINGS = 2
_MOST_DATES = 1_000
_AMERICAN_DATES = 50
_IN_YEARS = re.compile(r".*= ([0-9.]{1,12}) years")
_LEADING_COUNT = re.compile(r"(\d{1,4})\b")


@dataclass(frozen=True, slots=True)
class _Case:
    """An option on several underlyings and its market."""

    option: _core.BasketOption
    model: _core.CorrelatedBlackScholes

    def after(self, factor: float) -> "_Case":
        """Give the same option with its life stretched."""
        option = self.option
        stretched = _core.BasketOption(
            type=option.type,
            of=option.of,
            weights=option.weights,
            strike=option.strike,
            expiry=option.expiry * factor,
        )
        return _Case(stretched, self.model)

    @property
    def exact(self) -> float:
        return _core.quadrature_price(self.option, self.model)

    def simulated(self, error: float) -> _core.SimulatedPrice:
        """Give the price along paths, to a standard error."""
        method = _core.Simulation(
            paths=16_777_216,
            seed=_SEED,
            threads=2,
            sequence=_core.Sequence.sobol,
            antithetic=_core.Antithetic.no,
            control=_core.Control.best,
            target_error=error,
        )
        return _core.simulated_price(self.option, self.model, method)

    @property
    def never_exercised_early(self) -> bool:
        """Tell whether each underlying, discounted, drifts upward, so that a call on the largest is best kept."""
        keeps = all(q <= 0.0 for q in self.model.dividend_yields) and self.model.rate >= 0.0
        return keeps and self.option.type == _core.OptionType.call and self.option.of == _core.Aggregate.largest

    def bounds(self, dates: list[float], paths: int, outer_paths: int) -> _core.BermudanBounds:
        """Give a lower and, with outer paths, an upper bound of the price with exercise on some dates."""
        method = _core.LongstaffSchwartz(
            fitting_paths=32_768, paths=paths, outer_paths=outer_paths, inner_paths=1_024, seed=_SEED, threads=2
        )
        return _core.bermudan_bounds(_core.BermudanBasket(option=self.option, exercise_dates=dates), self.model, method)


def three_assets(row: Row) -> CaseResult:
    """Check one row of ``basket_three_asset_barraquand``: the European price by two methods, the American by a bound.

    A row that the stated maturity does not meet is disputed where the same 30-day months in a year of 365 days do, or
    where quadrature and simulation agree on another European price with certainty to spare.
    """
    case = _case(
        row, [row.non_negative(f"spot{i}") for i in (1, 2, 3)], [row.non_negative(f"vol{i}") for i in (1, 2, 3)]
    )
    case = case.after(row.non_negative("maturity_years_30d_months"))
    stated = _three_asset_comparisons(row, case)
    judged = CaseResult.of(row.case_id, stated)
    if judged.verdict is Verdict.passed:
        return judged
    refuted = _refuted_by_a_policy(row, stated, judged)
    if refuted is not None:
        return refuted
    other = _three_asset_comparisons(row, case.after(_OTHER_YEAR))
    if all(comparison.holds for comparison in other):
        met = "; ".join(f"{c.quantity} by {c.method} {c.computed:.5g}" for c in other)
        note = f"printed for 30-day months in a year of 365 days, where our methods meet it: {met}"
        return CaseResult(row.case_id, Verdict.disputed, tuple(stated), note)
    return _disputed_if_proven(row, case, judged, (stated, other))


def largest_of_many(row: Row) -> CaseResult:
    """Check one row of ``basket_american_max_call`` by its lower and its upper bound, and two assets by a lattice too.

    Without yield the option is not exercised early, and the price is the European one.
    """
    count = row.count("n_assets")
    if not 1 <= count <= _MOST_UNDERLYINGS:
        return CaseResult.unsupported(row.case_id, f"{count} underlyings, of 1 to {_MOST_UNDERLYINGS}")
    case = _case(row, [row.non_negative("spot_each")] * count, [row.non_negative("vol_each")] * count)
    case = case.after(_years(row))
    expected = row.number("expected")
    allowed = Tolerance.parse(row.text("tolerance")).allowed(expected)
    if case.never_exercised_early:
        european = _european_comparisons(case, expected, allowed)
        judged = CaseResult.of(row.case_id, european)
        return judged if judged.verdict is Verdict.passed else _disputed_if_proven(row, case, judged, (european,))
    per_three_years = _LEADING_COUNT.match(row.text("exercise_dates_per_3y"))
    if per_three_years is None and count == _LATTICE_UNDERLYINGS:
        return best_of_two(row)
    if per_three_years is None:
        return CaseResult.unsupported(row.case_id, "no number of exercise dates and a yield")
    dates = max(1, min(_MOST_DATES, round(int(per_three_years.group(1)) * case.option.expiry / 3.0)))
    bounds = case.bounds(_dates(case, dates, today=False), 1_048_576, 512)
    return CaseResult.of(
        row.case_id,
        [
            _resolved("price", "lower bound", expected, bounds.lower, allowed, bounds.lower_error),
            Comparison("price", "dual upper bound", expected, bounds.upper, allowed, standard_error=bounds.upper_error),
            *(best_of_two(row).comparisons if count == _LATTICE_UNDERLYINGS else ()),
        ],
    )


def _case(row: Row, spots: list[float], volatilities: list[float]) -> _Case:
    count, correlation = len(spots), row.number("correlation")
    has_yield = "dividend_yield" in row.cells
    option = _core.BasketOption(
        type=row.choice("option_type", _TYPES),
        of=row.choice("payoff_type", _AGGREGATES),
        weights=[1.0] * count,
        strike=row.non_negative("strike"),
        expiry=1.0,
    )
    model = _core.CorrelatedBlackScholes(
        spots=spots,
        rate=row.number("rate"),
        dividend_yields=[row.number("dividend_yield") if has_yield else 0.0] * count,
        volatilities=volatilities,
        correlation=[1.0 if i == j else correlation for i in range(count) for j in range(count)],
    )
    return _Case(option, model)


def _years(row: Row) -> float:
    """Give the maturity, which may be told in other units first: ``3 months-units in origin = 3.00 years``."""
    told = _IN_YEARS.fullmatch(row.text("maturity_years"))
    return row.non_negative("maturity_years") if told is None else float(told.group(1))


def _dates(case: _Case, count: int, *, today: bool) -> list[float]:
    later = [case.option.expiry * k / count for k in range(1, count)] + [case.option.expiry]
    return [0.0, *later] if today else later


def _european_comparisons(case: _Case, expected: float, allowed: float) -> list[Comparison]:
    found = case.simulated(allowed / _RESOLUTION)
    return [
        Comparison("European price", "quadrature", expected, case.exact, allowed),
        Comparison(
            "European price", "Monte Carlo", expected, found.price, allowed, standard_error=found.standard_error
        ),
    ]


def _three_asset_comparisons(row: Row, case: _Case) -> list[Comparison]:
    allowed = Tolerance.parse(row.text("tolerance")).allowed(1.0)
    comparisons = _european_comparisons(case, row.number("expected_european"), allowed)
    american = row.number("expected_american")
    if case.never_exercised_early:
        return [*comparisons, Comparison("American price", "quadrature", american, case.exact, allowed)]
    bounds = case.bounds(_dates(case, _AMERICAN_DATES, today=True), 131_072, 0)
    return [
        *comparisons,
        _resolved("American price", "lower bound", american, bounds.lower, allowed, bounds.lower_error),
    ]


def _resolved(quantity: str, method: str, expected: float, computed: float, allowed: float, error: float) -> Comparison:
    """Compare a simulated number; one that is not resolved to what is allowed counts as not met."""
    kept = computed if _STANDARD_ERRORS * error <= allowed else float("nan")
    return Comparison(quantity, method, expected, kept, allowed, standard_error=error)


def _refuted_by_a_policy(row: Row, stated: list[Comparison], judged: CaseResult) -> CaseResult | None:
    """Dispute an American price below what a policy earns on paths of its own, where the European price is met."""
    *european, american = stated
    error = american.standard_error
    if error is None or not all(comparison.holds for comparison in european):
        return None
    if not american.computed - _STANDARD_ERRORS * error > american.expected + american.allowed:
        return None
    note = (
        f"a policy of {_AMERICAN_DATES} dates, fitted on other paths, earns {american.computed:.4g} ({error:.1e}), more "
        f"than the printed {american.expected:.4g}; the European price is met by two methods"
    )
    return CaseResult(row.case_id, Verdict.disputed, judged.comparisons, note)


def _disputed_if_proven(row: Row, case: _Case, judged: CaseResult, tried: tuple[list[Comparison], ...]) -> CaseResult:
    """Dispute a row whose European price two methods that share nothing put elsewhere, however the year is counted."""
    off = min(comparison.difference for comparisons in tried for comparison in comparisons[:2])
    if off <= judged.comparisons[0].allowed:
        return judged
    found = case.simulated(off / (2.0 * _PROOF_MARGIN))
    apart = max(abs(found.price - case.exact), found.standard_error)
    if not off > _PROOF_MARGIN * apart:
        return judged
    note = (
        f"quadrature {case.exact:.6g} and simulation {found.price:.6g} ({found.standard_error:.1e}) agree on another "
        f"price; printed {judged.comparisons[0].expected:.6g}, off by {off:.1e} at the least"
    )
    return CaseResult(row.case_id, Verdict.disputed, judged.comparisons, note)
