"""``python -m kill_campaign``: run the campaign, print its table, and end with 1 if anything was lost."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from kill_campaign.campaign import run_campaign
from kill_campaign.moments import Part


def main() -> int:
    """Run the campaign."""
    parser = argparse.ArgumentParser(description="Kill the voyage at many moments and verify that nothing is lost.")
    parser.add_argument("--chains", type=int, default=4, help="chains of 20 kills each")
    parser.add_argument("--part", type=Part, choices=[*Part], default=Part.whole, help="which moments of each chain")
    parser.add_argument("--seed", type=int, default=20081010)
    parser.add_argument("--results", type=Path, default=Path("build/results/kill-campaign.json"))
    parser.add_argument("--folder", type=Path, help="where the workspaces go; a temporary folder by default")
    asked = parser.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="plimsoll-kill-"))
    found = run_campaign(
        folder, asked.chains, asked.seed, asked.results, lambda line: print(line, flush=True), asked.part
    )
    for stage, count in found["by_stage"].items():
        print(f"{count:>4} kills in {stage}")
    print(f"{found['kills']} kills, {found['completions']} voyages after them, {len(found['flaws'])} flaws")
    if not found["flaws"] and asked.folder is None:
        shutil.rmtree(folder)
    return 1 if found["flaws"] else 0


if __name__ == "__main__":
    sys.exit(main())
