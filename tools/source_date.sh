#!/usr/bin/env bash
# Prints the time that everything built from this tree carries: SOURCE_DATE_EPOCH, else that of the commit, else the
# first moment that a zip archive can hold. Fails where there is a history that cannot be read.
set -euo pipefail
time=${SOURCE_DATE_EPOCH:-}
[ -n "$time" ] || time=$("$(dirname "${BASH_SOURCE[0]}")/commit.sh" %ct)
echo "${time:-315532800}"
