"""Families as Prometheus reads them: by the library's own parser, from a registry that is nobody else's."""

import prometheus_client
import pytest
from prometheus_client.parser import text_string_to_metric_families

from plimsoll.observability.metrics import Family, Kind, Sample, exposition, registry_of

GAUGE = Family("plimsoll_calls", Kind.gauge, "Calls.", ("book",), (Sample(2.0, {"book": 'a "b"\n'}),))
COUNTER = Family("plimsoll_runs", Kind.counter, "Runs.", (), (Sample(3.0),))
HISTOGRAM = Family(
    "plimsoll_seconds",
    Kind.histogram,
    "Time.",
    ("stage",),
    (Sample(7.5, {"stage": "risk"}, ((1.0, 1), (10.0, 2)), 3),),
)


def parsed(*families: Family) -> dict[str, tuple[str, str, list[tuple[str, dict[str, str], float]]]]:
    text = exposition(families).decode()
    return {
        found.name: (
            found.type,
            found.documentation,
            [(sample.name, dict(sample.labels), sample.value) for sample in found.samples],
        )
        for found in text_string_to_metric_families(text)
    }


def test_a_gauge_keeps_labels_that_need_escaping() -> None:
    assert parsed(GAUGE) == {
        "plimsoll_calls": ("gauge", "Calls.", [("plimsoll_calls", {"book": 'a "b"\n'}, 2.0)])
    }  # fmt: skip


def test_a_counter_ends_in_total() -> None:
    assert parsed(COUNTER) == {"plimsoll_runs": ("counter", "Runs.", [("plimsoll_runs_total", {}, 3.0)])}
    assert COUNTER.to_dict()["name"] == "plimsoll_runs_total"


def test_a_histogram_has_its_buckets_its_sum_and_all_of_it_in_the_last() -> None:
    kind, _, samples = parsed(HISTOGRAM)["plimsoll_seconds"]
    assert kind == "histogram"
    assert samples == [
        ("plimsoll_seconds_bucket", {"le": "1", "stage": "risk"}, 1.0),
        ("plimsoll_seconds_bucket", {"le": "10", "stage": "risk"}, 2.0),
        ("plimsoll_seconds_bucket", {"le": "+Inf", "stage": "risk"}, 3.0),
        ("plimsoll_seconds_count", {"stage": "risk"}, 3.0),
        ("plimsoll_seconds_sum", {"stage": "risk"}, 7.5),
    ]


def test_families_as_plain_data() -> None:
    assert GAUGE.to_dict()["samples"] == [{"labels": {"book": 'a "b"\n'}, "value": 2.0}]
    assert HISTOGRAM.to_dict()["samples"] == [
        {"labels": {"stage": "risk"}, "sum": 7.5, "count": 3, "buckets": {"1.0": 1, "10.0": 2}}
    ]


def test_a_registry_collects_anew_each_time_and_the_global_one_hears_nothing() -> None:
    values = iter((1.0, 2.0))
    registry = registry_of(lambda: [Family("plimsoll_x", Kind.gauge, "X.", (), (Sample(next(values)),))])
    assert [registry.get_sample_value("plimsoll_x") for _ in range(2)] == [1.0, 2.0]
    assert prometheus_client.REGISTRY.get_sample_value("plimsoll_x") is None


def test_a_label_that_is_missing_is_a_mistake_and_no_empty_label() -> None:
    with pytest.raises(KeyError):
        exposition([Family("plimsoll_x", Kind.gauge, "X.", ("book",), (Sample(1.0),))])
