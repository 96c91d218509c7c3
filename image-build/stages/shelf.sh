#!/usr/bin/env bash
# The locked packages as wheels for the box's Python: their own, and what has none compiled by Debian's own compiler in a tree of the box's kind,
# which is thrown away. Compiled by the Python of whoever builds, they would carry that one's paths into the box.
#   shelf.sh ROOT WORK SHELF PIP-OPTIONS...  → SHELF/*.whl
set -euo pipefail
root=$1 work=$2 shelf=$3
shift 3
compiled=pyscard
tree=$work/compiler
pip=("$root/.venv/bin/python" -m pip --quiet --quiet --disable-pip-version-check)

# The lock has a line for each package with its hashes on the lines below; `of 1` gives what is compiled, `of 0` the rest.
of() { awk -v name="$compiled==" -v wanted="$1" '/^[A-Za-z0-9]/ { compiled = index($0, name) == 1 } compiled == wanted' "$root/requirements-box.lock"; }

of 0 >"$work/wheels.lock"
of 1 >"$work/compiled.lock"
"${pip[@]}" download "$@" --require-hashes --no-deps -r "$work/wheels.lock" -d "$shelf"
"${pip[@]}" download --no-binary "$compiled" --require-hashes --no-deps -r "$work/compiled.lock" -d "$work/sources"

mapfile -t sources < <(find /etc/apt -name '*.sources' -o -name '*.list' | sort)
mmdebstrap --quiet --mode=root --arch="$ARCH" --variant=minbase --format=directory \
  --include=gcc,libc6-dev,libpcsclite-dev,pkg-config,python3-dev,python3-pip,python3-setuptools,python3-wheel,swig \
  --aptopt='APT::Install-Recommends "false"' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
  bookworm "$tree" "${sources[@]}"
# In a folder that is called the same every time, and without what a debugger would read: two compilations are the same bytes.
mkdir "$tree/source"
tar -xf "$work/sources/$compiled"-*.tar.gz -C "$tree/source" --strip-components 1
CFLAGS='-g0 -ffile-prefix-map=/source=.' chroot "$tree" python3 -m pip wheel --quiet --no-index --no-deps --no-build-isolation -w /wheels /source
mv "$tree"/wheels/*.whl "$shelf"
rm -rf "$tree"
