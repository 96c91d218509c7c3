#!/usr/bin/env bash
# Make .crawler: a web crawler and what it needs, apart from .venv, because its packages want other versions than ours.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

stamp=.crawler/.setup-stamp
wanted=$(sha256sum tools/crawler.lock)
if [ "$(cat "$stamp" 2>/dev/null || true)" = "$wanted" ] && [ -x .crawler/bin/wapiti ]; then exit 0; fi
echo 'crawler: making .crawler from tools/crawler.lock'
"${PYTHON:-python3}" -m venv --clear .crawler
.crawler/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tools/crawler.lock
printf '%s\n' "$wanted" >"$stamp"
