"""Which method values which product: what the door of the core accepts when it is asked."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from plimsoll import _core

#: An error that no setting removes: such a method is no second opinion on the last digits.
APPROXIMATION = "approximation"


@dataclass(frozen=True, slots=True)
class MethodOfProduct:
    """One method for one product; methods of one family share their mathematics."""

    method: str
    family: str
    valued: bool
    valued_with_cash_dividends: bool


@dataclass(frozen=True, slots=True)
class ProductMethods:
    """The methods of one product in one model; what is linear in the spot needs none and takes any."""

    product: str
    model: str
    needs_a_model: bool
    methods: tuple[MethodOfProduct, ...]

    @property
    def families(self) -> tuple[str, ...]:
        """The unrelated families that value the product, approximations left out, in the order of the methods."""
        found = (each.family for each in self.methods if each.valued and each.family != APPROXIMATION)
        return tuple(dict.fromkeys(found)) if self.needs_a_model else ()

    def to_dict(self) -> dict[str, Any]:
        """Give the row as plain data."""
        return {
            "product": self.product,
            "model": self.model,
            "needs_a_model": self.needs_a_model,
            "families": list(self.families),
            "methods": [asdict(each) for each in self.methods],
        }


def method_matrix() -> tuple[ProductMethods, ...]:
    """Ask the door of the core for each product with each method, without and with a cash dividend."""
    return tuple(
        ProductMethods(
            row.product,
            row.model,
            row.needs_a_model,
            tuple(
                MethodOfProduct(each.method, each.family, each.valued, each.valued_with_cash_dividends)
                for each in row.methods
            ),
        )
        for row in _core.method_matrix()
    )


def cell(row: ProductMethods, method: MethodOfProduct) -> str:
    """Give the word of one pair: ``yes``, ``no dividends`` where cash dividends are refused, or nothing."""
    if not row.needs_a_model:
        return "any"
    if not method.valued:
        return ""
    return "yes" if method.valued_with_cash_dividends else "no dividends"


def markdown(matrix: Sequence[ProductMethods]) -> str:
    """Give the page ``docs/methods.md``."""
    names = [each.method for each in matrix[0].methods]
    lines = ["| Product | " + " | ".join(names) + " | Unrelated families |", "|---" * (len(names) + 2) + "|"]
    for row in matrix:
        cells = [cell(row, each) for each in row.methods]
        count = f"{len(row.families)}: {', '.join(row.families)}" if row.needs_a_model else "exact, needs none"
        lines.append(f"| {row.product} | " + " | ".join(cells) + f" | {count} |")
    families = [f"- {name}: {_family_of(name, matrix)}" for name in names]
    single = [row.product for row in matrix if row.needs_a_model and len(row.families) < 2]
    alone = f"One family alone values: {', '.join(single)}." if single else "Each product has two families at least."
    return "\n".join((_HEAD, *lines, "", alone, "", "Families:", "", *families, _FOOT))


def _family_of(method: str, matrix: Sequence[ProductMethods]) -> str:
    # Where a method falls back on the formula it is of that family; elsewhere of its own.
    found = [each.family for row in matrix for each in row.methods if each.method == method and row.needs_a_model]
    return next((family for family in found if family != "formula"), "formula")


_HEAD = """# Methods

Written by `plimsoll methods --markdown`; a test holds it against the core. The core finds each entry by asking its door to
value a specimen of the product, so the page says what is accepted, not what is meant to be.

In the model BlackScholes:
"""
_FOOT = """
- `yes`: valued, with and without cash dividends before the expiry.
- `no dividends`: valued; with cash dividends refused as `unsupported`, with the methods that take them or the advice to
  give a dividend yield in their place.
- A touch from above that pays the asset at the hit is refused with cash dividends: one may carry the spot past the level,
  where the asset is worth less.
- `any`: linear in the spot, so its worth is exact and no method changes it. A knocked trade becomes a `Payment` or the
  option that began.
- An American option stands as a put with a yield; one whose exercise never pays before expiry also takes the closed form,
  and one between two exercise boundaries takes no approximation.
- For a European option the integral equation and the approximations are the formula, so they count as one family with it.
- Approximations are not counted among the unrelated families: their error does not vanish with any setting.

`plimsoll value BOOK --method best` takes for each trade the most accurate one: the formula where one holds; else the
integral equation, which states its error; else, with cash dividends, a lattice, or finite differences for what has a
barrier or a jump; finite differences for a mean; simulation for an option that its holder extends below a dividend yield of
zero. An early exercise on two underlyings takes the lattice of both, and on the better or the worse of them finite
differences: the lattice comes near where they meet only slowly."""
