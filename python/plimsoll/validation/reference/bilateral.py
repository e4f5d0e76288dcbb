"""Reference tables of bilateral margin; the numbers of a calibration are read from the companions, none is kept here."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from plimsoll.engine.bilateral import NettingSetOutcome, margin_by_schedule, margin_by_sensitivities, settings
from plimsoll.engine.bilateral_pack import (
    SCHEDULE_PACK,
    SimmPack,
    pack_document,
    read_schedule_pack,
    read_simm_pack,
)
from plimsoll.engine.crif import COLUMNS, Crif, crif_row
from plimsoll.validation.reference.simm_parameters import calibration
from plimsoll.validation.reference.table import Row, Tolerance, read_rows
from plimsoll.validation.reference.verdict import CaseResult, Comparison
from plimsoll.vocabulary.errors import BadInput

_ENGINE = "bilateral margin of the core"
_AS_OF = date(2023, 6, 30)
_ADD_ONS = {
    "NotionalFactor": "Param_AddOnNotionalFactor",
    "Notional": "Notional",
    "FixedAmount": "Param_AddOnFixedAmount",
    "ProductMultiplier": "Param_ProductClassMultiplier",
}
_SPLIT = {
    "expected_delta_margin": "delta",
    "expected_vega_margin": "vega",
    "expected_curvature_margin": "curvature",
    "expected_basecorr_margin": "base_correlation",
}
_SCHEDULE_QUANTITIES = {
    "gross_im": "gross_margin",
    "gross_current_rc": "gross_replacement_cost",
    "net_current_rc": "net_replacement_cost",
    "net_gross_ratio": "net_to_gross",
    "ngr": "net_to_gross",
    "schedule_im": "amount",
}
_RISK_CLASSES = {
    "InterestRate": "interest_rate",
    "CreditQualifying": "credit_qualifying",
    "CreditNonQualifying": "credit_non_qualifying",
    "Equity": "equity",
    "Commodity": "commodity",
    "FX": "exchange_rate",
}
_PRODUCTS = {"RatesFX": "rates_and_exchange", "Credit": "credit", "Equity": "equity", "Commodity": "commodity"}
_MEASURES = {"Delta": "delta", "Vega": "vega", "Curvature": "curvature", "BaseCorr": "base_correlation"}
_ALL = "All"


def unit_tests_10d(rows: Sequence[Row], companions: Path) -> list[CaseResult]:
    """Check ``simm_2_5_unit_tests_10d`` by the parameters and inputs of the companions."""
    return _unit_tests(rows, companions, "10d")


def unit_tests_1d(rows: Sequence[Row], companions: Path) -> list[CaseResult]:
    """Check ``simm_2_5_unit_tests_1d`` by the parameters and inputs of the companions."""
    return _unit_tests(rows, companions, "1d")


def _unit_tests(rows: Sequence[Row], companions: Path, horizon: str) -> list[CaseResult]:
    needed = [companions / f"simm_2_5_{name}.csv" for name in ("parameters", "sensitivities", "addon_inputs")]
    missing = _missing(needed)
    if missing:
        return [CaseResult.unsupported(row.case_id, missing) for row in rows]
    parameters, sensitivities, add_ons = (read_rows(path)[1] for path in needed)
    pack = read_simm_pack(calibration(parameters), horizon)
    inputs = {row.text("sensitivity_id"): {**row.cells, "amount": ""} for row in sensitivities}
    inputs |= {row.text("input_id"): _add_on(row) for row in add_ons}
    return [_unit_test(row, pack, inputs) for row in rows]


def _add_on(row: Row) -> dict[str, str]:
    kind = _ADD_ONS[row.text("kind")]
    pure = kind in ("Param_AddOnNotionalFactor", "Param_ProductClassMultiplier")
    amount = {"amount" if pure else "amount_usd": row.text("value")}
    return {"risk_type": kind, "qualifier": row.text("product"), "amount_currency": "USD", **amount}


def _unit_test(row: Row, pack: SimmPack, inputs: Mapping[str, Mapping[str, str]]) -> CaseResult:
    names = f"{row.text('sensitivity_ids')} {row.text('addon_input_ids')}".split()
    unknown = [name for name in names if name not in inputs]
    if unknown:
        return CaseResult.unsupported(row.case_id, f"the companions have no input {unknown[0]}")
    crif = _crif([inputs[name] for name in names])
    (outcome,) = margin_by_sensitivities(
        crif, pack, settings(_AS_OF, "call", row.text("calculation_currency"))
    ).outcomes
    margin = _margin_or_raise(outcome)
    allowed = Tolerance.parse(row.text("tolerance")).allowed(row.number("expected_total"))
    comparisons = [Comparison("total", _ENGINE, row.number("expected_total"), margin["amount"], allowed)]
    if len(margin["classes"]) == 1:  # a benchmark over several classes splits what no single number is
        comparisons += [
            Comparison(part, _ENGINE, row.number(column), margin["classes"][0][part], allowed)
            for column, part in _SPLIT.items()
            if row.text(column)
        ]
    return CaseResult.of(row.case_id, comparisons)


def simm_results(rows: Sequence[Row], companions: Path) -> list[CaseResult]:
    """Check ``simm_ore_crif_results``: each row by the calibration of its version, if the companions hold one."""
    source = companions / "simm_ore_crif_input.csv"
    missing = _missing([source])
    if missing:
        return [CaseResult.unsupported(row.case_id, missing) for row in rows]
    cells = [row.cells for row in read_rows(source)[1]]
    found: dict[tuple[str, ...], Any] = {}
    return [_simm_result(row, companions, cells, found) for row in rows]


def _simm_result(
    row: Row, companions: Path, cells: Sequence[Mapping[str, str]], found: dict[tuple[str, ...], Any]
) -> CaseResult:
    version, days = row.text("simm_version"), row.text("horizon_days")
    table = companions / f"simm_{version.replace('.', '_')}_parameters.csv"
    missing = _missing([table])
    if missing:
        return CaseResult.unsupported(row.case_id, missing)
    side, regulation, currency = row.text("simm_side").lower(), row.text("regulation"), row.text("calculation_currency")
    key = (version, days, side, currency)
    if key not in found:
        pack = read_simm_pack(calibration(read_rows(table)[1]), f"{days}d")
        outcomes = margin_by_sensitivities(_crif(cells), pack, settings(_AS_OF, side, currency)).outcomes
        found[key] = {outcome.regulation: outcome for outcome in outcomes}
    margin = _margin_or_raise(found[key][regulation])
    computed = _part(margin, row)
    expected = row.number("expected_initial_margin")
    allowed = Tolerance.parse(row.text("tolerance")).allowed(expected)
    return CaseResult.of(row.case_id, [Comparison("margin", _ENGINE, expected, computed, allowed)])


def _part(margin: Mapping[str, Any], row: Row) -> float:
    """Give the number of a result that a row names; the table is of one class of products and one of risk."""
    measure, bucket = row.text("margin_type"), row.text("bucket")
    risk = row.text("risk_class")
    classes = [line for line in margin["classes"] if risk in (_ALL, "") or line["risk_class"] == _RISK_CLASSES[risk]]
    if bucket not in (_ALL, ""):
        (number,) = (
            entry["amount"]
            for entry in margin["buckets"]
            if (entry["measure"], entry["bucket"]) == (_MEASURES[measure], bucket)
        )
        return float(number)
    if measure != _ALL:
        (line,) = classes
        return float(line[_MEASURES[measure]])
    if risk != _ALL:
        (line,) = classes
        return float(line["amount"])
    product = row.text("product_class")
    if product == _ALL:
        return float(margin["amount"])
    (line,) = (line for line in margin["products"] if line["product_class"] == _PRODUCTS[product])
    return float(line["amount"])


def schedule_results(rows: Sequence[Row], companions: Path) -> list[CaseResult]:
    """Check ``im_schedule_results`` by the trades of ``im_schedule_input``."""
    source = companions / "im_schedule_input.csv"
    missing = _missing([source])
    if missing:
        return [CaseResult.unsupported(row.case_id, missing) for row in rows]
    trades = read_rows(source)[1]
    day = date.fromisoformat(trades[0].text("valuation_date")[:10])
    crif = _crif([{**trade.cells, "amount": "", "im_model": "Schedule"} for trade in trades])
    pack = read_schedule_pack(pack_document(SCHEDULE_PACK))
    found = {
        side: {
            outcome.portfolio_id: _margin_or_raise(outcome)
            for outcome in margin_by_schedule(crif, pack, settings(day, side, "USD")).outcomes
        }
        for side in ("call", "post")
    }
    return [_schedule_result(row, found) for row in rows]


def _schedule_result(row: Row, found: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> CaseResult:
    quantity = row.text("quantity")
    if quantity not in _SCHEDULE_QUANTITIES:
        return CaseResult.unsupported(row.case_id, f"the schedule has no quantity {quantity}")
    name, _, side = row.text("item").partition(" ")
    sets = found[side or "call"]
    of_trades = {trade["trade_id"]: trade for margin in sets.values() for trade in margin["trades"]}
    source = of_trades if row.text("level") == "trade" else sets
    expected = row.number("expected")
    allowed = Tolerance.parse(row.text("tolerance")).allowed(expected)
    computed = float(source[name][_SCHEDULE_QUANTITIES[quantity]])
    return CaseResult.of(row.case_id, [Comparison(quantity, _ENGINE, expected, computed, allowed)])


def _missing(files: Sequence[Path]) -> str:
    absent = next((file for file in files if not file.is_file()), None)
    return "" if absent is None else f"the folder of companions holds no {absent.name}"


def _crif(cells: Sequence[Mapping[str, str]]) -> Crif:
    rows = [
        crif_row({name: (row.get(name) or "").strip() for name in COLUMNS}, line) for line, row in enumerate(cells, 2)
    ]
    return Crif(tuple(rows), {}, "")


def _margin_or_raise(outcome: NettingSetOutcome) -> Mapping[str, Any]:
    if outcome.refusal is not None or outcome.margin is None:
        raise outcome.refusal or BadInput("no_margin", field="margin", allowed="a margin", fix="")
    return outcome.margin
