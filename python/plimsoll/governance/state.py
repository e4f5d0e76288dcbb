"""The state of governance, rebuilt from the audit log and from nothing else."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, TypeVar

from plimsoll.governance.audit import payload_of
from plimsoll.governance.dsse import Envelope
from plimsoll.governance.findings import FINDING_MOVES, Finding, FindingState
from plimsoll.governance.inventory import Model, VersionContent
from plimsoll.governance.lifecycle import TRANSITIONS, State, VersionRecord
from plimsoll.governance.ports import Entry
from plimsoll.governance.roster import Role, Roster
from plimsoll.governance.separation import Office
from plimsoll.vocabulary.clock import parse_utc, utc_text
from plimsoll.vocabulary.errors import BadInput

VersionKey = tuple[str, str]
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class RecordedSignOff:
    """A sign-off as the log tells it; ``covers`` holds model id, version and cycle."""

    digest: str
    subject: str
    office: Office
    meaning: str
    mark: str
    time: str
    seq: int
    covers: tuple[tuple[str, str, int], ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "digest": self.digest,
            "subject": self.subject,
            "name": self.office.name,
            "role": self.office.role.value,
            "meaning": self.meaning,
            "mark": self.mark,
            "time": self.time,
            "seq": self.seq,
            "covers": [list(item) for item in self.covers],
        }


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """A model of the inventory, its tier, and the edition of the policy that gave it."""

    model: Model
    tier: int
    policy: Mapping[str, Any]
    registered_at: str
    registered_by: str

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            **self.model.to_dict(),
            "tier": self.tier,
            "policy": dict(self.policy),
            "registered_at": self.registered_at,
            "registered_by": self.registered_by,
        }


@dataclass(frozen=True, slots=True)
class GovernanceState:
    """Everything that governance knows after some entry of the log."""

    seq: int = 0
    roster: Roster | None = None
    models: Mapping[str, ModelRecord] = field(default_factory=dict)
    versions: Mapping[VersionKey, VersionRecord] = field(default_factory=dict)
    findings: Mapping[str, Finding] = field(default_factory=dict)
    sign_offs: tuple[RecordedSignOff, ...] = ()

    def model(self, model_id: str) -> ModelRecord:
        """Give a model's record.

        Raises
        ------
        BadInput
            If the inventory does not hold it.
        """
        if model_id not in self.models:
            raise BadInput(
                "unknown_model",
                field="model_id",
                value=model_id,
                allowed=", ".join(self.models) or "a registered model",
                fix="register the model first",
            )
        return self.models[model_id]

    def version(self, model_id: str, version: str) -> VersionRecord:
        """Give a version's record.

        Raises
        ------
        BadInput
            If the inventory does not hold it.
        """
        if (model_id, version) not in self.versions:
            raise BadInput(
                "unknown_version",
                field="version",
                value=f"{model_id} {version}",
                allowed=", ".join(found for name, found in self.versions if name == model_id) or "a proposed version",
                fix="propose the version first",
            )
        return self.versions[(model_id, version)]

    def findings_of(self, model_id: str, version: str) -> tuple[Finding, ...]:
        """Give the findings against a version, in the order in which they were opened."""
        return tuple(item for item in self.findings.values() if (item.model_id, item.version) == (model_id, version))

    def to_dict(self) -> dict[str, Any]:
        """Give the state as plain data."""
        return {
            "seq": self.seq,
            "roster": None if self.roster is None else self.roster.to_dict(),
            "models": [record.to_dict() for record in self.models.values()],
            "versions": [record.to_dict() for record in self.versions.values()],
            "findings": [finding.to_dict() for finding in self.findings.values()],
            "sign_offs": [sign_off.to_dict() for sign_off in self.sign_offs],
        }


def replay(entries: Iterable[Entry], start: GovernanceState | None = None) -> GovernanceState:
    """Give the state after the entries; kinds that change no state are passed over."""
    state = GovernanceState() if start is None else start
    for entry in entries:
        handler = _HANDLERS.get(entry.kind)
        state = replace(state if handler is None else handler(state, entry, payload_of(entry)), seq=entry.seq)
    return state


def as_of(entries: Iterable[Entry], time: str) -> GovernanceState:
    """Give the state as it was at a time, entries of that instant included.

    Raises
    ------
    BadInput
        If the text is no time with a zone.
    """
    limit = utc_text(parse_utc(time))
    return replay(entry for entry in entries if entry.time <= limit)


def _with(mapping: Mapping[_Key, _Value], key: _Key, value: _Value) -> Mapping[_Key, _Value]:
    return {**mapping, key: value}


def _roster_published(state: GovernanceState, _entry: Entry, payload: Mapping[str, Any]) -> GovernanceState:
    content = Envelope.from_dict(payload["envelope"]).statement()["predicate"]["roster"]
    return replace(state, roster=Roster.from_dict(content))


def _model_registered(state: GovernanceState, entry: Entry, payload: Mapping[str, Any]) -> GovernanceState:
    model = Model.from_dict(payload["model"])
    record = ModelRecord(model, payload["tier"], payload["policy"], entry.time, entry.actor)
    return replace(state, models=_with(state.models, model.model_id, record))


def _version_proposed(state: GovernanceState, _entry: Entry, payload: Mapping[str, Any]) -> GovernanceState:
    record = VersionRecord(VersionContent.from_dict(payload["content"]))
    return replace(state, versions=_with(state.versions, record.key, record))


def _version_moved(state: GovernanceState, entry: Entry, payload: Mapping[str, Any]) -> GovernanceState:
    record = state.version(payload["model_id"], payload["version"])
    step = TRANSITIONS[payload["action"]]
    record = _with_office(replace(record, state=State(payload["to"])), state, entry, step.role)
    if step.action == "submit":
        content = VersionContent.from_dict(payload["content"])
        record = replace(record, content=content, cycle=payload["cycle"])
        record = replace(record, validator="", validated_report="", approver="", approved_hash="", conditions=())
    elif step.action == "begin_validation":
        record = replace(record, validator=entry.actor, validated_report="", approver="", approved_hash="")
    elif step.action == "validate":
        record = replace(record, validated_report=payload["report_digest"])
    elif step.target in (State.approved, State.approved_with_conditions):
        record = replace(
            record,
            approver=entry.actor,
            approved_hash=payload["content_hash"],
            conditions=tuple(payload["conditions"]),
        )
    return replace(state, versions=_with(state.versions, record.key, record))


def _with_office(record: VersionRecord, state: GovernanceState, entry: Entry, role: Role | None) -> VersionRecord:
    if role is None:
        return record
    office = _office(state, entry, role)
    return record if office in record.offices else replace(record, offices=(*record.offices, office))


def _office(state: GovernanceState, entry: Entry, role: Role) -> Office:
    member = None if state.roster is None else state.roster.member_of_key(entry.key_id)
    return Office(role, entry.actor, "" if member is None else member.public_key)


def _finding_opened(state: GovernanceState, _entry: Entry, payload: Mapping[str, Any]) -> GovernanceState:
    finding = Finding.from_dict(payload["finding"])
    return replace(state, findings=_with(state.findings, finding.finding_id, finding))


def _finding_moved(state: GovernanceState, entry: Entry, payload: Mapping[str, Any]) -> GovernanceState:
    finding = state.findings[payload["finding_id"]]
    target = FINDING_MOVES[payload["action"]].target
    remediator = entry.actor if target is FindingState.ready_for_verification else finding.remediator
    moved = replace(finding, state=target, remediator=remediator)
    return replace(state, findings=_with(state.findings, finding.finding_id, moved))


def _report_signed(state: GovernanceState, entry: Entry, payload: Mapping[str, Any]) -> GovernanceState:
    role = Role(payload["role"])
    covers = tuple((model_id, version, cycle) for model_id, version, cycle in payload["covers"])
    sign_off = RecordedSignOff(
        digest=payload["digest"],
        subject=entry.subject,
        office=_office(state, entry, role),
        meaning=payload["meaning"],
        mark=payload["mark"],
        time=entry.time,
        seq=entry.seq,
        covers=covers,
    )
    versions = dict(state.versions)
    for model_id, version, _ in covers:
        versions[(model_id, version)] = _with_office(versions[(model_id, version)], state, entry, role)
    return replace(state, versions=versions, sign_offs=(*state.sign_offs, sign_off))


_Handler = Callable[[GovernanceState, Entry, Mapping[str, Any]], GovernanceState]
_HANDLERS: Mapping[str, _Handler] = MappingProxyType(
    {
        "roster.published": _roster_published,
        "model.registered": _model_registered,
        "version.proposed": _version_proposed,
        "version.moved": _version_moved,
        "finding.opened": _finding_opened,
        "finding.moved": _finding_moved,
        "report.signed": _report_signed,
    }
)
