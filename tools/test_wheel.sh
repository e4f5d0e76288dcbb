#!/usr/bin/env bash
# The wheel and the sdist of dist/, looked into, installed and used where there is no compiler.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
cd "$root"
mkdir -p build/results build/wheel-check

# The wheel out of the sdist, in another folder. It sees the same .venv by a relative path, so that ccache knows what it
# compiles; `make reproduce-wheel` does the same without ccache.
rm -rf build/wheel-check/sdist
mkdir -p build/wheel-check/sdist
tar -xzf dist/plimsoll-*.tar.gz -C build/wheel-check/sdist --strip-components 1
ln -s ../../../.venv build/wheel-check/sdist/.venv
tools/build_package.sh wheel build/wheel-check/sdist build/wheel-check/dist

PIP_NO_COMPILE=1 tools/install_wheel.sh build/wheel-check/venv runtime data
python -m pytest -n 0 --junitxml=build/results/wheel.xml tests/packaging/check_wheel.py \
  tests/packaging/check_installed.py
