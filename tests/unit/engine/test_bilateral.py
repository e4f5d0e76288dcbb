"""Bilateral margin: the core against a second implementation on random risk data, packs, files and agreements."""

import copy
import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crif_world import crif_of, random_row, row, write_crif
from naive_simm import NaiveSimm
from plimsoll.engine import agreements as terms
from plimsoll.engine.bilateral import BilateralMargin, margin_by_schedule, margin_by_sensitivities, settings
from plimsoll.engine.bilateral_pack import (
    SCHEDULE_PACK,
    SYNTHETIC_PACK,
    pack_document,
    read_schedule_pack,
    read_simm_pack,
)
from plimsoll.engine.crif import crif_text, read_crif
from plimsoll.vocabulary.errors import BadInput, PlimsollError

DAY = date(2026, 6, 30)
DOCUMENT = pack_document(SYNTHETIC_PACK)
# Two ways to sum some hundreds of terms that cancel to no less than a thousandth of their size.
ROUNDINGS = 1e-11


def margin_of(rows: list[dict[str, Any]], horizon: str = "10d", side: str = "call", currency: str = "USD") -> float:
    pack = read_simm_pack(DOCUMENT, horizon)
    (outcome,) = margin_by_sensitivities(crif_of(rows), pack, settings(DAY, side, currency)).outcomes
    assert outcome.refusal is None, outcome.refusal
    assert outcome.margin is not None
    return float(outcome.margin["amount"])


@pytest.mark.parametrize(
    ("horizon", "side", "currency"), [("10d", "call", "USD"), ("10d", "post", "BRL"), ("1d", "call", "EUR")]
)
def test_the_core_agrees_with_the_naive_sum_over_pairs(horizon: str, side: str, currency: str) -> None:
    draw = random.Random(f"{horizon}{side}")
    for _ in range(10):
        rows = [random_row(draw, size=2e6) for _ in range(draw.randint(1, 40))]
        rows += [
            row("Param_ProductClassMultiplier", "Credit", 1.25, product_class=""),
            row("Param_AddOnFixedAmount", "", 1e6, product_class=""),
            row("Param_AddOnNotionalFactor", "X", 3.5, product_class=""),
            row("Notional", "X", 2e7, product_class=""),
        ]
        expected = NaiveSimm(DOCUMENT, horizon, currency, 1.0 if side == "call" else -1.0).amount_of(rows)
        assert margin_of(rows, horizon, side, currency) == pytest.approx(expected, rel=ROUNDINGS)


def test_each_risk_type_alone_agrees_with_the_naive_sum() -> None:
    draw = random.Random(7)
    by_type: dict[str, list[dict[str, Any]]] = {}
    for _ in range(300):
        made = {**random_row(draw, size=2e7), "product_class": "Equity"}
        by_type.setdefault(made["risk_type"], []).append(made)
    assert len(by_type) == 16
    for rows in by_type.values():
        expected = NaiveSimm(DOCUMENT, "10d", "USD", 1.0).amount_of(rows)
        assert margin_of(rows) == pytest.approx(expected, rel=ROUNDINGS)


def test_the_binding_regulation_is_the_one_that_asks_for_most() -> None:
    rows = [
        row("Risk_Equity", "A", 1e6, bucket="1", product_class="Equity", collect_regulations="ESA,SEC"),
        row("Risk_Equity", "B", 1e6, bucket="1", product_class="Equity", collect_regulations="SEC"),
    ]
    pack = read_simm_pack(DOCUMENT, "10d")
    found = margin_by_sensitivities(crif_of(rows), pack, settings(DAY, "call", "USD"))
    assert [outcome.regulation for outcome in found.outcomes] == ["ESA", "SEC"]
    assert found.binding()["N1"].regulation == "SEC"
    assert found.to_dict()["pack"]["status"] == "SYNTHETIC"


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".txt"])
def test_a_file_is_read_whatever_separates_its_cells_and_written_netted(tmp_path: Path, suffix: str) -> None:
    delimiter = {".csv": ",", ".tsv": "\t", ".txt": ";"}[suffix]
    rows = [row("Risk_Equity", "A", 5.0, bucket="1"), row("Risk_Equity", "A", -2.0, bucket="1")]
    crif = read_crif(write_crif(tmp_path / f"risk{suffix}", rows, delimiter))
    assert [r.amount for r in crif.rows] == [5.0, -2.0]
    target = tmp_path / "out.csv"
    target.write_text(crif_text(list(crif.rows), target))
    assert [r.to_dict() for r in read_crif(target).rows] == [r.to_dict() for r in crif.rows]


