"""Reads the dated data packs that are shipped with the package."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack: its name, its content and the digest of its content."""

    name: str
    digest: str
    document: Mapping[str, Any]


def pack_names(folder: str) -> list[str]:
    """Give the names of the packs in a folder of packs/, sorted."""
    root = resources.files("plimsoll") / "packs" / folder
    return sorted(entry.name.removesuffix(".json") for entry in root.iterdir() if entry.name.endswith(".json"))


def read_pack(folder: str, name: str) -> Pack:
    """Read packs/<folder>/<name>.json.

    Raises
    ------
    BadInput
        If there is no such pack.
    """
    if name not in pack_names(folder):
        raise BadInput(
            "unknown_pack",
            field=f"packs/{folder}",
            value=name,
            allowed=", ".join(pack_names(folder)),
            fix="name one of these",
        )
    text = (resources.files("plimsoll") / "packs" / folder / f"{name}.json").read_text(encoding="utf-8")
    document = json.loads(text)
    return Pack(name=name, digest=digest_of(document), document=document)
