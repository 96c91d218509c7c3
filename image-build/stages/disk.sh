#!/usr/bin/env bash
# The disk as it is flashed: firmware's partition, slot A, an empty slot B. The data partition is made at the first start.
#   disk.sh IMAGE-BUILD WORK OUT  → OUT/disk.img
set -euo pipefail
here=$1 work=$2 out=$3
esp=$work/esp
read -ra modules <<<"part_gpt fat squash4 gzio regexp loadenv linux normal configfile echo test terminal sleep reboot search tpm $BOX_LOADER_MODULES"
slot_mib=1024

[ "$(stat -c %s "$out/slot.sqfs")" -le $((slot_mib * 1024 * 1024)) ] || { echo "image: the slot has become larger than $slot_mib MiB" >&2; exit 1; }

mkdir -p "$esp"
grub-mkimage -d "$work/loader" -O "$BOX_LOADER" -p /grub -o "$esp/$BOX_LOADER_FILE" "${modules[@]}"
grub-editenv "$esp/grubenv" create
grub-editenv "$esp/grubenv" set ORDER="A B" A_OK=1 B_OK=0 A_TRY=0 B_TRY=0
grub-editenv "$esp/machine.env" create
cp "$here/grub.cfg" "$esp/grub.cfg"
[ "$FLAVOUR" != test ] || sed -i "s/^set console=.*/set console=\"console=tty0 $BOX_TEST_CONSOLE\"/" "$esp/grub.cfg"
touch -d "@$SOURCE_DATE_EPOCH" "$esp"/*

truncate -s 64M "$work/esp.img"
mkfs.vfat -F 32 -n ESP --invariant "$work/esp.img" >/dev/null
mmd -i "$work/esp.img" ::EFI ::EFI/BOOT ::grub
mcopy -m -i "$work/esp.img" "$esp/$BOX_LOADER_FILE" ::EFI/BOOT/
mcopy -m -i "$work/esp.img" "$esp/grub.cfg" "$esp/grubenv" "$esp/machine.env" ::grub/

rm -f "$out/disk.img"
truncate -s $((66 + 2 * slot_mib))M "$out/disk.img"
# Slots have the type "root": the tool that makes the data partition would take one of another type for it.
sfdisk --quiet "$out/disk.img" <<TABLE
label: gpt
label-id: 6d61646f-6775-4368-8001-000000000000
start=1MiB, size=64MiB, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, name=esp, uuid=6d61646f-6775-4368-8001-000000000001
start=65MiB, size=${slot_mib}MiB, type=$BOX_ROOT_TYPE, name=root-a, uuid=6d61646f-6775-4368-8001-000000000002
start=$((65 + slot_mib))MiB, size=${slot_mib}MiB, type=$BOX_ROOT_TYPE, name=root-b, uuid=6d61646f-6775-4368-8001-000000000003
TABLE
dd if="$work/esp.img" of="$out/disk.img" bs=1M seek=1 conv=notrunc,sparse status=none
dd if="$out/slot.sqfs" of="$out/disk.img" bs=1M seek=65 conv=notrunc,sparse status=none
