"""Files of accounts of leveraged products: JSON documents, or CSV and Parquet tables with one row a position."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, Generic, TypeVar

from plimsoll import _core
from plimsoll.engine.documents import finite, flaws, read_json, require_known_extension, short
from plimsoll.engine.leveraged_pack import refuse_twins
from plimsoll.engine.refusals import refusal_of_part
from plimsoll.engine.tables import Row, number, read_rows
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput, PlimsollError

_Account = TypeVar("_Account", _core.margin.PerpetualAccount, _core.margin.CfdAccount)
_DECIMALS = 2
_MOST_UNITS = 10**15
_MARK = ("mark", "slippage")
_PERPETUAL = ("trade_id", "contract", "quantity", "entry_price")
_PERPETUAL_MORE = ("leverage", "isolated_margin", "opened", "unpaid_fee")
_CFD = ("trade_id", "instrument", "asset_class", "quantity", "entry_price", "mark")
_CFD_MORE = (
    *("currency_rate", "benchmark", "spread", "nights", "day_basis"),
    *("dividend", "withheld", "slippage", "opened"),
)
_TEXT = frozenset({"trade_id", "contract", "instrument", "asset_class", "isolated_margin", "opened"})


@dataclass(frozen=True, slots=True)
class AccountsFile(Generic[_Account]):
    """Accounts in the order of the file, each with a refusal in its place where it makes no sense."""

    accounts: tuple[tuple[str, _Account | PlimsollError], ...]
    as_of: str
    digest: str

    @property
    def good(self) -> list[_Account]:
        """The accounts that the core is asked about."""
        return [account for _, account in self.accounts if not isinstance(account, PlimsollError)]


@dataclass(frozen=True, slots=True)
class PerpetualFile(AccountsFile[_core.margin.PerpetualAccount]):
    """Accounts of perpetual contracts, the marks that they stand at, and the venue's insurance fund if it is given."""

    market: _core.margin.PerpetualMarket
    fund: _core.margin.InsuranceFund | None


def perpetual_accounts(source: Mapping[str, Any] | Path | str) -> PerpetualFile:
    """Read accounts of perpetual contracts: a document v1, or the path of a ``.json``, ``.csv`` or ``.parquet`` file.

    Raises
    ------
    BadInput
        If the file cannot be read, or something outside the accounts makes no sense.
    """
    document = source if isinstance(source, Mapping) else _perpetual_document(Path(source))
    bad = _bad_accounts(document, "perpetual-accounts-v1")
    time = _seconds(document["as_of"], "as_of")
    market = _core.margin.PerpetualMarket(
        date=datetime.fromtimestamp(time, UTC).date(), time=time, marks=[_mark(each) for each in document["marks"]]
    )
    refuse_twins([each.contract for each in market.marks], "marks")
    fund = document.get("insurance_fund")
    return PerpetualFile(
        accounts=tuple(_accounts(document, bad, _perpetual_account)),
        as_of=document["as_of"],
        digest=digest_of(_digestible(document)),
        market=market,
        fund=None if fund is None else _fund(fund),
    )


def cfd_accounts(source: Mapping[str, Any] | Path | str) -> AccountsFile[_core.margin.CfdAccount]:
    """Read accounts of contracts for difference, from where :func:`perpetual_accounts` reads.

    Raises
    ------
    BadInput
        As there.
    """
    document = source if isinstance(source, Mapping) else _cfd_document(Path(source))
    bad = _bad_accounts(document, "cfd-accounts-v1")
    return AccountsFile(
        accounts=tuple(_accounts(document, bad, _cfd_account)),
        as_of=document["as_of"],
        digest=digest_of(_digestible(document)),
    )


def units(amount: str, decimals: int, field: str) -> int:
    """Give an exact amount as whole units of 10^-decimals.

    Raises
    ------
    BadInput
        If it has more decimals than the ledger books, or more units than it holds.

    Examples
    --------
    >>> units("0.5", 8, "wallet")
    50000000
    """
    scaled = Decimal(amount).scaleb(decimals)
    if scaled != scaled.to_integral_value():
        raise BadInput(
            "invalid_value",
            field=field,
            value=amount,
            allowed=f"an amount with at most {decimals} decimals",
            fix="round the amount, or give the account's ledger its decimals",
        )
    if abs(scaled) > _MOST_UNITS:
        raise BadInput(
            "invalid_value",
            field=field,
            value=amount,
            allowed=f"at most {_MOST_UNITS:,} units of 10^-{decimals}",
            fix="give the account's ledger fewer decimals",
        )
    return int(scaled)


