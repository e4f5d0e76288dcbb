"""What each stage tells of itself to those who watch: counts, and the limits that it found exceeded.

Amounts stay in the records: traces and metrics may leave the machine.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from plimsoll.bootstrap.watch import Facts
from plimsoll.vocabulary.testing import Rag

if TYPE_CHECKING:
    from plimsoll.bootstrap.report_files import Built
    from plimsoll.bootstrap.runs import Run
    from plimsoll.data.feature_store import FeatureSet
    from plimsoll.data.manifest import Manifest
    from plimsoll.data.quality import QualityReport
    from plimsoll.engine.margin_records import BookMargin
    from plimsoll.engine.portfolio_margin import BookPortfolioMargin
    from plimsoll.engine.span_book import BookSpan
    from plimsoll.engine.valuation import BookValuation
    from plimsoll.governance.lifecycle import VersionRecord
    from plimsoll.models.margin.replay_records import MarginReplay
    from plimsoll.models.market.backtest import BacktestRun
    from plimsoll.models.market.value_at_risk import RiskRun
    from plimsoll.models.stress.records import StressRun
    from plimsoll.validation.replay import ReplayReport
    from plimsoll.validation.run import ValidationRun


def of_ingest(found: "Sequence[Manifest]") -> Facts:
    """Tell of stored datasets."""
    return Facts({"datasets": len(found), "rows": sum(manifest.rows for manifest in found)})


def of_quality(found: "Sequence[QualityReport]") -> Facts:
    """Tell of data that were looked through: a breach is a limit of the quality pack that a dataset passed."""
    breaches = tuple({"dataset": each.dataset, "limit": words} for each in found for words in each.breaches)
    return Facts({"datasets": len(found), "rows": sum(each.rows for each in found)}, breaches)


def of_features(found: "FeatureSet") -> Facts:
    """Tell of features."""
    return Facts({"rows": found.rows, "underlyings": len(found.underlyings)})


def of_valuation(found: "tuple[BookValuation, Run]") -> Facts:
    """Tell of a valued book: a breach is a position that was refused."""
    valued = found[0]
    refused = tuple(
        {"trade": each.trade_id, "code": each.refusal.code} for each in valued.outcomes if each.refusal is not None
    )
    return Facts({"book": valued.book_id, "positions": len(valued.outcomes), "refused": valued.failed}, refused)


def of_risk(found: "tuple[RiskRun, Run]") -> Facts:
    """Tell of measured tails."""
    measured = found[0]
    return Facts(
        {"book": measured.book_id, "accounts": len(measured.accounts), "refused": len(measured.refused)},
    )


def of_backtest(found: "BacktestRun") -> Facts:
    """Tell of a backtest."""
    return Facts({"book": found.book_id, "accounts": len(found.accounts), "rows": len(found.dates)})


def of_margin(found: "tuple[BookMargin, Run]") -> Facts:
    """Tell of a margined book: a breach is an account in shortfall."""
    return _of_margined(found[0])


def of_portfolio_margin(found: "tuple[BookPortfolioMargin, Run]") -> Facts:
    """Tell of a book margined by the portfolio rules: a breach is an account in shortfall."""
    return _of_margined(found[0])


def _of_margined(margined: "BookMargin | BookPortfolioMargin") -> Facts:
    short = tuple({"account": each.account_id, "kind": "shortfall"} for each in margined.margins if each.shortfall > 0)
    return Facts(
        {"book": margined.book_id, "accounts": len(margined.outcomes), "refused": margined.failed},
        short,
    )


def of_span(found: "tuple[BookSpan, Run]") -> Facts:
    """Tell of a book that was margined by SPAN."""
    margined = found[0]
    return Facts({"book": margined.book_id, "accounts": len(margined.outcomes), "refused": margined.failed})


def of_margin_replay(found: "MarginReplay") -> Facts:
    """Tell of a replayed crisis: a breach is an account that was in shortfall on any day."""
    rows = found.summaries()
    short = tuple({"account": row.account_id, "kind": "shortfall"} for row in rows if row.days_in_shortfall)
    calls = sum(row.calls_issued for row in rows)
    return Facts(
        {
            "book": found.book_id,
            "rows": len(found.days),
            "accounts": len(rows),
            "refused": found.refused,
            "calls": calls,
        },
        short,
    )


def of_stress(found: "tuple[StressRun, Run]") -> Facts:
    """Tell of a book under stress: a breach is an account that some scenario leaves in shortfall."""
    stressed = found[0]
    short = tuple({"account": name, "kind": "shortfall"} for name in stressed.accounts_in_shortfall())
    return Facts(
        {
            "book": stressed.book_id,
            "scenarios": len(stressed.outcomes),
            "refused": len(stressed.failed) + len(stressed.refused_scenarios),
        },
        short,
    )


def of_validation(found: "ValidationRun") -> Facts:
    """Tell of a validation: a breach is a red test."""
    reds = tuple({"model": r.model_id, "test": r.test_id} for r in found.results if r.rag is Rag.red)
    return Facts({"run.id": found.run_id, "tests": len(found.results)}, reds)


def of_validation_replay(found: "ReplayReport") -> Facts:
    """Tell of a validation that was run again: a breach is a difference."""
    different = tuple({"kind": each.kind, "name": each.name} for each in found.differences)
    return Facts({"outputs": found.outputs, "bit_equal": found.bit_equal}, different)


def of_models(found: "list[VersionRecord]") -> Facts:
    """Tell of submitted versions."""
    return Facts({"versions": len(found)})


def of_report(found: "Built") -> Facts:
    """Tell of a built report."""
    return Facts({"report.digest": found.digest})
