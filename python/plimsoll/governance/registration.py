"""Entering things into the books: the roster, models, versions of models."""

from collections.abc import Iterable

from plimsoll.governance.desk import Desk
from plimsoll.governance.dsse import key_id
from plimsoll.governance.inventory import Model, VersionContent
from plimsoll.governance.lifecycle import VersionRecord
from plimsoll.governance.ports import Signer
from plimsoll.governance.roster import ROOT_NAME, Member, Role, Roster, make_roster
from plimsoll.governance.separation import Office, refuse_two_offices
from plimsoll.governance.state import ModelRecord
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import CheckFailed, NotPermitted


def publish_roster(desk: Desk, root: Signer, members: Iterable[Member]) -> Roster:
    """Sign a roster by the root key and put it in force.

    Raises
    ------
    NotPermitted
        If a name or key stands twice, the signer is not called root, an earlier roster had another root key, or the
        root of a demonstration would vouch for a member that is not marked as one.
    BadInput
        If a name or a key cannot be one.
    """
    with desk.session() as session:
        before = session.state.roster
        if root.name != ROOT_NAME or (before is not None and before.root_key != root.public_key):
            raise NotPermitted(
                "not_the_root",
                field="signer",
                value=root.name,
                allowed="the root key alone" if before is None else before.root_key_id,
                fix="unlock the root key",
            )
        chosen = tuple(members)
        if before is not None and before.demo:
            _refuse_unmarked(chosen)
        revision = 1 if before is None else before.revision + 1
        roster, envelope = make_roster(revision, root, chosen)
        session.record_as(
            "roster.published",
            f"roster {revision}",
            {"envelope": envelope.to_dict()},
            root,
            key_id(root.public_key, demo=roster.demo),
        )
        return roster


def _refuse_unmarked(members: Iterable[Member]) -> None:
    unmarked = [member.name for member in members if not member.demo]
    if unmarked:
        raise NotPermitted(
            "demo_mark_missing",
            field="demo",
            value=", ".join(unmarked),
            allowed='"demo": true for every member, for the root key is a demonstration\'s',
            fix="begin a workspace with a root key of your own",
        )


def register(desk: Desk, model: Model, signer: Signer) -> ModelRecord:
    """Enter a model into the inventory and give it its tier; a second record of the same id replaces the first.

    Raises
    ------
    NotPermitted
        If the signer is not in the roster, or the record gives two separate offices to one identity.
    BadInput
        If the policy does not know the model's class, exposure or purpose.
    CheckFailed
        If the same record stands in the inventory already.
    """
    with desk.session() as session:
        policy = desk.policy
        policy.required_tests(model.model_class)
        tier = policy.tier(model.exposure, model.purpose_class)
        refuse_two_offices(
            Office(Role.developer, model.developer), [Office(Role.owner, model.owner)], policy.separation_of_duties
        )
        before = session.state.models.get(model.model_id)
        if before is not None and (before.model, before.policy) == (model, policy.reference()):
            raise CheckFailed(
                "already_registered", field="model_id", value=model.model_id, allowed="a changed record",
                fix="use the record that stands",
            )  # fmt: skip
        payload = {"model": model.to_dict(), "tier": tier, "policy": policy.reference(), "digest": digest_of(model)}
        session.record("model.registered", model.model_id, payload, signer)
        return session.state.model(model.model_id)


def propose_version(desk: Desk, content: VersionContent, signer: Signer) -> VersionRecord:
    """Enter a version of a registered model.

    Raises
    ------
    NotPermitted
        If the signer is not in the roster.
    BadInput
        If the model is not registered.
    CheckFailed
        If the version exists already.
    """
    with desk.session() as session:
        session.state.model(content.model_id)
        key = (content.model_id, content.version)
        if key in session.state.versions:
            raise CheckFailed(
                "version_exists", field="version", value=" ".join(key), allowed="a new version", fix="count on"
            )
        payload = {"content": content.to_dict(), "content_hash": content.content_hash}
        session.record("version.proposed", f"{content.model_id} {content.version}", payload, signer)
        return session.state.version(*key)
