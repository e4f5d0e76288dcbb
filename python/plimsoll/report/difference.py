"""Compares two reports as data: what moved, flipped, opened and closed between them, their envelopes aside."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from plimsoll.report.build import report_digest
from plimsoll.report.changes import Change, Flip, Movement, ReportDifference
from plimsoll.vocabulary.digest import digest_of

Report = Mapping[str, Any]
Entries = Mapping[str, Mapping[str, Any]]

_POLICY = ("policy_pack_id", "policy_pack_revision", "policy_pack_digest", "catalogue_digest")
_PLANNED = ("rev", "title", "question", "statistic", "unit", "source", "procedure", "settings")
_DATASET = ("logical_digest", "rows", "first_date", "last_date", "price_basis")
_RECOMMENDED = ("decision", "reason", "conditions")


def difference(before: Report, after: Report) -> ReportDifference:
    """Compare two reports.

    Parameters
    ----------
    before, after : Mapping
        Documents that meet ``packs/schemas/report-v1.json``.

    Returns
    -------
    ReportDifference
        Every group in an order that depends on the reports alone; comparing the other way round gives its mirror image.
    """
    first, second = _results(before), _results(after)
    shared = sorted(first.keys() & second.keys())
    pairs = [(key, first[key], second[key]) for key in shared]
    moved = [found for pair in pairs if (found := _movement(*pair)) is not None]
    return ReportDifference(
        digest_before=report_digest(dict(before)),
        digest_after=report_digest(dict(after)),
        flips=tuple(_flip(*pair) for pair in pairs if pair[1]["rag"] != pair[2]["rag"]),
        thresholds=_ordered(change for key, a, b in pairs for change in _fields(key, a["thresholds"], b["thresholds"])),
        policy=_ordered(_policy(before, after)),
        statistics=tuple(sorted(moved, key=Movement.order)),
        findings=_ordered(_keyed(_findings(before), _findings(after), ("severity", "title", "description"))),
        recommendations=_ordered(_recommendations(before, after)),
        tests=_ordered(_one_sided(first, second, "rag")),
        inputs=_ordered(_inputs(before, after)),
        code=_ordered(_code(before, after)),
        parts=_ordered(_parts(before, after)),
        signatures=_ordered(_one_sided(_signatures(before), _signatures(after), "meaning")),
    )


def _ordered(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: (change.subject, change.field)))


def _results(report: Report) -> Entries:
    return {f"{result['model_id']}/{result['test_id']}": result for result in report["results"]}


def _flip(key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Flip:
    return Flip(
        subject=key,
        title=_words(before, after, "title"),
        before=before["rag"],
        after=after["rag"],
        statistic=_words(before, after, "statistic"),
        unit=_words(before, after, "unit"),
        value_before=before["value"],
        value_after=after["value"],
    )


def _movement(key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Movement | None:
    values, counts = (before["value"], after["value"]), (before["n"], after["n"])
    if None in values or (values[0] == values[1] and counts[0] == counts[1]):
        return None
    return Movement(
        subject=key,
        title=_words(before, after, "title"),
        statistic=_words(before, after, "statistic"),
        unit=_words(before, after, "unit"),
        before=before["value"],
        after=after["value"],
        n_before=before["n"],
        n_after=after["n"],
        limits_before=_limits(before["thresholds"]),
        limits_after=_limits(after["thresholds"]),
    )


def _words(before: Mapping[str, Any], after: Mapping[str, Any], name: str) -> str:
    """Give what both sides say; where they differ, both, in an order that does not depend on which came first."""
    return " / ".join(sorted({str(before[name]), str(after[name])}))


def _limits(thresholds: Mapping[str, Any]) -> tuple[float, ...]:
    return tuple(float(thresholds[name]) for name in ("green", "amber") if name in thresholds)


def _fields(
    subject: str, before: Mapping[str, Any], after: Mapping[str, Any], names: Iterable[str] | None = None
) -> Iterator[Change]:
    """Give the fields that differ, all of them if none is named."""
    for name in sorted({*before, *after}) if names is None else names:
        if before.get(name) != after.get(name):
            yield Change(subject, name, before.get(name), after.get(name))


def _one_sided(before: Entries, after: Entries, field: str) -> Iterator[Change]:
    """Give the entries that one side alone has, by what one of their fields says."""
    for key in before.keys() ^ after.keys():
        yield Change(key, field, *(side[key].get(field) if key in side else None for side in (before, after)))


def _keyed(before: Entries, after: Entries, names: Sequence[str]) -> Iterator[Change]:
    """Give the entries of one side alone by the first of some fields, and the fields that differ in those of both."""
    yield from _one_sided(before, after, names[0])
    for key in before.keys() & after.keys():
        yield from _fields(key, before[key], after[key], names)


def _rows(report: Report, section_id: str, key: Callable[[Mapping[str, Any]], str], needs: str) -> Entries:
    """Give the rows of a section's tables that have a certain column, by a key."""
    blocks = (block for section in report["sections"] if section["id"] == section_id for block in section["blocks"])
    rows = (row for block in blocks if block["kind"] == "table" for row in block["rows"])
    return {key(row): row for row in rows if needs in row}


