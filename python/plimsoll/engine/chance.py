"""How far right answers may lie apart by chance."""

from statistics import NormalDist

from plimsoll.engine.methods import MethodChoice, MonteCarlo
from plimsoll.vocabulary.errors import BadInput

#: Two answers are flagged from here on, in standard errors of their difference.
FLAGGED = 3.0
#: Paths below which a standard error is too uncertain for a verdict. The limits are quantiles z of the normal distribution,
#: but a standard error of n paths calls for those of Student's t, which lie (z^3 + z) / (4 (n - 1)) farther out (Abramowitz
#: & Stegun 1964, 26.7.5): at 256 paths 2 % of the 4.42 that is the limit for a thousand pairs, at 2 paths no limit is left.
LEAST_PATHS = 256
#: With how small a chance the widest of all pairs of right answers may be taken for a disagreement.
_FALSE_ALARM = 0.01


def beyond_chance(pairs: int) -> float:
    """Give the distance, in standard errors, that the widest of so many pairs of right answers exceeds once in a hundred.

    Bonferroni's bound, which holds for dependent pairs too; never below :data:`FLAGGED`.

    Examples
    --------
    >>> round(beyond_chance(100), 2)
    3.89
    """
    return max(FLAGGED, NormalDist().inv_cdf(1.0 - _FALSE_ALARM / (2.0 * max(pairs, 1))))


def refuse_too_few_paths(method: MethodChoice, field: str = "paths") -> None:
    """Refuse a simulation whose standard errors are too uncertain to say that two answers disagree.

    Raises
    ------
    BadInput
        If it has fewer than :data:`LEAST_PATHS` paths; ``field`` says where they were given.

    Examples
    --------
    >>> refuse_too_few_paths(MonteCarlo(paths=256))
    """
    if isinstance(method, MonteCarlo) and method.paths < LEAST_PATHS:
        raise BadInput(
            "too_few_paths",
            field=field,
            value=method.paths,
            allowed=f"{LEAST_PATHS} or more, where the errors of methods are held against each other",
            fix=f"simulate {LEAST_PATHS} paths or more, or leave the number out",
        )
