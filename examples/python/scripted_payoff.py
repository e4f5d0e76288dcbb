"""A payoff of one's own: an average over the last fixings, knocked out on any fixing, compiled and run by the core."""

import numpy as np

from plimsoll.engine.methods import MonteCarlo
from plimsoll.engine.scripted import value_script


def tail_average_call(spots, discounts):
    for spot in spots:
        if spot <= 80.0:
            return 0.0
    return discounts[-1] * max(np.mean(spots[-4:]) - 100.0, 0.0)


market = {"spots": [100.0], "rate": 0.03, "dividend_yields": [0.01], "volatilities": [0.25]}
months = [(i + 1) / 12 for i in range(12)]
found = value_script(tail_average_call, months, **market, method=MonteCarlo(262144, threads=2), sensitivities=True)
print(f"price {found.price:.4f} ± {found.standard_error:.4f}")
for name in ("delta_bumped", "delta_by_likelihood_ratio", "vega_bumped", "vega_by_likelihood_ratio"):
    estimate = getattr(found.sensitivities[0], name)
    print(f"{name} {estimate.mean:.4f} ± {estimate.standard_error:.4f}")
