"""All duels: chunk after chunk, each kept in a file when it is done, so that a run goes on where the last one stopped."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, fields
from pathlib import Path

from duels.duel import TRADES_IN_CHUNK, Bout, fight
from duels.methods import Sizes
from duels.score import Score, line_of, score
from duels.trades import PRODUCTS
from plimsoll import _core


def _head(sizes: Sizes) -> str:
    """Give the first line of a file: what its duels were fought with."""
    core = hashlib.sha256(Path(_core.__file__).read_bytes()).hexdigest()
    return json.dumps({"sizes": asdict(sizes), "core": core, "bout": [field.name for field in fields(Bout)]}) + "\n"


def _done(path: Path, head: str) -> int:
    """Count the chunks of a file; a line that a killed run left unfinished is cut off.

    Raises:
        ValueError: the duels of the file were fought by another core or with other sizes.
    """
    kept = []
    if path.exists():
        kept = [line for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if line.endswith("\n")]
    if kept and kept[0] != head:
        raise ValueError(f"{path} was fought by another core or with other sizes: remove it, or name another folder")
    path.write_text("".join(kept or [head]), encoding="utf-8")
    return len(kept or [head]) - 1


def bouts_of(path: Path) -> list[Bout]:
    """Read the bouts of a file."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [Bout.from_dict(data) for line in lines[1:] for data in json.loads(line)]


def run(
    folder: Path,
    trades: int,
    sizes: Sizes,
    *,
    seconds: float | None = None,
    threads: int = 1,
    products: Iterable[str] = tuple(PRODUCTS),
) -> bool:
    """Fight until every product has so many trades, or the time is over; say whether all was done.

    Raises:
        ValueError: a file of the folder was fought by another core or with other sizes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chunks = -(-trades // TRADES_IN_CHUNK)
    head = _head(sizes)
    done = {product: _done(folder / f"{product}.jsonl", head) for product in products}
    end = None if seconds is None else time.monotonic() + seconds
    while any(count < chunks for count in done.values()):
        for product in [product for product, count in done.items() if count < chunks]:
            if end is not None and time.monotonic() > end:
                return False
            bouts = fight(product, done[product], sizes, threads)
            with (folder / f"{product}.jsonl").open("a", encoding="utf-8") as stream:
                stream.write(json.dumps([bout.to_dict() for bout in bouts]) + "\n")
            done[product] += 1
    return True


def scores(folder: Path, products: Iterable[str] = tuple(PRODUCTS), *, judged: bool = True) -> list[Score]:
    """Give the scores of what has been fought."""
    found = []
    for product in products:
        by_method: dict[str, list[Bout]] = {}
        for bout in bouts_of(folder / f"{product}.jsonl"):
            by_method.setdefault(bout.method, []).append(bout)
        found += [score(product, method, bouts, judged=judged) for method, bouts in by_method.items()]
    return found


def report(folder: Path, found: list[Score], say: Callable[[str], None]) -> list[str]:
    """Show the table, write it beside the duels, and give the flaws."""
    for one in found:
        say(line_of(one))
    flaws = [flaw for one in found for flaw in one.flaws()]
    table = {"scores": [one.to_dict() for one in found], "flaws": flaws}
    (folder / "table.json").write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    for flaw in flaws:
        say(f"FLAW {flaw}")
    return flaws
