#!/usr/bin/env bash
# Makes the pictures of the README from a finished voyage: the terminal by Rich, the report by headless Chromium.
# Usage: tools/make_pictures.sh [OUT], after `plimsoll demo`; needs chromium (apt).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source tools/environment.sh
out=${1:-out}
python tools/terminal_picture.py "$out/demo.json" docs/pictures/terminal.svg
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1100,1500 \
  --screenshot="$PWD/docs/pictures/report.png" "file://$(realpath "$out/report.html")" 2>/dev/null
