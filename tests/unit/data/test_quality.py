"""The quality report counts what is wrong and says which counts exceed their limits."""

import dataclasses
import gzip
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.data.ingest import ingest
from plimsoll.data.packs import Pack, pack_names, read_pack
from plimsoll.data.quality import THRESHOLDS, quality, spikes, stale_runs
from plimsoll.data.sources import SOURCES
from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput
from plimsoll.vocabulary.progress import SilentProgress


def _days(count: int) -> list[date]:
    return [date(2020, 1, 1) + timedelta(days=offset) for offset in range(count)]


def _pack() -> Pack:
    return read_pack("market", THRESHOLDS)


def test_the_real_stocks_have_no_gap_and_a_stale_thin_stock(ingested: Path) -> None:
    report = quality(ingested, "us_stocks", _pack())
    assert (report.gaps, report.off_calendar, report.duplicates, report.out_of_order) == ((), (), (), ())
    longest = max((run for column in report.columns for run in column.stale_runs), key=lambda run: run.days)
    assert (longest.days, longest.first) == (69, "1990-01-02")
    assert report.breaches == ("stale_runs: 43 > 0", "spikes: 10 > 0")
    assert report.thresholds_digest == _pack().digest


def test_the_real_index_is_clean(ingested: Path) -> None:
    report = quality(ingested, "sp500", _pack())
    assert report.breaches == ()
    assert report.to_dict()["columns"][0]["values"] == 8313


def test_holidays_of_the_vix_file_are_empty_and_within_the_limit(ingested: Path) -> None:
    report = quality(ingested, "vix", _pack())
    assert (report.columns[0].empty, report.columns[0].values) == (46, 1259)
    assert [spike.date for spike in report.columns[0].spikes] == ["2018-02-05"]
    assert report.breaches == ("spikes: 1 > 0",)


def test_each_defect_of_a_made_file_is_counted(package: Path, tmp_path: Path) -> None:
    lines = ["Date,P"]
    lines += ["2020-01-02,10", "2020-01-03,10.1", "2020-01-03,10.1", "2020-01-04,10.2", "2020-01-08,"]
    lines += ["2020-01-07,10.0", "2020-01-09,-1"]
    (package / "quotes.csv.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    source = dataclasses.replace(
        SOURCES[0], dataset="sp500", package="quotes_package", path="quotes.csv.gz", columns=("P",), names=("P",)
    )
    ingest(tmp_path / "root", FixedClock(datetime(2026, 1, 1, tzinfo=UTC)), SilentProgress(), (source,))
    report = quality(tmp_path / "root", "sp500", _pack())
    assert report.gaps == ("2020-01-06",)
    assert report.off_calendar == ("2020-01-04",)
    assert report.duplicates == ("2020-01-03",)
    assert report.out_of_order == ("2020-01-07",)
    assert report.columns[0].non_positive == ("2020-01-09",)
    assert [breach.split(":")[0] for breach in report.breaches] == [
        *("gaps", "off_calendar", "duplicates", "out_of_order", "empty", "non_positive", "spikes")
    ]


def test_a_dataset_without_thresholds_is_refused(ingested: Path) -> None:
    empty = dataclasses.replace(_pack(), document={"datasets": {}})
    with pytest.raises(BadInput, match="no_thresholds"):
        quality(ingested, "vix", empty)


def test_stale_runs_end_at_empty_values() -> None:
    runs = stale_runs(_days(8), [1.0, 1.0, None, 1.0, 1.0, 1.0, 2.0, None], 3)
    assert [(run.first, run.last, run.days, run.value) for run in runs] == [("2020-01-04", "2020-01-06", 3, 1.0)]


@settings(deadline=None)
@given(st.lists(st.sampled_from([None, 1.0, 2.0]), max_size=30), st.integers(1, 5))
def test_stale_runs_are_exactly_the_long_equal_stretches(values: list[float | None], least: int) -> None:
    days = _days(len(values))
    covered = {
        days.index(date.fromisoformat(run.first)) + step
        for run in stale_runs(days, values, least)
        for step in range(run.days)
    }
    for position, value in enumerate(values):
        left = right = position
        while left > 0 and values[left - 1] == value:
            left -= 1
        while right + 1 < len(values) and values[right + 1] == value:
            right += 1
        assert (position in covered) == (value is not None and right - left + 1 >= least)


def test_a_spike_is_measured_in_robust_deviations_and_leaves_the_scale_alone() -> None:
    values = [100.0 + (0, 3, 1, 4, 2, 6, 5)[step % 7] for step in range(60)]
    values[30:] = [10.0 * value for value in values[30:]]
    (spike,) = spikes(_days(60), values, 100.0)
    assert (spike.date, spike.previous, spike.value) == (_days(60)[30].isoformat(), values[29], values[30])
    assert spike.deviations > 100.0


@pytest.mark.parametrize(
    "values", [[], [1.0], [None, 1.0], [-1.0, 2.0], [5.0, 5.0, 5.0]], ids=["none", "one", "empty", "negative", "flat"]
)
def test_too_little_movement_gives_no_spike(values: list[float | None]) -> None:
    assert spikes(_days(len(values)), values, 3.0) == ()


@settings(deadline=None)
@given(st.floats(0.01, 100.0))
def test_spikes_do_not_depend_on_the_unit(unit: float) -> None:
    values = [1.0, 1.1, 1.0, 1.2, 1.1, 9.0, 8.0, 8.5, 8.4, 8.3]
    scaled: list[float | None] = [value * unit for value in values]
    assert [spike.date for spike in spikes(_days(10), scaled, 20.0)] == ["2020-01-06"]


def test_packs_carry_the_digest_of_their_content_and_an_unknown_one_is_refused() -> None:
    pack = _pack()
    assert THRESHOLDS in pack_names("market")
    assert pack.digest == digest_of(pack.document)
    with pytest.raises(BadInput) as caught:
        read_pack("market", "../../secrets")
    assert THRESHOLDS in caught.value.allowed
