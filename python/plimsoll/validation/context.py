"""What a validation run stands on: the evidence that it reads and the machine that it runs on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from plimsoll.validation.inputs import BacktestSeries, MarginReplay, RevaluationDifference, TailReproduction
from plimsoll.vocabulary.digest import digest_of

MANIFEST_SCHEMA = "plimsoll/validation-manifest/v1"
#: Entries of an environment that say which code ran, with words for each.
CODE = {"code_digest": "package", "core_digest": "compiled core"}
NOT_RECORDED = "not recorded"


@dataclass(frozen=True, slots=True)
class Environment:
    """The code and the machine that numbers were made by; two equal environments give equal bits.

    ``code_digest`` covers every Python file of the package and the compiled core, ``core_digest`` the core alone.
    """

    library_version: str
    lock_digest: str
    isa: str
    python_version: str
    challenger_version: str
    code_digest: str = NOT_RECORDED
    core_digest: str = NOT_RECORDED

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "library_version": self.library_version,
            "lock_digest": self.lock_digest,
            "isa": self.isa,
            "python_version": self.python_version,
            "challenger_version": self.challenger_version,
            "code_digest": self.code_digest,
            "core_digest": self.core_digest,
        }


@dataclass(frozen=True, slots=True)
class Context:
    """All that a test procedure may look at.

    ``source`` says how the inputs are made again: names of datasets, books and parameter files with their digests.
    A replay hands it to whoever builds contexts. ``margin_trees`` are explanations of requirements: ``name``,
    ``amount`` in cents and ``children``, nested. ``basis`` says which prices are adjusted and what is assumed.
    """

    valuation_date: date
    threads: int
    environment: Environment
    source: Mapping[str, Any] = field(default_factory=dict)
    backtests: tuple[BacktestSeries, ...] = ()
    tail_reproductions: tuple[TailReproduction, ...] = ()
    margin_replays: tuple[MarginReplay, ...] = ()
    margin_trees: tuple[Mapping[str, Any], ...] = ()
    basis: Mapping[str, Any] = field(default_factory=dict)
    revaluations: tuple[RevaluationDifference, ...] = ()

    def input_digests(self) -> dict[str, str]:
        """Give the digest of each input by name."""
        digests = {f"backtest/{series.account_id}/{series.model}": series.digest() for series in self.backtests}
        digests.update(
            {
                f"reproduction/{item.account_id}/{item.model}/{item.day}": item.digest()
                for item in self.tail_reproductions
            }
        )
        digests.update({f"revaluation/{item.account_id}/{item.model}": item.digest() for item in self.revaluations})
        digests.update({f"margin_replay/{replay.name}": replay.digest() for replay in self.margin_replays})
        if self.margin_trees:
            digests["margin_trees"] = digest_of(list(self.margin_trees))
        return digests

    def manifest(self, plan_digest: str) -> dict[str, Any]:
        """Give everything that is needed to run the same validation again."""
        return {
            "schema": MANIFEST_SCHEMA,
            "plan_digest": plan_digest,
            "valuation_date": self.valuation_date.isoformat(),
            "threads": self.threads,
            "environment": self.environment.to_dict(),
            "source": dict(self.source),
            "basis": dict(self.basis),
            "inputs": self.input_digests(),
        }

    def digest(self) -> str:
        """Give the digest of all inputs together."""
        return digest_of(self.input_digests())
