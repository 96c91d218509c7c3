#!/usr/bin/env bash
# The update that a running box takes: the slot of a build, signed.
#   SIGN_CERT=FILE SIGN_KEY=FILE [SIGN_CA=FILE] bundle.sh OUT  → OUT/update.raucb
# The key is given from outside and never lies here. SIGN_CA is what boxes trust (build.sh's UPDATE_CA): with it the bundle is looked at as a
# box would, before anybody carries it to one.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=$(cd "${1:?of which build? bundle.sh OUT}" && pwd)
: "${SIGN_CERT:?who signs? SIGN_CERT=certificate.pem}" "${SIGN_KEY:?who signs? SIGN_KEY=key.pem}"

said() { sed -n "s/^$1=//p" "$out/version.txt"; }

work=$(mktemp -d "${SCRATCH:-/dev/shm}/madoguchi-bundle.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/bundle"
ln "$out/slot.sqfs" "$work/bundle/rootfs.img" 2>/dev/null || cp "$out/slot.sqfs" "$work/bundle/rootfs.img"
cat >"$work/bundle/manifest.raucm" <<MANIFEST
[update]
compatible=$(said compatible)
version=$(said version)
description=schema=$(said schema) breaks=$(said breaks)
[bundle]
format=verity
[image.rootfs]
filename=rootfs.img
MANIFEST

rm -f "$out/update.raucb"
# The slot is compressed already.
rauc bundle --cert="$SIGN_CERT" --key="$SIGN_KEY" --mksquashfs-args="-reproducible -noD -noF" "$work/bundle" "$out/update.raucb" >/dev/null
if [ -n "${SIGN_CA:-}" ]; then
  sed -e "s#^path=/etc/rauc/keyring.pem#path=$(realpath "$SIGN_CA")#" -e "s#^compatible=.*#compatible=$(said compatible)#" \
    "$here/overlay/etc/rauc/system.conf" >"$work/system.conf"
  rauc --conf="$work/system.conf" info "$out/update.raucb" >/dev/null
fi
printf 'image: update %s, %d MB\n' "$(said version)" "$(($(stat -c %s "$out/update.raucb") / 1000000))"
