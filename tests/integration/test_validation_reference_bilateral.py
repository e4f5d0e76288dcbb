"""`reference check` on tables of bilateral margin: the calibration comes from the companions, here an invented one."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from naive_simm import TENORS, NaiveSimm
from plimsoll.engine.bilateral_pack import SYNTHETIC_PACK, pack_document
from plimsoll.validation import reference
from plimsoll.validation.reference.simm_parameters import calibration
from plimsoll.validation.reference.table import read_rows

RATES = {"1": "regular", "2": "low", "3": "high"}
CREDIT = ("CreditQ", "CreditNonQ")


def table(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def entry(horizon: str, parameter: str, kind: str, *keys: str, value: object = "", note: str = "") -> dict[str, object]:
    keys = (*keys, "", "")[:2]
    place = {"horizon": horizon, "parameter": parameter, "risk_type": kind, "key1": keys[0], "key2": keys[1]}
    return {**place, "unit_or_note": note, "value": value}


def of_horizon(name: str, numbers: Mapping[str, Any]) -> list[dict[str, object]]:
    """Give weights and thresholds of the synthetic pack in the long form of a table."""
    rates, exchange = numbers["rates"], numbers["exchange"]
    groups = ("regular", "high")
    words = ("calculation currency volatility group", "qualifier group")
    rows = [
        *(
            entry(name, "risk_weight", "IRCurve", str(g + 1), t, value=rates["weights"][g][i])
            for g in range(3)
            for i, t in enumerate(TENORS)
        ),
        entry(name, "risk_weight", "Inflation", value=rates["inflation_weight"]),
        entry(name, "risk_weight", "XCcyBasis", value=rates["basis_weight"]),
        entry(name, "risk_weight", "IRVol", value=rates["vega_weight"]),
        entry(name, "risk_weight", "BaseCorr", value=numbers["base_correlation_weight"]),
        entry(name, "risk_weight", "FXVol", value=exchange["vega_weight"]),
        entry(
            name,
            "historical_volatility_ratio",
            "IR (curvature scaling HVR^-2)",
            value=rates["historical_volatility_ratio"],
        ),
        entry(name, "historical_volatility_ratio", "FXVol", value=exchange["historical_volatility_ratio"]),
        *(
            entry(name, "risk_weight", "FX", f"{words[0]} {a}", f"{words[1]} {b}", value=exchange["weights"][i][j])
            for i, a in enumerate(groups)
            for j, b in enumerate(groups)
        ),
    ]
    for kind, vega, field in KINDS:
        own = numbers[field]
        if kind not in CREDIT:
            ratio = own["historical_volatility_ratio"]
            rows.append(entry(name, "historical_volatility_ratio", vega, value=ratio))
        for bucket in own["buckets"]:
            rows.append(entry(name, "risk_weight", kind, bucket["name"], value=bucket["weight"]))
            rows.append(entry(name, "risk_weight", vega, bucket["name"], value=bucket["vega_weight"]))
            if name == "10d":
                limits = ((kind, bucket["threshold"]), (vega, bucket["vega_threshold"]))
                rows += [entry(name, "concentration_threshold", k, bucket["name"], value=v / 1e6) for k, v in limits]
    if name == "10d":
        rows += thresholds(rates, exchange)
    return rows


KINDS = (
    ("CreditQ", "CreditVol", "credit_qualifying"),
    ("CreditNonQ", "CreditVolNonQ", "credit_non_qualifying"),
    ("Equity", "EquityVol", "equity"),
    ("Commodity", "CommodityVol", "commodity"),
)


def thresholds(rates: Mapping[str, Any], exchange: Mapping[str, Any]) -> list[dict[str, object]]:
    # The table counts the categories of rates from high volatility; the pack from where it likes.
    lists = [("IRCurve", [rates["thresholds"][i] for i in (3, 0, 1, 2)])]
    lists.append(("IRVol", [rates["vega_thresholds"][i] for i in (3, 0, 1, 2)]))
    lists.append(("FX", exchange["thresholds"]))
    pairs = [(i, j) for i in range(3) for j in range(i, 3)]
    lists.append(("FXVol", [exchange["vega_thresholds"][i][j] for i, j in pairs]))
    return [
        entry("10d", "concentration_threshold", kind, str(place), value=value / 1e6)
        for kind, values in lists
        for place, value in enumerate(values, start=1)
    ]


#: Which currencies stand in which group.
CATEGORIES = {
    "IR concentration 1 (high)": "all other",
    "IR concentration 2 (regular)": "USD CHF",
    "IR concentration 3 (regular)": "JPY EUR",
    "IR concentration 4 (low)": "CAD",
    "FX concentration 1": "USD CAD",
    "FX concentration 2": "EUR BRL CHF",
    "FX concentration 3": "all other",
    "FX high volatility currencies": "CHF EUR",
}


def single_correlations(numbers: Mapping[str, Any]) -> dict[str, float]:
    rates = numbers["rates"]
    return {
        "IR sub-curve (phi)": rates["sub_curve_correlation"],
        "Inflation vs IR curve": rates["inflation_correlation"],
        "XCcyBasis vs other IR": rates["basis_correlation"],
        "IR inter-currency (gamma)": rates["currency_correlation"],
        "BaseCorr": numbers["base_correlation"],
        "FX vol/default": numbers["exchange"]["vega_correlation"],
        "CreditNonQ inter-bucket": numbers["credit_non_qualifying"]["between"][0][1],
        "CreditQ same issuer/seniority": 0.885,
        "CreditQ different issuer/seniority": 0.365,
        "CreditQ residual intra": 0.6,
        "CreditNonQ same group": 0.785,
        "CreditNonQ different group": 0.315,
        "CreditNonQ residual intra": 0.6,
    }


def parameters(document: Mapping[str, Any]) -> list[dict[str, object]]:
    numbers = document["horizons"]["10d"]
    rates = numbers["rates"]
    psi, classes = numbers["class_correlation"], list(range(6))
    names = ("InterestRate", "CreditQualifying", "CreditNonQualifying", "Equity", "Commodity", "FX")
    exchange = numbers["exchange"]["correlation"]
    note = "calculation currency volatility group {}"
    groups = ("regular", "high")
    rows = [
        *(entry("", "single_correlation", name, value=value) for name, value in single_correlations(numbers).items()),
        *(
            entry("", "risk_class_correlation", "", names[a], names[b], value=psi[a][b])
            for a in classes
            for b in classes
            if a != b
        ),
        *(
            entry("", "tenor_correlation", "IRCurve", a, b, value=rates["tenor_correlation"][i][j])
            for i, a in enumerate(TENORS)
            for j, b in enumerate(TENORS)
            if a != b
        ),
        *(
            entry("", "fx_correlation", "FX", a, b, value=exchange[k][i][j], note=note.format(own))
            for k, own in enumerate(groups)
            for i, a in enumerate(groups)
            for j, b in enumerate(groups)
        ),
        *(entry("", "category", name, members) for name, members in CATEGORIES.items()),
    ]
    for kind, _, field in KINDS:
        own = numbers[field]
        buckets = [bucket["name"] for bucket in own["buckets"] if bucket["name"] != "Residual"]
        if kind not in CREDIT:
            rows += [
                entry("", "intra_bucket_correlation", kind, bucket["name"], value=bucket["different_name"])
                for bucket in own["buckets"]
                if bucket["name"] != "Residual"
            ]
        rows += [
            entry("", "inter_bucket_correlation", kind, a, b, value=own["between"][i][j])
            for i, a in enumerate(buckets)
            for j, b in enumerate(buckets)
            if a != b
        ]
    for horizon, values in document["horizons"].items():
        rows += of_horizon(horizon, values)
    return rows


def sensitivity(name: str, kind: str, qualifier: str, amount: float, **changes: str) -> dict[str, object]:
    cells = {"product_class": "Equity", "bucket": "", "label1": "", "label2": ""}
    own = {"sensitivity_id": name, "risk_type": kind, "qualifier": qualifier, "amount_usd": amount}
    return {**cells, **own, "amount": "", "amount_currency": "USD", **changes}


SENSITIVITIES = [
    sensitivity("S1", "Risk_IRCurve", "BRL", 5e7, label1="5y", label2="OIS"),
    sensitivity("S2", "Risk_IRCurve", "JPY", -1e8, label1="10y", label2="Libor3m"),
    sensitivity("S3", "Risk_FXVol", "CADEUR", 3e8, label1="1y"),
    sensitivity("S4", "Risk_EquityVol", "A", 4e7, bucket="Residual", label1="2y"),
    sensitivity("S5", "Risk_CreditQ", "A", 2e6, bucket="3", label1="5y", label2="USD"),
    sensitivity("S6", "Risk_CreditNonQ", "A", 7e6, bucket="1", label1="5y", label2="G"),
    sensitivity("S7", "Risk_FX", "TRY", 9e8),
    sensitivity("S8", "Risk_EquityVol", "X", 4e7, bucket="12", label1="2y"),
]
ADD_ONS = [
    {"input_id": "A1", "kind": "NotionalFactor", "product": "P", "value": 7.25},
    {"input_id": "A2", "kind": "Notional", "product": "P", "value": 4e6},
    {"input_id": "A3", "kind": "FixedAmount", "product": "", "value": 1e6},
    {"input_id": "A4", "kind": "ProductMultiplier", "product": "Equity", "value": 1.75},
]
EVERYTHING = " ".join(str(row["sensitivity_id"]) for row in SENSITIVITIES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("companions")
    table(where / "simm_2_5_parameters.csv", parameters(pack_document(SYNTHETIC_PACK)))
    table(where / "simm_2_5_sensitivities.csv", SENSITIVITIES)
    table(where / "simm_2_5_addon_inputs.csv", ADD_ONS)
    return where


def expected(folder: Path, horizon: str, names: str) -> float:
    document = calibration(read_rows(folder / "simm_2_5_parameters.csv")[1])
    rows = [{**row, "amount": row["amount_usd"]} for row in SENSITIVITIES if row["sensitivity_id"] in names.split()]
    return NaiveSimm(document, horizon, "USD", 1.0).amount_of(rows)


def unit_test(case: str, names: str, add_ons: str, total: float, **changes: object) -> dict[str, object]:
    own = {"case_id": case, "sensitivity_ids": names, "addon_input_ids": add_ons, "expected_total": total}
    return {**own, "calculation_currency": "USD", "tolerance": "1 (rounded)", **changes}


@pytest.mark.parametrize("horizon", ["10d", "1d"])
def test_unit_tests_are_computed_by_the_parameters_beside_them(folder: Path, tmp_path: Path, horizon: str) -> None:
    single = expected(folder, horizon, "S1")
    rows = [
        unit_test("all", EVERYTHING, "", expected(folder, horizon, EVERYTHING)),
        unit_test("one", "S1", "", single, expected_delta_margin=single, expected_vega_margin=0),
        unit_test("add_on", "", "A1 A2 A3", 1.29e6),
        unit_test("multiplied", "S1", "A4", 1.75 * single),
        unit_test("wrong", "S1", "", single + 2.0),
        unit_test("split", "S1", "", single, expected_delta_margin=0),
        unit_test("unknown", "S99", "", 0.0),
    ]
    found = reference.check(table(tmp_path / f"simm_2_5_unit_tests_{horizon}.csv", rows), folder)
    assert (found["passed"], found["failed"], found["unsupported"]) == (4, 2, 1)
    assert {case["case_id"] for case in found["worst"][:2]} == {"wrong", "split"}
    assert found["unsupported_reasons"] == {"the companions have no input S99": 1}


def test_the_volatility_indices_have_no_curvature(folder: Path) -> None:
    buckets = calibration(read_rows(folder / "simm_2_5_parameters.csv")[1])["horizons"]["10d"]["equity"]["buckets"]
    assert [bucket["name"] for bucket in buckets if not bucket["curvature"]] == ["12"]


def test_a_table_without_a_parameter_fails_and_names_it(folder: Path, tmp_path: Path) -> None:
    for name in ("sensitivities", "addon_inputs"):
        path = f"simm_2_5_{name}.csv"
        (tmp_path / path).write_text((folder / path).read_text())
    rows = [row for row in parameters(pack_document(SYNTHETIC_PACK)) if row["risk_type"] != "Inflation"]
    table(tmp_path / "simm_2_5_parameters.csv", rows)
    path = table(tmp_path / "simm_2_5_unit_tests_10d.csv", [unit_test("one", "S1", "", 1.0)])
    found = reference.check(path)
    assert found["failed"] == 1
    assert "10d risk_weight Inflation" in found["worst"][0]["note"]


RESULT = {"horizon_days": "10", "simm_side": "Call", "regulation": "ESA", "calculation_currency": "USD"}


def test_results_of_another_version_wait_for_its_parameters(folder: Path, tmp_path: Path) -> None:
    cells = {"product_class": "RatesFX", "collect_regulations": "ESA", "portfolio_id": "P"}
    crif = [
        {**sensitivity("1", "Risk_IRCurve", "USD", 2e6, label1="5y", label2="OIS"), **cells},
        {**sensitivity("2", "Risk_IRVol", "USD", 5e6, label1="5y"), **cells},
    ]
    document = calibration(read_rows(folder / "simm_2_5_parameters.csv")[1])
    rows = [{**row, "amount": row["amount_usd"]} for row in crif]
    naive = NaiveSimm(document, "10d", "USD", 1.0)
    total, delta = naive.amount_of(rows), naive.amount_of(rows[:1])

    def result(version: str, product: str, risk: str, measure: str, bucket: str, value: float) -> dict[str, object]:
        names = {"simm_version": version, "product_class": product, "risk_class": risk, "margin_type": measure}
        return {**RESULT, **names, "bucket": bucket, "expected_initial_margin": value, "tolerance": "1e-6"}

    path = table(
        tmp_path / "simm_ore_crif_results.csv",
        [
            result("2.5", "RatesFX", "InterestRate", "Delta", "USD", delta),
            result("2.5", "RatesFX", "InterestRate", "Delta", "All", delta),
            result("2.5", "RatesFX", "InterestRate", "All", "All", total),
            result("2.5", "RatesFX", "All", "All", "All", total),
            result("2.5", "All", "All", "All", "All", total),
            result("2.4", "All", "All", "All", "All", total),
        ],
    )
    assert reference.check(path)["unsupported_reasons"] == {
        "the folder of companions holds no simm_ore_crif_input.csv": 6
    }
    for name in ("simm_2_5_parameters.csv",):
        (tmp_path / name).write_text((folder / name).read_text())
    table(tmp_path / "simm_ore_crif_input.csv", crif)
    found = reference.check(path)
    assert (found["passed"], found["unsupported"]) == (5, 1)
    assert found["unsupported_reasons"] == {"the folder of companions holds no simm_2_4_parameters.csv": 1}


def test_the_schedule_is_computed_from_its_trades(tmp_path: Path) -> None:
    trade = {"trade_id": "T1", "portfolio_id": "N", "product_class": "Rates", "amount_currency": "USD"}
    trade |= {"end_date": "23/08/2023", "valuation_date": "2020-12-28 (a note)"}
    inputs = [
        {**trade, "risk_type": "PV", "amount_usd": -40.0},
        {**trade, "risk_type": "Notional", "amount_usd": 5000.0},
    ]
    results = [
        {"level": "trade", "item": "T1", "quantity": "gross_im", "expected": 100.0},
        {"level": "netting_set", "item": "N call", "quantity": "net_current_rc", "expected": 0.0},
        {"level": "netting_set", "item": "N post", "quantity": "net_current_rc", "expected": 40.0},
        {"level": "netting_set", "item": "N post", "quantity": "schedule_im", "expected": 100.0},
        {"level": "netting_set", "item": "N post", "quantity": "colour", "expected": 1.0},
    ]
    path = table(tmp_path / "im_schedule_results.csv", [{**row, "tolerance": "0.005"} for row in results])
    assert reference.check(path)["unsupported"] == 5
    table(tmp_path / "im_schedule_input.csv", inputs)
    found = reference.check(path)
    assert (found["passed"], found["unsupported"]) == (4, 1)
    inputs[0]["end_date"] = "soon"
    table(tmp_path / "im_schedule_input.csv", inputs)
    assert reference.check(path)["failed"] == 5
