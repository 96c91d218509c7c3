#!/usr/bin/env bash
# /opt/madoguchi of the image: an environment of Debian's Python with the locked packages and our own.
#   wheels.sh ROOT WORK  → WORK/opt
set -euo pipefail
root=$1 work=$2
pip=("$root/.venv/bin/python" -m pip --quiet --quiet --disable-pip-version-check)
lib=$work/opt/madoguchi/lib/python3.11/site-packages

# What the box's Python takes, whichever Python is asked: Debian 12 has glibc 2.36.
box=(--only-binary ':all:' --implementation cp --python-version 3.11 --abi cp311 --abi abi3 --abi none --platform any --platform "linux_$BOX_WHEELS" --platform "manylinux2014_$BOX_WHEELS")
for glibc in {17..36}; do box+=(--platform "manylinux_2_${glibc}_$BOX_WHEELS"); done

# Wheels are kept between builds: the lock names them by hash, and one of them (pyscard) is compiled.
shelf=${WHEELS:-$root/build/wheels}/$(cat "$root/requirements-box.lock" "$root/image-build/stages/shelf.sh" | sha256sum | cut -c1-16)-$ARCH
if [ ! -e "$shelf/complete" ]; then
  rm -rf "$shelf"
  mkdir -p "$shelf"
  "$root/image-build/stages/shelf.sh" "$root" "$work" "$shelf" "${box[@]}"
  touch "$shelf/complete"
fi

# From what git knows and nothing else: what lies about in a checkout does not get into a box.
mkdir -p "$work/source" "$lib"
git -C "$root" ls-files -z -- appliance contract pyproject.toml README.md LICENSE | (cd "$root" && xargs -0 cp --parents -t "$work/source")
"${pip[@]}" wheel --no-deps --no-build-isolation -w "$work/wheel" "$work/source"
"${pip[@]}" install "${box[@]}" --no-deps --no-compile --target "$lib" "$shelf"/*.whl "$work/wheel"/*.whl
mv "$lib/share" "$work/opt/madoguchi/share"
# The virtual world, start scripts for another place, and the models that may not be used commercially, stay at home.
rm -rf "${lib:?}/bin" "$lib/appliance/demo" "$lib/appliance/cli/vendor"
find "$lib" -name shape_predictor_68_face_landmarks.dat -delete
# Where pip put it and from what: paths of the machine that built it.
find "$lib" -name direct_url.json -delete -o -name REQUESTED -delete

mkdir -p "$work/opt/madoguchi/bin"
ln -s /usr/bin/python3 "$work/opt/madoguchi/bin/python3"
printf 'home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11\n' >"$work/opt/madoguchi/pyvenv.cfg"
cat >"$work/opt/madoguchi/bin/madoguchi" <<'SCRIPT'
#!/opt/madoguchi/bin/python3
from appliance.__main__ import main

main()
SCRIPT
chmod 755 "$work/opt/madoguchi/bin/madoguchi"
