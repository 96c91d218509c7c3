#!/usr/bin/env bash
# /opt/madoguchi of the image: an environment of Debian's Python with the locked packages and our own.
#   wheels.sh ROOT WORK  → WORK/opt
set -euo pipefail
root=$1 work=$2
python=$root/.venv/bin/python
lib=$work/opt/madoguchi/lib/python3.11/site-packages

# Wheels are kept between builds: the lock names them by hash, and one of them (pyscard) is compiled here.
shelf=${WHEELS:-$root/build/wheels}/$(sha256sum "$root/requirements-box.lock" | cut -c1-16)
if [ ! -e "$shelf/complete" ]; then
  rm -rf "$shelf"
  mkdir -p "$shelf"
  "$python" -m pip wheel --quiet --quiet --disable-pip-version-check --require-hashes --no-deps -r "$root/requirements-box.lock" -w "$shelf"
  touch "$shelf/complete"
fi

# From what git knows and nothing else: what lies about in a checkout does not get into a box.
mkdir -p "$work/source" "$lib"
git -C "$root" ls-files -z -- appliance contract pyproject.toml README.md LICENSE | (cd "$root" && xargs -0 cp --parents -t "$work/source")
"$python" -m pip wheel --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation -w "$work/wheel" "$work/source"

"$python" -m pip install --quiet --quiet --disable-pip-version-check --no-deps --no-compile --target "$lib" "$shelf"/*.whl "$work/wheel"/*.whl
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
