#!/usr/bin/env bash
# Builds the extension and installs the package into .venv, editable; does nothing when nothing changed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
cd "$root"
mkdir -p build
exec 9>build/.develop.lock
flock 9

stamp=.venv/.package
inputs=(CMakeLists.txt pyproject.toml cmake core/CMakeLists.txt core/include core/kernels core/src bindings)
key=$({ find "${inputs[@]}" -type f 2>/dev/null || true; } | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null)" = "$key" ] && compgen -G '.venv/lib/python3*/site-packages/plimsoll/_core*.so' >/dev/null; then
  exit 0
fi
echo "package: building the extension into .venv" >&2
.venv/bin/python -m pip install -qq --no-build-isolation --no-deps --no-index "${package_settings[@]}" --editable .
# The types of the extension, for mypy, which reads the sources: built, not committed.
rm -rf python/plimsoll/_core
cp -r .venv/lib/python3*/site-packages/plimsoll/_core python/plimsoll/_core
echo "$key" >"$stamp"
