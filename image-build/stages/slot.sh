#!/usr/bin/env bash
# The read-only file system of one slot.
#   slot.sh WORK OUT  → OUT/slot.sqfs; removes WORK/root.tar
set -euo pipefail
work=$1 out=$2
mkdir "$work/tree"
tar --xattrs --xattrs-include='*' --numeric-owner -xpf "$work/root.tar" -C "$work/tree"
rm "$work/root.tar"
# gzip: the boot loader reads kernel and initrd out of it and knows no zstd.
mksquashfs "$work/tree" "$out/slot.sqfs" -reproducible -comp gzip -Xcompression-level "$LEVEL" -noappend -no-progress -quiet >/dev/null
if [ -n "${KEEP_TREE:-}" ]; then mv "$work/tree" "$KEEP_TREE"; else rm -rf "$work/tree"; fi
