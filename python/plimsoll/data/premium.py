"""The premium of implied over EWMA volatility, fitted where an implied volatility was observed."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from plimsoll.data.store import write_atomically
from plimsoll.vocabulary.digest import canonical_json, digest_of
from plimsoll.vocabulary.errors import BadInput

_PERCENT = 100.0


@dataclass(frozen=True, slots=True)
class PremiumFit:
    """A fitted premium with what it was fitted to.

    ``root_mean_square_error`` is that of premium times EWMA volatility against the implied one, in volatility per
    year, over the days of the fit.
    """

    premium: float
    observations: int
    first_date: str
    last_date: str
    mean_implied: float
    mean_ewma: float
    root_mean_square_error: float
    decay: float
    inputs: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return asdict(self)

    def digest(self) -> str:
        """Give the digest of the record."""
        return digest_of(self.to_dict())


def fit_premium(
    ewma: Mapping[date, float],
    implied_percent: Mapping[date, float | None],
    first: date,
    last: date,
    decay: float,
    inputs: Mapping[str, str],
) -> PremiumFit:
    """Fit the ratio of mean implied to mean EWMA volatility over the days when both are known.

    Sums are exact before they are rounded once, so the fit has the same bits on every machine.

    Parameters
    ----------
    ewma : mapping of date to float
        EWMA volatility per year at the close of each day.
    implied_percent : mapping of date to float or None
        Observed implied volatility at the close, in percent a year.
    first, last : date
        Days of the fit, both included.
    decay : float
        Decay behind ``ewma``, for the record.
    inputs : mapping of str to str
        Digests of the datasets behind both.

    Raises
    ------
    BadInput
        If no day has both.
    """
    days = [
        day
        for day, value in sorted(implied_percent.items())
        if value is not None and first <= day <= last and day in ewma
    ]
    if not days:
        raise BadInput(
            "no_common_day",
            field="premium fit",
            value=f"{first} to {last}",
            allowed="days on which both volatilities are known",
            fix="widen the days of the fit or ingest the datasets",
        )
    implied = {day: value / _PERCENT for day in days if (value := implied_percent[day]) is not None}
    mean_implied = math.fsum(implied.values()) / len(days)
    mean_ewma = math.fsum(ewma[day] for day in days) / len(days)
    premium = mean_implied / mean_ewma
    errors = [implied[day] - premium * ewma[day] for day in days]
    return PremiumFit(
        premium=premium,
        observations=len(days),
        first_date=days[0].isoformat(),
        last_date=days[-1].isoformat(),
        mean_implied=mean_implied,
        mean_ewma=mean_ewma,
        root_mean_square_error=math.sqrt(math.fsum(error * error for error in errors) / len(days)),
        decay=decay,
        inputs=dict(inputs),
    )


def store_fit(store_root: Path, fit: PremiumFit) -> Path:
    """Keep a fit under its digest and give the path of its file."""
    path = store_root / "fits" / f"{fit.digest().removeprefix('sha256:')}.json"
    if not path.is_file():
        write_atomically(path, canonical_json(fit.to_dict()))
    return path
