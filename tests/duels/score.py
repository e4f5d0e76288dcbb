"""The table of the duels: how each method did against the reference, its worst disagreement and who was right."""

import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from duels.duel import MEASURES, ROUNDING, Bout, again
from duels.methods import JUDGE, challengers
from duels.trades import SPOT

LEAST_DEVIATION, MOST_DEVIATION = 0.8, 1.2
OUTLYING, MOST_OUTLYING, FARTHEST = 3.0, 0.005, 5.5
LEAST_RATIO = 0.05
MANY = 15_000
UNSETTLED = "unsettled"


@dataclass(frozen=True)
class Score:
    """One method on one product. Of a simulation by measure; of a method that states a bound actual over stated."""

    product: str
    method: str
    trades: int
    worst_gap: float  # per unit of spot
    worst_trade: str
    median_ratio: float | None
    covered: float | None
    deviations: dict[str, float]
    outlying: dict[str, float]
    farthest: dict[str, float]
    right: str
    unscored: dict[str, int]

    def flaws(self, gated: Iterable[str] = MEASURES) -> list[str]:
        """Name what is not as it must be; of few trades more may lie out by chance."""
        chance = 0.0 if self.trades >= MANY else 3.0 * (MOST_OUTLYING / self.trades) ** 0.5
        who = f"{self.product} by {self.method}: "
        found = [
            f"{who}{name} scores deviate by {self.deviations[name]:.2f}"
            for name in gated
            if name in self.deviations and not LEAST_DEVIATION <= self.deviations[name] <= MOST_DEVIATION
        ]
        for name in gated:
            if self.outlying.get(name, 0.0) > MOST_OUTLYING + chance:
                found.append(f"{who}{100 * self.outlying[name]:.2f} % of the {name} scores lie beyond {OUTLYING}")
            if self.farthest.get(name, 0.0) > FARTHEST:
                found.append(f"{who}a {name} score of {self.farthest[name]:.1f}")
        if self.median_ratio is not None and self.median_ratio < LEAST_RATIO:
            found.append(f"{who}the median of actual over stated error is {self.median_ratio:.3f}")
        if self.right == UNSETTLED:
            found.append(f"{who}both stand by what they said of {self.worst_trade}")
        return found

    def to_dict(self) -> dict[str, Any]:
        """Give the score as plain data."""
        return asdict(self)


def _by_measure(bouts: list[Bout]) -> dict[str, list[float]]:
    # A score of zero stands for a measure that has no standard error to be told by.
    return {
        name: [bout.scores[i] for bout in bouts if bout.scores and bout.scores[i]] for i, name in enumerate(MEASURES)
    }


def score(product: str, method: str, fought: list[Bout], *, judged: bool = True) -> Score:
    """Give the score of a method on a product.

    Raises:
        ValueError: not one bout can be scored.
    """
    unscored = Counter(bout.unscored for bout in fought if bout.unscored)
    bouts = [bout for bout in fought if not bout.unscored]
    if not bouts:
        raise ValueError(f"{product} by {method}: none of {len(fought)} duels can be scored ({dict(unscored)})")
    simulated = bool(bouts[0].scores)
    worst = max(bouts, key=lambda bout: abs(bout.scores[0]) if simulated else bout.gap)
    stated = [bout for bout in bouts if not simulated and bout.stated is not None and bout.stated > ROUNDING]
    ratios = [bout.gap / bout.stated for bout in stated if bout.stated]
    scores = {name: found for name, found in _by_measure(bouts).items() if found}
    return Score(
        product,
        method,
        len(bouts),
        worst.gap / SPOT,
        worst.trade,
        statistics.median(ratios) if ratios else None,
        sum(ratio <= 1.0 for ratio in ratios) / len(ratios) if ratios else None,
        {name: statistics.fmean(x * x for x in found) ** 0.5 for name, found in scores.items()},
        {name: sum(abs(x) > OUTLYING for x in found) / len(found) for name, found in scores.items()},
        {name: max(abs(x) for x in found) for name, found in scores.items()},
        _right(product, worst) if judged else "not judged",
        dict(unscored),
    )


def _right(product: str, worst: Bout) -> str:
    """Say who was right: asked again with far more steps or paths the challenger comes to the reference, or does not."""
    if worst.gap <= ROUNDING * SPOT:
        return "both"
    if not worst.scores and worst.stated is not None and worst.gap <= worst.stated:
        return "both, by the stated error"
    finer = again(product, worst.trade, challengers(product, JUDGE, seed=77)[worst.method])
    if finer is None:
        return "no judge"
    return "reference" if abs(finer - worst.expected) <= 0.5 * worst.gap else UNSETTLED


def line_of(found: Score) -> str:
    """Give the line of the table."""
    head = f"{found.product:<16}{found.method:<17}{found.trades:>7}  worst {found.worst_gap:8.1e} of spot"
    if found.deviations:
        deviation, far = found.deviations["price"], max(found.farthest.values())
        share = 100.0 * max(found.outlying.values())
        tail = f"z deviation {deviation:.2f}, beyond {OUTLYING:g} at most {share:.2f} %, farthest {far:.1f}"
    elif found.median_ratio is None or found.covered is None:
        tail = "states no error"
    else:
        tail = f"actual / stated {found.median_ratio:.3f}, covered {100.0 * found.covered:.1f} %"
    left = ", ".join(f"{count} {reason}" for reason, count in sorted(found.unscored.items()))
    return f"{head}  {tail}; {found.worst_trade}, right: {found.right}" + (f"; not scored: {left}" if left else "")
