#!/usr/bin/env bash
# Installs the core as a CMake package into a folder of its own, then builds and runs examples/cpp against it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
cd "$root"
mkdir -p build
quietly() { "$@" >build/package.log 2>&1 || { cat build/package.log; exit 1; }; }
rm -rf build/package-installed build/package-examples
quietly cmake -S . -B build/package -G Ninja -DCMAKE_BUILD_TYPE=Release -DPLIMSOLL_WARNINGS_AS_ERRORS=ON \
  -DPLIMSOLL_BUILD_BENCH=ON
quietly cmake --build build/package
quietly cmake --install build/package --prefix build/package-installed
quietly cmake -S examples/cpp -B build/package-examples -G Ninja -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_PREFIX_PATH="$root/build/package-installed"
quietly cmake --build build/package-examples
ctest --test-dir build/package-examples --output-on-failure --output-junit "$root/build/results/ctest-examples.xml"
