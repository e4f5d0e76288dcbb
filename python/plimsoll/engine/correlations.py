"""Correlations of underlyings: from a snapshot document, repaired where it asks for that."""

from collections.abc import Mapping, Set
from dataclasses import asdict, dataclass
from typing import Any

from plimsoll import _core
from plimsoll.engine.status import status_of


@dataclass(frozen=True, slots=True)
class CorrelationRepair:
    """How far the correlations of some underlyings were moved to be such that returns can have all of them.

    ``distance`` is the root of the sum of the squared changes of all entries of their matrix, ``largest_change`` that of
    one entry, ``smallest_eigenvalue`` the one below zero of the matrix given.
    """

    underlyings: tuple[str, ...]
    distance: float
    largest_change: float
    smallest_eigenvalue: float

    def to_dict(self) -> dict[str, Any]:
        """Give the report as plain data."""
        return {**asdict(self), "underlyings": list(self.underlyings)}


def read_correlations(
    document: Mapping[str, Any], refused: Set[str]
) -> tuple[list[_core.Correlation], tuple[CorrelationRepair, ...]]:
    """Read the correlations of a snapshot document that the schema has let pass.

    Those of a refused underlying are left out with it: its trades are refused for what is wrong with it.
    """
    pairs = [
        _core.Correlation(
            first=item["first"], second=item["second"], value=float(item["value"]), status=status_of(item)
        )
        for item in document.get("correlations", ())
        if not {item["first"], item["second"]} & refused
    ]
    if document.get("indefinite_correlations", "refuse") == "refuse":
        return pairs, ()
    repaired = _core.nearest_correlations(pairs)
    return repaired.pairs, tuple(
        CorrelationRepair(tuple(each.underlyings), each.distance, each.largest_change, each.smallest_eigenvalue)
        for each in repaired.repairs
    )