def _bad_accounts(document: Mapping[str, Any], schema: str) -> dict[int, PlimsollError]:
    bad: dict[int, PlimsollError] = {}
    for path, failure in flaws(document, schema):
        match path:
            case ("accounts", int(account), _, *_):
                bad.setdefault(account, refusal_of_part(failure))
            case ("accounts", int(account)) if failure.code in ("missing_field", "unknown_field"):
                bad.setdefault(account, refusal_of_part(failure))
            case _:
                raise failure
    return bad


def _accounts(document: Mapping[str, Any], bad: Mapping[int, PlimsollError], make: Any) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for index, account in enumerate(document["accounts"]):
        account_id = str(account.get("account_id", f"accounts[{index}]"))
        if account_id in seen:
            raise BadInput(
                "double_account",
                field="account_id",
                value=short(account_id),
                allowed="each account once",
                fix="put the positions of one account together",
            )
        seen.add(account_id)
        try:
            yield account_id, bad[index] if index in bad else make(account)
        except BadInput as failure:
            yield account_id, refusal_of_part(failure)


def _mark(document: Mapping[str, Any]) -> _core.margin.PerpetualMark:
    return _core.margin.PerpetualMark(
        contract=document["contract"],
        mark=float(document["mark"]),
        slippage=float(document.get("slippage", 0.0)),
        funding=[
            _core.margin.FundingFixing(
                time=_seconds(each["time"], f"marks[{document['contract']}].funding.time"),
                rate=float(each["rate"]),
                mark=float(each["mark"]),
            )
            for each in document.get("funding", ())
        ],
    )


def _fund(document: Mapping[str, Any]) -> _core.margin.InsuranceFund:
    decimals = int(document.get("decimals", _DECIMALS))
    amount = units(document["amount"], decimals, "insurance_fund.amount")
    return _core.margin.InsuranceFund(settlement=document["settlement"], decimals=decimals, amount=amount)


def _perpetual_account(document: Mapping[str, Any]) -> _core.margin.PerpetualAccount:
    decimals = int(document.get("decimals", _DECIMALS))
    place = f"accounts[{document['account_id']}]"
    return _core.margin.PerpetualAccount(
        account_id=document["account_id"],
        settlement=document["settlement"],
        decimals=decimals,
        wallet=units(document["wallet"], decimals, f"{place}.wallet"),
        order_hold=units(document.get("order_hold", "0"), decimals, f"{place}.order_hold"),
        positions=[_perpetual_position(each, decimals) for each in document["positions"]],
    )


def _perpetual_position(document: Mapping[str, Any], decimals: int) -> _core.margin.PerpetualPosition:
    place = f"positions[{document['trade_id']}]"
    return _core.margin.PerpetualPosition(
        trade_id=document["trade_id"],
        contract=document["contract"],
        quantity=float(document["quantity"]),
        entry_price=float(document["entry_price"]),
        leverage=float(document.get("leverage", 1.0)),
        isolated="isolated_margin" in document,
        isolated_margin=units(document.get("isolated_margin", "0"), decimals, f"{place}.isolated_margin"),
        opened=_seconds(document["opened"], f"{place}.opened") if "opened" in document else 0,
        unpaid_fee=float(document.get("unpaid_fee", 0.0)),
    )


def _cfd_account(document: Mapping[str, Any]) -> _core.margin.CfdAccount:
    decimals = int(document.get("decimals", _DECIMALS))
    return _core.margin.CfdAccount(
        account_id=document["account_id"],
        currency=document["currency"],
        decimals=decimals,
        cash=units(document["cash"], decimals, f"accounts[{document['account_id']}].cash"),
        positions=[_cfd_position(each) for each in document["positions"]],
    )


def _cfd_position(document: Mapping[str, Any]) -> _core.margin.CfdPosition:
    numbers = {name: float(document[name]) for name in ("quantity", "entry_price", "mark")}
    more = {"currency_rate": 1.0, "benchmark": 0.0, "spread": 0.0, "dividend": 0.0, "withheld": 0.0, "slippage": 0.0}
    opened = document.get("opened")
    return _core.margin.CfdPosition(
        trade_id=document["trade_id"],
        instrument=document["instrument"],
        asset_class=document["asset_class"],
        nights=int(document.get("nights", 0)),
        day_basis=int(document.get("day_basis", 365)),
        opened=0 if opened is None else _seconds(opened, f"positions[{document['trade_id']}].opened"),
        **numbers,
        **{name: float(document.get(name, usual)) for name, usual in more.items()},
    )


def _seconds(text: str, field: str) -> int:
    try:
        return int(datetime.fromisoformat(text).timestamp())
    except ValueError as error:
        raise BadInput(
            "invalid_value",
            field=field,
            value=text,
            allowed="a time of the calendar as YYYY-MM-DDTHH:MM:SSZ",
            fix="write the time in this form, in UTC",
        ) from error


