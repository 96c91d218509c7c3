#!/usr/bin/env bash
# The root tree as one tar file, and the list of what is in it.
#   root.sh ROOT WORK OUT  → WORK/root.tar, WORK/loader, OUT/manifest.txt
set -euo pipefail
root=$1 work=$2 out=$3
here=$root/image-build

names() { sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$1"; }

packages=$(names "$here/packages.txt" | paste -sd,),$BOX_KERNEL

overlay=$work/overlay
mkdir -p "$overlay/usr/lib/systemd/system" "$overlay/etc/rauc" "$overlay/opt"
cp -r "$here/overlay/." "$overlay/"
cp -r "$root/systemd/." "$overlay/usr/lib/systemd/system/"
rm -f "$overlay/usr/lib/systemd/system"/*.md
[ "$FLAVOUR" != test ] || cp -r "$here/overlay-test/." "$overlay/"
cp -r "$work/opt/." "$overlay/opt/"
[ -z "$UPDATE_CA" ] || cp "$UPDATE_CA" "$overlay/etc/rauc/keyring.pem"
sed -i "s/@VERSION@/$VERSION/; s/@ARCH@/$ARCH/" "$overlay/etc/os-release.d/madoguchi" "$overlay/etc/rauc/system.conf"
chmod -R u=rwX,go=rX "$overlay"

# Where Debian comes from is the machine's business: its own list is used, and is not left in the image.
mapfile -t sources < <(find /etc/apt -name '*.sources' -o -name '*.list' | sort)

mmdebstrap --quiet --mode=root --arch="$ARCH" --variant=minbase --include="$packages" \
  --aptopt='APT::Install-Recommends "false"' \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --essential-hook="$here/hooks/before-packages \"\$1\" '$here'" \
  --customize-hook="sync-in '$overlay' /" \
  --customize-hook="$here/hooks/boot-loader '$work/loader'" \
  --customize-hook="$here/hooks/after-packages \"\$1\" '$out'" \
  bookworm "$work/root.tar" "${sources[@]}"
