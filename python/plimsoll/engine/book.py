"""Books: accounts and their positions, from a document, a JSON file, or a CSV or Parquet table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from plimsoll.engine.book_rows import (
    POSITION_COLUMNS,
    TERM_COLUMNS,
    position_document,
    product_of,
    term_of_another_kind,
    terms_by_kind,
)
from plimsoll.engine.documents import as_unicode, finite, flaws, read_json, require_known_extension, short
from plimsoll.engine.refusals import InvalidValue, refusal_of_part
from plimsoll.engine.tables import Row, read_rows, stream_rows
from plimsoll.engine.trades import Trade, text_of_underlyings, underlyings_of
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput, PlimsollError

_BOOK_COLUMNS = ("book_id", "as_of", "price_basis")
_ACCOUNT_COLUMNS = ("account_id", "account_type", "currency", "cash")
_REQUIRED = (*_BOOK_COLUMNS, *_ACCOUNT_COLUMNS, *POSITION_COLUMNS)


@dataclass(frozen=True, slots=True)
class Position:
    """One row of a book: a trade, or the refusal that says why the row is none.

    ``underlying``, ``quantity`` and ``multiplier`` are there for a refused row too, as far as they could be read.
    """

    trade_id: str
    account_id: str
    kind: str
    trade: Trade | None
    refusal: PlimsollError | None
    entry_price: float | None = None
    underlying: str | None = None
    quantity: float | None = None
    multiplier: float | None = None

    @property
    def underlyings(self) -> tuple[str, ...]:
        """The names of all underlyings; of a refused row the one that could be read."""
        if self.trade is not None:
            return underlyings_of(self.trade.product)
        return () if self.underlying is None else (self.underlying,)


@dataclass(frozen=True, slots=True)
class Account:
    """One account; ``cash`` is an exact amount as text.

    ``refusal`` says what is wrong with its cash, type or currency: its positions are valued, but it has no margin.
    """

    account_id: str
    type: str
    currency: str
    cash: str
    positions: tuple[Position, ...]
    refusal: PlimsollError | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """Accounts on a day; ``digest`` is that of the document that the book was read from."""

    book_id: str
    as_of: date
    price_basis: str
    accounts: tuple[Account, ...]
    digest: str

    @property
    def positions(self) -> tuple[Position, ...]:
        """Every position in the order of the accounts."""
        return tuple(position for account in self.accounts for position in account.positions)


def read_book(source: Mapping[str, Any] | Path | str) -> Book:
    """Read a book.

    Parameters
    ----------
    source : mapping, Path or str
        A book document v1, or the path of a ``.json``, ``.csv`` or ``.parquet`` file.

    Returns
    -------
    Book
        With a refusal in place of the trade for each row that makes no sense, and one on each account whose cash, type
        or currency makes none.

    Raises
    ------
    BadInput
        If the file cannot be read, a column is missing, or the document is not a book.
    """
    document = source if isinstance(source, Mapping) else book_document(Path(source))
    bad_rows: dict[tuple[int, int], PlimsollError] = {}
    bad_accounts: dict[int, PlimsollError] = {}
    for path, failure in flaws(document, "book-v1"):
        match path:
            case ("accounts", int(account), "positions", int(position), *_):
                bad_rows.setdefault((account, position), refusal_of_part(failure))
            case ("accounts", int(account), "cash" | "type" | "currency" | "note", *_):
                bad_accounts.setdefault(account, refusal_of_part(failure))
            case _:
                raise failure
    accounts = [
        replace(_account(index, account, bad_rows), refusal=bad_accounts.get(index))
        for index, account in enumerate(document["accounts"])
    ]
    return Book(
        book_id=document["book_id"],
        as_of=date.fromisoformat(document["as_of"]),
        price_basis=document["price_basis"],
        accounts=tuple(_refuse_doubles(accounts)),
        digest=digest_of(_digestible(document)),
    )


def _digestible(value: Any) -> Any:
    # A row with NaN or with half a character is refused, but the book that holds it has a digest all the same.
    if isinstance(value, float) and finite(value) is None:
        return str(value)
    if isinstance(value, str):
        return as_unicode(value)
    if isinstance(value, Mapping):
        return {as_unicode(key): _digestible(item) for key, item in value.items()}
    return [_digestible(item) for item in value] if isinstance(value, list | tuple) else value


def _account(index: int, document: Mapping[str, Any], bad_rows: Mapping[tuple[int, int], PlimsollError]) -> Account:
    account_id = document["account_id"]
    positions = []
    for row, position in enumerate(document["positions"]):
        bad = bad_rows.get((index, row)) or term_of_another_kind(position)
        positions.append(_bad_position(account_id, row, position, bad) if bad else _position(account_id, position))
    type_, currency, cash = (str(document[name]) for name in ("type", "currency", "cash"))
    return Account(account_id, type_, currency, cash, tuple(positions))


def _bad_position(account_id: str, row: int, position: object, bad: PlimsollError) -> Position:
    fields = position if isinstance(position, Mapping) else {}
    trade_id = str(fields.get("trade_id") or f"{account_id}[{row}]")
    underlying = fields.get("underlying")
    return Position(
        trade_id,
        account_id,
        str(fields.get("kind", "")),
        None,
        bad,
        underlying=underlying if isinstance(underlying, str) and underlying else None,
        quantity=finite(fields.get("quantity")),
        multiplier=finite(fields.get("multiplier")),
    )


def _position(account_id: str, row: Mapping[str, Any]) -> Position:
    trade = Trade(row["trade_id"], product_of(row), float(row["quantity"]), float(row.get("multiplier", 1.0)))
    entry_price = float(row["entry_price"]) if "entry_price" in row else None
    return Position(
        row["trade_id"],
        account_id,
        row["kind"],
        trade,
        None,
        entry_price,
        text_of_underlyings(trade.product),
        trade.quantity,
        trade.multiplier,
    )


def _refuse_doubles(accounts: list[Account]) -> list[Account]:
    seen: set[str] = set()
    names: set[str] = set()
    checked: list[Account] = []
    for account in accounts:
        if account.account_id in names:
            raise BadInput(
                "double_account",
                field="account_id",
                value=account.account_id,
                allowed="each account once",
                fix="put the positions of one account together",
            )
        names.add(account.account_id)
        positions = []
        for position in account.positions:
            positions.append(_double(position) if position.trade_id in seen else position)
            seen.add(position.trade_id)
        checked.append(replace(account, positions=tuple(positions)))
    return checked


def _double(position: Position) -> Position:
    failure = InvalidValue(
        "invalid_value",
        field="trade_id",
        value=position.trade_id,
        allowed="an id that no other position of the book has",
        fix="give the position an id of its own",
    )
    return replace(position, trade=None, refusal=failure)


def book_document(path: Path) -> Mapping[str, Any]:
    """Give the book document v1 that a file holds or stands for.

    A table has one row a position: the columns of the book and of the account beside those of the position, lists
    with semicolons in CSV.

    Raises
    ------
    BadInput
        As in :func:`read_book`.
    """
    require_known_extension(path)
    if path.suffix not in (".csv", ".parquet"):
        document = read_json(path)
        if isinstance(document, Mapping):
            return document
        raise BadInput(
            "wrong_schema",
            field=str(path),
            value=f"JSON of type {type(document).__name__}",
            allowed="a book document v1",
            fix="see docs/formats.md",
        )
    rows = read_rows(path, _REQUIRED, TERM_COLUMNS, terms_by_kind())
    if not rows:
        raise BadInput(
            "empty_table",
            field=str(path),
            value="a header alone",
            allowed="at least one row",
            fix="give one row a position",
        )
    return _document_of(rows)


def stream_books(path: Path, batch_rows: int) -> Iterator[Book]:
    """Read a Parquet book that may be larger than memory as books of so many rows at most.

    An account may go on from one to the next. That no two positions share an id, and no two rows of an account disagree,
    is looked at within each of them alone; that all are of one book, throughout.

    Raises
    ------
    BadInput
        As :func:`read_book`, or if the file is not Parquet.
    """
    if path.suffix != ".parquet":
        raise BadInput(
            "wrong_extension",
            field="book",
            value=str(path),
            allowed="a .parquet file, which can be read in parts",
            fix="write the book as Parquet, or value it whole",
        )
    head: Row | None = None
    for rows in stream_rows(path, _REQUIRED, TERM_COLUMNS, terms_by_kind(), batch_rows):
        for row in rows:
            head = head or row
            _refuse_change(row, {**row, **{name: head.get(name) for name in _BOOK_COLUMNS}})
        yield read_book(_document_of(rows))


def _document_of(rows: Sequence[Row]) -> Mapping[str, Any]:
    accounts: dict[str, dict[str, Any]] = {}
    for row in rows:
        account = {
            name.removeprefix("account_") if name == "account_type" else name: row.get(name)
            for name in _ACCOUNT_COLUMNS
        }
        known = accounts.setdefault(str(row.get("account_id")), {**account, "positions": []})
        _refuse_change(
            row, {**rows[0], **{name: known[name.replace("account_type", "type")] for name in _ACCOUNT_COLUMNS}}
        )
        known["positions"].append(position_document(row))
    head = {name: rows[0].get(name) for name in _BOOK_COLUMNS}
    return {"schema": "plimsoll/book/v1", **head, "accounts": list(accounts.values())}


def _refuse_change(row: Row, first: Mapping[str, Any]) -> None:
    for name in (*_BOOK_COLUMNS, *_ACCOUNT_COLUMNS):
        if repr(row.get(name)) != repr(first.get(name)):  # NaN is not equal to itself
            raise BadInput(
                "inconsistent_column",
                field=name,
                value=short(str(row.get(name))),
                allowed=f"{short(str(first.get(name)))} on every row that it belongs to",
                fix="repeat the same value on each row of the account or book",
            )
