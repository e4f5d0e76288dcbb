"""Margin of leveraged retail products: accounts, marks and a pack in; one explained outcome for each account out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from plimsoll import _core
from plimsoll.engine.leveraged_files import AccountsFile, PerpetualFile, day_of
from plimsoll.engine.leveraged_pack import LeveragedPack
from plimsoll.engine.refusals import refusal_of
from plimsoll.vocabulary.errors import BadInput, PlimsollError

#: Amounts of the core's plain data that count the smallest unit of the account's ledger.
_AMOUNTS = frozenset(
    {
        *("equity", "initial", "maintenance", "order_hold", "excess", "profit", "funding", "fee", "amount"),
        *("financing", "dividend", "free", "close_out_level", "realised", "equity_before", "equity_after"),
        *(
            "required_after",
            "broker_loss",
            "wallet",
            "isolated_margin",
            "account",
            "fund",
            "market",
            "other",
            "uncovered",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class LeveragedOutcome:
    """The margin of an account as plain data with exact amounts as text, or the refusal that says why there is none."""

    account_id: str
    margin: Mapping[str, Any] | None
    refusal: PlimsollError | None

    def to_dict(self) -> dict[str, Any]:
        """Give the outcome as plain data."""
        return {
            "account_id": self.account_id,
            "margin": self.margin,
            "refusal": None if self.refusal is None else self.refusal.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class LeveragedRun:
    """One outcome for each account of a file, in its order, and what it stands on.

    ``waterfall`` is what a forced liquidation at the moved marks leaves, None where no move was asked for.
    """

    as_of: str
    pack_id: str
    digests: Mapping[str, str]
    assumed: Sequence[str]
    outcomes: tuple[LeveragedOutcome, ...]
    waterfall: Mapping[str, Any] | None = None

    @property
    def failed(self) -> int:
        """Number of accounts that were refused."""
        return sum(outcome.refusal is not None for outcome in self.outcomes)

    def to_dict(self) -> dict[str, Any]:
        """Give the run as plain data."""
        return {
            "as_of": self.as_of,
            "pack_id": self.pack_id,
            "digests": dict(self.digests),
            "basis": {"assumed_parameters": list(self.assumed)},
            "margined": len(self.outcomes) - self.failed,
            "failed": self.failed,
            "accounts": [outcome.to_dict() for outcome in self.outcomes],
            "waterfall": self.waterfall,
        }


def perpetual_run(
    file: PerpetualFile,
    pack: LeveragedPack[_core.margin.PerpetualRules],
    moves: Mapping[str, float] | None = None,
) -> LeveragedRun:
    """Margin accounts of perpetual contracts and, where moves are given, liquidate them at the moved marks.

    Parameters
    ----------
    file : PerpetualFile
        The accounts and their marks.
    pack : LeveragedPack
        Contracts and brackets.
    moves : mapping, optional
        Fractions by contract; a contract that is not named stays, ``*`` names all others.

    Raises
    ------
    BadInput
        If a move names a contract without a mark, or the file has no insurance fund to liquidate against.
    """
    answers = _core.margin.perpetual_accounts(file.good, file.market, pack.core)
    decimals = [account.decimals for account in file.good]
    return LeveragedRun(
        as_of=file.as_of,
        pack_id=pack.pack_id,
        digests=_digests(file, pack),
        assumed=pack.assumed(),
        outcomes=_outcomes(file, answers, decimals),
        waterfall=None if not moves else _waterfall(file, pack, moves),
    )


def cfd_run(file: AccountsFile[_core.margin.CfdAccount], pack: LeveragedPack[_core.margin.CfdRules]) -> LeveragedRun:
    """Margin accounts of contracts for difference, with what a close-out at these marks would close."""
    answers = _core.margin.cfd_accounts(file.good, day_of(file.as_of), pack.core)
    return LeveragedRun(
        as_of=file.as_of,
        pack_id=pack.pack_id,
        digests=_digests(file, pack),
        assumed=pack.assumed(),
        outcomes=_outcomes(file, answers, [account.decimals for account in file.good]),
    )


def _digests(file: AccountsFile[Any], pack: LeveragedPack[Any]) -> dict[str, str]:
    return {"accounts": file.digest, "pack": pack.digest, "library_version": _core.version}


def _outcomes(file: AccountsFile[Any], answers: Sequence[Any], decimals: Sequence[int]) -> tuple[LeveragedOutcome, ...]:
    found = iter(zip(answers, decimals, strict=True))
    return tuple(
        (
            LeveragedOutcome(account_id, None, account)
            if isinstance(account, PlimsollError)
            else _outcome(account_id, *next(found))
        )
        for account_id, account in file.accounts
    )


def _outcome(account_id: str, answer: Any, decimals: int) -> LeveragedOutcome:
    if isinstance(answer, _core.Error):
        return LeveragedOutcome(account_id, None, _refusal(answer))
    return LeveragedOutcome(account_id, in_currency(answer, decimals), None)


def _refusal(error: _core.Error) -> PlimsollError:
    return refusal_of(error)


def amount_text(units: int, decimals: int) -> str:
    """Give whole units of a ledger as an exact amount in its currency.

    Examples
    --------
    >>> amount_text(0, 8)
    '0.00000000'
    """
    return f"{Decimal(units).scaleb(-decimals):f}"


def in_currency(node: Any, decimals: int) -> Any:
    """Give plain data of the core with the amounts of its ledger as exact text in the currency.

    Examples
    --------
    >>> in_currency({"fund": 150000000, "steps": 2}, 8)
    {'fund': '1.50000000', 'steps': 2}
    """
    if isinstance(node, Mapping):
        return {
            key: (
                amount_text(item, decimals)
                if key in _AMOUNTS and isinstance(item, int)
                else in_currency(item, decimals)
            )
            for key, item in node.items()
        }
    return [in_currency(item, decimals) for item in node] if isinstance(node, list) else node


def _waterfall(
    file: PerpetualFile, pack: LeveragedPack[_core.margin.PerpetualRules], moves: Mapping[str, float]
) -> dict[str, Any]:
    if file.fund is None:
        raise BadInput(
            "missing_field",
            field="insurance_fund",
            value="none",
            allowed="the fund that forced liquidations run against",
            fix="add insurance_fund with its settlement and amount, 0 if there is none",
        )
    known = [mark.contract for mark in file.market.marks]
    unknown = [name for name in moves if name not in (*known, "*")]
    if unknown:
        raise BadInput(
            "unknown_contract", field="move", value=unknown[0], allowed=", ".join(known), fix="name one of these"
        )
    by_mark = [moves.get(name, moves.get("*", 0.0)) for name in known]
    market = _core.margin.moved(file.market, by_mark)
    found = _core.margin.waterfall(file.good, market, pack.core, file.fund)
    accounts = [
        (
            LeveragedOutcome(source.account_id, None, _refusal(after)).to_dict()
            if isinstance(after, _core.Error)
            else {"account_id": source.account_id, "refusal": None, **in_currency(_flat(after), source.decimals)}
        )
        for source, after in zip(file.good, found["accounts"], strict=True)
    ]
    money = in_currency({name: item for name, item in found.items() if name != "accounts"}, file.fund.decimals)
    before = amount_text(file.fund.amount, file.fund.decimals)
    marks = {mark.contract: mark.mark for mark in market.marks}
    return {"marks": marks, "fund_before": before, **money, "accounts": accounts}


def _flat(after: Mapping[str, Any]) -> dict[str, Any]:
    """Give an account after the waterfall with its balances beside its equity."""
    kept = {name: item for name, item in after["account"].items() if name != "account_id"}
    return {**{name: item for name, item in after.items() if name != "account"}, **kept}
