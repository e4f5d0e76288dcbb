#!/usr/bin/env bash
# Compiles the wheel from nothing, without ccache, out of the sdist in a folder far from here: the bytes must be those
# of dist/.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
cd "$root"
elsewhere=$(mktemp -d)
trap 'rm -rf "$elsewhere"' EXIT
tar -xzf dist/plimsoll-*.tar.gz -C "$elsewhere" --strip-components 1
CCACHE_DISABLE=1 tools/build_package.sh wheel "$elsewhere" "$elsewhere/dist"
wheel=(dist/plimsoll-*.whl)
cmp "${wheel[0]}" "$elsewhere/dist/$(basename "${wheel[0]}")"
echo "reproduce-wheel: the same bytes from another folder, compiled again"
