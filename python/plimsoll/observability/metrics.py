"""Metrics in Prometheus' form: families of samples, their text, and nothing global."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from plimsoll.vocabulary.errors import MissingDependency

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Metric
    from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Kind(StrEnum):
    """How a metric moves: a gauge both ways, a counter only up, a histogram counts in buckets."""

    gauge = "gauge"
    counter = "counter"
    histogram = "histogram"


@dataclass(frozen=True, slots=True)
class Sample:
    """One value under its labels; of a histogram, ``value`` is the sum and ``buckets`` are cumulative counts by bound."""

    value: float
    labels: Mapping[str, str] = field(default_factory=dict)
    buckets: tuple[tuple[float, int], ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Family:
    """One metric: its name, without ``_total`` for a counter, what it says, its label names and its samples."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...]
    samples: tuple[Sample, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the family as plain data."""
        return {
            "name": self.name + ("_total" if self.kind is Kind.counter else ""),
            "kind": self.kind.value,
            "help": self.help,
            "samples": [_plain(sample, self.kind) for sample in self.samples],
        }


def _plain(sample: Sample, kind: Kind) -> dict[str, Any]:
    if kind is not Kind.histogram:
        return {"labels": dict(sample.labels), "value": sample.value}
    buckets = {str(bound): count for bound, count in sample.buckets}
    return {"labels": dict(sample.labels), "sum": sample.value, "count": sample.count, "buckets": buckets}


def registry_of(collect: Callable[[], Iterable[Family]]) -> "CollectorRegistry":
    """Give a registry of its own that collects anew at each scrape.

    Raises
    ------
    MissingDependency
        If prometheus_client is not installed.
    """
    try:
        from prometheus_client import CollectorRegistry
    except ImportError as error:
        raise MissingDependency(
            "prometheus_client_missing",
            field="metrics",
            value=error.name,
            allowed="an installed prometheus_client",
            fix="pip install 'plimsoll[observability]'",
        ) from error
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_collector(collect))
    return registry


def exposition(families: Iterable[Family]) -> bytes:
    """Give families as the text that Prometheus and node_exporter's textfile collector read.

    Raises
    ------
    MissingDependency
        If prometheus_client is not installed.
    """
    found = tuple(families)
    registry = registry_of(lambda: found)
    from prometheus_client import generate_latest

    return generate_latest(registry)


def _collector(collect: Callable[[], Iterable[Family]]) -> "Collector":
    from prometheus_client.registry import Collector

    class Families(Collector):
        def collect(self) -> "Iterator[Metric]":
            return map(_metric, collect())

    return Families()


def _metric(family: Family) -> "Metric":
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

    if family.kind is Kind.histogram:
        histogram = HistogramMetricFamily(family.name, family.help, labels=family.labels)
        for sample in family.samples:
            bounds = [(f"{bound:g}", float(count)) for bound, count in sample.buckets]
            histogram.add_metric(_values(family, sample), [*bounds, ("+Inf", float(sample.count))], sample.value)
        return histogram
    kind = CounterMetricFamily if family.kind is Kind.counter else GaugeMetricFamily
    metric = kind(family.name, family.help, labels=family.labels)
    for sample in family.samples:
        metric.add_metric(_values(family, sample), sample.value)
    return metric


def _values(family: Family, sample: Sample) -> list[str]:
    return [sample.labels[name] for name in family.labels]
