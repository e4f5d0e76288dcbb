"""What can differ between two reports: sizes of movements, directions of flips, mirror images."""

import json
from dataclasses import replace

import pytest

from plimsoll.report.changes import Change, Flip, Movement, ReportDifference

MOVED = Movement("m/T-1", "Title", "share", "relative", 0.02, 0.05, 100, 100, (0.1, 0.5), (0.1, 0.5))
FLIP = Flip("m/T-1", "Title", "green", "red", "share", "relative", 0.02, 0.7)


def test_a_movement_is_measured_against_the_distance_to_its_nearer_threshold() -> None:
    assert MOVED.absolute == pytest.approx(0.03)
    assert MOVED.relative == pytest.approx(1.5)
    assert MOVED.distance == pytest.approx(0.08)
    assert MOVED.share == pytest.approx(0.375)
    assert replace(MOVED, limits_before=(0.5, 0.03)).distance == pytest.approx(0.01)


def test_what_cannot_be_divided_has_no_size() -> None:
    from_zero = replace(MOVED, before=0.0)
    assert from_zero.relative is None
    on_its_threshold = replace(MOVED, before=0.1)
    assert (on_its_threshold.distance, on_its_threshold.share) == (0.0, None)
    without = replace(MOVED, limits_before=())
    assert (without.distance, without.share) == (None, None)
    beyond = replace(MOVED, before=-1.7e308, after=1.7e308)
    assert (beyond.absolute, beyond.relative, beyond.share) == (None, None, None)
    assert replace(MOVED, before=-1.7e308, limits_before=(1.7e308,)).distance is None


def test_the_largest_share_comes_first_and_what_stood_on_its_threshold_before_all() -> None:
    on_threshold = replace(MOVED, subject="m/T-2", before=0.1)
    other_n = replace(MOVED, subject="m/T-3", after=0.02, n_after=90)
    no_limits = replace(MOVED, subject="m/T-4", limits_before=())
    far = replace(MOVED, subject="m/T-5", after=0.9)
    found = sorted([MOVED, on_threshold, other_n, no_limits, far], key=Movement.order)
    assert [entry.subject[-1] for entry in found] == ["2", "5", "1", "3", "4"]


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ("green", "red", "worse"),
        ("amber", "green", "better"),
        ("not_applicable", "red", ""),
        ("green", "not_applicable", ""),
    ],
)
def test_a_flip_has_a_direction_where_both_sides_were_measured(before: str, after: str, direction: str) -> None:
    assert replace(FLIP, before=before, after=after).direction == direction


def test_a_difference_turned_twice_is_itself() -> None:
    change = Change("m/T-1", "green", 0.1, None)
    found = ReportDifference("sha256:a", "sha256:b", (FLIP,), (change,), statistics=(MOVED,), parts=(change,))
    turned = found.mirrored()
    assert turned.mirrored() == found
    assert (turned.digest_before, turned.digest_after) == ("sha256:b", "sha256:a")
    assert (turned.thresholds[0].before, turned.thresholds[0].after) == (None, 0.1)
    assert (turned.flips[0].direction, turned.flips[0].value_before) == ("better", 0.7)
    assert turned.statistics[0].absolute == pytest.approx(-0.03)


def test_a_difference_is_one_json_document() -> None:
    document = ReportDifference("sha256:a", "sha256:b", (FLIP,), statistics=(MOVED,)).to_dict()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["schema"] == "plimsoll/report-difference/v1"
    assert document["equal"] is False
    assert document["digests"] == {"before": "sha256:a", "after": "sha256:b"}
    assert document["statistics"][0]["limits_before"] == [0.1, 0.5]
    assert document["flips"][0]["direction"] == "worse"
