"""Reference tables of fits to data that stand in tables of their own, and of simulated critical values."""

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from plimsoll.engine import statistics
from plimsoll.validation.reference.table import Row, Tolerance, half_last_place, read_rows, require_columns
from plimsoll.validation.reference.verdict import CaseResult, Comparison
from plimsoll.vocabulary.errors import BadInput

_CORE = "core statistics"
#: The literature's name of each parameter beside the core's.
_GARCH = {"mu": "mean", "omega": "constant", "alpha1": "reaction", "beta1": "persistence"}
_LOSSES = "data_danish_fire_losses.csv"
_NULLS = {"normal": 0.0}
_STUDENT = "student_t"
_SIMULATIONS = 400_000
_SEED = 20_260_101


def garch_benchmark(rows: Sequence[Row], companions: Path) -> list[CaseResult]:
    """Check the table ``garch_fcp_benchmark``: each estimate with its robust error, and the log-likelihood."""
    fits: dict[str, statistics.GarchFit] = {}
    results = []
    for row in rows:
        name = row.text("data_file")
        if name not in fits:
            fits[name] = statistics.fit_garch(_column(companions, name, "return_pct", row))
        results.append(_garch_row(row, fits[name]))
    return results


def _garch_row(row: Row, fit: statistics.GarchFit) -> CaseResult:
    parameter = row.text("parameter")
    tolerance = Tolerance.parse(row.text("tolerance"))
    if parameter == "log_likelihood":
        expected = row.number("log_likelihood")
        return CaseResult.of(
            row.case_id, [Comparison(parameter, _CORE, expected, fit.log_likelihood, tolerance.allowed(expected))]
        )
    field = _GARCH.get(parameter)
    if field is None:
        return CaseResult.unsupported(row.case_id, f"the core's GARCH has no parameter called {parameter}")
    estimate, error = row.number("expected_estimate"), row.number("expected_qmle_robust_se")
    return CaseResult.of(
        row.case_id,
        [
            Comparison(parameter, _CORE, estimate, getattr(fit.parameters, field), tolerance.allowed(estimate)),
            Comparison(
                "robust_standard_error", _CORE, error, getattr(fit.robust_errors, field), tolerance.allowed(error)
            ),
        ],
    )


def pareto_tail(rows: Sequence[Row], companions: Path) -> list[CaseResult]:
    """Check the table ``gpd_danish_fire``: each quantity of the tail that is fitted above the row's threshold."""
    losses = _column(companions, _LOSSES, "loss_million_dkk_1985", rows[0]) if rows else []
    fits: dict[float, statistics.ParetoFit] = {}
    results = []
    for row in rows:
        if row.count("n_data") != len(losses):
            raise BadInput(
                "other_data",
                field=f"{row.case_id}.n_data",
                value=row.text("n_data"),
                allowed=f"{len(losses)}, the losses in {_LOSSES}",
                fix="give the table of the losses that the row is about",
            )
        threshold = row.number("threshold")
        if threshold not in fits:
            fits[threshold] = statistics.fit_pareto_tail(losses, threshold)
        results.append(_pareto_row(row, fits[threshold]))
    return results


def _pareto_row(row: Row, fit: statistics.ParetoFit) -> CaseResult:
    quantity = row.text("quantity")
    name, _, level = quantity.partition("_0.")
    if quantity in _OF_PARETO:
        computed = _OF_PARETO[quantity](fit)
    elif name in _BEYOND and level.isdigit():
        computed = _BEYOND[name](fit, round(1.0 - float(f"0.{level}"), 12))
    else:
        return CaseResult.unsupported(row.case_id, f"the core's tail has no quantity called {quantity}")
    expected = row.number("expected")
    allowed = max(Tolerance.parse(row.text("tolerance")).allowed(expected), half_last_place(row.text("expected")))
    return CaseResult.of(row.case_id, [Comparison(quantity, _CORE, expected, computed, allowed)])


_OF_PARETO: Mapping[str, Callable[[statistics.ParetoFit], float]] = {
    "n_exceedances": lambda fit: float(fit.exceedances),
    "xi_mle": lambda fit: fit.tail.shape,
    "beta_mle": lambda fit: fit.tail.scale,
    "xi_se": lambda fit: fit.errors.shape,
    "beta_se": lambda fit: fit.errors.scale,
    "log_likelihood": lambda fit: fit.log_likelihood,
}
_BEYOND: Mapping[str, Callable[[statistics.ParetoFit, float], float]] = {
    "var": statistics.pareto_value_at_risk,
    "es": statistics.pareto_expected_shortfall,
}


def critical_values(rows: Sequence[Row]) -> list[CaseResult]:
    """Check the table ``acerbi_szekely_z2_critical_values``: each quantile of the statistic under its null."""
    simulated: dict[tuple[float, float, int], Sequence[float]] = {}
    results = []
    for row in rows:
        null = (_degrees_of_freedom(row), row.number("alpha"), row.count("n_observations"))
        if null not in simulated:
            simulated[null] = statistics.acerbi_szekely_z2_null(
                statistics.Z2Null(
                    tail_probability=null[1],
                    observations=null[2],
                    degrees_of_freedom=null[0],
                    simulations=_SIMULATIONS,
                    seed=_SEED,
                ),
                threads=2,
            ).tolist()
        results.append(_quantile_row(row, simulated[null]))
    return results


def _degrees_of_freedom(row: Row) -> float:
    name = row.text("null_distribution")
    degrees = name.removeprefix(_STUDENT)
    if name.startswith(_STUDENT) and degrees.isdigit():
        return float(degrees)
    return row.choice("null_distribution", _NULLS)


def _quantile_row(row: Row, ascending: Sequence[float]) -> CaseResult:
    """Hold the printed quantile, itself simulated, against ours; the ranks about ours show its error."""
    significance = row.number("significance")
    expected = row.number("simulated_critical_value")
    computed = statistics.critical_value(ascending, significance)
    spread = math.sqrt(significance * (1.0 - significance) / len(ascending))
    near = [
        statistics.critical_value(ascending, significance + side * min(spread, significance / 2)) for side in (-1, 1)
    ]
    error = 0.5 * (near[1] - near[0])
    allowed = Tolerance.parse(row.text("tolerance")).allowed(expected)
    return CaseResult.of(
        row.case_id, [Comparison("critical_value", "simulation", expected, computed, allowed, standard_error=error)]
    )


def _column(companions: Path, name: str, column: str, row: Row) -> list[float]:
    """Read one column of a table beside this one."""
    if not name or Path(name).name != name or not (companions / name).is_file():
        raise BadInput(
            "no_such_table",
            field=f"{row.case_id}.data_file",
            value=name if name else "empty",
            allowed=f"a table in {companions}",
            fix="give the folder that holds it by --companions",
        )
    columns, rows = read_rows(companions / name)
    require_columns(columns, (column,), name)
    return [each.number(column) for each in rows]
