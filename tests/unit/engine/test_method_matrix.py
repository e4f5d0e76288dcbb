from pathlib import Path

from plimsoll.engine.method_matrix import MethodOfProduct, ProductMethods, cell, markdown, method_matrix

PAGE = Path(__file__).resolve().parents[3] / "docs" / "methods.md"


def row(*valued: bool, family: str = "formula") -> ProductMethods:
    methods = tuple(MethodOfProduct(f"M{i}", family, each, False) for i, each in enumerate(valued))
    return ProductMethods("Thing", "BlackScholes", True, methods)


def test_the_page_of_methods_is_what_the_core_accepts() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(method_matrix()) + "\n", "run `plimsoll methods --markdown`"


def test_every_product_has_a_method_and_the_vanillas_several_unrelated_ones() -> None:
    families = {row.product: row.families for row in method_matrix() if row.needs_a_model}
    assert all(families.values())
    assert families["European"] == ("formula", "lattice", "finite differences", "simulation")
    assert len(families["American"]) >= 3
    assert "approximation" not in {family for found in families.values() for family in found}


def test_what_is_linear_takes_any_method_and_counts_none() -> None:
    linear = [row for row in method_matrix() if not row.needs_a_model]
    assert {row.product for row in linear} == {"Stock", "Future", "Payment", "CurrencyForward"}
    assert all(row.families == () and cell(row, row.methods[0]) == "any" for row in linear)


def test_methods_of_one_family_are_one_opinion() -> None:
    assert row(True, True, False).families == ("formula",)
    assert row(True, family="approximation").families == ()


def test_a_product_with_one_family_is_named() -> None:
    assert "One family alone values: Thing." in markdown([row(True)])
    two = ProductMethods(
        "Thing",
        "BlackScholes",
        True,
        (MethodOfProduct("A", "formula", True, True), MethodOfProduct("B", "lattice", True, False)),
    )
    page = markdown([two])
    assert "Each product has two families at least." in page
    assert "| Thing | yes | no dividends | 2: formula, lattice |" in page
    assert two.to_dict()["families"] == ["formula", "lattice"]
