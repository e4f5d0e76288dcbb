#!/usr/bin/env bash
# Builds a wheel or an sdist: tools/build_package.sh wheel|sdist [SOURCE [FOLDER]]; of this tree into dist/ by default.
# The tools are the locked ones of .venv; nothing is fetched. The same commit gives the same bytes.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
cd "$root"
kind=$1 source=$(realpath "${2:-$root}") folder=$(realpath -m "${3:-dist}")
SOURCE_DATE_EPOCH=$(tools/source_date.sh)
export SOURCE_DATE_EPOCH
export CCACHE_BASEDIR="$source"
# A source elsewhere may have a .venv of its own, or a link to this one.
python=$source/.venv/bin/python
[ -x "$python" ] || python=$root/.venv/bin/python
mkdir -p "$folder" build
case $kind in
  wheel)
    rm -f "$folder"/plimsoll-*.whl
    "$python" -m pip wheel --quiet --no-build-isolation --no-deps --no-index --no-cache-dir \
      "${package_settings[@]}" --config-settings build-dir=build/wheel --wheel-dir "$folder" "$source"
    built=("$folder"/plimsoll-*.whl)
    ;;
  sdist)
    rm -f "$folder"/plimsoll-*.tar.gz
    (cd "$source" && "$python" -c 'import sys; from scikit_build_core.build import build_sdist
build_sdist(sys.argv[1])' "$folder") >build/sdist.log 2>&1 || { cat build/sdist.log; exit 1; }
    built=("$folder"/plimsoll-*.tar.gz)
    ;;
  *)
    echo "build_package: say wheel or sdist, not $kind" >&2
    exit 2
    ;;
esac
echo "$(sha256sum "${built[0]}" | cut -d' ' -f1)  $(basename "${built[0]}"), $(stat -c %s "${built[0]}") bytes"
