"""Reference tables of discretely sampled Asian options under Black-Scholes."""

from dataclasses import dataclass

from plimsoll import _core
from plimsoll.validation.reference.table import Row, Tolerance
from plimsoll.validation.reference.verdict import CaseResult, Comparison
from plimsoll.vocabulary.errors import BadInput

_SIMULATION = _core.MonteCarlo(paths=8_192, seed=20_260_101, threads=2)
# A correct value lies within four standard errors in all but 6 of 100 000 draws.
_STANDARD_ERRORS = 4.0
_MOST_FIXINGS = 10_000


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
    """Check one row of ``asian_discrete``: arithmetic by simulation, geometric average price in closed form."""
    averaging, payoff = row.text("averaging"), row.text("payoff")
    if payoff not in ("average_price", "average_strike"):
        return CaseResult.unsupported(row.case_id, f"no payoff of the core is called {payoff}")
    if averaging == "arithmetic_discrete":
        return _arithmetic(row)
    if averaging == "geometric_discrete" and payoff == "average_price":
        return _geometric(row)
    return CaseResult.unsupported(row.case_id, f"no method of the core covers {averaging} {payoff}")


def _geometric(row: Row) -> CaseResult:
    form = average_price_form(row)
    priced = _core.numerics.geometric_asian(form.option, form.model)
    expected = row.number("expected")
    allowed = Tolerance.parse(row.text("tolerance")).allowed(expected)
    return CaseResult.of(row.case_id, [Comparison("price", "closed form", expected, priced.price, allowed)])


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
