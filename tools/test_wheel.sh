#!/usr/bin/env bash
# The wheel and the sdist of dist/, looked into, installed and used where there is no compiler.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
cd "$root"
mkdir -p build/results build/wheel-check

# The wheel out of the sdist, in another folder. It sees .venv by links, but nanobind, whose path CMake resolves, by files
# of its own at the same place relative to the sources: so ccache knows all that it compiles. `make reproduce-wheel` does
# the same without ccache.
rm -rf build/wheel-check/sdist
sdist=build/wheel-check/sdist packages=lib/python3.11/site-packages
mkdir -p "$sdist/.venv/$packages"
tar -xzf dist/plimsoll-*.tar.gz -C "$sdist" --strip-components 1
ln -s "$root/.venv/bin" "$root/.venv/pyvenv.cfg" "$sdist/.venv/"
ln -s "$root/.venv/$packages"/* "$sdist/.venv/$packages/"
rm "$sdist/.venv/$packages/nanobind"
cp -al ".venv/$packages/nanobind" "$sdist/.venv/$packages/"
tools/build_package.sh wheel "$sdist" build/wheel-check/dist

PIP_NO_COMPILE=1 tools/install_wheel.sh build/wheel-check/venv runtime data
python -m pytest -n 0 --junitxml=build/results/wheel.xml tests/packaging/check_wheel.py \
  tests/packaging/check_installed.py
