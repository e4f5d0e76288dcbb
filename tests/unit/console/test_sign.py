"""`plimsoll sign`: who may sign what, and what a changed report says of its signatures."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console_world import PASSPHRASE, edit_log, passphrase_file, passphrases, plimsoll, refused
from plimsoll.bootstrap import open_application
from plimsoll.bootstrap.governance import open_desk
from plimsoll.report.build import report_digest
from plimsoll.report.pdf import render_pdf
from plimsoll.report.render import render_html
from plimsoll.storage.reader import read_log

pytestmark = pytest.mark.xdist_group("console_governance")

AS_DEVELOPER = ("--as", "dora.developer", "--role", "developer", "--meaning", "authored")
AS_VALIDATOR = ("--as", "vera.validator", "--role", "validator", "--meaning", "validated")
AS_APPROVER = ("--as", "alan.approver", "--role", "approver", "--meaning", "approved")


@pytest.fixture
def signed(desk_workspace: Path, report: Path) -> tuple[Path, Path]:
    """A report that its validator has signed, and its workspace."""
    env = passphrase_file(desk_workspace, "vera.validator")
    assert plimsoll(desk_workspace, "sign", report, *AS_VALIDATOR, env=env).exit_code == 0
    return desk_workspace, report


def test_three_people_sign_one_report_and_it_verifies_offline(
    signed: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    workspace, report = signed
    env = passphrase_file(workspace, "dora.developer")
    ran = plimsoll(workspace, "sign", "report", report, *AS_DEVELOPER, "--json", env=env)
    assert ran.exit_code == 0
    assert Path(ran.document["signatures"]) == report.with_suffix(".signatures.json")
    assert ran.document["envelope"]["signatures"][0]["keyid"].startswith("DEMO:")
    ran = plimsoll(workspace, "sign", report, *AS_APPROVER, env=passphrase_file(workspace, "alan.approver"))
    assert f"alan.approver signed {json.loads(report.read_text())['digest']} as approver: approved" in ran.stdout
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    ran = plimsoll(elsewhere, "sign", "verify", report, "--json")
    assert ran.exit_code == 0
    found = [(s["name"], s["role"], s["meaning"], s["mark"]) for s in ran.document["signatures"]]
    assert found == [
        ("vera.validator", "validator", "validated", "DEMO"),
        ("dora.developer", "developer", "authored", "DEMO"),
        ("alan.approver", "approver", "approved", "DEMO"),
    ]
    assert "Signatures, all valid" in plimsoll(elsewhere, "sign", "verify", report).stdout


def test_the_page_beside_the_report_shows_a_signature_as_soon_as_it_is_given(
    desk_workspace: Path, report: Path
) -> None:
    page = report.with_name("report.html")
    page.write_text(render_html(json.loads(report.read_text())))
    assert "vera.validator" not in signatures_of(page)
    digest = json.loads(report.read_text())["digest"]
    env = passphrase_file(desk_workspace, "vera.validator")
    assert plimsoll(desk_workspace, "sign", report, *AS_VALIDATOR, env=env).exit_code == 0
    assert "vera.validator" in signatures_of(page)
    assert "validated" in signatures_of(page)
    assert json.loads(report.read_text())["digest"] == digest
    assert plimsoll(desk_workspace, "sign", "verify", report).exit_code == 0


def test_the_pdf_beside_the_report_is_made_again_with_the_signature(desk_workspace: Path, report: Path) -> None:
    report.with_name("report.html").write_text("")
    paper = report.with_name("report.pdf")
    paper.write_bytes(render_pdf(json.loads(report.read_text())))
    assert "vera.validator" not in text_of(paper)
    env = passphrase_file(desk_workspace, "vera.validator")
    assert plimsoll(desk_workspace, "sign", report, *AS_VALIDATOR, env=env).exit_code == 0
    assert "vera.validator" in text_of(paper)
    assert "DEMO" in text_of(paper)


def text_of(paper: Path) -> str:
    """Give the text of a PDF."""
    return subprocess.run(["pdftotext", str(paper), "-"], capture_output=True, text=True, check=True).stdout


def signatures_of(page: Path) -> str:
    """Give what the page shows from its heading of signatures on."""
    return page.read_text().rpartition("Signatures")[2]


def test_the_same_signature_given_twice_stands_and_says_since_when(signed: tuple[Path, Path]) -> None:
    workspace, report = signed
    path, state = report.with_suffix(".signatures.json"), workspace / "state.sqlite"
    before, entries = path.read_text(), read_log(state)
    env = passphrase_file(workspace, "vera.validator")
    ran = plimsoll(workspace, "sign", report, *AS_VALIDATOR, "--json", env=env)
    assert (ran.exit_code, ran.document["new"]) == (0, False)
    assert ran.document["time"] == entries[0][-1].time
    ran = plimsoll(workspace, "sign", report, *AS_VALIDATOR, env=env)
    assert f"the signature of {entries[0][-1].time} stands, nothing new was written" in ran.stdout
    assert (path.read_text(), read_log(state)) == (before, entries)


def test_options_may_stand_before_the_report(desk_workspace: Path, report: Path) -> None:
    env = passphrase_file(desk_workspace, "vera.validator")
    assert plimsoll(desk_workspace, "sign", *AS_VALIDATOR, report, env=env).exit_code == 0


def test_a_changed_report_no_longer_verifies(signed: tuple[Path, Path]) -> None:
    workspace, report = signed
    document = json.loads(report.read_text())
    document["cover"]["overall"] = "green"
    report.write_text(json.dumps(document))
    code, failure = refused(workspace, "sign", "verify", report)
    assert (code, failure["code"]) == (4, "subject_changed")


def test_an_edited_signature_no_longer_verifies(signed: tuple[Path, Path]) -> None:
    workspace, report = signed
    path = report.with_suffix(".signatures.json")
    document = json.loads(path.read_text())
    signature = document["sign_offs"][0]["signatures"][0]
    signature["sig"] = ("B" if signature["sig"][0] == "A" else "A") + signature["sig"][1:]
    path.write_text(json.dumps(document))
    assert refused(workspace, "sign", "verify", report)[0] == 4


def test_the_root_key_must_be_the_one_that_is_asked_for(signed: tuple[Path, Path]) -> None:
    workspace, report = signed
    code, failure = refused(workspace, "sign", "verify", report, "--root-key", "ab" * 32)
    assert (code, failure["code"], failure["allowed"]) == (4, "other_root_key", "ab" * 32)


def test_a_report_without_signatures_is_an_unreadable_file_beside_it(tmp_path: Path, report: Path) -> None:
    code, failure = refused(tmp_path / "w", "sign", "verify", report)
    assert (code, failure["code"]) == (2, "unreadable_file")
    assert failure["value"].endswith("report.signatures.json")


def test_the_name_alone_signs_nothing(desk_workspace: Path, report: Path) -> None:
    code, failure = refused(desk_workspace, "sign", report, *AS_VALIDATOR)
    assert (code, failure["code"]) == (3, "passphrase_missing")


def test_a_wrong_passphrase_is_refused(desk_workspace: Path, report: Path) -> None:
    code, failure = refused(desk_workspace, "sign", report, *AS_VALIDATOR, env=passphrases("vera.validator"))
    assert (code, failure["code"], failure["value"]) == (3, "wrong_passphrase", "vera.validator")


def test_an_unknown_identity_is_refused(desk_workspace: Path, report: Path) -> None:
    unknown = ("--as", "nobody", "--role", "validator", "--meaning", "validated")
    code, failure = refused(desk_workspace, "sign", report, *unknown, env=passphrases("nobody"))
    assert (code, failure["code"], failure["value"]) == (3, "no_such_key", "nobody")


def test_a_key_that_the_roster_does_not_list_is_refused(desk_workspace: Path, report: Path) -> None:
    env = passphrases("mallory")
    assert plimsoll(desk_workspace, "sign", "key", "mallory", env=env).exit_code == 0
    words = ("--as", "mallory", "--role", "validator", "--meaning", "validated")
    code, failure = refused(desk_workspace, "sign", report, *words, env=env)
    assert (code, failure["code"], failure["value"]) == (3, "not_in_roster", "mallory")


def test_a_role_that_one_does_not_hold_is_refused(desk_workspace: Path, report: Path) -> None:
    words = ("--as", "dora.developer", "--role", "approver", "--meaning", "approved")
    code, failure = refused(
        desk_workspace, "sign", report, *words, env=passphrase_file(desk_workspace, "dora.developer")
    )
    assert (code, failure["code"]) == (3, "role_not_held")


def test_nobody_approves_what_he_validated_himself(signed: tuple[Path, Path], tmp_path: Path) -> None:
    workspace, report = signed
    with open_application(workspace) as app, open_desk(app) as desk:
        members = [member.to_dict() for member in desk.state().roster.members]
    for member in members:
        member["roles"] += ["approver"] if member["name"] == "vera.validator" else []
    people = tmp_path / "members.json"
    people.write_text(json.dumps({"members": members}))
    assert plimsoll(workspace, "sign", "roster", people, env=passphrase_file(workspace, "root")).exit_code == 0
    words = ("--as", "vera.validator", "--role", "approver", "--meaning", "approved")
    code, failure = refused(workspace, "sign", report, *words, env=passphrase_file(workspace, "vera.validator"))
    assert (code, failure["code"], failure["value"]) == (3, "self_approval", "vera.validator")
    assert failure["fix"] == "let another approver of the roster act"


def test_nobody_approves_what_no_validator_signed(desk_workspace: Path, report: Path) -> None:
    env = passphrase_file(desk_workspace, "alan.approver")
    code, failure = refused(desk_workspace, "sign", report, *AS_APPROVER, env=env)
    assert (code, failure["code"]) == (3, "not_yet_validated")


def test_a_meaning_that_the_policy_does_not_list_is_refused(desk_workspace: Path, report: Path) -> None:
    words = ("--as", "vera.validator", "--role", "validator", "--meaning", "liked")
    env = passphrase_file(desk_workspace, "vera.validator")
    code, failure = refused(desk_workspace, "sign", report, *words, env=env)
    assert (code, failure["code"], failure["value"]) == (2, "unknown_meaning", "liked")
    assert "validated" in failure["allowed"]


def test_a_version_that_was_never_proposed_cannot_be_signed_for(desk_workspace: Path, report: Path) -> None:
    document = json.loads(report.read_text())
    document["cover"]["models"][0]["version"] = "9.9.9"
    document["digest"] = report_digest(document)
    report.write_text(json.dumps(document))
    env = passphrase_file(desk_workspace, "vera.validator")
    code, failure = refused(desk_workspace, "sign", report, *AS_VALIDATOR, env=env)
    assert (code, failure["code"]) == (2, "unknown_version")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda report: report.pop("cover"), "cover"),
        (lambda report: report["cover"]["models"][0].pop("version"), "cover.models[0].version"),
        (lambda report: report["cover"]["models"].append(7), "cover.models[3]"),
        (lambda report: report.update(schema="plimsoll/report/v2"), "schema"),
        (lambda report: report["results"][0].update(n=-1), "results[0].n"),
    ],
)
def test_what_is_no_report_is_not_signed(
    desk_workspace: Path, report: Path, change: Callable[[dict[str, Any]], object], field: str
) -> None:
    document = json.loads(report.read_text())
    change(document)
    report.write_text(json.dumps(document))
    env = passphrase_file(desk_workspace, "vera.validator")
    exit_code, failure = refused(desk_workspace, "sign", report, *AS_VALIDATOR, env=env)
    assert (exit_code, failure["field"]) == (2, field)


@pytest.mark.parametrize(
    ("text", "code"), [("{", "unreadable_file"), ("[]", "invalid_value"), ('{"n": NaN}', "invalid_value")]
)
def test_what_is_no_json_object_is_not_signed(desk_workspace: Path, tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(text)
    exit_code, failure = refused(desk_workspace, "sign", path, *AS_VALIDATOR)
    assert (exit_code, failure["code"]) == (2, code)


@pytest.mark.parametrize("damaged", ["report.json", "report.signatures.json"])
def test_a_byte_that_makes_a_file_unreadable_breaks_its_integrity(signed: tuple[Path, Path], damaged: str) -> None:
    workspace, report = signed
    path = report.with_name(damaged)
    path.write_bytes(path.read_bytes().replace(b"{", b"\xff", 1))
    code, failure = refused(workspace, "sign", "verify", report)
    assert (code, failure["code"], failure["value"]) == (4, "file_damaged", str(path))


def test_the_digest_that_a_report_shows_must_be_its_own(signed: tuple[Path, Path]) -> None:
    workspace, report = signed
    document = json.loads(report.read_text())
    signed_digest, document["digest"] = document["digest"], "sha256:" + "0" * 64
    report.write_text(json.dumps(document))
    code, failure = refused(workspace, "sign", "verify", report)
    assert (code, failure["code"], failure["allowed"]) == (4, "report_changed", signed_digest)


def test_a_report_that_no_longer_matches_its_own_digest_is_not_signed(desk_workspace: Path, report: Path) -> None:
    document = json.loads(report.read_text())
    document["cover"]["counts"]["red"] = 0
    report.write_text(json.dumps(document))
    env = passphrase_file(desk_workspace, "vera.validator")
    code, failure = refused(desk_workspace, "sign", report, *AS_VALIDATOR, env=env)
    assert (code, failure["code"]) == (4, "report_changed")


def test_a_missing_report_is_unreadable(desk_workspace: Path, tmp_path: Path) -> None:
    code, failure = refused(desk_workspace, "sign", tmp_path / "none.json", *AS_VALIDATOR)
    assert (code, failure["code"]) == (2, "unreadable_file")


def test_nothing_is_signed_on_an_edited_log(desk_workspace: Path, report: Path) -> None:
    edit_log(desk_workspace, "UPDATE audit_entry SET actor = 'mallory' WHERE seq = 2")
    env = passphrase_file(desk_workspace, "vera.validator")
    assert refused(desk_workspace, "sign", report, *AS_VALIDATOR, env=env)[0] == 4


def test_a_key_shows_its_public_part_alone(tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    ran = plimsoll(workspace, "sign", "key", "jane.doe", "--json", env=passphrases("jane.doe"))
    assert ran.exit_code == 0
    assert len(bytes.fromhex(ran.document["public_key"])) == 32
    assert PASSPHRASE.encode() not in (workspace / "keys" / "jane.doe.pem").read_bytes()
    assert (workspace / "keys" / "jane.doe.pem").stat().st_mode & 0o077 == 0
    code, failure = refused(workspace, "sign", "key", "jane.doe", env=passphrases("jane.doe"))
    assert (code, failure["code"]) == (2, "key_exists")


def test_a_key_wants_a_passphrase_of_some_length(tmp_path: Path) -> None:
    code, failure = refused(tmp_path, "sign", "key", "jane.doe", env=passphrases("jane.doe", passphrase="short"))
    assert (code, failure["code"], failure["value"]) == (2, "passphrase_too_short", "")


def test_a_roster_is_signed_by_the_root_and_replaced_only_by_it(tmp_path: Path) -> None:
    workspace, people = tmp_path / "w", tmp_path / "members.json"
    env = passphrases("root", "jane.doe")
    public = {
        name: plimsoll(workspace, "sign", "key", name, "--json", env=env).document["public_key"]
        for name in ("root", "jane.doe")
    }
    member = {
        "name": "jane.doe",
        "public_key": public["jane.doe"],
        "roles": ["validator", "owner"],
        "valid_from": "2020-01-01T00:00:00.000000Z",
    }
    people.write_text(json.dumps({"members": [member]}))
    ran = plimsoll(workspace, "sign", "roster", people, env=env)
    assert ran.exit_code == 0
    assert "Roster 1" in ran.stdout
    assert "validator, owner" in ran.stdout
    assert "DEMO" not in ran.stdout
    ran = plimsoll(workspace, "sign", "roster", people, "--json", env=env)
    assert (ran.exit_code, ran.document["revision"]) == (0, 2)
    (workspace / "keys" / "root.pem").unlink()
    assert plimsoll(workspace, "sign", "key", "root", env=env).exit_code == 0
    code, failure = refused(workspace, "sign", "roster", people, env=env)
    assert (code, failure["code"]) == (3, "not_the_root")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "unreadable_file"),
        ("not json", "unreadable_file"),
        ("[]", "wrong_schema"),
        ("{}", "wrong_roster"),
        ('{"members": 7}', "wrong_roster"),
        ('{"members": ["jane"]}', "wrong_roster"),
        ('{"members": [{"name": "jane"}]}', "wrong_roster"),
        (
            '{"members": [{"name": "jane", "public_key": "00", "roles": ["king"], "valid_from": "2020"}]}',
            "wrong_roster",
        ),
    ],
)
def test_a_wrong_roster_file_is_refused(tmp_path: Path, text: str | None, code: str) -> None:
    people = tmp_path / "members.json"
    if text is not None:
        people.write_text(text)
    exit_code, failure = refused(tmp_path / "w", "sign", "roster", people, env=passphrases("root"))
    assert (exit_code, failure["code"]) == (2, code)


def test_a_roster_without_a_root_key_is_refused(tmp_path: Path) -> None:
    people = tmp_path / "members.json"
    people.write_text('{"members": []}')
    code, failure = refused(tmp_path / "w", "sign", "roster", people, env=passphrases("root"))
    assert (code, failure["code"]) == (3, "no_such_key")


@pytest.mark.parametrize("words", [("sign",), ("sign", "--help"), ("sign", "report", "--help")])
def test_help_shows_how_to_sign(tmp_path: Path, words: tuple[str, ...]) -> None:
    from click.testing import CliRunner

    from plimsoll.console.main import cli

    ran = CliRunner().invoke(cli, words)
    assert "sign" in ran.output
    assert "Usage:" in ran.output


def test_a_report_without_a_role_is_bad_usage(tmp_path: Path, report: Path) -> None:
    ran = plimsoll(tmp_path / "w", "sign", report, "--as", "vera.validator")
    assert ran.exit_code == 2
    assert "--role" in ran.stderr
    assert ran.stdout == ""
    ran = plimsoll(tmp_path / "w", "sign", report, "--as", "vera.validator", "--role", "king", "--meaning", "m")
    assert ran.exit_code == 2
    assert "validator" in ran.stderr
