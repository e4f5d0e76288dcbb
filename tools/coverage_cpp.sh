#!/usr/bin/env bash
# Line coverage of core/ by the C++ tests alone; only the tests and benchmarks themselves do not count.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
cd "$root"
mkdir -p build/results
gcovr --root . --object-directory build/coverage --filter 'core/' --exclude 'core/tests/' --exclude 'core/bench/' \
  --merge-mode-functions=merge-use-line-min --exclude-throw-branches -j "$(nproc)" --sort uncovered-number \
  --json-summary build/results/coverage-cpp.json --txt build/results/coverage-cpp.txt --fail-under-line "${1:-95}" \
  build/coverage || status=$?
if [ "${status:-0}" != 0 ] || [ -n "${VERBOSE:-}" ]; then cat build/results/coverage-cpp.txt; fi
python -c 'import json; s = json.load(open("build/results/coverage-cpp.json"))
print("C++ line coverage {line_percent:.1f} % ({line_covered} of {line_total} lines)".format(**s))'
exit "${status:-0}"
