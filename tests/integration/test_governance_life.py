"""Governance from keys on disk to an audit trail that opens without the rest of the system."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from governance_world import MODEL_ID, REPORT, START, VALID_FROM, VERSION, content, model, results, subject
from plimsoll.governance.desk import Desk
from plimsoll.governance.guards import Grounds
from plimsoll.governance.policy import shipped_document, shipped_policy_pack
from plimsoll.governance.progression import move
from plimsoll.governance.registration import propose_version, publish_roster, register
from plimsoll.governance.roster import Member, Role
from plimsoll.governance.signing import Subject, sign, sign_off_document, verify_sign_offs
from plimsoll.storage.ed25519 import KeySigner, check_signature, create_key, unlock_key
from plimsoll.storage.journal import open_journal
from plimsoll.storage.passphrases import passphrases_from, variable_of
from plimsoll.storage.reader import verify_file
from plimsoll.storage.secrets import Secret
from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.errors import NotPermitted
from plimsoll.vocabulary.ids import SequentialIds
from plimsoll.vocabulary.workspace import Workspace

_NAMES = ("root", *(item["name"] for item in shipped_document("policy", "demo_roster")["members"]))


def _seed(name: str) -> Callable[[int], bytes]:
    return lambda size: hashlib.sha256(name.encode()).digest()[:size]


def _passphrase(name: str) -> str:
    return f"the passphrase of {name}"


_ENVIRONMENT = {variable_of(name): _passphrase(name) for name in _NAMES}


def _unlock(space: Workspace, name: str) -> KeySigner:
    return unlock_key(space.keys, name, passphrases_from(_ENVIRONMENT))


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace in which a model came into use, signed by the identities of the demonstration."""
    space = Workspace(tmp_path_factory.mktemp("space")).create()
    keys = {name: create_key(space.keys, name, Secret(_passphrase(name)), _seed(name)) for name in _NAMES}
    desk = Desk(open_journal(space.state), FixedClock(START), SequentialIds(), shipped_policy_pack(), check_signature)
    plan = shipped_document("policy", "demo_roster")["members"]
    publish_roster(
        desk,
        _unlock(space, "root"),
        [
            Member(item["name"], keys[item["name"]].public_key, tuple(map(Role, item["roles"])), VALID_FROM, demo=True)
            for item in plan
        ],
    )
    owner, developer, validator, approver = (_unlock(space, item["name"]) for item in plan)
    register(desk, model(), developer)
    propose_version(desk, content(), developer)
    move(desk, MODEL_ID, VERSION, "start_development", owner)
    move(desk, MODEL_ID, VERSION, "submit", developer)
    move(desk, MODEL_ID, VERSION, "begin_validation", validator)
    sign(desk, subject(), Role.validator, "validated", validator)
    move(desk, MODEL_ID, VERSION, "validate", validator, Grounds(report_digest=REPORT, results=results()))
    sign(desk, subject(), Role.approver, "approved", approver)
    move(desk, MODEL_ID, VERSION, "approve", approver, Grounds(report_digest=REPORT))
    move(desk, MODEL_ID, VERSION, "put_in_use", owner, Grounds(content=content()))
    sign(desk, Subject("audit log", verify_file(space.state).head), Role.owner, "attested", owner)
    space.reports.joinpath("head.json").write_text(json.dumps(desk.head_document()))
    space.reports.joinpath("sign-offs.json").write_text(json.dumps(sign_off_document(desk, REPORT)))
    return space


def test_the_name_alone_signs_nothing(space: Workspace) -> None:
    with pytest.raises(NotPermitted, match="passphrase_missing") as caught:
        unlock_key(space.keys, "alan.approver", passphrases_from({}))
    assert caught.value.exit_code == 3


def test_the_trail_is_whole_and_sealed_to_its_end(space: Workspace) -> None:
    head = json.loads(space.reports.joinpath("head.json").read_text())
    found = verify_file(space.state, head)
    assert found.ok
    assert found.sealed_to == found.entries


def test_every_signature_of_the_demonstration_is_marked(space: Workspace) -> None:
    document = json.loads(space.reports.joinpath("sign-offs.json").read_text())
    found = verify_sign_offs(document, REPORT, check_signature)
    assert [(item.name, item.mark) for item in found.sign_offs] == [
        ("vera.validator", "DEMO"),
        ("alan.approver", "DEMO"),
    ]
    assert all(item["signatures"][0]["keyid"].startswith("DEMO:") for item in document["sign_offs"])


def test_no_secret_lies_in_the_workspace(space: Workspace) -> None:
    secrets = [_seed(name)(32) for name in _NAMES] + [_passphrase(name).encode() for name in _NAMES]
    texts = [*secrets, *(secret.hex().encode() for secret in secrets)]
    for path in space.root.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not [text for text in texts if text in data], path


def test_the_trail_opens_and_verifies_without_the_rest_of_the_system(space: Workspace) -> None:
    program = f"""
import sys
from pathlib import Path
from plimsoll.storage.reader import verify_file
from plimsoll.storage.secrets import Secret
print(verify_file(Path({str(space.state)!r})))
tops = sorted({{name.split(".")[0] for name in sys.modules}} & {{"sqlalchemy", "numpy", "pyarrow", "mlflow", "duckdb"}})
print(tops, "plimsoll._core" in sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[0].startswith("audit log whole: 13 entries, sealed to 13")
    assert ran.stdout.splitlines()[1] == "[] False"


def test_governance_itself_needs_the_standard_library_alone() -> None:
    program = """
import sys
from pathlib import Path
import plimsoll
before = set(sys.modules)
import plimsoll.governance.verification, plimsoll.governance.signing, plimsoll.governance.objections
import plimsoll.governance.registration, plimsoll.governance.progression
tops = {name.split(".")[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)
print(sorted(tops), sorted({name.split(".")[1] for name in sys.modules if name.startswith("plimsoll.")}))
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "['plimsoll'] ['governance', 'vocabulary']"
