"""The model: value, margin, explain."""

from pathlib import Path

import pytest

from margin_world import account, book, option, snapshot, snapshot_document, stock
from plimsoll.engine.margin import shipped_pack
from plimsoll.engine.methods import LeisenReimer
from plimsoll.models.margin.strategy_margin import MODEL_ID, explain, margin_book
from plimsoll.vocabulary.errors import BadInput, PlimsollError

SPOTS = {"XYZ": 50.0}
METHOD = LeisenReimer(51)


def test_options_are_marked_by_the_valuation_model() -> None:
    source = book(account("A", "5000.00", [option("T1", "XYZ", "call", 55, -1)]))
    margin = margin_book(source, snapshot("2008-09-02", SPOTS), shipped_pack(), METHOD)
    found = margin.margins[0]
    mark = -found.equity_tree["children"][1]["amount"]
    assert found.maintenance.tree["amount"] == mark + 50_000
    assert margin.digests["method"].startswith("sha256:")


def test_documents_and_typed_inputs_give_the_same() -> None:
    source = book(account("A", "5000.00", [stock("S", "XYZ", 100)]))
    typed = margin_book(source, snapshot("2008-09-02", SPOTS), shipped_pack(), METHOD)
    read = margin_book(source, snapshot_document("2008-09-02", SPOTS), shipped_pack(), METHOD, threads=2)
    assert typed.to_dict() == read.to_dict()


def test_an_unreadable_book_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        margin_book(tmp_path / "no.json", snapshot("2008-09-02", SPOTS), shipped_pack(), METHOD)


def test_the_explanation_names_rules_groups_and_cents() -> None:
    source = book(account("A", "5000.00", [option("T1", "XYZ", "put", 50, -2), option("T2", "XYZ", "put", 45, 2)]))
    margin = margin_book(source, snapshot("2008-09-02", SPOTS), shipped_pack(), METHOD)
    why = explain(margin, "A")
    assert why["model_id"] == MODEL_ID
    group = why["maintenance"]["children"][0]["children"][0]
    assert (group["name"], group["rule_ref"], group["amount"]) == (
        "credit put vertical x 2",
        "4210(f)(2)(H)",
        "1000.00",
    )
    assert group["children"][0]["inputs"]["maximum loss"] == 1000.0
    assert why["pairings"][0]["groups"][0]["name"] == "credit put vertical"


def test_an_unknown_account_is_refused_with_the_names_there_are() -> None:
    margin = margin_book(book(account("A", "0.00", [])), snapshot("2008-09-02", SPOTS), shipped_pack(), METHOD)
    with pytest.raises(PlimsollError) as caught:
        explain(margin, "B")
    assert caught.value.allowed == "A"


def test_explaining_a_refused_account_gives_its_refusal() -> None:
    source = book(account("A", "0.00", [stock("S", "QQQ", 1)]))
    margin = margin_book(source, snapshot("2008-09-02", SPOTS), shipped_pack(), METHOD)
    with pytest.raises(PlimsollError) as caught:
        explain(margin, "A")
    assert caught.value.code == "missing_quote"
