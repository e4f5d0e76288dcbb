"""Reference tables under Heston's model that need paths: arithmetic Asian options."""

from plimsoll import _core
from plimsoll.validation.reference.table import Row, Tolerance, finite_number
from plimsoll.validation.reference.verdict import CaseResult, Comparison, Verdict
from plimsoll.vocabulary.errors import BadInput

_TYPES = {"call": _core.OptionType.call, "put": _core.OptionType.put}
_SEED = 20_260_101
# A correct value lies within four standard errors in all but 6 of 100 000 draws.
_STANDARD_ERRORS = 4.0
_MOST_PATHS = 4_194_304
_MOST_STEPS = 500_000_000  # of all paths together
_MOST_FIXINGS = 1_000
_MONTHS = 12.0
_STEPS_PER_YEAR, _LEAST_STEPS = 24, 2
_STEPS = _core.HestonPaths(
    scheme=_core.HestonScheme.quadratic_exponential, steps_per_year=_STEPS_PER_YEAR, least_steps=_LEAST_STEPS
)
_EXACT = _core.HestonPaths(scheme=_core.HestonScheme.exact, steps_per_year=1, least_steps=1)
# The witness without steps costs more: it has to agree within its own error only.
_WITNESS_PATHS = 8_192
_PROOF_PATHS = 65_536
_MOST_EXACT_STEPS = 4_000_000


def monthly_or_even_fixings(row: Row) -> list[float]:
    """Give the fixings of a row in years: evenly from first to last, or monthly where the first is a word.

    A last fixing that is left empty is that of as many months as there are fixings.

    Raises
    ------
    BadInput
        If there is no fixing, or more than a simulation of this table takes in seconds.
    """
    count = row.count("n_fixings")
    if not 1 <= count <= _MOST_FIXINGS:
        raise BadInput(
            "too_many_fixings",
            field="n_fixings",
            value=count,
            allowed=f"1 to {_MOST_FIXINGS:,}",
            fix="correct the row",
        )
    first = finite_number(row.text("first_fixing_years"))
    if first is None and row.text("first_fixing_years").startswith("monthly"):
        return [month / _MONTHS for month in range(1, count + 1)]
    first = row.non_negative("first_fixing_years")
    if not row.text("last_fixing_years"):
        return [first + k / _MONTHS for k in range(count)]
    last = row.non_negative("last_fixing_years")
    if count == 1:
        return [last]
    return [first + (last - first) * k / (count - 1) for k in range(count - 1)] + [last]


def arithmetic_asian(row: Row, most_proof_paths: int = _PROOF_PATHS) -> CaseResult:
    """Check one row of ``asian_arithmetic_heston`` by steps to the table's tolerance, and by the exact scheme.

    The exact scheme, which has no steps, confirms within the tolerance and its own error. A value that both deny is
    disputed where as many exact paths as ``most_proof_paths`` prove it.
    """
    fixings = monthly_or_even_fixings(row)
    option = _core.ArithmeticAsian(
        type=row.choice("option_type", _TYPES),
        strike=row.non_negative("strike"),
        fixings=fixings,
        expiry=fixings[-1],
        past_count=0,
        past_sum=0.0,
    )
    model = _core.Heston(
        spot=row.non_negative("spot"),
        rate=row.number("rate"),
        dividend_yield=row.number("dividend_yield"),
        variance=row.non_negative("v0"),
        mean_reversion=row.non_negative("kappa"),
        long_variance=row.non_negative("theta"),
        volatility_of_variance=row.non_negative("sigma_vol_of_vol"),
        correlation=row.number("rho"),
    )
    expected = row.number("expected")
    allowed = Tolerance.parse(row.text("tolerance")).allowed(expected)
    steps = max(_STEPS_PER_YEAR * option.expiry, _LEAST_STEPS * len(fixings))
    paths = min(_MOST_PATHS, max(_WITNESS_PATHS, int(_MOST_STEPS / steps)))
    stepped = _core.simulated_price(option, model, _STEPS, _simulation(paths, allowed / _STANDARD_ERRORS))
    exact = _core.simulated_price(option, model, _EXACT, _simulation(_WITNESS_PATHS, 0.0))
    witnessed = allowed + _STANDARD_ERRORS * exact.standard_error
    judged = CaseResult.of(
        row.case_id,
        [
            Comparison(
                "price",
                "quadratic-exponential paths",
                expected,
                stepped.price,
                allowed,
                standard_error=stepped.standard_error,
            ),
            Comparison("price", "exact paths", expected, exact.price, witnessed, standard_error=exact.standard_error),
        ],
    )
    if judged.verdict is Verdict.passed or not _apart(expected, stepped, allowed):
        return judged
    proof_paths = max(256, min(most_proof_paths, _MOST_EXACT_STEPS // len(fixings)))
    exact = _core.simulated_price(option, model, _EXACT, _simulation(proof_paths, 0.0))
    if not _apart(expected, exact, allowed):
        return judged
    note = (
        f"two schemes agree on another price: {stepped.price:.6g} ({stepped.standard_error:.1e}) by steps, "
        f"{exact.price:.6g} ({exact.standard_error:.1e}) without"
    )
    return CaseResult(row.case_id, Verdict.disputed, judged.comparisons, note)


def _apart(expected: float, found: _core.SimulatedPrice, allowed: float) -> bool:
    """Tell whether a printed value is further off than allowed, the error of ours granted."""
    return abs(found.price - expected) > allowed + _STANDARD_ERRORS * found.standard_error


def _simulation(paths: int, target_error: float) -> _core.Simulation:
    return _core.Simulation(
        paths=paths,
        seed=_SEED,
        threads=2,
        sequence=_core.Sequence.philox,
        antithetic=_core.Antithetic.no,
        control=_core.Control.best,
        target_error=target_error,
    )
