"""Price, Greeks and value at risk of an index put, from a snapshot and 32 years of closes."""

from datetime import date
from pathlib import Path

import numpy as np

import plimsoll
from plimsoll.data.ingest import read_source
from plimsoll.data.sources import SOURCES, locate
from plimsoll.engine import bulk, risk

market = plimsoll.read_snapshot(Path(__file__).with_name("snapshot.json"))
put = plimsoll.European("SP500", plimsoll.OptionType.put, 3100.0, date(2020, 6, 19))
today = plimsoll.value(plimsoll.Trade.of(put), market, plimsoll.ClosedForm())
print(f"price {today.price:.4f}", {name: round(greek, 4) for name, greek in today.sensitivities.items()})

closes = read_source(locate(next(s for s in SOURCES if s.dataset == "sp500")))["SP500"].to_numpy()
spots = market.spot("SP500") * np.exp(risk.log_returns(closes))  # tomorrow, had it moved as on each day since 1990
terms = {"type": 1, "exercise": 0, "strike": 3100.0, "years": 139 / 365, "rate": 0.016, "dividend_yield": 0.018}
columns = {name: np.full(len(spots), value) for name, value in {**terms, "volatility": 0.16}.items()}
profits = bulk.value_options({**columns, "spot": spots}, plimsoll.ClosedForm())["price"] - today.price
print(f"1-day 99 % VaR {risk.value_at_risk(profits):.2f}, 97.5 % ES {risk.expected_shortfall(profits):.2f} a unit held")
