"""`plimsoll methods`: the matrix that the core makes of itself."""

from pathlib import Path

from console_world import plimsoll

PAGE = Path(__file__).resolve().parents[3] / "docs" / "methods.md"


def test_a_person_sees_each_product_and_method(tmp_path: Path) -> None:
    ran = plimsoll(tmp_path / "w", "methods")
    assert ran.exit_code == 0
    for word in ("European", "DoubleBarrier", "Payment", "ClosedForm"):
        assert word in ran.stdout


def test_a_program_reads_every_pair(tmp_path: Path) -> None:
    ran = plimsoll(tmp_path / "w", "methods", "--json")
    rows = {row["product"]: row for row in ran.document["products"]}
    american = {each["method"]: each for each in rows["American"]["methods"]}
    assert not american["ClosedForm"]["valued"]
    assert american["LeisenReimer"]["valued_with_cash_dividends"]
    assert american["IntegralEquation"]["family"] == "integral equation"
    assert not american["IntegralEquation"]["valued_with_cash_dividends"]
    assert rows["American"]["families"][0] == "lattice"


def test_the_markdown_is_the_page_of_the_docs(tmp_path: Path) -> None:
    assert plimsoll(tmp_path / "w", "methods", "--markdown").stdout == PAGE.read_text(encoding="utf-8")
