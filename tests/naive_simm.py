"""A second SIMM, written from the published formulas: pair by pair over dictionaries, sharing nothing with the core."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from math import sqrt
from statistics import NormalDist
from typing import Any

Row = Mapping[str, Any]
Key = tuple[str, str, str, str]

TENORS = ["2w", "1m", "3m", "6m", "1y", "2y", "3y", "5y", "10y", "15y", "20y", "30y"]
CLASSES = {
    "interest_rate": ["Risk_IRCurve", "Risk_Inflation", "Risk_XCcyBasis", "Risk_IRVol", "Risk_InflationVol"],
    "credit_qualifying": ["Risk_CreditQ", "Risk_CreditVol", "Risk_BaseCorr"],
    "credit_non_qualifying": ["Risk_CreditNonQ", "Risk_CreditVolNonQ"],
    "equity": ["Risk_Equity", "Risk_EquityVol"],
    "commodity": ["Risk_Commodity", "Risk_CommodityVol"],
    "exchange_rate": ["Risk_FX", "Risk_FXVol"],
}
PRODUCTS = ["RatesFX", "Credit", "Equity", "Commodity"]
BUSINESS_DAYS = {"10d": 10, "1d": 1}


def days_of(tenor: str) -> float:
    unit = {"w": 7.0, "m": 365.0 / 12.0, "y": 365.0}[tenor[-1]]
    return int(tenor[:-1]) * unit


def root(x: float) -> float:
    return sqrt(max(x, 0.0))


class NaiveSimm:
    """Margin by one document and horizon for one calculation currency."""

    def __init__(self, document: Mapping[str, Any], horizon: str, currency: str, sign: float) -> None:
        self.numbers = document["horizons"][horizon]
        self.currencies = {row["currency"]: row for row in document["currencies"]}
        self.own = currency
        self.sign = sign
        self.days = BUSINESS_DAYS[horizon] * 7 / 5
        self.one_sided = NormalDist().inv_cdf(document["confidence"])
        self.two_sided = NormalDist().inv_cdf(0.5 + document["confidence"] / 2)

    def group(self, currency: str, name: str) -> int:
        value = self.currencies.get(currency, self.currencies["*"])[name]
        return value if isinstance(value, int) else ["regular", "high"].index(value)

    def bucket(self, name: str, bucket: str) -> Mapping[str, Any]:
        return next(row for row in self.numbers[name]["buckets"] if row["name"] == bucket)

    def amount_of(self, rows: Sequence[Row]) -> float:
        total = 0.0
        for product in PRODUCTS:
            margins = {}
            for name, types in CLASSES.items():
                own = [row for row in rows if row["product_class"] == product and row["risk_type"] in types]
                if own:
                    margins[name] = self.of_class(name, own)
            psi, order = self.numbers["class_correlation"], list(CLASSES)
            square = sum(
                (1.0 if a == b else psi[order.index(a)][order.index(b)]) * margins[a] * margins[b]
                for a in margins
                for b in margins
            )
            factor = max(
                [
                    r["amount"]
                    for r in rows
                    if (r["risk_type"], r["qualifier"]) == ("Param_ProductClassMultiplier", product)
                ],
                default=1.0,
            )
            total += factor * root(square)
        return total + self.add_ons(rows)

    def add_ons(self, rows: Sequence[Row]) -> float:
        fixed = sum(row["amount"] for row in rows if row["risk_type"] == "Param_AddOnFixedAmount")
        shares = {r["qualifier"]: r["amount"] for r in rows if r["risk_type"] == "Param_AddOnNotionalFactor"}
        return fixed + sum(
            shares.get(row["qualifier"], 0.0) / 100 * row["amount"] for row in rows if row["risk_type"] == "Notional"
        )

    def of_class(self, name: str, rows: Sequence[Row]) -> float:
        vega = [row for row in rows if row["risk_type"].endswith(("Vol", "VolNonQ"))]
        base = [row for row in rows if row["risk_type"] == "Risk_BaseCorr"]
        delta = [row for row in rows if row not in vega and row not in base]
        return (
            self.linear(name, delta, False)
            + self.linear(name, vega, True)
            + self.curvature(name, vega)
            + self.base(base)
        )

    def base(self, rows: Sequence[Row]) -> float:
        net: dict[str, float] = defaultdict(float)
        for row in rows:
            net[row["qualifier"]] += row["amount"]
        rho, weight = self.numbers["base_correlation"], self.numbers["base_correlation_weight"]
        return weight * root(sum((1.0 if a == b else rho) * net[a] * net[b] for a in net for b in net))

    def key(self, name: str, row: Row, vega: bool) -> Key:
        """Bucket, name, what splits the name, tenor."""
        kind, qualifier = row["risk_type"], row["qualifier"]
        if name == "interest_rate":
            tenor = row["label1"] if kind in ("Risk_IRCurve", "Risk_IRVol") else ""
            return qualifier, kind, row["label2"] if kind == "Risk_IRCurve" else "", tenor
        if name.startswith("credit"):
            return row["bucket"], qualifier, row["label2"], row["label1"]
        if name == "exchange_rate":
            return "FX", "".join(sorted([qualifier[:3], qualifier[3:]])) if vega else qualifier, "", ""
        return row["bucket"], qualifier, "", ""

    def volatility(self, name: str, row: Row) -> float:
        """What turns the amount of a row into volatility times vega."""
        if name in ("equity", "commodity"):
            weight = self.bucket(name, row["bucket"])["weight"]
        elif name == "exchange_rate":
            pair = row["qualifier"][:3], row["qualifier"][3:]
            one, other = (self.group(currency, "exchange_group") for currency in pair)
            weight = self.numbers["exchange"]["weights"][one][other]
        else:
            return 1.0
        return float(weight) * sqrt(365.0 / self.days) / self.one_sided

    def rho(self, name: str, k: Key, other: Key, vega: bool) -> float:
        if k == other:
            return 1.0
        if name == "interest_rate":
            return self.rate_rho(k, other)
        if name == "exchange_rate":
            exchange = self.numbers["exchange"]
            if vega:
                return float(exchange["vega_correlation"])
            places = [self.group(currency, "exchange_group") for currency in (self.own, k[1], other[1])]
            return float(exchange["correlation"][places[0]][places[1]][places[2]])
        place = 2 if name == "credit_non_qualifying" else 1
        row = self.bucket(name, k[0])
        return float(row["same_name"] if k[place] == other[place] else row["different_name"])

    def rate_rho(self, k: Key, other: Key) -> float:
        rates = self.numbers["rates"]
        kinds = {k[1], other[1]}
        if "Risk_XCcyBasis" in kinds:
            return float(rates["basis_correlation"])
        if len(kinds) > 1:
            return float(rates["inflation_correlation"])
        tenors = 1.0 if k[3] == other[3] else rates["tenor_correlation"][TENORS.index(k[3])][TENORS.index(other[3])]
        return float(tenors * (1.0 if k[2] == other[2] else rates["sub_curve_correlation"]))

    def gamma(self, name: str, one: str, other: str) -> float:
        if name == "interest_rate":
            return float(self.numbers["rates"]["currency_correlation"])
        order = [row["name"] for row in self.numbers[name]["buckets"]]
        return float(self.numbers[name]["between"][order.index(one)][order.index(other)])

    def weight(self, name: str, k: Key, vega: bool) -> float:
        if name == "interest_rate":
            rates = self.numbers["rates"]
            row = self.currencies.get(k[0], self.currencies["*"])
            by_tenor = rates["weights"][["regular", "low", "high"].index(row["rate_group"])]
            if vega:
                return float(rates["vega_weight"])
            special = {"Risk_Inflation": "inflation_weight", "Risk_XCcyBasis": "basis_weight"}.get(k[1])
            return float(rates[special] if special else by_tenor[TENORS.index(k[3])])
        if name == "exchange_rate":
            exchange = self.numbers["exchange"]
            if vega:
                return float(exchange["vega_weight"])
            return float(
                exchange["weights"][self.group(self.own, "exchange_group")][self.group(k[1], "exchange_group")]
            )
        return float(self.bucket(name, k[0])["vega_weight" if vega else "weight"])

    def threshold(self, name: str, k: Key, vega: bool) -> float | None:
        kind = "vega_thresholds" if vega else "thresholds"
        found: Any
        if name == "interest_rate":
            found = self.numbers["rates"][kind][self.group(k[0], "rate_threshold")]
        elif name == "exchange_rate":
            places = [self.group(k[1][i : i + 3], "exchange_threshold") for i in range(0, len(k[1]), 3)]
            found = self.numbers["exchange"][kind]
            for place in places:
                found = found[place]
        else:
            found = self.bucket(name, k[0])["vega_threshold" if vega else "threshold"]
        return None if found is None else float(found)

    def concentration(self, name: str, k: Key, net: Mapping[Key, float], vega: bool) -> float:
        if k[1] == "Risk_XCcyBasis":
            return 1.0
        threshold = self.threshold(name, k, vega)
        depth = 1 if name == "interest_rate" else 2
        total = sum(s for other, s in net.items() if other[:depth] == k[:depth] and other[1] != "Risk_XCcyBasis")
        return 1.0 if threshold is None else max(1.0, sqrt(abs(total) / threshold))

    def linear(self, name: str, rows: Sequence[Row], vega: bool) -> float:
        table = self.numbers.get(name, self.numbers["exchange"])
        ratio = table["historical_volatility_ratio"] if vega and name != "interest_rate" else 1.0
        net: dict[Key, float] = defaultdict(float)
        for row in rows:
            if row["risk_type"] == "Risk_FX" and row["qualifier"] == self.own:
                continue
            scale = ratio * self.volatility(name, row) if vega else 1.0
            net[self.key(name, row, vega)] += scale * row["amount"]
        level = {k: self.concentration(name, k, net, vega) for k in net}
        value = {k: self.weight(name, k, vega) * net[k] * level[k] for k in net}

        def pair(k: Key, other: Key) -> float:
            ratio = 1.0 if name == "interest_rate" else min(level[k], level[other]) / max(level[k], level[other])
            return self.rho(name, k, other, vega) * ratio

        of_bucket = {k[0]: max(level[o] for o in net if o[0] == k[0]) for k in net} if name == "interest_rate" else {}
        margins = self.buckets(value, pair)
        return self.over_buckets(name, margins, of_bucket, 1)

    def buckets(self, value: Mapping[Key, float], pair: Callable[[Key, Key], float]) -> dict[str, tuple[float, float]]:
        out = {}
        for bucket in {k[0] for k in value}:
            own = [k for k in value if k[0] == bucket]
            size = root(sum(pair(k, other) * value[k] * value[other] for k in own for other in own))
            out[bucket] = size, max(min(sum(value[k] for k in own), size), -size)
        return out

    def over_buckets(
        self, name: str, margins: Mapping[str, tuple[float, float]], level: Mapping[str, float], power: int
    ) -> float:
        offset = {bucket: margin for bucket, margin in margins.items() if bucket != "Residual"}
        total = 0.0
        for one, (k, s) in offset.items():
            total += k * k
            for other, (_, t) in offset.items():
                if one != other:
                    ratio = min(level[one], level[other]) / max(level[one], level[other]) if level else 1.0
                    total += self.gamma(name, one, other) ** power * ratio * s * t
        return root(total) + margins.get("Residual", (0.0, 0.0))[0]

    def curvature(self, name: str, rows: Sequence[Row]) -> float:
        net: dict[Key, float] = defaultdict(float)
        for row in rows:
            if name in ("equity", "commodity") and not self.bucket(name, row["bucket"])["curvature"]:
                continue
            time = 0.5 * min(1.0, self.days / days_of(row["label1"]))
            net[self.key(name, row, True)] += self.sign * time * self.volatility(name, row) * row["amount"]
        total = 0.0
        for residual in (False, True):
            value = {k: v for k, v in net.items() if (k[0] == "Residual") == residual}
            size = sum(map(abs, value.values()))
            if not size:
                continue
            mean = sum(value.values())
            theta = min(mean / size, 0.0)
            tail = (self.two_sided**2 - 1) * (1 + theta) - theta
            margins = self.buckets(value, lambda k, other: self.rho(name, k, other, True) ** 2)
            total += max(mean + tail * self.over_buckets(name, margins, {}, 2), 0.0)
        return total / self.numbers["rates"]["historical_volatility_ratio"] ** 2 if name == "interest_rate" else total
