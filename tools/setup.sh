#!/usr/bin/env bash
# Make this checkout ready to run: Debian packages, .venv, locked Python packages, the project itself.
# Called by every target of the Makefile, so a second run must cost next to nothing and say nothing.
#
#   PYTHON=python3.12 tools/setup.sh     use another Python (3.11 or newer) for .venv
#   SKIP_DEBIAN=1 tools/setup.sh         leave Debian's packages alone (another system, no root)
#   EXTRA_PACKAGES=FILE tools/setup.sh   another list of packages beside the usual one (`make cluster`)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=${PYTHON:-python3}
venv=$root/.venv
stamp=$venv/.setup-stamp
policy=/usr/sbin/policy-rc.d
policy_mark='# written by madoguchi tools/setup.sh; safe to delete'
vpcd_reader=/etc/reader.conf.d/vpcd

say() { printf 'setup: %s\n' "$*"; }

die() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

lists=("$root/tools/debian-packages.txt")
[ -z "${EXTRA_PACKAGES:-}" ] || lists+=("$root/$EXTRA_PACKAGES")

wanted_packages() { sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "${lists[@]}"; }

reason_for() { sed -n "s/^$1[[:space:]]*#[[:space:]]*//p" "${lists[@]}"; }

installed_packages() {
  # dpkg-query answers 1 when it does not know one of the names; that is what is being asked.
  { dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true; } | sed -n 's/^installed //p'
}

missing_packages() {
  local wanted
  mapfile -t wanted < <(wanted_packages)
  printf '%s\n' "${wanted[@]}" | grep -vxF -f <(installed_packages "${wanted[@]}") || true
}

package_lists_are_fresh() {
  compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null &&
    [ -n "$(find /var/lib/apt/lists -maxdepth 0 -mtime -1)" ]
}

# Debian starts a service as it installs it. A stray broker on a developer's machine is not what he asked for, and a
# stray pcscd would load the virtual reader and listen to the whole network. policy-rc.d is Debian's own switch
# against that. One that is there already (containers have it) is the owner's and stays as it is.
hold_services() {
  drop_stale_policy
  [ -e "$policy" ] && return
  trap release_services EXIT
  printf '#!/bin/sh\n%s\nexit 101\n' "$policy_mark" | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
}

# Also clears up after a run that was killed before its trap.
drop_stale_policy() {
  if grep -qsxF "$policy_mark" "$policy"; then as_root rm -f "$policy"; fi
}

release_services() {
  drop_stale_policy
  trap - EXIT
}

# Not started now is not enough: Debian also enables what it installs for the next boot. Only what this run brought
# onto the machine is switched off; what was there before belongs to somebody. `systemctl enable mosquitto` and
# moving the file back undo it.
switch_off() {
  local package
  for package in "$@"; do
    case $package in
      mosquitto) disable_units mosquitto.service ;;
      samba) disable_units smbd.service nmbd.service samba-ad-dc.service ;;
      rabbitmq-server) disable_units rabbitmq-server.service ;;
      nats-server) disable_units nats-server.service ;;
      erlang-base) disable_units epmd.service epmd.socket ;;
      pcscd) disable_units pcscd.socket pcscd.service ;;
      vsmartcard-vpcd) park_virtual_reader ;;
    esac
  done
}

disable_units() {
  command -v systemctl >/dev/null || return 0
  say "switching off $* (the demo starts its own)"
  as_root systemctl --quiet disable "$@" || true
  if [ -d /run/systemd/system ]; then as_root systemctl --quiet stop "$@" || true; fi
}

# The demo's pcscd has a reader list of its own, inside a network namespace.
park_virtual_reader() {
  [ -e "$vpcd_reader" ] || return 0
  say "moving $vpcd_reader to /etc/vpcd.reader-conf.off, so that the system's pcscd never opens its port"
  as_root mv "$vpcd_reader" /etc/vpcd.reader-conf.off
}

# Of the thousand lines that this prints on a bare machine, one a package is enough to see it move.
apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends \
    -o Dpkg::Use-Pty=0 "$@" | sed -un -e 's/^Setting up /         /p' -e '/^Need to get /p'
}

install_packages() {
  local package status=0
  say "installing Debian packages for the demo and the tests:"
  for package in "$@"; do printf '         %-18s %s\n' "$package" "$(reason_for "$package")"; done
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    die "this needs root and there is no sudo. As root: apt-get install --no-install-recommends $*"
  fi
  package_lists_are_fresh || as_root apt-get update --quiet --quiet
  hold_services
  # Lists may look fresh and still name a version that the archive has replaced since.
  apt_install "$@" || { as_root apt-get update --quiet --quiet && apt_install "$@"; } || status=$?
  switch_off "$@"
  release_services
  [ "$status" -eq 0 ] || die "apt-get could not install: $*"
}

ensure_debian_packages() {
  [ -z "${SKIP_DEBIAN:-}" ] || return 0
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    [ -e "$stamp" ] || say "not a Debian system: see tools/debian-packages.txt for what must be there"
    return 0
  fi
  local missing
  mapfile -t missing < <(missing_packages)
  if [ "${#missing[@]}" -gt 0 ]; then install_packages "${missing[@]}"; fi
}

# Everything that .venv is made from, and the path, which the editable install holds.
fingerprint() {
  {
    printf '%s\n' "$root" "$(readlink -f "$venv/bin/python" || true)"
    cat "$root/requirements.lock" "$root/pyproject.toml" "$root/tools/setup.sh"
  } | sha256sum
}

python_is_usable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# Not sound: none yet, its Python is gone or has become another minor version, or the folder was moved or copied here
# (the scripts in it would still start the old place's Python).
venv_is_sound() {
  python_is_usable "$venv/bin/python" && "$venv/bin/python" -c 'import pip' 2>/dev/null &&
    grep -qsF "$venv" "$venv/bin/activate"
}

make_venv() {
  python_is_usable "$python" || die "'$python' is not Python 3.11 or newer; try: make setup PYTHON=python3.11"
  "$python" -c 'import ensurepip' 2>/dev/null || die "'$python' cannot make a venv: it has no ensurepip"
  say "making .venv with $("$python" --version) from $(command -v "$python")"
  "$python" -m venv --clear "$venv"
}

# The lock's hashes cover everything that stays installed, setuptools included, so the project itself is built with
# that one and not in an isolated environment. Not covered: what pip takes to build pyscard (setuptools and swig, a
# wheel), since pip does not check the hashes of build requirements.
install_python_packages() {
  say "installing the Python packages of requirements.lock"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$root/requirements.lock"
  # setuptools warns of every editable install that folders named like the package would be imported too: they are.
  PYTHONWARNINGS=ignore "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
    --no-build-isolation -e "$root"
}

# The licence of the 68-point face model forbids commercial use. Nothing here reads it; it shall not even lie there.
drop_unusable_model() {
  find "$venv/lib" -name shape_predictor_68_face_landmarks.dat -delete
}

ensure_venv() {
  if [ -e "$stamp" ] && [ "$(<"$stamp")" = "$(fingerprint)" ] && python_is_usable "$venv/bin/python"; then return; fi
  rm -f "$stamp"
  venv_is_sound || make_venv
  install_python_packages
  drop_unusable_model
  fingerprint >"$stamp"
  say "ready: .venv ($("$venv/bin/python" --version))"
}

ensure_debian_packages
ensure_venv
