"""The premium is a reproducible ratio of means, kept under its digest."""

import json
import math
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.data.premium import PremiumFit, fit_premium, store_fit
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput

DAYS = [date(2014, 1, 1) + timedelta(days=offset) for offset in range(400)]
_levels = st.lists(st.floats(0.05, 2.0), min_size=2, max_size=60)


def _fit(ewma: list[float], implied: list[float | None], first: date = DAYS[0], last: date = DAYS[-1]) -> PremiumFit:
    days = DAYS[: len(ewma)]
    return fit_premium(
        dict(zip(days, ewma, strict=True)),
        dict(zip(DAYS, implied, strict=False)),
        first,
        last,
        0.97,
        {"vix": "sha256:v"},
    )


@settings(deadline=None)
@given(_levels, st.floats(0.5, 3.0))
def test_a_constant_premium_is_found(ewma: list[float], premium: float) -> None:
    fit = _fit(ewma, [100.0 * premium * value for value in ewma])
    # Each of the products and quotients rounds once.
    assert fit.premium == pytest.approx(premium, rel=1e-14)
    assert fit.root_mean_square_error < 1e-14


@settings(deadline=None)
@given(_levels)
def test_the_fit_does_not_depend_on_the_order_of_the_days(ewma: list[float]) -> None:
    implied = {day: 20.0 + place for place, day in enumerate(DAYS[: len(ewma)])}
    known = dict(zip(DAYS, ewma, strict=False))
    backwards = {day: known[day] for day in reversed(list(known))}
    fits = [fit_premium(volatility, implied, DAYS[0], DAYS[-1], 0.97, {}) for volatility in (known, backwards)]
    assert fits[0] == fits[1]


def test_days_without_either_value_or_outside_the_span_are_left_out() -> None:
    fit = _fit([0.1, 0.2, 0.3, 0.4], [10.0, None, 60.0, 80.0, 99.0], last=DAYS[2])
    assert (fit.observations, fit.first_date, fit.last_date) == (2, "2014-01-01", "2014-01-03")
    assert fit.premium == pytest.approx(0.35 / 0.2, rel=1e-15)
    assert fit.root_mean_square_error == pytest.approx(
        math.sqrt(((0.1 - 0.175) ** 2 + (0.6 - 0.525) ** 2) / 2), rel=1e-13
    )


def test_no_common_day_is_refused() -> None:
    with pytest.raises(BadInput, match="no_common_day"):
        _fit([0.1], [None])


def test_a_fit_is_kept_under_its_digest_once(tmp_path: Path) -> None:
    fit = _fit([0.1, 0.2], [11.0, 22.0])
    path = store_fit(tmp_path, fit)
    written = path.stat().st_mtime_ns
    assert store_fit(tmp_path, fit) == path
    assert path.stat().st_mtime_ns == written
    assert path.stem == fit.digest().removeprefix("sha256:")
    assert digest_of(json.loads(path.read_text())) == fit.digest()
