#!/usr/bin/env bash
# Prints the time that everything built from this tree carries: SOURCE_DATE_EPOCH, else that of the commit, else the
# first moment that a zip archive can hold.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ -n "${SOURCE_DATE_EPOCH:-}" ]; then
  echo "$SOURCE_DATE_EPOCH"
elif [ -e .git ] && git log -1 --format=%ct 2>/dev/null; then
  :
else
  echo 315532800
fi
