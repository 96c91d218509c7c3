# shellcheck shell=bash
# What one kind of machine has that another has not. Sourced by build.sh and never run; the stages know these names and no machine.
#   ARCH=amd64|arm64   Debian's name for it
case ${ARCH:-amd64} in
  amd64)
    BOX_KERNEL=linux-image-amd64
    # What pip calls it.
    BOX_WHEELS=x86_64
    BOX_LOADER=x86_64-efi BOX_LOADER_PACKAGE=grub-efi-amd64-bin BOX_LOADER_FILE=BOOTX64.EFI
    BOX_LOADER_MODULES=serial
    # A partition's type "root" is another for each machine.
    BOX_ROOT_TYPE=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709
    # Without KVM the emulated timer misses the window in which the kernel looks whether it ticks.
    BOX_TEST_CONSOLE="console=ttyS0 no_timer_check"
    ;;
  arm64)
    BOX_KERNEL=linux-image-arm64
    BOX_WHEELS=aarch64
    BOX_LOADER=arm64-efi BOX_LOADER_PACKAGE=grub-efi-arm64-bin BOX_LOADER_FILE=BOOTAA64.EFI
    # The firmware's own console is on the serial line.
    BOX_LOADER_MODULES=
    BOX_ROOT_TYPE=B921B045-1DF0-41C3-AF44-4C6F280D3FAE
    BOX_TEST_CONSOLE=console=ttyAMA0
    ;;
  *)
    echo "image: no box is built for $ARCH: amd64 or arm64" >&2
    exit 1
    ;;
esac
ARCH=${ARCH:-amd64}
export ARCH BOX_KERNEL BOX_WHEELS BOX_LOADER BOX_LOADER_PACKAGE BOX_LOADER_FILE BOX_LOADER_MODULES BOX_ROOT_TYPE BOX_TEST_CONSOLE

# Another machine's programs run here through qemu-user; the kernel has to be told so. That stays until this machine restarts.
if [ "$ARCH" != "$(dpkg --print-architecture)" ] && ! arch-test "$ARCH" >/dev/null 2>&1; then
  echo "image: telling this machine's kernel to start $BOX_WHEELS programs with qemu-user (binfmt_misc, until it restarts)"
  [ -e /proc/sys/fs/binfmt_misc/register ] || mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
  /usr/lib/systemd/systemd-binfmt "qemu-$BOX_WHEELS.conf"
fi
