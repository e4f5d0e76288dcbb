"""A table of SIMM parameters in long format (horizon, parameter, risk_type, key1, key2, value) as a pack's document."""

from collections.abc import Mapping, Sequence
from typing import Any

from plimsoll.engine.bilateral_pack import HORIZONS
from plimsoll.validation.reference.table import Row
from plimsoll.vocabulary.errors import BadInput

#: One-tailed confidence that BCBS-IOSCO, Margin requirements (2020), requirement 3.1, asks of a model of initial margin.
CONFIDENCE = 0.99
_TENORS = ("2w", "1m", "3m", "6m", "1y", "2y", "3y", "5y", "10y", "15y", "20y", "30y")
_CLASSES = ("InterestRate", "CreditQualifying", "CreditNonQualifying", "Equity", "Commodity", "FX")
_MILLION = 1_000_000.0
_GROUPS = ("regular", "high")
_RESIDUAL = "Residual"
#: The bucket of volatility indices, whose options have no curvature margin.
_VOLATILITY_INDICES = "12"
_RATE_GROUP = {"high": "high", "regular": "regular", "low": "low"}


class _Table:
    def __init__(self, rows: Sequence[Row]) -> None:
        self._numbers: dict[tuple[str, ...], float] = {}
        self.categories: dict[str, list[str]] = {}
        for row in rows:
            parameter, kind = row.text("parameter"), row.text("risk_type")
            if parameter == "category":
                self.categories[kind] = row.text("key1").split()
                continue
            keys = [row.text("key1"), row.text("key2")]
            if parameter == "fx_correlation":
                keys.insert(0, row.text("unit_or_note").split()[-1])
            self._numbers[(row.text("horizon"), parameter, kind, *keys)] = row.number("value")

    def get(self, horizon: str, parameter: str, kind: str, *keys: str) -> float:
        place = (horizon, parameter, kind, *keys, *([""] * (2 - len(keys))))
        if place not in self._numbers:
            raise BadInput(
                "missing_parameter",
                field="parameters",
                value=" ".join(filter(None, place)),
                allowed="every parameter of the version",
                fix="complete the table of parameters",
            )
        return self._numbers[place]

    def first(self, horizon: str, parameter: str, kind: str, *keys: str) -> float:
        """Give the number of a bucket, or that of the risk type where it holds for all of its buckets."""
        place = (horizon, parameter, kind, *keys, *([""] * (2 - len(keys))))
        return self._numbers[place] if place in self._numbers else self.get(horizon, parameter, kind)

    def buckets(self, kind: str) -> list[str]:
        found = {keys[3] for keys in self._numbers if keys[1:3] == ("risk_weight", kind)}
        return sorted(found, key=lambda name: (name == _RESIDUAL, len(name), name))

    def thresholds(self, kind: str) -> list[str]:
        return sorted(keys[3] for keys in self._numbers if keys[1:3] == ("concentration_threshold", kind))


def calibration(rows: Sequence[Row]) -> dict[str, Any]:
    """Give the document of a calibration.

    Raises
    ------
    BadInput
        If a parameter is missing.
    """
    table = _Table(rows)
    return {
        "schema": "plimsoll/simm-pack/v1",
        "pack_id": "companion",
        "revision": "1",
        "currency": "USD",
        "in_force_from": "2000-01-01",
        "in_force_until": "2099-12-31",
        "status": "LICENSED",
        "source": "a table of the user",
        "confidence": CONFIDENCE,
        "currencies": _currencies(table),
        "horizons": {horizon: _horizon(table, horizon) for horizon in HORIZONS},
    }


def _currencies(table: _Table) -> list[dict[str, Any]]:
    places: dict[str, dict[str, Any]] = {}
    high = table.categories["FX high volatility currencies"]
    listed = {name for names in table.categories.values() for name in names if len(name) == len("USD")}
    for currency in [*sorted(name for name in listed if name.isupper()), "*"]:
        rates, group = _category(table, "IR concentration", currency)
        exchange, _ = _category(table, "FX concentration", currency)
        places[currency] = {
            "currency": currency,
            "rate_group": next(word for word in _RATE_GROUP if word in group),
            "rate_threshold": rates,
            "exchange_group": "high" if currency in high else "regular",
            "exchange_threshold": exchange,
        }
    return list(places.values())


def _category(table: _Table, prefix: str, currency: str) -> tuple[int, str]:
    """Give the place of a currency's concentration threshold and the words that describe its category."""
    other = ""
    for words, names in table.categories.items():
        if words.startswith(prefix):
            if currency in names:
                return int(words.split()[2]) - 1, words
            other = words if "other" in names else other
    return int(other.split()[2]) - 1, other


def _limit(table: _Table, horizon: str, kind: str, *keys: str) -> float | None:
    """Give a threshold in dollars; concentration is off at the horizon of a day."""
    return None if horizon == "1d" else _MILLION * table.first(horizon, "concentration_threshold", kind, *keys)


