"""Stage 5, bilateral margin: initial margin by sensitivities or schedule, and what agreements make of it."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from plimsoll import _core
from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.lineage import step
from plimsoll.data.calendar import expected_days
from plimsoll.data.lineage import Artifact
from plimsoll.engine import agreements as terms
from plimsoll.engine.agreements import AgreementOutcome
from plimsoll.engine.bilateral import BilateralMargin, margin_by_schedule, margin_by_sensitivities, settings
from plimsoll.engine.bilateral_pack import SCHEDULE_PACK, pack_document, read_schedule_pack, read_simm_pack
from plimsoll.engine.crif import crif_text, read_crif
from plimsoll.vocabulary.errors import BadInput

# A lag of thirty business days ends within this many days, whatever holidays there are.
_LONGEST_WAIT = timedelta(days=90)


@step("margin-simm")
def simm(
    app: Application,
    path: Path,
    pack_name: str | None,
    horizon: str,
    side: str,
    day: date,
    currency: str | None,
    rates: Mapping[str, float],
) -> BilateralMargin:
    """Margin every netting set of a file of risk data by its sensitivities, and keep the result."""
    if pack_name is None:
        raise BadInput(
            "missing_pack",
            field="pack",
            value="not given",
            allowed="the name of a shipped pack, or the file of your own",
            fix="give --pack synthetic-simm to try it out; a calibration is licensed data that you bring",
        )
    crif, pack = read_crif(path), read_simm_pack(pack_document(pack_name), horizon)
    chosen = settings(day, side, currency or pack.core.currency, rates, factors=True)
    found = margin_by_sensitivities(crif, pack, chosen)
    _keep(app, path, found)
    return found


@step("margin-schedule")
def schedule(
    app: Application, path: Path, pack_name: str | None, side: str, day: date, rates: Mapping[str, float]
) -> BilateralMargin:
    """Margin every netting set of a file of risk data by the schedule, and keep the result."""
    crif, pack = read_crif(path), read_schedule_pack(pack_document(pack_name or SCHEDULE_PACK))
    found = margin_by_schedule(crif, pack, settings(day, side, pack.core.currency, rates))
    _keep(app, path, found)
    return found


def initial_calls(path: Path, found: BilateralMargin) -> list[dict[str, Any]]:
    """Give what is to be delivered under the agreements of a file, and until when."""
    agreements = terms.read_agreements(path)
    return _dated(agreements, terms.initial_calls(agreements, found), found.valuation_date)


@step("margin-variation")
def variation(app: Application, path: Path, day: date) -> list[dict[str, Any]]:
    """Give the transfers of variation margin under the agreements of a file, and until when; kept."""
    agreements = terms.read_agreements(path)
    calls = _dated(agreements, terms.variation_calls(agreements), day)
    app.runs.record("margin-variation", {"valuation_date": day.isoformat(), "calls": calls})
    return calls


def netted_text(path: Path, target: Path) -> str:
    """Give the rows of a file added up over trades, as the text of a file of that name.

    Raises
    ------
    PlimsollError
        If a row cannot be read.
    """
    crif = read_crif(path)
    for failure in crif.refusals.values():
        raise failure
    return crif_text(_core.bilateral.netted(list(crif.rows)), target)


def _keep(app: Application, path: Path, found: BilateralMargin) -> None:
    app.lineage.reads(
        Artifact("crif", path.name, found.digests["crif"]),
        Artifact("pack", found.pack["pack_id"], found.digests["pack"]),
    )
    app.runs.record(f"margin-{found.method}", found.to_dict(), inputs=dict(found.digests))


def _dated(agreements: list[Mapping[str, Any]], outcomes: list[AgreementOutcome], day: date) -> list[dict[str, Any]]:
    by_name = {agreement["portfolio_id"]: agreement for agreement in agreements}
    return [
        {**outcome.to_dict(), "settles_on": _after(by_name[outcome.portfolio_id], day).isoformat()}
        for outcome in outcomes
    ]


def _after(agreement: Mapping[str, Any], day: date) -> date:
    """Give the business day on which a transfer that is called on a day settles."""
    later = expected_days(agreement["calendar"], day + timedelta(days=1), day + _LONGEST_WAIT)
    lag = agreement["settlement_lag_days"]
    return later[lag - 1] if lag else day
