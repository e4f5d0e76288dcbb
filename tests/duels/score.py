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
#: So many of the errors that a deterministic method states hold, and of the prices no more than of scores are off by ten
#: times what is stated. The lattices are the worst in both.
LEAST_COVERED, FAR_BEYOND = 0.85, 10.0
#: A method that states no error is this near, in shares of the spot. The worst that is known is an American option by a
#: trinomial lattice of a hundred steps, 1.4e-3.
MOST_GAP = 3e-3
#: A simulation is held by so many scores of each measure at least, of all its duels.
LEAST_SCORED = 0.1
MANY = 15_000
#: What no path of a simulation says anything but zero of, so that nothing is scored.
WITHOUT_CHANCE = {"Exchange": ("rho",)}
UNSETTLED = "unsettled"
NO_JUDGE = "no judge"


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
    far_beyond: float | None
    most_ratio: float | None
    scored: dict[str, int]
    deviations: dict[str, float]
    outlying: dict[str, float]
    farthest: dict[str, float]
    right: str
    unscored: dict[str, int]

    def flaws(self, gated: Iterable[str] = MEASURES) -> list[str]:
        """Name what is not as it must be; of few trades more may lie out by chance."""
        who = f"{self.product} by {self.method}: "
        found = []
        for name in [name for name in gated if name in self.deviations]:
            count, deviation = self.scored[name], self.deviations[name]
            few = 0.0 if count >= MANY else 3.0 / (2.0 * count) ** 0.5  # three standard errors of a deviation
            if not LEAST_DEVIATION - few <= deviation <= MOST_DEVIATION + few:
                found.append(f"{who}{name} scores deviate by {deviation:.2f}")
            few = 0.0 if count >= MANY else 3.0 * (MOST_OUTLYING / count) ** 0.5
            if self.outlying[name] > MOST_OUTLYING + few:
                found.append(f"{who}{100 * self.outlying[name]:.2f} % of the {name} scores lie beyond {OUTLYING}")
            if self.farthest[name] > FARTHEST:
                found.append(f"{who}a {name} score of {self.farthest[name]:.1f}")
        if self.median_ratio is not None and self.median_ratio < LEAST_RATIO:
            found.append(f"{who}the median of actual over stated error is {self.median_ratio:.3f}")
        if self.covered is not None and self.covered < LEAST_COVERED:
            found.append(f"{who}the stated error holds in {100 * self.covered:.1f} % alone")
        few = 0.0 if self.trades >= MANY else 3.0 * (MOST_OUTLYING / self.trades) ** 0.5
        if self.far_beyond is not None and self.far_beyond > MOST_OUTLYING + few:
            found.append(f"{who}{100 * self.far_beyond:.2f} % are off by {FAR_BEYOND:g} times what is stated")
        if self.median_ratio is None and not self.scored and self.worst_gap > MOST_GAP:
            found.append(f"{who}{self.worst_trade} is off by {self.worst_gap:.1e} of the spot")
        asked = self.trades + sum(self.unscored.values())
        found += [
            f"{who}only {self.scored[name]} {name} scores tell of it"
            for name in gated
            if self.scored
            and self.scored[name] < LEAST_SCORED * asked
            and name not in WITHOUT_CHANCE.get(self.product, ())
        ]
        if self.right == NO_JUDGE:
            found.append(f"{who}nobody can say who was right about {self.worst_trade}")
        if self.right == UNSETTLED:
            found.append(f"{who}both stand by what they said of {self.worst_trade}")
        return found

    def to_dict(self) -> dict[str, Any]:
        """Give the score as plain data."""
        return asdict(self)


def _by_measure(bouts: list[Bout]) -> dict[str, list[float]]:
    """Give the scores of each measure, of those that have one."""
    told = [bout.scores for bout in bouts if bout.scores is not None]
    return {name: [x for scores in told if (x := scores[i]) is not None] for i, name in enumerate(MEASURES)}


def score(product: str, method: str, fought: list[Bout], *, judged: bool = True) -> Score:
    """Give the score of a method on a product.

    Raises:
        ValueError: not one bout can be scored.
    """
    unscored = Counter(bout.unscored for bout in fought if bout.unscored)
    bouts = [bout for bout in fought if not bout.unscored]
    if not bouts:
        raise ValueError(f"{product} by {method}: none of {len(fought)} duels can be scored ({dict(unscored)})")
    simulated = bouts[0].scores is not None
    worst = max(bouts, key=lambda bout: abs(bout.scores[0] or 0.0) if bout.scores else bout.gap)
    stated = [bout for bout in bouts if not simulated and bout.stated is not None and bout.stated > ROUNDING]
    ratios = [bout.gap / bout.stated for bout in stated if bout.stated]
    scores = _by_measure(bouts) if simulated else {}
    told = {name: found for name, found in scores.items() if found}
    return Score(
        product,
        method,
        len(bouts),
        worst.gap / SPOT,
        worst.trade,
        statistics.median(ratios) if ratios else None,
        sum(ratio <= 1.0 for ratio in ratios) / len(ratios) if ratios else None,
        sum(ratio > FAR_BEYOND for ratio in ratios) / len(ratios) if ratios else None,
        max(ratios) if ratios else None,
        {name: len(found) for name, found in scores.items()},
        {name: statistics.fmean(x * x for x in found) ** 0.5 for name, found in told.items()},
        {name: sum(abs(x) > OUTLYING for x in found) / len(found) for name, found in told.items()},
        {name: max(abs(x) for x in found) for name, found in told.items()},
        _right(product, worst) if judged else "not judged",
        dict(unscored),
    )


def _right(product: str, worst: Bout) -> str:
    """Say who was right: asked again with far more steps or paths the challenger comes to the reference, or does not."""
    if worst.gap <= ROUNDING * SPOT:
        return "both"
    if worst.scores is None and worst.stated is not None and worst.gap <= worst.stated:
        return "both, by the stated error"
    finer = again(product, worst.trade, challengers(product, JUDGE, seed=77)[worst.method])
    if finer is None:
        return NO_JUDGE
    return "reference" if abs(finer - worst.expected) <= 0.5 * worst.gap else UNSETTLED


def line_of(found: Score) -> str:
    """Give the line of the table."""
    head = f"{found.product:<16}{found.method:<17}{found.trades:>7}  worst {found.worst_gap:8.1e} of spot"
    if found.deviations:
        deviation, far = found.deviations["price"], max(found.farthest.values())
        share = 100.0 * max(found.outlying.values())
        least = min(found.scored, key=lambda name: found.scored[name])
        tail = (
            f"z deviation {deviation:.2f}, beyond {OUTLYING:g} at most {share:.2f} %, farthest {far:.1f}, "
            f"scored {found.scored['price']} ({least} {found.scored[least]})"
        )
    elif found.median_ratio is None or found.covered is None:
        tail = "states no error"
    else:
        tail = f"actual / stated {found.median_ratio:.3f}, covered {100.0 * found.covered:.1f} %, farthest {found.most_ratio:.1f}"
    left = ", ".join(f"{count} {reason}" for reason, count in sorted(found.unscored.items()))
    return f"{head}  {tail}; {found.worst_trade}, right: {found.right}" + (f"; not scored: {left}" if left else "")
