"""Credit support agreements: what is to be delivered after threshold, minimum transfer, rounding and collateral."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plimsoll import _core
from plimsoll.engine.bilateral import BilateralMargin, currency_rates
from plimsoll.engine.documents import flaws, read_json
from plimsoll.engine.margin_pack import cents
from plimsoll.engine.margin_records import dollars
from plimsoll.vocabulary.errors import PlimsollError

_CALL_AMOUNTS = ("requirement", "required", "held", "in_transit", "delivery", "returned", "unsecured")


@dataclass(frozen=True, slots=True)
class AgreementOutcome:
    """What is to be moved under one agreement, in its currency, or why that cannot be said."""

    portfolio_id: str
    currency: str
    call: Mapping[str, Any] | None
    refusal: PlimsollError | None

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "portfolio_id": self.portfolio_id,
            "currency": self.currency,
            "call": self.call,
            "refusal": None if self.refusal is None else self.refusal.to_dict(),
        }


def read_agreements(path: Path) -> list[Mapping[str, Any]]:
    """Read a document of agreements.

    Raises
    ------
    BadInput
        If the file cannot be read, or a field is missing, unknown or of the wrong form.
    """
    document = read_json(path)
    for _, failure in flaws(document, "agreements-v1"):
        raise failure
    agreements: list[Mapping[str, Any]] = document["agreements"]
    return agreements


def initial_calls(agreements: list[Mapping[str, Any]], margins: BilateralMargin) -> list[AgreementOutcome]:
    """Give what the side of the margins has to be delivered, of the regulation that binds each netting set.

    A netting set without margin under one of its regulations is refused: the others may ask for too little.
    """
    binding = margins.binding()
    refused = {outcome.portfolio_id: outcome.refusal for outcome in reversed(margins.refused)}
    outcomes = []
    for agreement in agreements:
        name = agreement["portfolio_id"]
        if "initial_margin" not in agreement:
            continue
        own = binding.get(name)
        if own is not None and own.margin is not None:
            side = agreement["initial_margin"][margins.side]
            outcomes.append(_outcome(agreement, _initial_call, side, own.margin["amount"], margins.currency))
        elif name in refused:
            outcomes.append(AgreementOutcome(name, agreement["currency"], None, refused[name]))
    return outcomes


def variation_calls(agreements: list[Mapping[str, Any]]) -> list[AgreementOutcome]:
    """Give the transfers of variation margin of each agreement that states an exposure."""
    return [
        _outcome(agreement, _variation_call, agreement["variation_margin"])
        for agreement in agreements
        if "variation_margin" in agreement
    ]


def _outcome(agreement: Mapping[str, Any], compute: Any, *inputs: Any) -> AgreementOutcome:
    portfolio, currency = agreement["portfolio_id"], agreement["currency"]
    try:
        return AgreementOutcome(portfolio, currency, compute(agreement, *inputs), None)
    except PlimsollError as failure:
        return AgreementOutcome(portfolio, currency, None, failure)


def _initial_call(
    agreement: Mapping[str, Any], side: Mapping[str, Any], amount: float, currency: str
) -> dict[str, str]:
    rates = currency_rates(agreement["rates"])
    requirement = _core.bilateral.converted(amount, currency, agreement["currency"], rates)
    call = _core.bilateral.transfer_call(requirement, _terms(agreement, side), _collateral(side), rates)
    return _texts(call)


def _variation_call(agreement: Mapping[str, Any], stated: Mapping[str, Any]) -> dict[str, Any]:
    theirs, ours = stated["theirs"], stated["ours"]
    call = _core.bilateral.variation_call(
        cents(stated["exposure"]),
        _terms(agreement, theirs),
        _collateral(theirs),
        _terms(agreement, ours),
        _collateral(ours),
        currency_rates(agreement["rates"]),
    )
    return {"theirs": _texts(call.theirs), "ours": _texts(call.ours), "net": str(dollars(call.net))}


def _terms(agreement: Mapping[str, Any], side: Mapping[str, Any]) -> _core.bilateral.TransferTerms:
    amounts = {name: cents(text) for name, text in side["terms"].items()}
    return _core.bilateral.TransferTerms(currency=agreement["currency"], **amounts)


def _collateral(side: Mapping[str, Any]) -> list[_core.bilateral.Collateral]:
    return [
        _core.bilateral.Collateral(
            collateral_id=item["collateral_id"],
            currency=item["currency"],
            market_value=cents(item["market_value"]),
            haircut=float(item["haircut"]),
            currency_haircut=float(item["currency_haircut"]),
            in_transit=item["in_transit"],
        )
        for item in side["collateral"]
    ]


def _texts(call: _core.bilateral.TransferCall) -> dict[str, str]:
    return {name: str(dollars(getattr(call, name))) for name in _CALL_AMOUNTS}
