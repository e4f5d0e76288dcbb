"""Risk data in the common risk interchange format (CRIF): rows of a file with commas, tabs or semicolons, in and out."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from plimsoll import _core
from plimsoll.engine.documents import require_size, short, unreadable
from plimsoll.engine.refusals import refusal
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput, PlimsollError

REQUIRED = ("portfolio_id", "risk_type")
COLUMNS = (
    *("trade_id", "portfolio_id", "product_class", "risk_type", "qualifier", "bucket", "label1", "label2"),
    *("amount_currency", "amount", "amount_usd", "im_model", "collect_regulations", "post_regulations", "end_date"),
)
_DELIMITERS = {".tsv": "\t", ".tab": "\t"}


@dataclass(frozen=True, slots=True)
class Crif:
    """The rows of a file that can be read, and by netting set why it has one that cannot."""

    rows: tuple[_core.bilateral.CrifRow, ...]
    refusals: Mapping[str, PlimsollError]
    digest: str


def crif_row(cells: Mapping[str, str], line: int) -> _core.bilateral.CrifRow:
    """Give one row as the core takes it.

    Parameters
    ----------
    cells : mapping of column to text
        ``risk_type``, ``amount`` and the other columns of the format; those that are not there are empty.
    line : int
        Line of the file, which refusals name.

    Raises
    ------
    PlimsollError
        If an amount is no number or an end is no date.
    """

    def text(name: str) -> str:
        return cells.get(name, "")

    return _core.bilateral.CrifRow(
        line=line,
        trade_id=text("trade_id"),
        portfolio_id=text("portfolio_id"),
        product_class=text("product_class"),
        risk_type=text("risk_type"),
        qualifier=text("qualifier"),
        bucket=text("bucket"),
        label1=text("label1"),
        label2=text("label2"),
        amount_currency=text("amount_currency"),
        amount=_number(text("amount"), "amount", line),
        amount_usd=_number(text("amount_usd"), "amount_usd", line),
        im_model=text("im_model"),
        collect_regulations=text("collect_regulations"),
        post_regulations=text("post_regulations"),
        end_date=_date(text("end_date"), line),
    )


def read_crif(path: Path) -> Crif:
    """Read a file of risk data; the names of its columns count without case and underscores.

    Raises
    ------
    BadInput
        If the file cannot be read, names a column twice or lacks one that every row needs.
    """
    require_size(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
        lines = list(csv.reader(io.StringIO(text), delimiter=_delimiter(path, text), strict=True))
    except (OSError, ValueError, csv.Error) as error:
        raise unreadable(path, error) from error
    columns = _columns(lines[0] if lines else [])
    rows: list[_core.bilateral.CrifRow] = []
    refusals: dict[str, PlimsollError] = {}
    for line, values in enumerate(lines[1:], start=2):
        if not any(values):
            continue
        cells = {name: value.strip() for name, value in zip(columns, values, strict=False) if name}
        try:
            if len(values) > len(columns):
                raise _refused("row", f"{len(values)} cells", f"{len(columns)} cells", "quote the cells", line)
            for name in REQUIRED:
                if not cells.get(name):
                    raise refusal("missing_field", f"crif[{line}].{name}", "nothing", "a text", "fill the column in")
            rows.append(crif_row(cells, line))
        except PlimsollError as failure:
            refusals.setdefault(cells.get("portfolio_id", ""), failure)
    return Crif(tuple(rows), refusals, digest_of({"crif": text}))


def crif_text(rows: Sequence[_core.bilateral.CrifRow], path: Path) -> str:
    """Give rows as the text of a file, with tabs if its name ends in ``.tsv``, else with commas."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=_DELIMITERS.get(path.suffix, ","), lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        values = row.to_dict()
        writer.writerow(["" if values[name] is None else values[name] for name in COLUMNS])
    return out.getvalue()


def _delimiter(path: Path, text: str) -> str:
    header = text.partition("\n")[0]
    found = max("\t;,", key=header.count)
    return _DELIMITERS.get(path.suffix, found)


def _columns(header: Sequence[str]) -> list[str]:
    known = {name.replace("_", ""): name for name in COLUMNS}
    columns = [known.get(name.strip().lower().replace("_", ""), "") for name in header]
    twin = next((name for name in columns if name and columns.count(name) > 1), None)
    if twin is not None:
        raise BadInput("double_column", field=twin, value=twin, allowed="each column once", fix="remove one of the two")
    for name in REQUIRED:
        if name not in columns:
            raise BadInput(
                "missing_column",
                field=name,
                value=short(", ".join(header)) or "nothing",
                allowed=", ".join(COLUMNS),
                fix=f"add the column {name}",
            )
    return columns


def _number(text: str, name: str, line: int) -> float | None:
    if not text:
        return None
    try:
        return float("no number" if "_" in text else text)
    except ValueError:
        raise _refused(name, text, "a number", "correct the amount", line) from None


def _date(text: str, line: int) -> date | None:
    if not text:
        return None
    day, _, rest = text.partition("/")
    month, _, year = rest.partition("/")
    try:
        return date.fromisoformat(f"{year}-{month:0>2}-{day:0>2}" if rest else text)
    except ValueError:
        raise _refused("end_date", text, "a date as YYYY-MM-DD or DD/MM/YYYY", "correct the date", line) from None


def _refused(field: str, value: str, allowed: str, fix: str, line: int) -> PlimsollError:
    return refusal("invalid_value", f"crif[{line}].{field}", short(value), allowed, fix)
