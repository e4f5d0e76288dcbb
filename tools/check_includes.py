"""Check that no floor of the core includes a floor that it may not see, and that the core stays by itself.

The table is the house's; ``core/CMakeLists.txt`` links the same one. Third parties have one owner each.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOWER = {"base", "real", "numerics"}
PRICED = LOWER | {"statistics", "product", "market", "model"}
#: For each floor the floors that it may include, itself aside.
MAY_INCLUDE: dict[str, set[str]] = {
    "base": set(),
    "real": {"base"},
    "numerics": {"base", "real"},
    "statistics": LOWER,
    "product": LOWER,
    "market": LOWER,
    "model": LOWER | {"statistics", "market"},
    "method": PRICED,
    "valuation": PRICED | {"method"},
    "scenario": PRICED | {"valuation"},
    "risk": LOWER | {"statistics"},
    "exposure": PRICED | {"valuation", "scenario", "risk"},
    "liquidity": PRICED | {"valuation", "scenario", "risk"},
    "margin": PRICED | {"valuation", "scenario", "risk"},
}
#: Third parties by the first folder of their include path, and the floor that owns them.
OWNERS = {"immintrin.h": "real", "experimental": "real", "Eigen": "numerics", "boost": "numerics"}
#: What would bind the core to a file system, a clock of the day, an environment or another language.
FORBIDDEN = {"Python.h", "nanobind", "filesystem", "fstream", "iostream", "ctime", "time.h"}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


def included(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the line number and the target of each include in a file."""
    for number, line in enumerate(file.read_text().splitlines(), start=1):
        if match := INCLUDE.match(line):
            yield number, match[1]


def flaw(floor: str, target: str) -> str | None:
    """Say what is wrong with an include of ``target`` on ``floor``, if anything is."""
    first, _, rest = target.partition("/")
    if target.startswith("plimsoll/"):
        other = rest.partition("/")[0]
        if other not in MAY_INCLUDE:
            return f"'{other}' is no floor of the house"
        return None if other == floor or other in MAY_INCLUDE[floor] else f"{floor} may not see {other}"
    if first in FORBIDDEN:
        return f"the core may not include <{target}>"
    if first in OWNERS and OWNERS[first] != floor:
        return f"<{target}> belongs to {OWNERS[first]}"
    return None


def flaws(core: Path) -> list[str]:
    """List every forbidden include under a core folder as ``file:line: reason``."""
    found = []
    for tree in (core / "include" / "plimsoll", core / "src"):
        for file in sorted(tree.rglob("*.[hc]pp")):
            floor = file.relative_to(tree).parts[0]
            if floor not in MAY_INCLUDE:
                found.append(f"{file}: '{floor}' is no floor of the house")
                continue
            found += [f"{file}:{number}: {why}" for number, target in included(file) if (why := flaw(floor, target))]
    return found


def main() -> int:
    """Print the forbidden includes of this repository; return 1 when there is one."""
    found = flaws(ROOT / "core")
    print("\n".join(found), end="\n" * bool(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
