"""Every result that rests on the stored market says which prices are adjusted and what is assumed."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from books import book, option
from console_world import plimsoll

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("console_market")]

STOCK = {"trade_id": "stock", "kind": "stock", "underlying": "JPM", "quantity": 100}
INDEX = option("index", underlying="SP500", strike=2500.0, quantity=-1)
ASSUMED = ["volatility", "rate", "dividend_yield"]


@pytest.fixture(scope="module")
def place(ingested_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A workspace with the stored market, and a book of a stock with adjusted closes and an option on the raw index."""
    folder = tmp_path_factory.mktemp("basis")
    shutil.copytree(ingested_workspace, folder / "w")
    (folder / "book.json").write_text(json.dumps(book(STOCK, INDEX)))
    return folder / "w", folder / "book.json"


@pytest.mark.parametrize(
    ("words", "has_pack"),
    [
        (("value",), False),
        (("greeks",), False),
        (("risk", "run"), False),
        (("risk", "backtest"), False),
        (("margin", "run"), True),
        (("margin", "explain", "A01"), True),
        (("margin", "replay", "--to", "2020-03-18"), True),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else "",
)
def test_a_result_names_its_adjusted_prices_and_assumed_inputs(
    place: tuple[Path, Path], words: tuple[str, ...], has_pack: bool
) -> None:
    workspace, path = place
    group, rest = (words[:1], words[1:]) if words[0] in ("value", "greeks") else (words[:2], words[2:])
    basis: dict[str, Any] = plimsoll(workspace, *group, path, *rest, "--json").document["basis"]
    assert len(basis["adjusted_prices"]) == 20
    assert "JPM" in basis["adjusted_prices"]
    assert "SP500" not in basis["adjusted_prices"]
    assert basis["assumed"] == ASSUMED
    assert ("assumed_parameters" in basis) == has_pack

    kept = list((workspace / "runs").glob("*/run.json"))
    assert kept or words[:2] == ("margin", "explain")
    assert all("basis" in json.loads(run.read_bytes())["document"] for run in kept)


def test_a_snapshot_of_observed_numbers_and_raw_prices_assumes_nothing(
    place: tuple[Path, Path], tmp_path: Path
) -> None:
    observed = {"kind": "flat", "status": "OBSERVED"}
    market = {
        "kind": "equity", "spot": 90.0, "price_basis": "raw", "rate": {**observed, "value": 0.02},
        "dividend_yield": {**observed, "value": 0.0}, "cash_dividends": [], "volatility": {**observed, "value": 0.3},
    }  # fmt: skip
    document = {"schema": "plimsoll/snapshot/v1", "valuation_date": "2020-03-16", "underlyings": {"JPM": market}}
    (tmp_path / "market.json").write_text(json.dumps(document))
    (tmp_path / "book.json").write_text(json.dumps(book(STOCK)))
    ran = plimsoll(place[0], "value", tmp_path / "book.json", "--snapshot", tmp_path / "market.json", "--json")
    assert ran.document["basis"] == {"adjusted_prices": [], "assumed": []}
