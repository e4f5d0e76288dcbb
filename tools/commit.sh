#!/usr/bin/env bash
# Prints one thing about the commit of this tree, as `git log --format` names it: `tools/commit.sh %H`. Prints nothing
# where no history came with the tree; where one did and cannot be read, fails: a guess would be built into everything.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ -e .git ] || exit 0
# Git is told where the history lies: when it looks by itself, it refuses one that belongs to another user, as in a
# container that runs as root, and takes that of a folder above for one that is broken.
ask() { git --git-dir=.git log -1 --no-show-signature --format="$1"; }
if told=$(ask "$1" 2>/dev/null); then
  echo "$told"
  exit
fi
if why=$(ask "$1" 2>&1 >/dev/null); then why="git failed once and then did not"; fi
echo "commit: the history in $(pwd -P)/.git cannot be read: ${why%%$'\n'*}" >&2
exit 1
