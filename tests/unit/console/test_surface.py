"""`plimsoll calibrate` and `plimsoll surface`: reports, documents and exit codes."""

from pathlib import Path

import pytest

from console_world import plimsoll, refused

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "quotes.csv"


def test_a_person_reads_parameters_errors_and_what_moves_them(tmp_path: Path) -> None:
    ran = plimsoll(tmp_path / "w", "calibrate", EXAMPLE, "--model", "ssvi")
    assert ran.exit_code == 0
    assert "Implied from parity on 2026-01-05" in ran.stdout
    assert "rise of variance to 2026-06-19" in ran.stdout
    assert "all: converged (" in ran.stdout
    assert "33 in_the_money, 33 used" in ran.stdout
    assert "ssvi" in ran.stderr


def test_a_person_reads_what_is_held_and_what_was_checked(tmp_path: Path) -> None:
    sabr = plimsoll(tmp_path / "w", "calibrate", EXAMPLE, "--model", "sabr").stdout
    held = [line for line in sabr.splitlines() if "elasticity" in line]
    assert len(held) == 3
    assert all("held" in line and "at a bound" not in line for line in held)
    assert "0 strikes of negative density" in sabr
    assert "the expiry before" not in sabr
    svi = plimsoll(tmp_path / "w", "calibrate", EXAMPLE, "--model", "svi").stdout
    assert "0 strikes of negative density; 0 strikes with less variance than the expiry before" in svi
    ssvi = plimsoll(tmp_path / "w", "calibrate", EXAMPLE, "--model", "ssvi").stdout
    assert "density" not in ssvi


def test_a_person_reads_which_pairs_parity_leaves_out_and_which_expiry_is_doubtful(tmp_path: Path) -> None:
    lines = EXAMPLE.read_text().split()
    path = tmp_path / "stale.csv"
    path.write_text("\n".join(line.replace("100,call,3.80,3.84", "100,call,9.88,9.92") for line in lines) + "\n")
    ran = plimsoll(tmp_path / "w", "surface", path)
    assert "10 of 11" in ran.stdout
    assert "11, 12" in ran.stdout
    assert "more than their spread" not in ran.stdout
    off = [line.split(",") for line in lines[1:23]]
    for cells in off[::4]:
        cells[5:] = [f"{float(cell) + 1.0:.2f}" for cell in cells[5:]]
    path.write_text("\n".join((lines[0], *(",".join(cells) for cells in off))) + "\n")
    doubtful = plimsoll(tmp_path / "w", "surface", path)
    assert "2026-03-20: pairs miss parity by more than their spread" in doubtful.stdout


def test_the_document_has_each_expiry_and_the_sensitivities_if_asked(tmp_path: Path) -> None:
    ran = plimsoll(tmp_path / "w", "calibrate", EXAMPLE, "--model", "sabr", "--json", "--sensitivities")
    assert ran.exit_code == 0
    fits = ran.document["fits"]
    assert [fit["expiry"] for fit in fits] == ["2026-03-20", "2026-06-19", "2026-12-18"]
    assert fits[0]["held"] == ["elasticity"]
    assert len(fits[0]["by_quote"]["level"]) == fits[0]["quotes"] == 11
    short = plimsoll(tmp_path / "w", "calibrate", EXAMPLE, "--model", "sabr", "--json")
    assert "by_quote" not in short.document["fits"][0]


def test_the_help_says_what_the_sensitivities_hold(tmp_path: Path) -> None:
    told = " ".join(plimsoll(tmp_path / "w", "calibrate", "--help").stdout.split())
    assert "European price fitted for each row; forward, discount factor and weights are held" in told


def test_refused_rows_and_fits_are_told_and_end_with_one(tmp_path: Path) -> None:
    lines = EXAMPLE.read_text().split()
    path = tmp_path / "few.csv"
    kept = [
        line for line in lines if line.startswith("valuation") or ",2026-03-20,9" in line or ",2026-03-20,100" in line
    ]
    path.write_text("\n".join([*kept, "2026-01-05,100.0,2026-03-20,85,put,2,1"]) + "\n")
    ran = plimsoll(tmp_path / "w", "calibrate", path, "--model", "svi")
    assert ran.exit_code == 1
    assert "Refused" in ran.stdout
    assert "Fits refused" in ran.stdout
    assert "a bid not above the ask" in ran.stdout


def test_arbitrage_ends_with_one_and_its_repair_with_nought(tmp_path: Path) -> None:
    found = plimsoll(tmp_path / "w", "surface", EXAMPLE)
    assert found.exit_code == 1
    assert "arbitrage: 1 butterfly" in found.stdout
    assert "2026-06-19 110; 2026-06-19 120" in found.stdout
    mended = plimsoll(tmp_path / "w", "surface", EXAMPLE, "--repair")
    assert mended.exit_code == 0
    assert "repair: 3 moved, by " in mended.stdout
    document = plimsoll(tmp_path / "w", "surface", EXAMPLE, "--repair", "--json").document
    assert document["arbitrage"]["kinds"] == {"butterfly": 1}
    assert {cell["strike"] for cell in document["repair"]["cells"]} == {110.0, 115.0, 120.0}


def test_a_chain_without_arbitrage_says_so(tmp_path: Path) -> None:
    path = tmp_path / "clean.csv"
    path.write_text("\n".join(line for line in EXAMPLE.read_text().split() if ",2026-06-19," not in line) + "\n")
    ran = plimsoll(tmp_path / "w", "surface", path, "--json")
    assert ran.exit_code == 0
    assert ran.document["arbitrage"] == {"kinds": {}, "cells": []}
    assert ran.document["repair"] is None
    assert "arbitrage: none" in plimsoll(tmp_path / "w", "surface", path, "--repair").stdout


@pytest.mark.parametrize("command", [("calibrate", "--model", "svi"), ("surface",)])
def test_what_is_no_table_is_bad_input(command: tuple[str, ...], tmp_path: Path) -> None:
    assert refused(tmp_path / "w", command[0], tmp_path / "none.csv", *command[1:])[0] == 2
    american = (EXAMPLE, *command[1:], "--exercise", "american", "--date", "2026-01-05")
    code, failure = refused(tmp_path / "w", command[0], *american)
    assert (code, failure["code"], failure["field"]) == (2, "missing_field", "--rate")
