"""`plimsoll reference check`: published values, and a verdict on every row of a table."""

import json
from pathlib import Path

import pytest

from console_world import plimsoll, refused

TABLES = Path(__file__).resolve().parents[3] / "core" / "tests" / "reference"


def lines_of(name: str) -> list[str]:
    return [line for line in (TABLES / name).read_text().splitlines() if not line.startswith("#")]


def test_a_table_that_holds_is_exit_code_0(tmp_path: Path) -> None:
    table = tmp_path / "european_black_scholes.csv"
    table.write_text("\n".join(lines_of(table.name)))
    ran = plimsoll(tmp_path / "w", "reference", "check", table, "--json")
    assert ran.exit_code == 0
    found = ran.document
    assert found["topic"] == "european_black_scholes"
    assert found["cases"] == found["passed"] + found["unsupported"] > 0
    (path,) = (tmp_path / "w" / "runs").glob("*/run.json")
    assert json.loads(path.read_bytes())["document"]["cases"] == found["cases"]


def test_a_table_that_begins_with_comments_gives_what_it_gives_without(tmp_path: Path) -> None:
    table = TABLES / "european_black_scholes.csv"
    assert table.read_text().startswith("#")
    ran = plimsoll(tmp_path / "w", "reference", "check", table, "--json")
    assert ran.exit_code == 0
    assert ran.document["cases"] == ran.document["passed"] == len(lines_of(table.name)) - 1


def test_a_person_reads_counts_and_the_cases_furthest_off(tmp_path: Path) -> None:
    ran = plimsoll(tmp_path / "w", "reference", "check", TABLES / "kupiec_nonrejection_regions.csv")
    assert ran.exit_code == 0
    assert "unsupported" in ran.stdout
    assert "Furthest from the printed value" in ran.stdout


def test_a_row_that_does_not_hold_is_exit_code_1(tmp_path: Path) -> None:
    table = tmp_path / "european_black_scholes.csv"
    lines = lines_of(table.name)
    table.write_text("\n".join([*lines[:2], lines[1].replace("2.1334", "2.2334").replace("_001", "_bad")]))
    ran = plimsoll(tmp_path / "w", "reference", "check", table, "--json")
    assert ran.exit_code == 1
    assert (ran.document["passed"], ran.document["failed"]) == (1, 1)
    assert ran.document["worst"][0]["case_id"] == "european_black_scholes_bad"
    shown = plimsoll(tmp_path / "w", "reference", "check", table)
    assert shown.exit_code == 1
    assert "failed" in shown.stdout


@pytest.mark.parametrize("cell", ["nan", "inf", "-0.3", "much", ""])
def test_a_row_without_a_number_fails_and_the_others_are_checked(tmp_path: Path, cell: str) -> None:
    table = tmp_path / "european_black_scholes.csv"
    lines = lines_of(table.name)
    table.write_text("\n".join([*lines[:2], lines[1].replace(",0.30,", f",{cell},").replace("_001", "_bad")]))
    ran = plimsoll(tmp_path / "w", "reference", "check", table, "--json")
    assert ran.exit_code == 1
    (bad,) = [case for case in ran.document["worst"] if case["verdict"] == "failed"]
    assert bad["case_id"] == "european_black_scholes_bad"
    assert "vol" in bad["note"]
    shown = plimsoll(tmp_path / "w", "reference", "check", table).stdout
    assert "european_black_scholes_bad" in shown


def test_an_unknown_topic_is_all_unsupported(tmp_path: Path) -> None:
    table = tmp_path / "tulip_options.csv"
    table.write_text("case_id,expected\na,1\nb,2\n")
    ran = plimsoll(tmp_path / "w", "reference", "check", table, "--companions", tmp_path, "--json")
    assert ran.exit_code == 0
    assert (ran.document["cases"], ran.document["unsupported"]) == (2, 2)
    assert plimsoll(tmp_path / "w", "reference", "check", table).exit_code == 0


def test_a_missing_column_computes_nothing(tmp_path: Path) -> None:
    table = tmp_path / "european_black_scholes.csv"
    table.write_text("case_id,option_type,strike\na,call,100\n")
    code, failure = refused(tmp_path / "w", "reference", "check", table)
    assert (code, failure["code"], failure["field"]) == (2, "missing_column", "spot")
    assert not list((tmp_path / "w" / "runs").iterdir())


@pytest.mark.parametrize("data", [None, b"", b"\xff\xfe\x00"])
def test_a_wrong_file_computes_nothing(tmp_path: Path, data: bytes | None) -> None:
    table = tmp_path / "european_black_scholes.csv"
    if data is not None:
        table.write_bytes(data)
    assert refused(tmp_path / "w", "reference", "check", table)[0] == 2


def test_companions_must_be_a_folder(tmp_path: Path) -> None:
    table = tmp_path / "european_black_scholes.csv"
    words = ("reference", "check", table, "--companions", tmp_path / "none")
    code, failure = refused(tmp_path / "w", *words)
    assert (code, failure["code"], failure["field"]) == (2, "no_such_folder", "companions")
