"""Counts what is wrong with a dataset: gaps, stale runs, spikes, duplicates and values that cannot be prices."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow as pa

from plimsoll.data.calendar import expected_days
from plimsoll.data.packs import Pack
from plimsoll.data.store import read_manifest, read_table
from plimsoll.vocabulary.errors import BadInput

THRESHOLDS = "quality-2026-11"
# Scale of the median absolute deviation that equals the standard deviation of normal numbers: 1 / inverse normal(3/4).
_NORMAL_CONSISTENCY = 1.4826022185056018


@dataclass(frozen=True, slots=True)
class StaleRun:
    """The same value on so many days in a row."""

    first: str
    last: str
    days: int
    value: float


@dataclass(frozen=True, slots=True)
class Spike:
    """A day's return far from the median, in robust standard deviations."""

    date: str
    previous: float
    value: float
    deviations: float


@dataclass(frozen=True, slots=True)
class ColumnQuality:
    """What was found in one series."""

    name: str
    values: int
    empty: int
    non_positive: tuple[str, ...]
    stale_runs: tuple[StaleRun, ...]
    spikes: tuple[Spike, ...]


@dataclass(frozen=True, slots=True)
class QualityReport:
    """What was found in one dataset, the thresholds used, and which counts exceed their limits."""

    dataset: str
    logical_digest: str
    thresholds: Mapping[str, Any]
    thresholds_digest: str
    calendar: str
    rows: int
    gaps: tuple[str, ...]
    off_calendar: tuple[str, ...]
    duplicates: tuple[str, ...]
    out_of_order: tuple[str, ...]
    columns: tuple[ColumnQuality, ...]
    breaches: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return asdict(self)


def quality(store_root: Path, dataset: str, thresholds: Pack) -> QualityReport:
    """Look through a stored dataset.

    Parameters
    ----------
    store_root : Path
        Folder of the datasets.
    dataset : str
        Its name.
    thresholds : Pack
        ``stale_days``, ``spike_deviations`` and ``limits`` by dataset, as in packs/market/quality-2026-11.json.

    Raises
    ------
    BadInput
        If the dataset is not stored or the pack has no thresholds for it.
    """
    manifest = read_manifest(store_root, dataset)
    rules = thresholds.document["datasets"].get(dataset)
    if rules is None:
        raise BadInput(
            "no_thresholds",
            field=f"{thresholds.name}.datasets",
            value=dataset,
            allowed=", ".join(sorted(thresholds.document["datasets"])),
            fix="add the dataset to the pack",
        )
    table = read_table(store_root, dataset)
    days: list[date] = table.column("date").to_pylist()
    columns = tuple(_column(name, days, table.column(name), rules) for name in table.column_names if name != "date")
    expected = set(expected_days(manifest.calendar, min(days), max(days)))
    found: dict[str, tuple[str, ...]] = {
        "gaps": _iso(sorted(expected - set(days))),
        "off_calendar": _iso(sorted(set(days) - expected)),
        "duplicates": _iso(day for day, group in groupby(sorted(days)) if len(list(group)) > 1),
        "out_of_order": _iso(day for before, day in pairwise(days) if day < before),
    }
    return QualityReport(
        dataset=dataset,
        logical_digest=manifest.logical_digest,
        thresholds=rules,
        thresholds_digest=thresholds.digest,
        calendar=manifest.calendar,
        rows=len(days),
        columns=columns,
        breaches=_breaches(rules["limits"], found, columns),
        **found,
    )


def stale_runs(days: Sequence[date], values: Sequence[float | None], least_days: int) -> tuple[StaleRun, ...]:
    """Give the runs of at least so many equal values; an empty value ends a run."""
    runs = []
    position = 0
    for value, group in groupby(values):
        length = len(list(group))
        if value is not None and length >= least_days:
            first, last = days[position], days[position + length - 1]
            runs.append(StaleRun(first=first.isoformat(), last=last.isoformat(), days=length, value=value))
        position += length
    return tuple(runs)


def spikes(days: Sequence[date], values: Sequence[float | None], least_deviations: float) -> tuple[Spike, ...]:
    """Give the days whose return lies further from the median return than so many robust standard deviations.

    The deviation is the median absolute deviation times 1.4826, which a few wild days do not move. Days without a
    value, and returns on what is not positive, are passed over; a series that hardly ever moves has no scale and no spike.

    References
    ----------
    Source: Rousseeuw and Croux (1993), Alternatives to the median absolute deviation, JASA 88(424), eq. 1.2.
    """
    known = [(day, value) for day, value in zip(days, values, strict=True) if value is not None]
    moves = [
        (day, before, value, value / before - 1.0) for (_, before), (day, value) in pairwise(known) if before > 0.0
    ]
    if not moves:
        return ()
    centre = median(move[3] for move in moves)
    scale = _NORMAL_CONSISTENCY * median(abs(move[3] - centre) for move in moves)
    if scale == 0.0:
        return ()
    return tuple(
        Spike(date=day.isoformat(), previous=before, value=value, deviations=abs(change - centre) / scale)
        for day, before, value, change in moves
        if abs(change - centre) > least_deviations * scale
    )


def _iso(days: Any) -> tuple[str, ...]:
    return tuple(day.isoformat() for day in days)


def _column(name: str, days: Sequence[date], column: pa.ChunkedArray, rules: Mapping[str, Any]) -> ColumnQuality:
    values: list[float | None] = column.to_pylist()
    return ColumnQuality(
        name=name,
        values=sum(value is not None for value in values),
        empty=sum(value is None for value in values),
        non_positive=_iso(day for day, value in zip(days, values, strict=True) if value is not None and value <= 0.0),
        stale_runs=stale_runs(days, values, rules["stale_days"]),
        spikes=spikes(days, values, rules["spike_deviations"]),
    )


def _breaches(
    limits: Mapping[str, int], found: Mapping[str, tuple[str, ...]], columns: Sequence[ColumnQuality]
) -> tuple[str, ...]:
    counts = {name: len(days) for name, days in found.items()}
    counts["empty"] = sum(column.empty for column in columns)
    counts["non_positive"] = sum(len(column.non_positive) for column in columns)
    counts["stale_runs"] = sum(len(column.stale_runs) for column in columns)
    counts["spikes"] = sum(len(column.spikes) for column in columns)
    return tuple(f"{name}: {count} > {limits[name]}" for name, count in counts.items() if count > limits[name])
