#!/usr/bin/env bash
# ThreadSanitizer over what starts threads: the C++ tests with "thread" in their name, and examples/cpp/threaded_book.cpp,
# which calls every threaded function from two callers at a time. Only these programs are built.
# The kernels of the wide instruction sets cannot be watched and are not compiled for it (cmake/PlimsollTargets.cmake).
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
cd "$root"
mkdir -p build/results build/tsan
mapfile -t floors < <(grep -rliE '^(TEST|TEST_F|TEST_P|RC_GTEST_PROP)\(.*thread' core/tests --include='test_*.cpp' |
  cut -d/ -f3 | LC_ALL=C sort -u)
cmake --preset tsan >build/tsan.log 2>&1 || { cat build/tsan.log; exit 1; }
cmake --build --preset tsan --target "${floors[@]/#/plimsoll_test_}" plimsoll_threaded_book plimsoll_race_control -- --quiet
export RC_PARAMS=seed=20081010
# Address-space randomisation can defeat the memory map of ThreadSanitizer: setarch -R switches it off.
watched() { setarch -R "$@"; }
status=0
if watched build/tsan/core/plimsoll_race_control >build/tsan/race_control.log 2>&1 ||
  ! grep -q 'WARNING: ThreadSanitizer: data race' build/tsan/race_control.log; then
  echo "tsan: the race of core/tests/race_control.cpp was not reported: ThreadSanitizer sees nothing here"
  cat build/tsan/race_control.log
  status=1
fi
watched build/tsan/core/plimsoll_threaded_book || status=1
for floor in "${floors[@]}"; do
  watched "build/tsan/core/plimsoll_test_$floor" --gtest_filter='*thread*:*Thread*' \
    --gtest_brief=1 --gtest_output="json:build/results/tsan/$floor.json" || status=1
done
exit "$status"
