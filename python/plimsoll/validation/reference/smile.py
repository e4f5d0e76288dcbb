"""Reference tables of the SABR smile."""

from plimsoll import _core
from plimsoll.validation.reference.table import Row, Tolerance
from plimsoll.validation.reference.verdict import CaseResult, Comparison

_FORMULAS = {"floch_kennedy_expansion": "local expansion", "hagan_lognormal": "hagan", "hagan_normal": "hagan normal"}


def sabr_hagan_lognormal(row: Row) -> CaseResult:
    """Check one row of ``sabr_hagan_lognormal``."""
    return _compared(row, "expected_black_vol", "hagan")


def sabr_misc(row: Row) -> CaseResult:
    """Check one row of ``sabr_misc``: the formula that the row names."""
    formula = _FORMULAS.get(row.text("formula"))
    if formula is None or row.text("quantity") not in {"black_vol", "normal_vol"}:
        named = f"{row.text('formula')} for {row.text('quantity')}"
        return CaseResult.unsupported(row.case_id, f"no SABR formula of the core is called {named}")
    return _compared(row, "expected", formula)


def _compared(row: Row, column: str, formula: str) -> CaseResult:
    model = _core.Sabr(
        level=row.non_negative("alpha"),
        elasticity=row.non_negative("beta"),
        volatility_of_level=row.non_negative("nu"),
        correlation=row.number("rho"),
    )
    functions = {
        "hagan": _core.hagan_volatility,
        "hagan normal": _core.hagan_normal_volatility,
        "local expansion": _core.local_expansion_volatility,
    }
    found = functions[formula](
        model, row.non_negative("forward"), row.non_negative("strike"), row.non_negative("maturity_years")
    )
    expected = row.number(column)
    allowed = Tolerance.parse(row.text("tolerance")).allowed(expected)
    return CaseResult.of(row.case_id, [Comparison("volatility", formula, expected, found, allowed)])