def test_names_of_columns_count_without_case_and_underscores(tmp_path: Path) -> None:
    path = tmp_path / "risk.csv"
    path.write_text("PortfolioID,RiskType,AmountUSD,EndDate,Unknown\nN1,PV,3,31/12/2027,x\n\n")
    (found,) = read_crif(path).rows
    assert (found.portfolio_id, found.amount_usd, found.end_date, found.line) == ("N1", 3.0, date(2027, 12, 31), 2)


@pytest.mark.parametrize(
    ("text", "field", "value", "allowed"),
    [
        ("much", "crif[2].amount", "much", "a number"),
        ("1_000", "crif[2].amount", "1_000", "a number"),
        ("1,extra", "crif[2].row", "6 cells", "5 cells"),
    ],
)
def test_a_row_that_cannot_be_read_refuses_its_netting_set_and_no_other(
    tmp_path: Path, text: str, field: str, value: str, allowed: str
) -> None:
    path = tmp_path / "risk.csv"
    header = "portfolio_id,risk_type,qualifier,amount_currency,amount"
    path.write_text(f"{header}\nN1,Risk_FX,EUR,USD,{text}\nN2,Notional,X,USD,1\nN1,Risk_FX,EUR,USD,1\n")
    crif = read_crif(path)
    found = margin_by_sensitivities(crif, read_simm_pack(DOCUMENT, "10d"), settings(DAY, "call", "USD"))
    refusal = found.outcomes[0].refusal
    assert refusal is not None
    assert (refusal.field, refusal.value, refusal.allowed) == (field, value, allowed)
    assert [outcome.portfolio_id for outcome in found.refused] == ["N1"]


@pytest.mark.parametrize(
    ("content", "code", "field"),
    [
        ("portfolio_id,amount\n", "missing_column", "risk_type"),
        ("", "missing_column", "portfolio_id"),
        ("portfolio_id,PortfolioID,risk_type\n", "double_column", "portfolio_id"),
    ],
)
def test_a_file_without_its_columns_is_refused(tmp_path: Path, content: str, code: str, field: str) -> None:
    path = tmp_path / "risk.csv"
    path.write_text(content)
    with pytest.raises(BadInput) as refused:
        read_crif(path)
    assert (refused.value.code, refused.value.field) == (code, field)
    with pytest.raises(BadInput, match="unreadable_file"):
        read_crif(tmp_path / "none.csv")


def test_a_date_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "risk.csv"
    path.write_text("portfolio_id,risk_type,end_date\nN1,PV,soon\n")
    assert read_crif(path).refusals["N1"].allowed == "a date as YYYY-MM-DD or DD/MM/YYYY"


def test_a_row_without_netting_set_or_risk_type_is_refused_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "risk.csv"
    path.write_text("portfolio_id,risk_type,amount\n,PV,1\nN1,,1\nN2,PV,1\n")
    read = read_crif(path)
    assert [row.portfolio_id for row in read.rows] == ["N2"]
    told = {name: (failure.code, failure.field, failure.allowed) for name, failure in read.refusals.items()}
    assert told == {
        "": ("missing_field", "crif[2].portfolio_id", "a text"),
        "N1": ("missing_field", "crif[3].risk_type", "a text"),
    }


def test_packs_are_held_against_their_schema(tmp_path: Path) -> None:
    broken = copy.deepcopy(dict(DOCUMENT))
    del broken["horizons"]["10d"]["rates"]["vega_weight"]
    with pytest.raises(BadInput, match=r"horizons\.10d\.rates\.vega_weight"):
        read_simm_pack(broken, "10d")
    only = {**DOCUMENT, "horizons": {"10d": DOCUMENT["horizons"]["10d"]}}
    with pytest.raises(BadInput, match="unknown_horizon"):
        read_simm_pack(only, "1d")
    with pytest.raises(BadInput, match="gross_share"):
        read_schedule_pack({k: v for k, v in pack_document(SCHEDULE_PACK).items() if k != "gross_share"})
    with pytest.raises(BadInput, match=f"{SCHEDULE_PACK}, {SYNTHETIC_PACK}, or a .json file"):
        pack_document("nothing")
    (tmp_path / "list.json").write_text("[]")
    with pytest.raises(BadInput, match="an object"):
        pack_document(str(tmp_path / "list.json"))
    (tmp_path / "own.json").write_text(json.dumps(DOCUMENT))
    assert pack_document(str(tmp_path / "own.json")) == DOCUMENT


def side(
    threshold: str = "0", minimum: str = "0", rounding: str = "0", collateral: tuple[Any, ...] = ()
) -> dict[str, Any]:
    amounts = {"threshold": threshold, "minimum_transfer": minimum, "rounding": rounding, "independent_amount": "0"}
    return {"terms": amounts, "collateral": list(collateral)}


def agreement(**changes: Any) -> dict[str, Any]:
    return {
        "portfolio_id": "N1",
        "currency": "EUR",
        "rates": {"USD": 0.5},
        "calendar": "weekdays",
        "settlement_lag_days": 1,
        **changes,
    }


