#!/usr/bin/env bash
# Resolves requirements/*.in into hash-locked requirements/*.txt, all consistent in one environment.
# Needs uv (`pip install uv`). No index address is given or recorded: uv writes no header.
set -euo pipefail
cd "$(dirname "$0")/../requirements"
command -v uv >/dev/null || { echo "lock: uv is missing; install it with: pip install uv" >&2; exit 2; }

python_version=3.11
groups=(build runtime mlops challenger rigging dev)
together=$(mktemp)
trap 'rm -f "$together"' EXIT

options=(--quiet --python-version "$python_version" --no-header --no-emit-index-url --no-emit-find-links)
uv pip compile "${options[@]}" --no-annotate "${groups[@]/%/.in}" --output-file "$together" "$@"
for group in "${groups[@]}"; do
  uv pip compile "${options[@]}" --generate-hashes --constraint "$together" "$group.in" --output-file "$group.txt" "$@"
  # The annotation would name the temporary constraint file.
  sed -i '/^    #   -c /d; s/ *# via -c .*//' "$group.txt"
done
uv pip compile "${options[@]}" --generate-hashes --no-deps data.in --output-file data.txt "$@"
