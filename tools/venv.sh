#!/usr/bin/env bash
# Makes .venv and installs hash-locked requirement groups into it: tools/venv.sh build runtime ...
# A stamp per set of groups, keyed by the hash of its files, makes the second call instant.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
cd "$root"

# The locks are resolved for Python 3.11. Debian's is tried first: its headers come from python3-dev.
find_python() {
  local candidate
  for candidate in /usr/bin/python3 python3.11 python3; do
    if "$candidate" -c 'import sys, venv, ensurepip, sysconfig, os
sys.exit(sys.version_info[:2] != (3, 11) or not os.path.exists(sysconfig.get_path("include") + "/Python.h"))' \
      >/dev/null 2>&1; then
      command -v "$candidate"
      return
    fi
  done
  echo "venv: no Python 3.11 with venv and headers; install python3 python3-venv python3-dev (Debian 12)" >&2
  exit 2
}

if [ ! -x .venv/bin/python ]; then
  python=$(find_python)
  "$python" -m venv .venv
fi

files=()
for group in "$@"; do files+=("requirements/$group.txt"); done
stamp=".venv/.installed-$(IFS=-; echo "$*")"
key=$(sha256sum "${files[@]}" | sha256sum | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null)" = "$key" ]; then exit 0; fi

echo "venv: installing $* (hash-locked)" >&2
with_dependencies=()
alone=()
for group in "$@"; do
  # The data packages are archives of CSV files here: they are never imported, so their dependencies stay out.
  if [ "$group" = data ]; then alone+=(-r "requirements/$group.txt"); else with_dependencies+=(-r "requirements/$group.txt"); fi
done
pip=(.venv/bin/python -m pip install -qq --require-hashes --only-binary :all: --no-deps)
"${pip[@]}" "${with_dependencies[@]}"
if [ ${#alone[@]} -gt 0 ]; then "${pip[@]}" "${alone[@]}"; fi
echo "$key" >"$stamp"
