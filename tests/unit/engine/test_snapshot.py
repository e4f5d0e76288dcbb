import json
from pathlib import Path
from typing import Any

import pytest

from engine_documents import snapshot, underlying
from plimsoll.engine.refusals import MissingQuote
from plimsoll.engine.snapshot import read_snapshot
from plimsoll.vocabulary.errors import BadInput

HEADER = (
    "valuation_date,underlying,kind,spot,price_basis,rate,rate_status,dividend_yield,dividend_yield_status,"
    "volatility,volatility_status"
)
ROWS = (
    "2026-01-05,ABC,equity,100.0,raw,0.03,OBSERVED,0.01,ASSUMED,0.25,ASSUMED",
    "2026-01-05,XYZ,equity,40.0,raw,0.03,OBSERVED,0.01,ASSUMED,0.25,ASSUMED",
)


def refused(document: Any) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_snapshot(document)
    assert caught.value.exit_code == 2
    return caught.value


def table(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def test_a_document_gives_a_market_with_date_digest_and_source() -> None:
    read = read_snapshot(snapshot())
    assert read.valuation_date.isoformat() == "2026-01-05"
    assert read.digest.startswith("sha256:")
    assert read.spot("XYZ") == 40.0
    assert read.kinds == {"ABC": "equity", "XYZ": "equity"}
    assert read.source == {"closes": "sha256:00"}
    assert not read.refusals
    with pytest.raises(MissingQuote):
        read.spot("NONE")


def test_curves_skews_and_dividends_arrive_in_the_core() -> None:
    read = read_snapshot(
        snapshot(
            ABC=underlying(
                rate={"kind": "zero_curve", "years": [0.5, 2], "rates": [0.01, 0.03], "status": "ASSUMED"},
                volatility={"kind": "skewed", "atm": 0.3, "skew": -0.2, "status": "OBSERVED"},
                cash_dividends=[{"ex_date": "2026-03-02", "amount": 0.5}],
            )
        )
    )
    market = read.core.underlying("ABC")
    assert market.rate.rates == [0.01, 0.03]
    assert (market.surface.atm, market.surface.skew) == (0.3, -0.2)
    assert market.dividends[0].amount == 0.5
    assert (market.rate_status.name, market.volatility_status.name) == ("assumed", "observed")


def test_json_and_csv_give_the_same_snapshot(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.json"
    path.write_text(json.dumps(snapshot()), encoding="utf-8")
    from_table = read_snapshot(table(tmp_path / "snapshot.csv", *ROWS))
    assert read_snapshot(path).digest == read_snapshot(str(path)).digest == from_table.digest


def test_a_skew_column_gives_a_skewed_surface(tmp_path: Path) -> None:
    path = table(tmp_path / "snapshot.csv", ROWS[0] + ",-0.1", header=HEADER + ",skew")
    assert read_snapshot(path).core.underlying("ABC").surface.skew == -0.1


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"volatility": {"kind": "flat", "value": -0.2, "status": "ASSUMED"}}, "underlyings.ABC.volatility", "-0.2"),
        ({"spot": -1.0}, "underlyings.ABC.spot", "-1"),
        ({"spot": float("nan")}, "underlyings.ABC.spot", "nan"),
        ({"spot": "dear"}, "underlyings.ABC.spot", "'dear'"),
        ({"spot": 10**400}, "underlyings.ABC.spot", f"1{'0' * 116}..."),
        (
            {"volatility": {"kind": "flat", "value": float("inf"), "status": "ASSUMED"}},
            "underlyings.ABC.volatility.value",
            "inf",
        ),
        ({"price_basis": "nice"}, "underlyings.ABC.price_basis", "'nice'"),
        (
            {"rate": {"kind": "zero_curve", "years": [2.0, 1.0], "rates": [0.1, 0.2], "status": "ASSUMED"}},
            "underlyings.ABC.years",
            "1",
        ),
        (
            {"cash_dividends": [{"ex_date": "2026-03-02", "amount": -2.0}]},
            "underlyings.ABC.cash_dividends.amount",
            "-2",
        ),
    ],
)
def test_an_underlying_with_impossible_numbers_is_refused_alone(change: dict[str, Any], field: str, value: str) -> None:
    read = read_snapshot(snapshot(ABC=underlying(**change), XYZ=underlying(40.0)))
    assert read.spot("XYZ") == 40.0
    refusal = read.refusals["ABC"]
    assert (refusal.code, refusal.field, refusal.value) == ("invalid_value", field, value)
    assert refusal.fix


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (snapshot() | {"schema": "other"}, "schema"),
        (snapshot() | {"valuation_date": "today"}, "valuation_date"),
        (snapshot() | {"valuation_date": float("nan")}, "valuation_date"),
        (snapshot() | {"source": {"closes": float("inf")}}, "source.closes"),
        (snapshot() | {"underlyings": {}}, "underlyings"),
    ],
)
def test_a_document_that_is_no_snapshot_is_bad_input(document: dict[str, Any], field: str) -> None:
    assert refused(document).field == field


@pytest.mark.parametrize(
    ("rate", "field"),
    [({"kind": "flat", "status": "ASSUMED"}, "value"), ({"kind": "flat", "value": 0.1}, "status")],
)
def test_an_underlying_that_lacks_a_field_is_refused_alone(rate: dict[str, Any], field: str) -> None:
    read = read_snapshot(snapshot(ABC=underlying(rate=rate), XYZ=underlying(40.0)))
    assert (read.refusals["ABC"].code, read.refusals["ABC"].field) == ("missing_field", f"underlyings.ABC.rate.{field}")
    assert list(read.kinds) == ["XYZ"]


def test_a_json_file_that_holds_a_list_is_no_snapshot(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.json"
    path.write_text("[]", encoding="utf-8")
    assert refused(path).code == "wrong_schema"


def test_a_table_of_two_dates_is_bad_input(tmp_path: Path) -> None:
    failure = refused(table(tmp_path / "s.csv", ROWS[0], ROWS[1].replace("2026-01-05", "2026-01-06")))
    assert (failure.code, failure.field) == ("inconsistent_column", "valuation_date")


def test_a_table_without_rows_is_bad_input(tmp_path: Path) -> None:
    assert (refused(table(tmp_path / "s.csv")).code, refused(table(tmp_path / "s.csv")).value) == (
        "inconsistent_column",
        "no rows",
    )


def test_a_table_that_names_an_underlying_twice_is_bad_input(tmp_path: Path) -> None:
    assert refused(table(tmp_path / "s.csv", ROWS[0], ROWS[0])).code == "double_row"


def test_a_table_without_the_volatility_column_names_it(tmp_path: Path) -> None:
    failure = refused(table(tmp_path / "s.csv", header=HEADER.replace(",volatility,", ",")))
    assert (failure.code, failure.field) == ("missing_column", "volatility")


@pytest.mark.parametrize("cell", ["", "dear", "nan", "-inf"])
def test_a_blank_or_wordy_cell_refuses_its_underlying_alone(tmp_path: Path, cell: str) -> None:
    read = read_snapshot(table(tmp_path / "s.csv", ROWS[0].replace("100.0", cell), ROWS[1]))
    assert read.refusals["ABC"].field == "underlyings.ABC.spot"
    assert read.spot("XYZ") == 40.0


def test_a_file_of_an_unknown_extension_is_told_which_are_read(tmp_path: Path) -> None:
    path = tmp_path / "market.yaml"
    path.write_text(json.dumps(snapshot()), encoding="utf-8")
    found = refused(path)
    assert (found.code, found.value, found.allowed) == ("unknown_extension", ".yaml", ".json, .csv or .parquet")
