"""What the OpenLineage specification asks of a run event, as a JSON schema in our own words.

Source: OpenLineage specification 2-0-2 (RunEvent, Run, Job, InputDataset, OutputDataset, BaseFacet) and its facets
parent 1-2-0, version 1-0-1, schema 1-2-0, outputStatistics 1-0-2, errorMessage 1-0-1, jobType 2-0-4. The client package
ships classes and no schema files.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from plimsoll.vocabulary.clock import parse_utc

_TEXT = {"type": "string", "minLength": 1}
_DIGEST = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
_UUID = {"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"}
_NAMED = {"namespace": {"const": "plimsoll"}, "name": _TEXT}
_SPEC = r"^https://openlineage\.io/spec/facets/\d+-\d+-\d+/[A-Za-z]+\.json#/\$defs/[A-Za-z]+$"


def _object(required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> dict[str, Any]:
    properties = {**required, **(optional or {})}
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


def _facet(required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> dict[str, Any]:
    base = {"_producer": {"type": "string", "pattern": "^urn:plimsoll:release:"}, "_schemaURL": {"type": "string"}}
    base["_schemaURL"]["pattern"] = _SPEC
    return _object({**base, **required}, optional)


#: The facet of our own, as its schema is shipped.
_EVIDENCE = json.loads(
    (resources.files("plimsoll") / "packs" / "schemas" / "lineage-evidence-v1.json").read_text(encoding="utf-8")
)
_FIELD = _object(
    {"name": _TEXT, "type": _TEXT, "ordinal_position": {"type": "integer", "minimum": 1}}, {"fields": {"const": []}}
)
_FACETS = _object(
    {"version": _facet({"datasetVersion": _DIGEST})},
    {"schema": _facet({"fields": {"type": "array", "items": _FIELD, "minItems": 1}})},
)
_STATISTICS = _object({}, {"outputStatistics": _facet({"rowCount": {"type": "integer", "minimum": 0}})})
_INPUT = _object({**_NAMED, "facets": _FACETS}, {"inputFacets": {"const": {}}})
_OUTPUT = _object({**_NAMED, "facets": _FACETS, "outputFacets": _STATISTICS})
_PARENT = _facet(
    {"run": _object({"runId": _UUID}, {"facets": {"const": {}}}), "job": _object(_NAMED, {"facets": {"const": {}}})}
)
_ERROR = _facet({"message": _TEXT, "programmingLanguage": {"const": "PYTHON"}})
_RUN = _object(
    {"runId": _UUID, "facets": _object({"plimsoll_evidence": _EVIDENCE}, {"parent": _PARENT, "errorMessage": _ERROR})}
)
_JOB_TYPE = _facet({"processingType": {"enum": ["BATCH", "STREAMING"]}, "integration": _TEXT}, {"jobType": _TEXT})
RUN_EVENT = _object(
    {
        "eventType": {"enum": ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]},
        "eventTime": {"type": "string", "format": "date-time"},
        "run": _RUN,
        "job": _object({**_NAMED, "facets": _object({"jobType": _JOB_TYPE})}),
        "inputs": {"type": "array", "items": _INPUT},
        "outputs": {"type": "array", "items": _OUTPUT},
        "producer": {"type": "string", "pattern": r"^urn:plimsoll:release:\d+\.\d+\.\d+$"},
        "schemaURL": {"const": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"},
    }
)
_VALIDATOR = Draft202012Validator(RUN_EVENT, format_checker=FormatChecker())
_ENDS = ("COMPLETE", "FAIL", "ABORT")


def events_in(path: Path) -> list[dict[str, Any]]:
    """Read the events of a file as any reader of NDJSON would."""
    return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]


def require_rules(events: Iterable[Mapping[str, Any]]) -> None:
    """Fail where an event is not what the specification asks for, or a run has not one START and one end in this order."""
    states: dict[str, list[str]] = defaultdict(list)
    times: list[str] = []
    for event in events:
        flaws = [f"{error.json_path}: {error.message}" for error in _VALIDATOR.iter_errors(event)]
        assert flaws == [], (event["job"]["name"], flaws)
        states[event["run"]["runId"]].append(event["eventType"])
        times.append(event["eventTime"])
        facets = event["run"]["facets"]
        assert ("errorMessage" in facets) == (event["eventType"] in ("FAIL", "ABORT"))
        assert parse_utc(event["eventTime"])
        if "parent" in facets:
            assert states[facets["parent"]["run"]["runId"]] == ["START"], "a parent is open while its step runs"
    assert times == sorted(times)
    for run, found in states.items():
        assert len(found) == 2, (run, found)
        assert (found[0], found[1] in _ENDS) == ("START", True)


def absolute_paths(text: str) -> list[str]:
    """Give what looks like an absolute path in JSON, the fragments of schema addresses aside."""
    without_addresses = re.sub(r"https://[^\"]+", "", text)
    return re.findall(r"(?<![\w.+-])(?:/[\w.+-]+){2,}", without_addresses)
