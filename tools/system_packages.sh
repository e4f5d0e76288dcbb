#!/usr/bin/env bash
# Installs the Debian packages that are missing: tools/system_packages.sh [run|test|bench|fuzz|kill|image|image-build]
# image: what a built package needs to run, no compiler; image-build: what makes a container image.
# As root or with passwordless sudo through apt, else one line says what to install. Installed packages are not touched.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
purpose=${1:-run}

missing=()
need() { # need PACKAGE PROBE...: the probe is a command that succeeds when the package is of no more use
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || missing+=("$package")
}
has_header() { [ -e "/usr/include/$1" ]; }
has_postgresql() { compgen -G "/usr/lib/postgresql/*/bin/initdb" || command -v initdb; }
has_library() { compgen -G "/usr/lib/*/$1" || compgen -G "/lib/*/$1"; }
has_alertmanager() { command -v prometheus-alertmanager || command -v alertmanager; }
has_sanitizers() { compgen -G '/usr/lib/llvm-16/lib/clang/*/lib/linux/libclang_rt.fuzzer-x86_64.a'; }
has_python() { # any Python 3.11 with venv and headers will do
  local candidate
  for candidate in /usr/bin/python3 python3.11 python3; do
    "$candidate" -c 'import os, sys, sysconfig, venv, ensurepip
sys.exit(sys.version_info[:2] != (3, 11) or not os.path.exists(sysconfig.get_path("include") + "/Python.h"))' && return
  done
  return 1
}

if [ "$purpose" = image ]; then
  need python3 python3 -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'
  need libstdc++6 has_library libstdc++.so.6
  need tzdata test -d /usr/share/zoneinfo
else
  need g++ command -v g++
  need libc6-dev has_header stdio.h
  need make command -v make
  need ccache command -v ccache
  if ! has_python >/dev/null 2>&1; then missing+=(python3 python3-venv python3-dev); fi
fi
if [ "$purpose" = image-build ]; then
  need buildah command -v buildah
  need debootstrap command -v debootstrap
fi
if [ "$purpose" = test ] || [ "$purpose" = bench ]; then
  need git command -v git
  need libgtest-dev has_header gtest/gtest.h
  need librapidcheck-dev has_header rapidcheck/gtest.h
  need postgresql-15 has_postgresql
  need poppler-utils command -v pdftotext # reads the PDF of the report back
  need prometheus command -v promtool
  need prometheus-alertmanager has_alertmanager
fi
if [ "$purpose" = bench ]; then # the peers that the benchmarks measure against
  need libquantlib0-dev has_header ql/quantlib.hpp
  need libadolc-dev has_header adolc/adolc.h
fi
if [ "$purpose" = test ] || [ "$purpose" = fuzz ]; then # libFuzzer; half the time for what is watched
  need clang-16 command -v clang++-16
  need libclang-rt-16-dev has_sanitizers
fi
if [ "$purpose" = test ]; then
  need llvm-16 command -v llvm-cov-16 # reads what clang counted
fi
if [ "$purpose" = kill ]; then # counts the calls of the kernel at which a program is killed
  need strace command -v strace
fi

system=$(. /etc/os-release 2>/dev/null && echo "${ID:-unknown} ${VERSION_ID:-}" || echo unknown)
if [ "$system" != "debian 12" ]; then
  if [ ${#missing[@]} -eq 0 ]; then
    echo "plimsoll: this is $system; Debian 12 is what is tested, going on with the tools that are here" >&2
    exit 0
  fi
  echo "plimsoll: this is $system, not Debian 12; install the equivalents of: ${missing[*]}" >&2
  exit 2
fi
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

if [ "$(id -u)" = 0 ]; then
  as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  as_root=(sudo -n)
else
  echo "plimsoll: please install as root: apt-get install -y --no-install-recommends ${missing[*]}" >&2
  exit 2
fi
echo "plimsoll: installing ${missing[*]}" >&2
if [ "$purpose" = image ]; then
  log=/tmp/apt.log # beside this script nothing can be written while an image is built
else
  log=$root/build/apt.log
  mkdir -p "$root/build"
fi
export DEBIAN_FRONTEND=noninteractive
{
  "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=300 update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
      install -y --no-install-recommends "${missing[@]}"
} >"$log" 2>&1 || {
  tail -n 5 "$log" >&2
  echo "plimsoll: apt could not install: ${missing[*]} (log: $log)" >&2
  exit 2
}
if [ "$purpose" = image ]; then # an image keeps neither the log nor the lists
  rm -rf "$log" /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/apt /var/log/dpkg.log /var/log/alternatives.log
fi
# What the tests start for themselves is not to run as a service of the machine because they installed it.
for service in prometheus prometheus-alertmanager; do
  if [ -d /run/systemd/system ] && [[ " ${missing[*]} " == *" $service "* ]]; then
    "${as_root[@]}" systemctl disable --now "$service" >>"$root/build/apt.log" 2>&1 ||
      echo "plimsoll: $service may run as a service now: systemctl disable --now $service" >&2
  fi
done
