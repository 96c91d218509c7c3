#!/usr/bin/env bash
# Builds the box: a bootable disk image of Debian 12 packages and our wheels, for UEFI firmware.
#
#   image-build/build.sh OUT            OUT/disk.img, OUT/slot.sqfs, OUT/manifest.txt, OUT/version.txt, OUT/SHA256SUMS
#
#   ARCH=amd64         or arm64: its packages' scripts and its one compiled wheel then run through qemu-user, four times as long
#   VERSION=0.1.0      what the image calls itself (the project's version and the commit's day unless given)
#   LEVEL=9            gzip's level for the slot; 1 is six times as quick and a tenth larger
#   UPDATE_CA=FILE     whose signatures this box takes for updates (PEM); without one it takes none
#   FLAVOUR=product    `test` adds a serial console and root's shell on a second one, for tests/image
#   SCRATCH=DIR        where the trees lie meanwhile; 2 GB, best in memory (/dev/shm unless given)
#
# Needs root for mmdebstrap's chroot; no loop device, no device mapper, nothing is mounted outside of mmdebstrap. Two builds from the same
# commit and the same packages are the same bytes: every date comes from SOURCE_DATE_EPOCH, which is the commit's.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
out=$(mkdir -p "${1:?where to? image-build/build.sh OUT}" && cd "$1" && pwd)
python=$root/.venv/bin/python

SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}
VERSION=${VERSION:-$("$python" -c 'import importlib.metadata as m; print(m.version("madoguchi"))')+$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M)}
LEVEL=${LEVEL:-9}
FLAVOUR=${FLAVOUR:-product}
UPDATE_CA=${UPDATE_CA:-}
export SOURCE_DATE_EPOCH VERSION LEVEL FLAVOUR UPDATE_CA
export LC_ALL=C TZ=UTC
# shellcheck source=image-build/arch.sh
. "$here/arch.sh"

# A product believes the release's CA alone, a test image the development's: neither takes what is signed for the other.
if [ -n "$UPDATE_CA" ]; then
  kind=product
  if openssl x509 -in "$UPDATE_CA" -noout -subject | grep -q 'madoguchi development'; then kind="test"; fi
  [ "$kind" = "$FLAVOUR" ] || { echo "image: $UPDATE_CA is for the flavour $kind, this is $FLAVOUR" >&2; exit 1; }
fi

umask 022
work=$(mktemp -d "${SCRATCH:-/dev/shm}/madoguchi-image.XXXXXX")
# A build that is ended in the middle may leave /proc and /sys mounted in its tree: what is in them is this machine's.
trap 'rm -rf --one-file-system "$work"' EXIT
export TMPDIR=$work

stage() {
  local name=$1 began=$SECONDS
  shift
  "$here/stages/$name.sh" "$@"
  printf 'image: %-6s %4d s\n' "$name" "$((SECONDS - began))"
}

began=$SECONDS
stage wheels "$root" "$work"
stage root "$root" "$work" "$out"
stage slot "$work" "$out"
stage disk "$here" "$work" "$out"
"$python" - >"$out/version.txt" <<'PYTHON'
import os
from appliance.ledger.schema import MIGRATIONS
print(f"compatible=madoguchi-{os.environ['ARCH']}\nversion={os.environ['VERSION']}\nschema={MIGRATIONS.names[-1]}\nbreaks={','.join(sorted(MIGRATIONS.breaks))}")
PYTHON
(cd "$out" && sha256sum disk.img slot.sqfs manifest.txt version.txt >SHA256SUMS)
printf 'image: %s for %s, slot %d MB, disk %d MB, built in %d s\n' "$VERSION" "$ARCH" "$(($(stat -c %s "$out/slot.sqfs") / 1000000))" \
  "$(($(du -k "$out/disk.img" | cut -f1) * 1024 / 1000000))" "$((SECONDS - began))"
