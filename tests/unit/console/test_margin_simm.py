"""`plimsoll margin simm` and `margin variation`: margin of netting sets, its explanation, calls, what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from console_world import plimsoll, refused
from crif_world import row, write_crif
from plimsoll.engine.crif import read_crif

DAY = ("--date", "2026-06-30")
PACK = ("--pack", "synthetic-simm")
TERMS = {"threshold": "0", "minimum_transfer": "0", "rounding": "1000", "independent_amount": "0"}
SIDE = {"terms": TERMS, "collateral": []}


def equity(amount: float, **changes: Any) -> dict[str, Any]:
    return row("Risk_Equity", "A", amount, bucket="1", product_class="Equity", **changes)


@pytest.fixture
def crif(tmp_path: Path) -> Path:
    rows = [equity(1e6), equity(-2e5), row("Risk_EquityVol", "B", 1e4, bucket="2", label1="1y", product_class="Equity")]
    rows += [row("Param_AddOnFixedAmount", "", 500.0, product_class="")]
    return write_crif(tmp_path / "risk.csv", rows)


def agreements(path: Path, **changes: Any) -> Path:
    own = {"portfolio_id": "N1", "currency": "USD", "rates": {}, "calendar": "weekdays", "settlement_lag_days": 1}
    own |= {"initial_margin": {"call": SIDE, "post": SIDE}} | changes
    path.write_text(json.dumps({"schema": "plimsoll/agreements/v1", "agreements": [own]}))
    return path


def test_a_netting_set_has_its_margin_with_the_status_of_the_pack(crif: Path, tmp_path: Path) -> None:
    ran = plimsoll(tmp_path / "w", "margin", "simm", crif, *PACK, *DAY, "--json")
    assert ran.exit_code == 0
    (entry,) = ran.document["netting_sets"]
    margin = entry["margin"]
    assert margin["fixed_add_on"] == 500.0
    assert margin["amount"] == pytest.approx(margin["products"][0]["amount"] + 500.0, rel=1e-15)
    assert ran.document["pack"]["status"] == "SYNTHETIC"
    shown = plimsoll(tmp_path / "w", "margin", "simm", crif, *PACK, *DAY).stdout
    assert "Initial margin to call on 2026-06-30, synthetic-simm-1, USD" in shown
    assert "SYNTHETIC: Invented" in shown
    assert "binding" in shown
    runs = sorted((tmp_path / "w" / "runs").glob("margin-simm-*/run.json"))
    assert json.loads(runs[0].read_bytes())["stage"] == "margin-simm"


def test_the_horizon_of_a_day_asks_for_less_and_posting_for_no_curvature_of_what_is_bought(
    crif: Path, tmp_path: Path
) -> None:
    def amount(*words: str) -> dict[str, Any]:
        ran = plimsoll(tmp_path / "w", "margin", "simm", crif, *PACK, *DAY, *words, "--json")
        found: dict[str, Any] = ran.document["netting_sets"][0]["margin"]
        return found

    assert amount("--horizon", "1d")["amount"] < amount()["amount"]
    assert amount("--side", "post")["classes"][0]["curvature"] == 0.0
    assert amount()["classes"][0]["curvature"] > 0.0


def test_explain_goes_down_to_the_factor(crif: Path, tmp_path: Path) -> None:
    shown = plimsoll(tmp_path / "w", "margin", "simm", crif, *PACK, *DAY, "--explain").stdout
    assert "delta, bucket 1: K " in shown
    assert "A: 800,000.00 x " in shown
    assert "fixed add on: 500.00" in shown


def test_rates_convert_and_the_netted_file_gives_the_same_margin(tmp_path: Path) -> None:
    path = write_crif(tmp_path / "risk.csv", [equity(8.0, amount_currency="EUR"), equity(8.0, amount_currency="EUR")])
    words = (*PACK, *DAY, "--rate", "EUR=1.25", "--json")
    target = tmp_path / "netted.tsv"
    first = plimsoll(tmp_path / "w", "margin", "simm", path, *words, "--netted", target).document
    assert [(r.amount, r.amount_currency) for r in read_crif(target).rows] == [(16.0, "EUR")]
    again = plimsoll(tmp_path / "w", "margin", "simm", target, *words).document
    assert first["netting_sets"] == again["netting_sets"]


def test_a_bad_row_refuses_its_netting_set_and_the_others_are_margined(tmp_path: Path) -> None:
    rows = [equity(8.0), {**equity(1.0, portfolio_id="N2"), "bucket": "99"}]
    ran = plimsoll(tmp_path / "w", "margin", "simm", write_crif(tmp_path / "risk.csv", rows), *PACK, *DAY, "--json")
    assert ran.exit_code == 1
    good, bad = ran.document["netting_sets"]
    assert good["margin"]["amount"] > 0
    assert bad["refusal"] == {
        "code": "invalid_value",
        "field": "crif[3].bucket",
        "value": "99",
        "allowed": "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, Residual",
        "fix": "name one of these",
    }
    shown = plimsoll(tmp_path / "w", "margin", "simm", tmp_path / "risk.csv", *PACK, *DAY)
    assert "N2 refused: crif[3].bucket: 99: allowed is 1, 2," in shown.stdout


def test_a_regulation_without_margin_leaves_the_others_unbound(tmp_path: Path) -> None:
    rows = [
        row("Risk_FX", "EUR", 1e6, collect_regulations="ESA,USPR"),
        row("Risk_FX", "E", 1e6, collect_regulations="USPR"),
    ]
    words = ("margin", "simm", write_crif(tmp_path / "risk.tsv", rows, "\t"), *PACK, *DAY)
    path = agreements(tmp_path / "agreements.json")
    ran = plimsoll(tmp_path / "w", *words, "--agreements", path, "--json")
    assert ran.exit_code == 1
    assert ran.document["binding"] == {}
    assert ran.document["calls"][0]["refusal"]["value"] == "E"
    shown = plimsoll(tmp_path / "w", *words)
    assert "ESA" in shown.stdout
    assert "binding" not in shown.stdout


def test_a_pack_that_is_not_in_force_refuses_every_netting_set(crif: Path, tmp_path: Path) -> None:
    ran = plimsoll(tmp_path / "w", "margin", "simm", crif, *PACK, "--date", "1999-12-31", "--json")
    assert ran.exit_code == 1
    assert ran.document["netting_sets"][0]["refusal"]["code"] == "not_in_force"


@pytest.mark.parametrize(
    ("words", "code", "field", "value"),
    [
        (DAY, "missing_pack", "pack", "not given"),
        (("--pack", "none", *DAY), "unknown_pack", "pack", "none"),
        ((*PACK, *DAY, "--rate", "EUR"), "invalid_value", "--rate", "EUR"),
        ((*PACK, *DAY, "--agreements", "none.json"), "unreadable_file", "none.json", ""),
    ],
)
def test_wrong_words_are_refused(
    crif: Path, tmp_path: Path, words: tuple[str, ...], code: str, field: str, value: str
) -> None:
    exit_code, failure = refused(tmp_path / "w", "margin", "simm", crif, *words)
    assert exit_code == 2
    assert (failure["code"], failure["field"]) == (code, field)
    assert value in failure["value"]


def test_agreements_say_what_is_to_be_delivered_and_when(crif: Path, tmp_path: Path) -> None:
    path = agreements(tmp_path / "agreements.json")
    # A business day after Friday, 3 July 2026, is Monday.
    words = ("margin", "simm", crif, *PACK, "--date", "2026-07-03", "--agreements", path)
    ran = plimsoll(tmp_path / "w", *words, "--json")
    (call,) = ran.document["calls"]
    assert call["settles_on"] == "2026-07-06"
    margin = ran.document["netting_sets"][0]["margin"]["amount"]
    assert 0 <= float(call["call"]["delivery"]) - margin < 1000.0
    assert "Initial margin to be delivered" in plimsoll(tmp_path / "w", *words).stdout
    agreements(path, currency="EUR")
    ran = plimsoll(tmp_path / "w", *words)
    assert ran.exit_code == 1
    assert "N1 refused: rates: USD: allowed is a rate into EUR: give the rate of the currency" in ran.stdout


def test_the_schedule_shows_the_net_to_gross_ratio(tmp_path: Path) -> None:
    schedule = {"im_model": "Schedule", "trade_id": "T", "end_date": "2027-01-01", "product_class": "FX"}
    rows = [row("Notional", "", 1e6, **schedule), row("PV", "", 1e4, **schedule)]
    path = write_crif(tmp_path / "risk.csv", rows)
    ran = plimsoll(tmp_path / "w", "margin", "simm", path, "--schedule", *DAY)
    assert ran.exit_code == 0
    assert "60,000.00" in ran.stdout
    assert "schedule-bcbs-iosco-2015-03" in ran.stdout


def test_variation_margin_shows_both_sides(tmp_path: Path) -> None:
    stated = {"exposure": "-2500.00", "theirs": SIDE, "ours": SIDE}
    path = agreements(tmp_path / "agreements.json", variation_margin=stated, settlement_lag_days=0)
    ran = plimsoll(tmp_path / "w", "margin", "variation", path, *DAY)
    assert ran.exit_code == 0
    assert "N1: net -3000.00 USD" in ran.stdout
    document = plimsoll(tmp_path / "w", "margin", "variation", path, *DAY, "--json").document
    assert document["calls"][0]["settles_on"] == "2026-06-30"
    bond = {"collateral_id": "B", "currency": "CHF", "market_value": "1", "haircut": 0.0, "currency_haircut": 0.0}
    agreements(path, variation_margin={**stated, "ours": {**SIDE, "collateral": [{**bond, "in_transit": False}]}})
    assert plimsoll(tmp_path / "w", "margin", "variation", path, *DAY).exit_code == 1
