"""Margin of leveraged retail products: perpetual contracts and contracts for difference."""

from collections.abc import Mapping
from pathlib import Path

from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.runs import Run
from plimsoll.engine.leveraged import LeveragedRun, cfd_run, perpetual_run
from plimsoll.engine.leveraged_files import cfd_accounts, perpetual_accounts
from plimsoll.engine.leveraged_pack import cfd_pack, perpetual_pack


def perpetual(app: Application, path: Path, pack: str, moves: Mapping[str, float]) -> tuple[LeveragedRun, Run]:
    """Margin a file of accounts of perpetual contracts and keep the result."""
    found = perpetual_run(perpetual_accounts(path), perpetual_pack(pack), moves)
    return found, _kept(app, "margin-perpetual", found)


def cfd(app: Application, path: Path, pack: str) -> tuple[LeveragedRun, Run]:
    """Margin a file of accounts of contracts for difference and keep the result."""
    found = cfd_run(cfd_accounts(path), cfd_pack(pack))
    return found, _kept(app, "margin-cfd", found)


def _kept(app: Application, stage: str, found: LeveragedRun) -> Run:
    app.log.info(f"{stage} done", accounts=len(found.outcomes), failed=found.failed)
    return app.runs.record(stage, found.to_dict(), {}, dict(found.digests))
