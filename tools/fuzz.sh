#!/usr/bin/env bash
# Runs every fuzz target for FUZZ_SECONDS (60), as many at a time as there are processors: tools/fuzz.sh [TARGET...]
# C++ targets (core/fuzz/fuzz_NAME.cpp) are built by clang with libFuzzer, ASan and UBSan; Python targets (book,
# snapshot, reference) run under atheris. A found input is kept in build/fuzz/found and ends the run with 1.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
cd "$root"
seconds=${FUZZ_SECONDS:-60}
python_targets=(book snapshot reference)
mapfile -t core_targets < <(find core/fuzz -name 'fuzz_*.cpp' | sed 's|.*/fuzz_\(.*\)\.cpp|\1|' | LC_ALL=C sort)
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=("${python_targets[@]}" "${core_targets[@]}")

mkdir -p build/fuzz/found build/fuzz/corpus build/results/fuzz
programs=()
for target in "${targets[@]}"; do
  if [ -f "core/fuzz/fuzz_$target.cpp" ]; then programs+=("plimsoll_fuzz_$target"); fi
done
if [ ${#programs[@]} -gt 0 ]; then
  compiler=$(command -v clang++-16 || command -v clang++-14 || command -v clang++) || {
    echo "fuzz: clang++ is missing; tools/system_packages.sh fuzz installs it" >&2
    exit 2
  }
  cmake --preset fuzz -DCMAKE_CXX_COMPILER="$compiler" >build/fuzz.log 2>&1 || { cat build/fuzz.log; exit 1; }
  cmake --build --preset fuzz --target "${programs[@]}" -- --quiet >build/fuzz.log 2>&1 || { cat build/fuzz.log; exit 1; }
fi

fuzz() { # fuzz TARGET: one target, its log in build/results/fuzz
  local target=$1 log=build/results/fuzz/$1.log corpus=build/fuzz/corpus/$1
  local limits=(-max_total_time="$seconds" -timeout=10 -rss_limit_mb=3000 -print_final_stats=1 -seed=20081010
    -artifact_prefix="build/fuzz/found/$target-")
  mkdir -p "$corpus"
  local status=0
  if [ -f "core/fuzz/fuzz_$target.cpp" ]; then
    "build/fuzz/core/plimsoll_fuzz_$target" "${limits[@]}" -max_len=2048 "$corpus" >"$log" 2>&1 || status=$?
  else
    PYTHONPATH=tests python -m fuzz "$target" "$corpus" "${limits[@]}" -max_len=8192 -dict=tests/fuzz/readers.dict \
      >"$log" 2>&1 || status=$?
  fi
  local runs covered
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -1)
  covered=$(grep -oE 'cov: [0-9]+ ft: [0-9]+' "$log" | tail -1 || true)
  printf 'fuzz: %-10s %9s inputs in %s s, %s%s\n' "$target" "${runs:-?}" "$seconds" "${covered:-no coverage}" \
    "$([ "$status" = 0 ] || echo ", FAILED ($status): $log")"
  return "$status"
}
export -f fuzz
export seconds
printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I{} bash -c 'set -euo pipefail; fuzz {}'
