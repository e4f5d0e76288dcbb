"""Margin parameter packs: dated numbers, each with source and status."""

import copy
import json
from pathlib import Path

import pytest

from plimsoll.engine.margin_pack import cents, read_pack, shipped_pack
from plimsoll.vocabulary.errors import BadInput


def test_the_shipped_pack_holds_the_rates_of_the_rule_book() -> None:
    pack = shipped_pack()
    stock, option = pack.core.stock, pack.core.option
    assert (stock.long_initial, stock.short_initial, stock.long_maintenance, stock.short_maintenance) == (
        0.5,
        0.5,
        0.25,
        0.3,
    )
    assert (stock.short_minimum_per_share, stock.low_price_minimum_per_share) == (5.0, 2.5)
    assert (option.equity_base, option.broad_index_base, option.minimum) == (0.2, 0.15, 0.1)
    assert pack.core.minimum_equity == 200_000
    assert pack.pack_id == "us-strategy-based-2026-11"


def test_every_future_rate_is_marked_assumed_with_its_source() -> None:
    pack = shipped_pack()
    futures = pack.document["futures"]
    assert [f"futures[{index}]" for index in range(len(futures))] == [
        path for path in sorted(pack.assumed(), key=_index) if path.startswith("futures")
    ]
    assert all(row["source"] for row in futures)
    assert "call_policy.due_business_days" in pack.assumed()


def _index(path: str) -> int:
    return int(path[8:-1]) if path.startswith("futures") else -1


def test_a_pack_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "pack.json"
    path.write_text(json.dumps(shipped_pack().document), encoding="utf-8")
    assert read_pack(path).digest == shipped_pack().digest


def test_a_pack_with_a_missing_number_is_refused_by_place() -> None:
    document = copy.deepcopy(dict(shipped_pack().document))
    del document["stock"]["boxed"]
    with pytest.raises(BadInput) as caught:
        read_pack(document)
    assert caught.value.field == "stock.boxed"


def test_an_unknown_pack_names_those_that_there_are() -> None:
    with pytest.raises(BadInput) as caught:
        shipped_pack("nothing")
    assert "us-strategy-based-2026-11" in caught.value.allowed


def test_cents_are_exact() -> None:
    assert cents("1234567890.05") == 123456789005
