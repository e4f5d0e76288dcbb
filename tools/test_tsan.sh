#!/usr/bin/env bash
# ThreadSanitizer over the C++ tests that start threads: those with "thread" in their name. Only their programs are built.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
cd "$root"
mkdir -p build/results build/tsan
mapfile -t floors < <(grep -rliE '^(TEST|TEST_F|TEST_P|RC_GTEST_PROP)\(.*thread' core/tests --include='test_*.cpp' |
  cut -d/ -f3 | LC_ALL=C sort -u)
if [ ${#floors[@]} -eq 0 ]; then
  echo "tsan: no test has \"thread\" in its name"
  exit 0
fi
cmake --preset tsan >build/tsan.log 2>&1 || { cat build/tsan.log; exit 1; }
cmake --build --preset tsan --target "${floors[@]/#/plimsoll_test_}" -- --quiet
status=0
for floor in "${floors[@]}"; do
  # Address-space randomisation can defeat the memory map of ThreadSanitizer: setarch -R switches it off.
  RC_PARAMS=seed=20081010 setarch -R "build/tsan/core/plimsoll_test_$floor" --gtest_filter='*thread*:*Thread*' \
    --gtest_brief=1 --gtest_output="json:build/results/tsan/$floor.json" || status=1
done
exit "$status"
