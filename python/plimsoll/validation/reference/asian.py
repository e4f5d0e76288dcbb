"""Reference tables of discretely sampled Asian options under Black-Scholes."""

import math
from dataclasses import dataclass
from statistics import NormalDist

from plimsoll import _core
from plimsoll.validation.reference.table import Row, Tolerance
from plimsoll.validation.reference.terms import met, model_of, type_of
from plimsoll.validation.reference.verdict import CaseResult, Comparison, Verdict
from plimsoll.vocabulary.errors import BadInput

_SIMULATION = _core.MonteCarlo(paths=8_192, seed=20_260_101, threads=2)
# A correct value lies within four standard errors in all but 6 of 100 000 draws.
_STANDARD_ERRORS = 4.0
_MOST_FIXINGS = 10_000
#: Of the spot, in two formulas of some tens of operations.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class AveragePrice:
    """An average-price option and its market: the form that every row is brought to."""

    option: _core.ArithmeticAsian
    model: _core.BlackScholes


def fixing_times(row: Row) -> list[float]:
    """Give the equally spaced fixings of a row, first and last included, in years.

    Raises
    ------
    BadInput
        If there are more than a simulation of this table takes in seconds.
    """
    first, last = row.non_negative("first_fixing_years"), row.non_negative("last_fixing_years")
    count = row.count("n_fixings")
    if count > _MOST_FIXINGS:
        raise BadInput(
            "too_many_fixings",
            field="n_fixings",
            value=count,
            allowed=f"up to {_MOST_FIXINGS:,}",
            fix="correct the row",
        )
    if count < 2:
        return [last] * count
    step = (last - first) / (count - 1)
    return [first + step * index for index in range(count - 1)] + [last]


def average_price_form(row: Row) -> AveragePrice:
    """Bring a row to an average-price option.

    An average-strike option equals an average-price option of the other type, struck at the spot, with rate and
    yield exchanged and the fixings counted back from expiry; the identity is exact, also for discrete fixings.
    Source: Henderson and Wojakowski (2002), On the equivalence of floating- and fixed-strike Asian options.
    """
    spot, expiry = row.non_negative("spot"), row.non_negative("maturity_years")
    rate, dividend_yield = row.number("rate"), row.number("dividend_yield")
    option_type, times = row.text("option_type"), fixing_times(row)
    if row.text("payoff") == "average_strike":
        option_type = "put" if option_type == "call" else "call"
        times = [max(0.0, expiry - time) for time in reversed(times)]
        strike = spot
        rate, dividend_yield = dividend_yield, rate
    else:
        strike = row.non_negative("strike")
    option = _core.ArithmeticAsian(
        type=_core.OptionType[option_type], strike=strike, fixings=times, expiry=expiry, past_count=0, past_sum=0.0
    )
    model = _core.BlackScholes(spot=spot, rate=rate, dividend_yield=dividend_yield, volatility=row.non_negative("vol"))
    return AveragePrice(option, model)


def discrete_asian(row: Row) -> CaseResult:
    """Check one row of ``asian_discrete``: arithmetic by simulation, geometric in closed form."""
    averaging, payoff = row.text("averaging"), row.text("payoff")
    if payoff not in ("average_price", "average_strike"):
        return CaseResult.unsupported(row.case_id, f"no payoff of the core is called {payoff}")
    if averaging == "arithmetic_discrete":
        return _arithmetic(row)
    if averaging == "geometric_discrete":
        form = average_price_form(row)
        judged = met(row, [("closed form", _core.numerics.geometric_asian_today(form.option, form.model))])
        return judged if payoff == "average_price" else _with_witness(row, judged)
    if averaging == "geometric_continuous" and payoff == "average_price":
        return _continuous(row)
    return CaseResult.unsupported(row.case_id, f"no method of the core covers {averaging} {payoff}")


def _continuous(row: Row) -> CaseResult:
    first, last, expiry = (
        row.non_negative(name) for name in ("first_fixing_years", "last_fixing_years", "maturity_years")
    )
    if first != 0.0 or last != expiry:
        return CaseResult.unsupported(
            row.case_id, "no continuous mean of the core is over another period than the life"
        )
    option = _core.ContinuousAsian(
        type=type_of(row),
        strike=row.non_negative("strike"),
        expiry=expiry,
        elapsed=0.0,
        average=0.0,
    )
    return met(row, [("closed form", _core.continuous_geometric_asian(option, model_of(row)).price)])


def _with_witness(row: Row, judged: CaseResult) -> CaseResult:
    """Dispute a printed value that an exchange of the spot for the mean denies together with the price in its numeraire.

    Source: Margrabe (1978), The value of an option to exchange one asset for another, J. Finance 33.
    """
    (ours,) = judged.comparisons
    spot, expiry, variance = row.number("spot"), row.number("maturity_years"), row.number("vol") ** 2
    times = fixing_times(row)
    mean_time = sum(times) / len(times)
    mean_variance = variance * sum(min(one, other) for one in times for other in times) / len(times) ** 2
    carry = row.number("rate") - row.number("dividend_yield")
    received = spot * math.exp(-row.number("dividend_yield") * expiry)
    drift = (carry - 0.5 * variance) * mean_time + 0.5 * mean_variance
    paid = spot * math.exp(drift - row.number("rate") * expiry)
    deviation = math.sqrt(max(variance * expiry + mean_variance - 2.0 * variance * mean_time, 0.0))
    if deviation == 0.0:
        return judged  # what is exchanged moves as one: no second method, and so no dispute
    side = 1.0 if row.text("option_type") == "call" else -1.0
    first = math.log(received / paid) / deviation + 0.5 * deviation
    law = NormalDist()
    value = side * (received * law.cdf(side * first) - paid * law.cdf(side * (first - deviation)))
    witness = Comparison("price", "exchange of spot and mean", ours.expected, value, ours.allowed)
    agree = abs(value - ours.computed) <= _ROUNDING * spot
    if agree and not ours.holds and not witness.holds:
        note = f"the spot as numeraire and an exchange of two lognormal assets agree on {value:.7g}"
        return CaseResult(row.case_id, Verdict.disputed, (ours, witness), note)
    return CaseResult.of(row.case_id, [ours, witness])


def _arithmetic(row: Row) -> CaseResult:
    form = average_price_form(row)
    result = _core.numerics.monte_carlo_asian(form.option, form.model, _SIMULATION)
    expected = row.number("expected")
    allowed = Tolerance.parse(row.text("tolerance")).allowed(expected)
    error = result.standard_error
    if _STANDARD_ERRORS * error > allowed:
        return CaseResult.failed(row.case_id, f"a standard error of {error:.1e} does not resolve {allowed:g}")
    comparison = Comparison("price", "Monte Carlo", expected, result.price, allowed, standard_error=error)
    return CaseResult.of(row.case_id, [comparison])