def _findings(report: Report) -> Entries:
    known = {model["name"]: model["model_id"] for model in report["cover"]["models"]}
    return _rows(
        report, "findings", lambda row: f"{known.get(row.get('model'), row.get('model'))}/{row['test_id']}", "test_id"
    )


def _policy(before: Report, after: Report) -> Iterator[Change]:
    plans = before["plan"], after["plan"]
    yield from _fields("policy", *plans, _POLICY)
    tests = [
        {f"{t['model_id']}/{t['definition']['test_id']}": t["definition"] for t in plan["tests"]} for plan in plans
    ]
    for key in tests[0].keys() & tests[1].keys():
        yield from _fields(key, tests[0][key], tests[1][key], _PLANNED)
    waived = [{f"{entry['model_id']}/{entry['test_id']}": entry for entry in plan["waived"]} for plan in plans]
    for key in sorted(waived[0].keys() | waived[1].keys()):
        sides = [side[key]["reason"] if key in side else None for side in waived]
        if sides[0] != sides[1]:
            yield Change(key, "waived", *sides)


def _recommendations(before: Report, after: Report) -> Iterator[Change]:
    covers = before["cover"], after["cover"]
    yield from _fields("offices", covers[0]["roles"], covers[1]["roles"])
    sides = [{entry["model_id"]: entry for entry in cover["recommendations"]} for cover in covers]
    yield from _keyed(sides[0], sides[1], _RECOMMENDED)


def _inputs(before: Report, after: Report) -> Iterator[Change]:
    manifests = before["manifest"], after["manifest"]
    yield from _fields("run", *manifests, ("valuation_date", "threads"))
    yield from _fields("input", manifests[0]["inputs"], manifests[1]["inputs"])
    yield from _fields("basis", before["basis"], after["basis"])
    datasets = [
        _rows(report, "data", lambda row: f"dataset {row['dataset']}", "logical_digest") for report in (before, after)
    ]
    yield from _keyed(datasets[0], datasets[1], _DATASET)


def _code(before: Report, after: Report) -> Iterator[Change]:
    yield from _fields("environment", before["manifest"]["environment"], after["manifest"]["environment"])
    sides = [{f"model {model['model_id']}": model for model in side["cover"]["models"]} for side in (before, after)]
    yield from _keyed(sides[0], sides[1], ("version", "name", "tier"))


def _signatures(report: Report) -> Entries:
    given = report["envelope"]["signatures"]
    return {f"{entry.get('name')}, {entry.get('role')}": entry for entry in given}


def _parts(before: Report, after: Report) -> Iterator[Change]:
    sides = [dict(_named_parts(report)) for report in (before, after)]
    for name in sides[0].keys() | sides[1].keys():
        digests = [digest_of(side[name]) if name in side else None for side in sides]
        if digests[0] != digests[1]:
            yield Change(name, "digest", *digests)


def _named_parts(report: Report) -> Iterator[tuple[str, Any]]:
    """Cut the content of a report into parts with names, so that nothing is in none of them."""
    for name, value in report.items():
        if name in ("sections", "figures"):
            yield f"order of {name}", [entry["id"] for entry in value]
            yield from ((f"{name[:-1]} {place}", entry) for place, entry in _numbered(value, "id"))
        elif name == "results":
            named = [{**entry, "key": f"{entry['model_id']}/{entry['test_id']}"} for entry in value]
            yield f"order of {name}", [entry["key"] for entry in named]
            yield from ((f"result {place}", entry) for place, entry in _numbered(named, "key"))
        elif name not in ("envelope", "digest"):
            yield name, value


def _numbered(entries: Iterable[Mapping[str, Any]], key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Name each entry by its key, a second one of the same key by its number too."""
    seen: dict[str, int] = {}
    for entry in entries:
        name = str(entry[key])
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f"{name} ({seen[name]})"), entry
