"""Reference tables of options on a spot whose variance follows the days."""

import re

from plimsoll import _core
from plimsoll.validation.reference.table import Row, Tolerance, finite_number
from plimsoll.validation.reference.terms import type_of
from plimsoll.validation.reference.verdict import CaseResult, Comparison
from plimsoll.vocabulary.errors import BadInput

_DAYS_PER_YEAR = 365.0
_PATHS = _core.Simulation(
    paths=65_536,
    seed=20_260_101,
    threads=2,
    sequence=_core.Sequence.sobol,
    antithetic=_core.Antithetic.no,
    control=_core.Control.best,
    target_error=0.0,
)
_RATE = re.compile(r"^([-+0-9.eE]+)(?: annual\b.*)?$")
_TOLERANCE = re.compile(r"^analytic ")


def gjr_garch(row: Row) -> CaseResult:
    """Check one row of ``gjr_garch_option_duan``: the approximation beside the printed one, paths beside the paths.

    The first variance is the stationary one, as in the source. The tolerance of the approximation holds for both.
    """
    rate = _RATE.match(row.text("rate"))
    number = finite_number(rate[1]) if rate else None
    if number is None:
        raise BadInput(
            "bad_cell",
            field=f"{row.case_id}.rate",
            value=row.text("rate"),
            allowed="a number, or one as in 0.05 annual, ActAct",
            fix="correct the cell or leave the row out",
        )
    model = _model(row, number, _core.stationary_variance(_model(row, number, 1.0)))
    option = _core.European(
        type=type_of(row),
        strike=row.non_negative("strike"),
        expiry=row.count("maturity_days") / _DAYS_PER_YEAR,
    )
    series = _core.duan_approximation(option, model)
    paths = _core.simulated_price(option, model, _PATHS)
    tolerance = Tolerance.parse(_TOLERANCE.sub("", row.text("tolerance")))
    printed, simulated = row.number("expected_analytic_approx"), row.number("expected_monte_carlo")
    return CaseResult.of(
        row.case_id,
        [
            Comparison("approximation", "series of moments", printed, series.price, tolerance.allowed(printed)),
            Comparison(
                "simulated_price",
                "paths",
                simulated,
                paths.price,
                tolerance.allowed(simulated),
                standard_error=paths.standard_error,
            ),
        ],
    )


def _model(row: Row, rate: float, variance: float) -> _core.GjrGarch:
    return _core.GjrGarch(
        spot=row.non_negative("spot"),
        rate=rate,
        dividend_yield=0.0,
        variance=variance,
        constant=row.non_negative("omega"),
        reaction=row.non_negative("alpha"),
        persistence=row.non_negative("beta"),
        leverage=row.number("gamma_leverage"),
        risk_premium=row.number("lambda_risk_premium"),
        days_per_year=_DAYS_PER_YEAR,
    )
