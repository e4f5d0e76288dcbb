"""How far right answers may lie apart by chance."""

from statistics import NormalDist

#: Two answers are flagged from here on, in standard errors of their difference.
FLAGGED = 3.0
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
