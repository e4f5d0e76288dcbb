"""Sensitivities of what is on several underlyings, by underlying and by pair."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from plimsoll import _core


@dataclass(frozen=True, slots=True)
class SeveralGreeks:
    """Sensitivities by underlying (delta, gamma, vega, dividend) and by pair of them (cross_gamma, correlation).

    Units are those of a valuation; a correlation's is per 1.00 of it. Both are empty for what is on one underlying.
    """

    by_underlying: Mapping[str, Mapping[str, float]]
    by_pair: Mapping[tuple[str, str], Mapping[str, float]]

    @classmethod
    def of_core(cls, greeks: _core.SeveralGreeks) -> "SeveralGreeks":
        """Give those of the core."""
        own = {
            each.underlying: MappingProxyType(
                {"delta": each.delta, "gamma": each.gamma, "vega": each.vega, "dividend": each.dividend}
            )
            for each in greeks.by_underlying
        }
        pairs = {
            (each.first, each.second): MappingProxyType(
                {"cross_gamma": each.cross_gamma, "correlation": each.correlation}
            )
            for each in greeks.by_pair
        }
        return cls(MappingProxyType(own), MappingProxyType(pairs))

    @property
    def is_finite(self) -> bool:
        """Whether every number is one."""
        return all(
            math.isfinite(number)
            for part in (*self.by_underlying.values(), *self.by_pair.values())
            for number in part.values()
        )

    def to_dict(self) -> dict[str, Any]:
        """Give them as plain data."""
        return {
            "by_underlying": {name: dict(part) for name, part in self.by_underlying.items()},
            "by_pair": [{"first": first, "second": second, **part} for (first, second), part in self.by_pair.items()],
        }


#: Those of what is on one underlying.
NONE = SeveralGreeks(MappingProxyType({}), MappingProxyType({}))
