"""A small world for tests of governance: a real database, real keys from fixed seeds, a clock that ticks."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from plimsoll.governance.desk import Desk
from plimsoll.governance.guards import Grounds
from plimsoll.governance.inventory import Model, VersionContent
from plimsoll.governance.policy import shipped_models, shipped_policy_pack
from plimsoll.governance.progression import move
from plimsoll.governance.registration import propose_version, publish_roster, register
from plimsoll.governance.roster import Member, Role
from plimsoll.governance.signing import Subject, sign
from plimsoll.storage.ed25519 import KeySigner, check_signature, signer_from_seed
from plimsoll.storage.journal import SqlJournal, open_journal
from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.ids import SequentialIds
from plimsoll.vocabulary.testing import Rag, TestResult

START = datetime(2026, 11, 22, 16, 40, tzinfo=UTC)
VALID_FROM = "2026-01-01T00:00:00.000000Z"
REPORT = digest_of({"report": 1})
MODEL_ID = "american-option-valuation"
VERSION = "1.0.0"


def key(name: str, seed: str = "") -> KeySigner:
    """Give an unlocked key whose private part follows from the name, or from another seed."""
    return signer_from_seed(name, hashlib.sha256((seed or name).encode()).digest())


def member(name: str, *roles: Role, seed: str = "", demo: bool = True, valid_to: str = "") -> Member:
    return Member(name, key(name, seed).public_key, roles, VALID_FROM, valid_to, demo)


ROOT = key("root")
OWNER, DEVELOPER, VALIDATOR, APPROVER = (
    key(name) for name in ("olga.owner", "dora.developer", "vera.validator", "alan.approver")
)
MEMBERS = (
    member("olga.owner", Role.owner),
    member("dora.developer", Role.developer),
    member("vera.validator", Role.validator),
    member("alan.approver", Role.approver),
)


@dataclass(frozen=True)
class World:
    """A desk on a database in a folder."""

    path: Path
    journal: SqlJournal
    desk: Desk


def open_world(folder: Path, start: datetime = START, step: timedelta = timedelta(seconds=1)) -> World:
    path = folder / "state.sqlite"
    journal = open_journal(path)
    desk = Desk(journal, FixedClock(start, step), SequentialIds(), shipped_policy_pack(), check_signature)
    return World(path, journal, desk)


def world_with_roster(folder: Path, members: Iterable[Member] = MEMBERS) -> World:
    world = open_world(folder)
    publish_roster(world.desk, ROOT, members)
    return world


def model(model_id: str = MODEL_ID) -> Model:
    return next(item for item in shipped_models() if item.model_id == model_id)


def content(version: str = VERSION, model_id: str = MODEL_ID, code: str = "sha256:code") -> VersionContent:
    return VersionContent(model_id, version, code, "sha256:parameters", "sha256:lock", {"us_stocks": "sha256:data"})


def result(test_id: str, rag: Rag = Rag.green, model_id: str = MODEL_ID) -> TestResult:
    return TestResult(
        test_id, 1, f"Title of {test_id}", model_id, "max", 0.5, "vega", 512, {"green": 1}, rag, "as seen"
    )


def results(red: str = "", model_id: str = MODEL_ID) -> tuple[TestResult, ...]:
    tests = shipped_policy_pack().required_tests(model(model_id).model_class)
    return tuple(result(test, Rag.red if test == red else Rag.green, model_id) for test in tests)


def bring_to_submitted(world: World) -> None:
    register(world.desk, model(), DEVELOPER)
    propose_version(world.desk, content(), DEVELOPER)
    move(world.desk, MODEL_ID, VERSION, "start_development", OWNER)
    move(world.desk, MODEL_ID, VERSION, "submit", DEVELOPER)


def bring_to_validation(world: World) -> None:
    bring_to_submitted(world)
    move(world.desk, MODEL_ID, VERSION, "begin_validation", VALIDATOR)


def subject(digest: str = REPORT) -> Subject:
    return Subject("report.json", digest, ((MODEL_ID, VERSION),))


def bring_to_pending_approval(world: World, red: str = "") -> None:
    bring_to_validation(world)
    sign(world.desk, subject(), Role.developer, "authored", DEVELOPER)
    sign(world.desk, subject(), Role.validator, "validated", VALIDATOR)
    move(world.desk, MODEL_ID, VERSION, "validate", VALIDATOR, Grounds(report_digest=REPORT, results=results(red)))


def bring_to_use(world: World) -> None:
    bring_to_pending_approval(world)
    sign(world.desk, subject(), Role.approver, "approved", APPROVER)
    move(world.desk, MODEL_ID, VERSION, "approve", APPROVER, Grounds(report_digest=REPORT))
    move(world.desk, MODEL_ID, VERSION, "put_in_use", OWNER, Grounds(content=content()))
    world.desk.note("run.finished", "run-000001", {"rows": 12})
