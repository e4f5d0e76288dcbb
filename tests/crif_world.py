"""Random risk data, as rows and as the core takes them."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from naive_simm import TENORS
from plimsoll.engine.crif import Crif, crif_row

CURRENCIES = ["USD", "EUR", "CHF", "CAD", "JPY", "BRL", "TRY", "INR"]
CURVES = ["OIS", "Libor3m", "Prime"]
CREDIT_TENORS = ["1y", "2y", "3y", "5y", "10y"]
COLUMNS = ["portfolio_id", "product_class", "risk_type", "qualifier", "bucket", "label1", "label2", "amount"]


def row(risk_type: str, qualifier: str = "", amount: float = 1.0, **changes: Any) -> dict[str, Any]:
    cells = {"product_class": "RatesFX", "bucket": "", "label1": "", "label2": "", "portfolio_id": "N1"}
    return {**cells, "risk_type": risk_type, "qualifier": qualifier, "amount": amount, **changes}


def random_row(draw: random.Random, size: float) -> dict[str, Any]:
    """One row of any risk type; sizes are of the order of the thresholds, so that concentration is met."""
    currency, other = draw.sample(CURRENCIES, 2)
    amount = draw.uniform(-1.0, 1.0) * size
    name = draw.choice(["A", "B", "C"])
    tenor, credit_tenor = draw.choice(TENORS), draw.choice(CREDIT_TENORS)

    def bucket(count: int, residual: bool = True) -> str:
        return draw.choice([str(draw.randint(1, count)), *(["Residual"] if residual else [])])

    made = draw.choice(
        [
            row("Risk_IRCurve", currency, 50 * amount, label1=tenor, label2=draw.choice(CURVES)),
            row("Risk_Inflation", currency, 50 * amount),
            row("Risk_XCcyBasis", currency, 50 * amount),
            row("Risk_IRVol", currency, 500 * amount, label1=tenor),
            row("Risk_InflationVol", currency, 500 * amount, label1=tenor),
            row("Risk_CreditQ", name, amount, bucket=bucket(12), label1=credit_tenor, label2=draw.choice(CURRENCIES)),
            row("Risk_CreditVol", name, 300 * amount, bucket=bucket(3), label1=credit_tenor, label2="USD"),
            row("Risk_BaseCorr", name, amount),
            row("Risk_CreditNonQ", name, 4 * amount, bucket=bucket(2), label1=credit_tenor, label2=draw.choice("GH")),
            row("Risk_CreditVolNonQ", name, 90 * amount, bucket=bucket(2), label1=credit_tenor, label2="G"),
            row("Risk_Equity", name, 9 * amount, bucket=bucket(12)),
            row("Risk_EquityVol", name, amount, bucket=bucket(12), label1=tenor),
            row("Risk_Commodity", name, 500 * amount, bucket=bucket(17, residual=False)),
            row("Risk_CommodityVol", name, 9 * amount, bucket=bucket(17, residual=False), label1=tenor),
            row("Risk_FX", currency, 3000 * amount),
            row("Risk_FXVol", currency + other, 30 * amount, label1=tenor),
        ]
    )
    return {**made, "product_class": draw.choice(["RatesFX", "Credit", "Equity", "Commodity"])}


def crif_of(rows: Sequence[dict[str, Any]]) -> Crif:
    """Give rows as a file would; amounts are dollars."""
    cells = [{name: str(value) for name, value in row.items()} | {"amount_currency": "USD"} for row in rows]
    return Crif(tuple(crif_row(row, line) for line, row in enumerate(cells, 2)), {}, "sha256:of-rows")


def write_crif(path: Path, rows: Sequence[dict[str, Any]], delimiter: str = ",") -> Path:
    columns = list(dict.fromkeys([*COLUMNS, "amount_currency", *(name for row in rows for name in row)]))
    lines = [delimiter.join(str(({"amount_currency": "USD"} | row).get(name, "")) for name in columns) for row in rows]
    path.write_text("\n".join([delimiter.join(columns), *lines]) + "\n")
    return path
