"""Whatever was changed in a report: a comparison misses nothing, and is the mirror of the one the other way round."""

import copy
import json
from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plimsoll.report.build import build, report_digest
from plimsoll.report.difference import difference
from report_records import sample_envelope, sample_inputs

Path = tuple[str | int, ...]
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**6), 10**6)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
#: Fields whose shape the comparison reads; the others may become anything of the kind that they are.
COLOURS = ("green", "amber", "red", "not_applicable")


@cache
def original() -> dict[str, Any]:
    report = build(sample_inputs(backtests=(), margin_replays=()), sample_envelope())
    loaded: dict[str, Any] = json.loads(json.dumps(report))
    return loaded


def leaves(value: Any, path: Path = ()) -> list[Path]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, (*path, key))]
    if isinstance(value, list):
        return [leaf for index, item in enumerate(value) for leaf in leaves(item, (*path, index))]
    return [path]


@cache
def places() -> tuple[Path, ...]:
    kept = ("rag", "kind", "id", "schema", "model_id", "test_id", "dataset", "digest")
    return tuple(path for path in leaves(original()) if path[-1] not in kept)


@st.composite
def edited(draw: st.DrawFn) -> dict[str, Any]:
    """A report in which some values were changed, some colours flipped and some entries dropped or doubled."""
    report = copy.deepcopy(original())
    for path in draw(st.lists(st.sampled_from(places()), max_size=4)):
        holder: Any = report
        for part in path[:-1]:
            holder = holder[part]
        value = holder[path[-1]]
        if isinstance(value, str):
            holder[path[-1]] = draw(TEXTS)
        elif not isinstance(value, bool) and value is not None:
            holder[path[-1]] = draw(NUMBERS)
    for index in draw(st.lists(st.integers(0, len(report["results"]) - 1), max_size=2)):
        report["results"][index]["rag"] = draw(st.sampled_from(COLOURS))
    if draw(st.booleans()):
        entries = report[draw(st.sampled_from(("results", "sections", "figures")))]
        place = draw(st.integers(0, len(entries) - 1))
        entries[place : place + 1] = entries[place : place + 1] * draw(st.sampled_from((0, 2)))
    return report


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(edited(), edited())
def test_a_comparison_misses_nothing_and_mirrors_the_one_the_other_way_round(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    found = difference(before, after)
    assert found.mirrored() == difference(after, before)
    equal = report_digest(before) == report_digest(after)
    assert found.is_empty == (not found.parts) == equal
    itself = difference(before, copy.deepcopy(before))
    assert not any(value for name, value in itself.to_dict().items() if isinstance(value, list)), itself
    json.dumps(found.to_dict(), allow_nan=False)
