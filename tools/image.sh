#!/usr/bin/env bash
# Builds the container image and tries it, without a daemon: a Debian 12 base by debootstrap, deploy/Dockerfile on it by
# buildah, then the smoke test in it as the image's user, with a read-only root and no capability.
# Root is needed. How this machine reaches its package index is mounted where pip runs and nowhere else.
# PLIMSOLL_IMAGE_OPTIONS: further options of `buildah build`.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
cd "$root"
work=$root/build/image log=$root/build/image/log
mkdir -p "$work"
build=(buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs)
SOURCE_DATE_EPOCH=$(tools/source_date.sh)
revision=$(tools/commit.sh %H)
version=$(sed -n 's/.*version = "\(.*\)".*/\1/p' core/include/plimsoll/base/version.hpp)

stage() { # stage WORDS COMMAND...: timed; when it fails, what it said last, and that this machine cannot
  local words=$1 start=$SECONDS status=0
  shift
  # In the background, so that the command stops at the first failure: `set -e` does not hold on the left of `||`.
  ("$@") >"$log" 2>&1 &
  wait "$!" || status=$?
  if [ "$status" != 0 ]; then
    tail -n 15 "$log" >&2
    echo "image: NOT BUILT: '$words' failed with $status on this machine; the command was: $*" >&2
    exit 1
  fi
  printf 'image: %-32s %d s\n' "$words" $((SECONDS - start))
}

make_base() {
  local container folder
  container=$("${build[@]}" from scratch)
  folder=$("${build[@]}" mount "$container")
  debootstrap --variant=minbase bookworm "$folder"
  rm -rf "$folder"/var/cache/apt/archives/*.deb "$folder"/var/lib/apt/lists/* "$folder"/var/log/*.log
  "${build[@]}" umount "$container"
  "${build[@]}" commit --rm --format docker "$container" plimsoll-base
}

build_image() {
  local outside=() more index
  printf '[global]\n' >"$work/pip.conf"
  if index=$(python -m pip config get global.index-url 2>/dev/null); then echo "index-url = $index" >>"$work/pip.conf"; fi
  if [ -f "${SSL_CERT_FILE:-}" ]; then
    echo "cert = /run/outside.crt" >>"$work/pip.conf"
    outside=(--secret "id=certificates,src=$SSL_CERT_FILE")
  fi
  outside+=(--secret "id=pip,src=$work/pip.conf")
  read -ra more <<<"${PLIMSOLL_IMAGE_OPTIONS:-}"
  "${build[@]}" build --isolation chroot --pull=false --format docker --layers=false \
    --build-arg BASE=localhost/plimsoll-base --build-arg "SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH" \
    --build-arg "VERSION=$version" --build-arg "REVISION=${revision:-unknown}" \
    "${outside[@]}" "${more[@]}" --file deploy/Dockerfile --tag "plimsoll:$version" .
}

in_image() { # in_image ROOT COMMAND...: as the image says: its user and environment; the root read-only, no capability
  local folder=$1
  shift
  mapfile -t environment < <("${build[@]}" inspect --format '{{range .Docker.Config.Env}}{{println .}}{{end}}' \
    --type image "plimsoll:$version" </dev/null | grep '=')
  # shellcheck disable=SC2016 # expanded by the inner shell
  unshare --mount --pid --fork bash -euc '
    folder=$1
    shift
    mount --bind "$folder" "$folder"
    mount -o remount,bind,ro "$folder"
    mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$folder/tmp"
    mount -t tmpfs -o uid=10001,gid=10001,mode=0700,nosuid,nodev tmpfs "$folder/var/lib/plimsoll"
    mount -t proc proc "$folder/proc"
    mount -t tmpfs -o mode=755 tmpfs "$folder/dev"
    for device in null zero urandom random; do touch "$folder/dev/$device"; mount --bind "/dev/$device" "$folder/dev/$device"; done
    exec chroot "$folder" setpriv --reuid 10001 --regid 10001 --clear-groups --no-new-privs --inh-caps=-all \
      --bounding-set=-all sh -c "cd /var/lib/plimsoll && exec \"\$@\"" sh "$@"' \
    bash "$folder" env -i "${environment[@]}" "$@"
}

try_image() {
  local folder user rights
  container=$("${build[@]}" from --pull=false "localhost/plimsoll:$version")
  trap '"${build[@]}" rm "$container" >/dev/null' EXIT
  folder=$("${build[@]}" mount "$container")
  user=$(in_image "$folder" id -u)
  rights=$(in_image "$folder" sed -n 's/^CapEff:\t//p' /proc/self/status)
  echo "user $user, effective capabilities $rights"
  test "$user $rights" = "10001 0000000000000000"
  in_image "$folder" sh -c 'if touch /opt/plimsoll/probe 2>&1; then exit 1; fi'
  # shellcheck disable=SC2016 # expanded in the image
  in_image "$folder" sh -c 'for tool in g++ gcc cc make pip; do if command -v $tool; then exit 1; fi; done'
  in_image "$folder" python - <tools/smoke_test.py
  mapfile -t health < <("${build[@]}" inspect --format '{{range .Docker.Config.Healthcheck.Test}}{{println .}}{{end}}' \
    --type image "plimsoll:$version" | grep . | tail -n +2)
  # shellcheck disable=SC2016 # expanded in the image
  in_image "$folder" sh -c 'plimsoll model list >/dev/null && exec "$@"' sh "${health[@]}" >/dev/null
  echo "health check passed: ${health[*]}"
  "${build[@]}" run --isolation chroot "$container" -- plimsoll --version
  same_extension "$folder"
  export SOURCE_DATE_EPOCH
  PYTHONPATH=tools python -m sbom dist/plimsoll-*.whl --image "$folder" --out dist/plimsoll-image.cdx.json
  du -sh --apparent-size "$folder" | sed 's/\t.*/ in the image/'
}

same_extension() { # whether the image and dist/ hold the same bytes: they do when the compiler is the same
  local inside outside
  inside=$(sha256sum "$1"/opt/plimsoll/lib/python3*/site-packages/plimsoll/_core*.so | cut -d' ' -f1)
  outside=$(python -c 'import hashlib, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
print(*(hashlib.sha256(archive.read(n)).hexdigest() for n in archive.namelist() if n.endswith(".so")))' dist/plimsoll-*.whl)
  if [ "$inside" = "$outside" ]; then
    echo "the extension in the image has the bytes of that in dist/"
  else
    echo "the extension in the image differs from that in dist/: another compiler"
  fi
}

if ! "${build[@]}" inspect --type image plimsoll-base >/dev/null 2>&1; then stage "base by debootstrap" make_base; fi
stage "deploy/Dockerfile by buildah" build_image
stage "tried, read-only, user 10001" try_image
cat "$log"
"${build[@]}" images --format 'image: {{.Name}}:{{.Tag}} {{.Digest}} {{.Size}}' "localhost/plimsoll:$version"