def _perpetual_document(path: Path) -> Mapping[str, Any]:
    account = ("account_id", "settlement", "wallet")
    document = _document(
        path, account, ("decimals", "order_hold"), (*_PERPETUAL, "mark"), (*_PERPETUAL_MORE, "slippage")
    )
    if "marks" in document or path.suffix not in (".csv", ".parquet"):
        return document
    marks: dict[str, dict[str, Any]] = {}
    for each in document["accounts"]:
        for position in each["positions"]:
            mark = {"contract": position.get("contract")}
            mark |= {name: position.pop(name) for name in _MARK if name in position}
            known = marks.setdefault(str(position.get("contract")), mark)
            if known != mark:
                raise _inconsistent("mark", mark.get("mark"), known.get("mark"), "row of a contract")
    return {"schema": "plimsoll/perpetual-accounts/v1", **document, "marks": [*marks.values()]}


def _cfd_document(path: Path) -> Mapping[str, Any]:
    document = _document(path, ("account_id", "currency", "cash"), ("decimals",), _CFD, _CFD_MORE)
    return {"schema": "plimsoll/cfd-accounts/v1", **document}


def _document(
    path: Path, account: Sequence[str], account_more: Sequence[str], position: Sequence[str], more: Sequence[str]
) -> dict[str, Any]:
    """Give the document that a file holds, or that the rows of a table stand for."""
    require_known_extension(path)
    if path.suffix not in (".csv", ".parquet"):
        document = read_json(path)
        if isinstance(document, Mapping):
            return dict(document)
        raise BadInput(
            "wrong_schema",
            field=str(path),
            value=f"JSON of type {type(document).__name__}",
            allowed="a document of accounts",
            fix="see docs/margin-leveraged.md",
        )
    rows = read_rows(path, ("as_of", *account, *position), (*account_more, *more))
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        head = {name: row[name] for name in (*account, *account_more) if name in row}
        if "decimals" in head:
            head["decimals"] = _whole(head["decimals"])
        known = found.setdefault(str(row.get("account_id")), {**head, "positions": []})
        for name in (*account, *account_more):
            if known.get(name) != head.get(name):
                raise _inconsistent(name, head.get(name), known.get(name), "row of an account")
        known["positions"].append(_position(row, (*position, *more)))
    days = {row.get("as_of") for row in rows}
    if len(days) != 1:
        raise _inconsistent("as_of", ", ".join(sorted(map(str, days))) or "no rows", "one date", "row")
    return {"as_of": days.pop(), "accounts": [*found.values()]}


def _position(row: Row, names: Sequence[str]) -> dict[str, Any]:
    cells = {name: row[name] if name in _TEXT else number(row[name]) for name in names if name in row}
    return cells | {name: _whole(cells[name]) for name in ("nights", "day_basis") if name in cells}


def _whole(value: Any) -> Any:
    read = number(value)
    return int(read) if isinstance(read, float) and read.is_integer() else read


def _inconsistent(field: str, value: object, other: object, where: str) -> BadInput:
    return BadInput(
        "inconsistent_column",
        field=field,
        value=short(str(value)),
        allowed=f"{short(str(other))} on every {where}",
        fix="repeat the same value, or split the file",
    )


def _digestible(document: Mapping[str, Any]) -> Any:
    # A position with NaN is refused, but the file that holds it has a digest all the same.
    def plain(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [plain(item) for item in value]
        return str(value) if isinstance(value, float) and value - value != 0.0 else value

    return plain(document)


def index_closes(path: Path) -> tuple[list[str], list[float]]:
    """Read the dates and closes of a table with the columns date and close, in order of time.

    Raises
    ------
    BadInput
        If it cannot be read, the dates do not ascend, or a close is no number.
    """
    rows = read_rows(path, ("date", "close"), ())
    days = [str(row.get("date")) for row in rows]
    closes = [number(row.get("close")) for row in rows]
    twisted = next((after for before, after in pairwise(days) if after <= before), None)
    wrong = next((day for day, close in zip(days, closes, strict=True) if finite(close) is None), None)
    if twisted is not None or wrong is not None:
        raise BadInput(
            "invalid_value",
            field="date" if twisted is not None else f"close of {wrong}",
            value=short(twisted or str(closes[days.index(str(wrong))])),
            allowed="dates as YYYY-MM-DD that ascend" if twisted is not None else "a finite number",
            fix="sort the table by date, each once" if twisted is not None else "correct the close",
        )
    return days, [float(close) for close in closes if isinstance(close, float | int)]


def day_of(text: str) -> date:
    """Give the date of a file of contracts for difference."""
    return date.fromisoformat(text)
