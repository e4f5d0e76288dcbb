"""What two reports differ in, as tables for a person."""

from typing import Any

from plimsoll.console.view import Table, View, short

_TITLES = {
    "thresholds": "Thresholds that moved",
    "policy": "Policy, catalogue and plan",
    "findings": "Findings opened, closed, changed",
    "recommendations": "Recommendations and offices",
    "tests": "Tests that one report alone has",
    "inputs": "Inputs",
    "code": "Models and code",
    "parts": "Parts of the report that are not the same, by digest",
    "signatures": "Signatures that one report alone has (they make no difference)",
}
_NOTHING = "no difference"
_DIGEST = "sha256:"


def view(found: Any) -> View:
    """Give a difference of reports: exit code 0 where there is none, 1 where there is one."""
    tables = [table for table in (_flips(found), *_changes(found, ("thresholds", "policy"))) if table.rows]
    tables += [table for table in (_statistics(found), *_changes(found, tuple(_TITLES)[2:])) if table.rows]
    digests = f"before {found.digest_before}", f"after  {found.digest_after}"
    lines = (_NOTHING, digests[1].strip()) if found.is_empty else digests
    return View(found.to_dict(), tables, lines, exit_code=0 if found.is_empty else 1)


def _changes(found: Any, names: tuple[str, ...]) -> list[Table]:
    columns = ("what", "field", "before", "after")
    return [
        Table(
            _TITLES[name],
            columns,
            [(c.subject, c.field, _cell(c.before), _cell(c.after)) for c in getattr(found, name)],
        )
        for name in names
    ]


def _flips(found: Any) -> Table:
    rows = [
        (
            flip.subject,
            flip.title,
            f"{flip.before.replace('_', ' ')} → {flip.after.replace('_', ' ')}",
            flip.direction,
            _cell(flip.value_before),
            _cell(flip.value_after),
            flip.unit,
        )
        for flip in found.flips
    ]
    columns = ("test", "title", "colour", "", "statistic before", "after", "unit")
    return Table("Colours that flipped", columns, rows)


def _statistics(found: Any) -> Table:
    rows = [
        (
            moved.subject,
            _cell(moved.before),
            _cell(moved.after),
            _cell(moved.absolute),
            "-" if moved.relative is None else f"{moved.relative:+.2%}",
            "was on it" if moved.share is None and moved.distance == 0.0 else _cell(moved.share),
            str(moved.n_before) if moved.n_before == moved.n_after else f"{moved.n_before} → {moved.n_after}",
            moved.unit,
        )
        for moved in found.statistics
    ]
    columns = ("test", "before", "after", "moved by", "relative", "against its threshold", "n", "unit")
    return Table("Statistics that moved, the largest against its distance to its threshold first", columns, rows)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, str):
        return f"{_DIGEST}{short(value)}" if value.startswith(_DIGEST) else value
    if isinstance(value, list | tuple):
        return "; ".join(_cell(item) for item in value) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_cell(item)}" for name, item in value.items())
    return str(value)