def call_margin(amount: float) -> BilateralMargin:
    rows = [row("Param_AddOnFixedAmount", "", amount, product_class=""), row("Notional", "X", 1.0, portfolio_id="N9")]
    return margin_by_sensitivities(crif_of(rows), read_simm_pack(DOCUMENT, "10d"), settings(DAY, "call", "USD"))


def test_initial_margin_is_called_above_the_group_threshold_in_the_currency_of_the_agreement() -> None:
    # The threshold of 50 million between groups and the minimum transfer of 500 thousand: Regulation (EU) 2016/2251,
    # articles 25 and 29; here in the euros of a currency worth two dollars.
    bond = {"collateral_id": "B", "currency": "USD", "market_value": "1000000", "haircut": 0.02}
    bond |= {"currency_haircut": 0.08, "in_transit": False}
    terms_of_call = side("50000000", "500000", "10000", (bond,))
    own = agreement(initial_margin={"call": terms_of_call, "post": side()})
    other = agreement(portfolio_id="N7", initial_margin={"call": side(), "post": side()})
    (outcome,) = terms.initial_calls([own, other, agreement()], call_margin(104_000_001.0))
    assert outcome.call == {
        "requirement": "52000000.50",
        "required": "2000000.50",
        "held": "450000.00",
        "in_transit": "0.00",
        "delivery": "1560000.00",
        "returned": "0.00",
        "unsecured": "0.00",
    }
    (below,) = terms.initial_calls([own], call_margin(100_100_000.0))
    assert below.call is not None
    assert (below.call["delivery"], below.call["unsecured"], below.call["returned"]) == ("0.00", "0.00", "0.00")


def test_nothing_is_called_where_one_regulation_has_no_margin() -> None:
    good = row("Risk_FX", "EUR", 1e6, collect_regulations="ESA,USPR")
    bad = row("Risk_FX", "E", 1e9, collect_regulations="USPR")
    margins = margin_by_sensitivities(
        crif_of([good, bad]), read_simm_pack(DOCUMENT, "10d"), settings(DAY, "call", "USD")
    )
    assert [(o.regulation, o.margin is None) for o in margins.outcomes] == [("ESA", False), ("USPR", True)]
    assert margins.binding() == {}
    own = agreement(initial_margin={"call": side(), "post": side()})
    (outcome,) = terms.initial_calls([own], margins)
    assert outcome.call is None
    assert outcome.refusal is not None
    assert outcome.refusal.field.endswith("qualifier")


def test_an_agreement_without_the_rate_that_it_needs_is_refused() -> None:
    own = agreement(rates={}, initial_margin={"call": side(), "post": side()})
    (outcome,) = terms.initial_calls([own], call_margin(1.0))
    assert outcome.call is None
    assert outcome.refusal is not None
    assert (outcome.refusal.field, outcome.refusal.value, outcome.refusal.allowed) == (
        "rates",
        "USD",
        "a rate into EUR",
    )
    assert outcome.to_dict()["refusal"]["code"] == "missing_quote"


def test_variation_margin_moves_both_ways() -> None:
    cash = {"collateral_id": "C", "currency": "EUR", "market_value": "30.00", "haircut": 0.0}
    cash |= {"currency_haircut": 0.0, "in_transit": True}
    stated = {"exposure": "100.00", "theirs": side("20"), "ours": side(collateral=(cash,))}
    (outcome,) = terms.variation_calls([agreement(variation_margin=stated), agreement()])
    assert outcome.call is not None
    assert (outcome.call["theirs"]["delivery"], outcome.call["ours"]["returned"]) == ("80.00", "30.00")
    assert outcome.call["net"] == "110.00"


def test_the_schedule_takes_its_own_rows_and_no_sensitivities() -> None:
    schedule = {"im_model": "Schedule", "trade_id": "T", "end_date": "2027-01-01", "product_class": "FX"}
    rows = [row("Notional", "", 1e6, **schedule), row("PV", "", 1e4, **schedule), row("Risk_FX", "EUR", 1e6)]
    pack = read_schedule_pack(pack_document(SCHEDULE_PACK))
    (outcome,) = margin_by_schedule(crif_of(rows), pack, settings(DAY, "call", "USD")).outcomes
    assert outcome.margin is not None
    assert outcome.margin["amount"] == pytest.approx(0.06 * 1e6, rel=1e-15)
    assert margin_of(rows) == margin_of(rows[2:])
    later = settings(date(2016, 1, 1), "call", "USD")
    (refused,) = margin_by_schedule(crif_of(rows), pack, later).outcomes
    assert isinstance(refused.refusal, PlimsollError)
    assert refused.refusal.code == "not_in_force"
