#!/usr/bin/env bash
# Every linter, one after the other; goes on after a failure and names the failed ones at the end.
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
cd "$root"
mkdir -p build

failed=()
check() { # check NAME COMMAND...
  local name=$1 start=$SECONDS
  shift
  if "$@"; then
    printf 'lint: %-12s ok, %d s\n' "$name" $((SECONDS - start))
  else
    printf 'lint: %-12s FAILED, %d s\n' "$name" $((SECONDS - start))
    failed+=("$name")
  fi
}
sources() { find core bindings examples -name '*.cpp' -o -name '*.hpp' | LC_ALL=C sort; }
format_cpp() { sources | xargs -d '\n' -P "$(nproc)" -n 20 clang-format --dry-run -Werror; }
tidy() {
  cmake --preset lint -Dnanobind_DIR="$(python -m nanobind --cmake_dir)" -DPython_EXECUTABLE="$root/.venv/bin/python" \
    >build/lint.log 2>&1 || { cat build/lint.log; return 1; }
  python tools/tidy.py "$@"
}
workflows() { # no finding of zizmor, and each file is what its schema says; the schemas come with check-jsonschema
  zizmor --offline --quiet --persona=pedantic .github &&
    check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml &&
    check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml &&
    check-jsonschema --quiet --builtin-schema vendor.compose-spec deploy/compose.yaml
}
python_folders=()
for folder in python tests tools examples/python; do [ -d "$folder" ] && python_folders+=("$folder"); done

if [ "${1:-}" = tidy ]; then
  shift
  tidy "$@"
  exit
fi
check black black --check --workers "$(nproc)" "${python_folders[@]}"
check ruff ruff check --quiet "${python_folders[@]}"
check mypy mypy
check includes python tools/check_includes.py
check workflows workflows
check clang-format format_cpp
check clang-tidy tidy
if [ ${#failed[@]} -gt 0 ]; then
  echo "lint: FAILED: ${failed[*]}"
  exit 1
fi
