"""Chains of kills, what is verified after each, and the table of what came of them."""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from kill_campaign.ledger import Ledger, doubled, partials, read_ledger
from kill_campaign.moments import Moment, Part, chain
from kill_campaign.strike import Place, Struck, ask, run, strike
from plimsoll.bootstrap.voyage import LegName
from plimsoll.storage.passphrases import variable_of

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Undisturbed:
    """A voyage that nobody killed: its report without the envelope, and the lengths of its stages in seconds."""

    report: Any
    lengths: Mapping[str, float]


def place(folder: Path) -> Place:
    """Make the folder of a chain; its validator's passphrase is read from where the demonstration keeps it."""
    folder.mkdir(parents=True)
    secret = folder / "w" / "keys" / "vera.validator.passphrase"
    return Place(folder, {**os.environ, f"{variable_of('vera.validator')}_FILE": str(secret)})


def content_of(report: Path) -> Any:
    """Give a report without its envelope."""
    document = json.loads(report.read_text())
    del document["envelope"]
    return document


def sail_undisturbed(folder: Path) -> Undisturbed:
    """Sail once from nothing to the end."""
    home = place(folder)
    code, document, told = run(home, "demo", "--no-replay")
    if code != 0:
        raise RuntimeError(f"the undisturbed voyage ended with {code}: {told}")
    return Undisturbed(content_of(home.report), lengths_of(document["legs"]))


def lengths_of(legs: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Give the lengths of the legs of a voyage without a replay, and about that of the replay, in seconds."""
    lengths = {leg["name"]: leg["seconds"] for leg in legs}
    made_anew = (LegName.risk, LegName.margin, LegName.validation)
    return {**lengths, LegName.replay.value: sum(lengths[leg] for leg in made_anew)}


def verify(home: Place, before: Ledger, after: Ledger) -> Iterable[str]:
    """Name every flaw of a workspace: what was lost, what no longer verifies, what stands twice."""
    yield from before.lost_in(after)
    yield from doubled(after.entries)
    for words, is_empty, code_of_empty in (
        (("data", "verify"), not any(name.startswith("datasets/") for name in after.names), "nothing_stored"),
        (("audit", "verify"), "state.sqlite" not in after.names, "unreadable_file"),
    ):
        code, document, told = ask(home, *words)
        if is_empty and code == 2 and document["error"]["code"] == code_of_empty:
            continue
        if code != 0:
            bad = [f"{item['path']} {item['state']}" for item in document.get("files", ()) if item["state"] != "intact"]
            yield f"{' '.join(words)} ended with {code}: {told.strip() or bad or document}"
    if home.report.is_file() and home.report.with_name("report.signatures.json").is_file():
        code, document, told = ask(home, "sign", "verify", home.report)
        if code != 0:
            yield f"sign verify ended with {code}: {told.strip() or document}"


def complete(home: Place, undisturbed: Undisturbed, before: Ledger, *, replay: bool) -> list[str]:
    """Sail the voyage to its end in the workspace of a chain and name every way in which it is not as if undisturbed."""
    code, document, told = run(home, "demo", "--replay" if replay else "--no-replay")
    if code != 0 or not document["ok"]:
        return [f"the voyage after the kills ended with {code}: {told.strip()}"]
    flaws = [*verify(home, before, read_ledger(home.workspace))]
    if content_of(home.report) != undisturbed.report:
        flaws.append("the report differs from that of an undisturbed voyage")
    (projected,) = [leg["summary"] for leg in document["legs"] if leg["name"] == "mlflow"]
    if not projected.startswith("projected"):
        flaws.append(f"mlflow: {projected}")
    return flaws


def row_of(number: int, struck: Struck, home: Place) -> dict[str, Any]:
    """Give what came of one kill as plain data."""
    moment, after = struck.moment, struck.after
    assert after is not None
    return {
        "number": number,
        "command": moment.command,
        "stage": struck.stage,
        "moment": moment.text(),
        "killed": struck.is_killed,
        "spared_children": moment.spares_children,
        "seconds": round(struck.seconds, 2),
        "entries_acknowledged": struck.acknowledged,
        "entries_after": len(after.entries),
        "files_after": len(after.files),
        "partials": partials(home.workspace),
        "flaws": struck.flaws,
    }


def run_chain(
    home: Place, moments: Iterable[Moment], lengths: Mapping[str, float], tell: Callable[[dict[str, Any]], None]
) -> tuple[list[dict[str, Any]], Ledger]:
    """Kill at each moment and verify after it; give a row for each and the last ledger."""
    rows: list[dict[str, Any]] = []
    before = Ledger((), {}, frozenset())
    for number, moment in enumerate(moments, start=1):
        struck = strike(home, moment, lengths)
        assert struck.after is not None
        struck.flaws += verify(home, before, struck.after)
        rows.append(row_of(number, struck, home))
        tell(rows[-1])
        before = struck.after
    return rows, before


def line_of(row: Mapping[str, Any]) -> str:
    """Give a row as a line of the table."""
    how = "killed" if row["killed"] else "ended "
    spared = " alone" if row["spared_children"] else ""
    words = f"{how} {row['stage']:<20} {row['moment'] + spared:<48} {row['seconds']:7.1f} s"
    words += f"  {row['entries_acknowledged']:>3}/{row['entries_after']:<3} entries  {row['files_after']:>3} files"
    return f"{words}  {row['partials']:>2} partial  " + ("; ".join(row["flaws"]) or "nothing lost")


def run_campaign(
    folder: Path, chains: int, seed: int, results: Path, tell: Tell, part: Part = Part.whole
) -> dict[str, Any]:
    """Sail undisturbed, then run the chains; results are written after each chain."""
    began = time.monotonic()
    tell("an undisturbed voyage, for its report and its lengths")
    undisturbed = sail_undisturbed(folder / "undisturbed")
    found: dict[str, Any] = {"seed": seed, "part": part.value, "lengths": dict(undisturbed.lengths), "chains": []}
    with_calls = shutil.which("strace") is not None
    for number in range(1, chains + 1):
        tell(f"chain {number} of {chains}")
        home = place(folder / f"chain-{number}")
        moments = chain(Random(seed * 1000 + number), with_calls, part)
        rows, last = run_chain(home, moments, undisturbed.lengths, lambda row: tell(line_of(row)))
        flaws = complete(home, undisturbed, last, replay=number == chains)
        tell("the next voyage went on to its end: " + ("; ".join(flaws) or "its report is that of an undisturbed one"))
        found["chains"].append({"rows": rows, "completion": flaws})
        found |= _summary(found["chains"]) | {"seconds": round(time.monotonic() - began)}
        results.parent.mkdir(parents=True, exist_ok=True)
        results.write_text(json.dumps(found, indent=1))
        if not flaws:
            shutil.rmtree(home.folder)
    return found


def _summary(chains: list[dict[str, Any]]) -> dict[str, Any]:
    rows = [row for item in chains for row in item["rows"]]
    killed = [row for row in rows if row["killed"]]
    stages = sorted({row["stage"] for row in killed})
    flaws = [flaw for row in rows for flaw in row["flaws"]] + [flaw for item in chains for flaw in item["completion"]]
    return {
        "kills": len(killed),
        "ended_before": len(rows) - len(killed),
        "by_stage": {stage: sum(row["stage"] == stage for row in killed) for stage in stages},
        "completions": len(chains),
        "flaws": flaws,
    }
