#!/usr/bin/env bash
# Installs the wheel of dist/ and its locked requirements into a virtual environment of its own, without pip in it:
# tools/install_wheel.sh PREFIX GROUP... The installation sees no compiler: PATH holds PREFIX/bin and nothing else.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
cd "$root"
prefix=$(realpath -m "$1")
shift
if [ -e "$prefix" ] && [ ! -e "$prefix/pyvenv.cfg" ]; then
  echo "install_wheel: $prefix is there and is no virtual environment" >&2
  exit 2
fi
.venv/bin/python -m venv --clear --without-pip "$prefix"

for tool in g++ gcc c++ cc clang++ clang cmake ninja make; do
  if (PATH="$prefix/bin" && command -v "$tool" >/dev/null); then
    echo "install_wheel: $tool can be seen in $prefix/bin" >&2
    exit 1
  fi
done
files=()
for group in "$@"; do files+=(-r "requirements/$group.txt"); done
wheel=(dist/plimsoll-*.whl)
install=("$root/.venv/bin/python" -m pip --python "$prefix/bin/python" install -qq --only-binary :all: --no-deps)
PATH="$prefix/bin" "${install[@]}" --require-hashes "${files[@]}"
PATH="$prefix/bin" "${install[@]}" --no-index "${wheel[0]}"
echo "installed $(basename "${wheel[0]}") and the locks $* into $prefix"
