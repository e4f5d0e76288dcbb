#!/usr/bin/env bash
# Line coverage of core/ by the C++ tests alone; only the tests and benchmarks themselves do not count.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
cd "$root"
mkdir -p build/results

# Notes of sources that are gone would count lines that no longer exist.
ninja -C build/coverage -t cleandead >/dev/null
while IFS= read -r notes; do
  [ -e "${notes%.gcno}.o" ] || rm -f "$notes" "${notes%.gcno}.gcda"
done < <(find build/coverage -name '*.gcno')

status=0
gcovr --root . --object-directory build/coverage --filter 'core/' --exclude 'core/tests/' --exclude 'core/bench/' \
  --merge-mode-functions=merge-use-line-min --gcov-executable "llvm-cov-16 gcov" \
  -j "$(nproc)" --sort uncovered-number --json-summary \
  build/results/coverage-cpp.json --txt build/results/coverage-cpp.txt --fail-under-line "${1:-95}" build/coverage \
  >build/results/gcovr.log 2>&1 || status=$?
if [ "$status" != 0 ]; then
  grep -v '^(INFO)' build/results/gcovr.log || true
  cat build/results/coverage-cpp.txt || true
fi
python tools/coverage_gate.py cpp || status=1
exit "$status"