def _horizon(table: _Table, horizon: str) -> dict[str, Any]:
    psi = [[1.0 if a == b else table.get("", "risk_class_correlation", "", a, b) for b in _CLASSES] for a in _CLASSES]
    between = table.get("", "single_correlation", "CreditNonQ inter-bucket")
    return {
        "rates": _rates(table, horizon),
        "credit_qualifying": _credit(table, horizon, "CreditQ", "CreditVol", "issuer/seniority", None),
        "credit_non_qualifying": _credit(table, horizon, "CreditNonQ", "CreditVolNonQ", "group", between),
        "equity": _names(table, horizon, "Equity", "EquityVol"),
        "commodity": _names(table, horizon, "Commodity", "CommodityVol"),
        "exchange": _exchange(table, horizon),
        "base_correlation_weight": table.get(horizon, "risk_weight", "BaseCorr"),
        "base_correlation": table.get("", "single_correlation", "BaseCorr"),
        "class_correlation": psi,
    }


def _rates(table: _Table, horizon: str) -> dict[str, Any]:
    def single(name: str) -> float:
        return table.get("", "single_correlation", name)

    categories = table.thresholds("IRCurve")
    return {
        "weights": [[table.get(horizon, "risk_weight", "IRCurve", g, t) for t in _TENORS] for g in ("1", "2", "3")],
        "inflation_weight": table.get(horizon, "risk_weight", "Inflation"),
        "basis_weight": table.get(horizon, "risk_weight", "XCcyBasis"),
        "vega_weight": table.get(horizon, "risk_weight", "IRVol"),
        "thresholds": [_limit(table, horizon, "IRCurve", name) for name in categories],
        "vega_thresholds": [_limit(table, horizon, "IRVol", name) for name in categories],
        "historical_volatility_ratio": table.get(
            horizon, "historical_volatility_ratio", "IR (curvature scaling HVR^-2)"
        ),
        "tenor_correlation": [
            [1.0 if a == b else table.get("", "tenor_correlation", "IRCurve", a, b) for b in _TENORS] for a in _TENORS
        ],
        "sub_curve_correlation": single("IR sub-curve (phi)"),
        "inflation_correlation": single("Inflation vs IR curve"),
        "basis_correlation": single("XCcyBasis vs other IR"),
        "currency_correlation": single("IR inter-currency (gamma)"),
    }


def _credit(table: _Table, horizon: str, kind: str, vega: str, name: str, between: float | None) -> dict[str, Any]:
    def correlations(bucket: str) -> tuple[float, float]:
        if bucket == _RESIDUAL:
            residual = table.get("", "single_correlation", f"{kind} residual intra")
            return residual, residual
        same, different = (
            table.get("", "single_correlation", f"{kind} {word} {name}") for word in ("same", "different")
        )
        return same, different

    return _bucket_table(table, horizon, (kind, vega), correlations, between, 1.0)


def _names(table: _Table, horizon: str, kind: str, vega: str) -> dict[str, Any]:
    def correlations(bucket: str) -> tuple[float, float]:
        # Names of the residual bucket are independent of each other.
        return 1.0, 0.0 if bucket == _RESIDUAL else table.get("", "intra_bucket_correlation", kind, bucket)

    ratio = table.get(horizon, "historical_volatility_ratio", vega)
    return _bucket_table(table, horizon, (kind, vega), correlations, None, ratio)


def _bucket_table(
    table: _Table, horizon: str, kinds: tuple[str, str], correlations: Any, between: float | None, ratio: float
) -> dict[str, Any]:
    kind, vega = kinds
    names = table.buckets(kind)

    def gamma(a: str, b: str) -> float:
        if _RESIDUAL in (a, b):
            return float(a == b)
        if a == b:
            return 1.0
        return table.get("", "inter_bucket_correlation", kind, a, b) if between is None else between

    rows = []
    for name in names:
        same, different = correlations(name)
        rows.append(
            {
                "name": name,
                "weight": table.get(horizon, "risk_weight", kind, name),
                "vega_weight": table.first(horizon, "risk_weight", vega, name),
                "threshold": _limit(table, horizon, kind, name),
                "vega_threshold": _limit(table, horizon, vega, name),
                "same_name": same,
                "different_name": different,
                "curvature": (kind, name) != ("Equity", _VOLATILITY_INDICES),
            }
        )
    return {
        "buckets": rows,
        "between": [[gamma(a, b) for b in names] for a in names],
        "historical_volatility_ratio": ratio,
    }


def _exchange(table: _Table, horizon: str) -> dict[str, Any]:
    categories = table.thresholds("FX")
    pairs = [(a, b) for a in range(len(categories)) for b in range(a, len(categories))]
    places: Mapping[tuple[int, int], str] = {pair: str(place) for place, pair in enumerate(pairs, start=1)}
    of_calculation, of_qualifier = "calculation currency volatility group", "qualifier group"
    return {
        "weights": [
            [table.get(horizon, "risk_weight", "FX", f"{of_calculation} {a}", f"{of_qualifier} {b}") for b in _GROUPS]
            for a in _GROUPS
        ],
        "correlation": [
            [[table.get("", "fx_correlation", "FX", own, a, b) for b in _GROUPS] for a in _GROUPS] for own in _GROUPS
        ],
        "vega_weight": table.get(horizon, "risk_weight", "FXVol"),
        "vega_correlation": table.get("", "single_correlation", "FX vol/default"),
        "historical_volatility_ratio": table.get(horizon, "historical_volatility_ratio", "FXVol"),
        "thresholds": [_limit(table, horizon, "FX", name) for name in categories],
        "vega_thresholds": [
            [_limit(table, horizon, "FXVol", places[(min(a, b), max(a, b))]) for b in range(len(categories))]
            for a in range(len(categories))
        ],
    }
