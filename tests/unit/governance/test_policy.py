from typing import Any

import pytest

from governance_world import MODEL_ID, model
from plimsoll.governance.findings import Severity
from plimsoll.governance.policy import read_policy_pack, shipped_document, shipped_models, shipped_policy_pack
from plimsoll.governance.roster import Role
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput


def test_the_shipped_pack_separates_developer_validator_and_approver() -> None:
    pairs = {frozenset(pair) for pair in shipped_policy_pack().separation_of_duties}
    for pair in ((Role.developer, Role.validator), (Role.developer, Role.approver), (Role.validator, Role.approver)):
        assert frozenset(pair) in pairs


def test_the_tier_is_exposure_times_purpose() -> None:
    pack = shipped_policy_pack()
    assert pack.tier("high", "decision") == 1
    assert pack.tier("high", "management") == 2
    assert pack.tier("low", "information") == 4


def test_the_tier_never_gets_less_material_with_more_exposure_or_weightier_purpose() -> None:
    document = shipped_policy_pack().document["tiers"]
    rows = [[document["matrix"][level][purpose] for purpose in document["purpose"]] for level in document["exposure"]]
    assert all(row == sorted(row, reverse=True) for row in rows)
    assert all(list(column) == sorted(column, reverse=True) for column in zip(*rows, strict=True))


def test_due_days_shorten_with_severity() -> None:
    assert [shipped_policy_pack().due_days[severity] for severity in Severity] == [30, 90, 180, 365]


def test_the_plan_document_names_the_required_tests_of_each_model() -> None:
    pack = shipped_policy_pack()
    document = pack.plan_document(shipped_models())
    assert list(document["required_tests"]) == [MODEL_ID, "fhs-var-es", "strategy-margin"]
    assert document["required_tests"][MODEL_ID] == list(pack.required_tests(model().model_class))
    assert (document["pack_id"], document["revision"], document["digest"]) == ("us-sr26-2", 1, pack.digest)


def test_a_waived_test_is_waived_for_its_model_alone() -> None:
    document = shipped_document("policy", "us-sr26-2")
    waiver = {"model_id": MODEL_ID, "test_id": "VAL-STR-01", "reason": "no book"}
    pack = read_policy_pack({**document, "waivers": [waiver]})
    assert pack.waived(MODEL_ID) == {"VAL-STR-01"}
    assert pack.waived("fhs-var-es") == frozenset()
    assert pack.digest != shipped_policy_pack().digest


def test_the_digest_is_that_of_the_document() -> None:
    assert shipped_policy_pack().digest == digest_of(shipped_document("policy", "us-sr26-2"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"schema": "other"}, "wrong_schema"),
        ({"tiers": {}}, "bad_policy_pack"),
        ({"revision": "x"}, "bad_policy_pack"),
        ({"findings": {"due_days": {"grave": 1}}}, "bad_policy_pack"),
        ({"meanings": []}, "bad_policy_pack"),
    ],
)
def test_a_document_that_is_no_policy_pack_is_refused(change: dict[str, Any], code: str) -> None:
    with pytest.raises(BadInput, match=code):
        read_policy_pack({**shipped_document("policy", "us-sr26-2"), **change})


def test_an_unknown_pack_is_refused() -> None:
    with pytest.raises(BadInput, match="unknown_pack"):
        shipped_policy_pack("mars-2")


def test_the_shipped_models_are_the_three_of_the_inventory() -> None:
    assert [item.model_id for item in shipped_models()] == [MODEL_ID, "fhs-var-es", "strategy-margin"]
    assert all(len(item.limits) >= 3 and len(item.uses_prohibited) >= 3 for item in shipped_models())


def test_the_demonstration_identities_cover_every_role_once() -> None:
    document = shipped_document("policy", "demo_roster")
    roles = [role for item in document["members"] for role in item["roles"]]
    assert sorted(roles) == sorted(role.value for role in Role)
    names = {item["name"] for item in document["members"]}
    assert {item.owner for item in shipped_models()} | {item.developer for item in shipped_models()} <= names
