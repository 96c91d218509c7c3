# `make help` lists the targets. Each of them sets the machine up first where that is needed.

PYTHON ?= python3
PYTEST_ARGS ?=
# Most tests wait for a process, a page or a clock; each stands on folders and ports of its own, so several run at once.
TEST_WORKERS ?= 4
DEMO_ARGS ?=
BENCH_ARGS ?=
LOCK_ARGS ?=
SBOM_ARGS ?=
OSV ?=
CRASH_ARGS ?=
KILLS ?= 1000
CRAWL_SECONDS ?= 45
SEED ?= 1
N ?= 1000
ARCH ?= amd64
PATIENTS ?= 190
VENV := .venv/bin

export PYTHON ARCH

.PHONY: help setup demo voices test stories boundaries crash cluster crawl tls cycles season pictures api-fuzz openapi image image-setup bundle image-check image-test bench lint matrices sbom advisories lock crawler-lock clean
.DEFAULT_GOAL := help

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo '  e.g.  make demo DEMO_ARGS="--readers 2"   make test PYTEST_ARGS="-x tests/devices"   make setup PYTHON=python3.12'

setup: ## Debian packages, .venv and everything in it (says what it installs, skips what is there)
	@tools/setup.sh

demo: setup ## the whole box with a virtual card, center and EMR; Ctrl-C stops it
	@$(VENV)/madoguchi demo $(DEMO_ARGS)

voices: setup ## the patient screen's spoken prompts (fetches a Japanese voice from Debian's contrib; without them it is silent)
	@$(VENV)/python tools/voices.py

test: setup ## all tests but those with targets of their own (`make stories`, `boundaries`, `cluster`, `crawl`, `tls`, which CI runs beside it, and `image-test`)
	@$(VENV)/pytest -n $(TEST_WORKERS) --max-worker-restart 0 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

stories: setup ## whole days at the reception: real readers, broker, center and Chromium in one running demo (minutes; CI runs them when the box has changed)
	@$(VENV)/pytest -n $(TEST_WORKERS) --max-worker-restart 0 --dist loadfile --no-loadscope-reorder tests/stories $(PYTEST_ARGS)

boundaries: setup ## kill a box before each of its writes, fill its disk, set its clock: nothing may be lost or done twice
	@$(VENV)/pytest -n $(TEST_WORKERS) --max-worker-restart 0 --dist loadfile tests/crash $(PYTEST_ARGS)

crash: setup ## kill a working box KILLS times at moments that SEED chooses; closes with what was lost
	@$(VENV)/python -m tests.crash.random_kills --kills $(KILLS) --seed $(SEED) $(CRASH_ARGS)

cluster: ## two boxes at three RabbitMQ nodes and at three of NATS, one killed under load (installs both)
	@EXTRA_PACKAGES=tools/cluster-packages.txt tools/setup.sh
	@$(VENV)/pytest tests/cluster $(PYTEST_ARGS)

crawl: setup ## a crawler that attacks every form of a running demo, as a stranger and as each role; finds nothing (installs it into .crawler)
	@tools/crawler.sh
	@CRAWL_SECONDS=$(CRAWL_SECONDS) $(VENV)/pytest tests/crawl $(PYTEST_ARGS)

tls: setup ## sslyze over running pages and broker: Mozilla's intermediate configuration, and modern with TLS 1.3 alone
	@[ -x .venv/sslyze/bin/python ] || $(PYTHON) -m venv .venv/sslyze
	@.venv/sslyze/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tools/sslyze.lock
	@$(VENV)/pytest tests/tls $(PYTEST_ARGS)

cycles: setup ## lay N cards on real pcscd's virtual readers and take them again; each must be a visit of its own
	@$(VENV)/python -m tests.devices.reader_cycles --cycles $(N)

season: setup ## PATIENTS patients at two readers and four desks in real Chromium; all are answered and all boards agree
	@$(VENV)/python -m tests.stories.flu_season --patients $(PATIENTS)

pictures: setup ## docs/pages: every page of a working demo on three screens, light and dark, for people to look at
	@$(VENV)/python -m tests.stories.page_pictures

api-fuzz: setup ## schemathesis at the HTTP API with N examples for each operation; every phase, no failure
	@$(VENV)/python -m tests.web.api.fuzz --examples $(N)

openapi: setup ## make the served OpenAPI document of contract/openapi.yaml and its schemas
	@$(VENV)/python tools/openapi.py

image: image-setup ## the box as a bootable disk in build/image (root; ARCH=, VERSION=, LEVEL=, UPDATE_CA=: see image-build/README.md)
	@image-build/build.sh build/image

image-setup:
	@EXTRA_PACKAGES=image-build/host-packages.txt tools/setup.sh
	@[ '$(ARCH)' = amd64 ] || EXTRA_PACKAGES=image-build/host-packages-$(ARCH).txt tools/setup.sh

bundle: ## sign build/image's slot as an update, build/image/update.raucb (SIGN_CERT=, SIGN_KEY=, SIGN_CA=: never kept here)
	@image-build/stages/bundle.sh build/image

image-check: image-setup ## build a test flavour, look at what lies in it and start its units without a machine (minutes; CI runs it when the image has changed)
	@$(VENV)/pytest -o faulthandler_timeout=1800 tests/image/test_tree.py tests/image/test_container.py $(PYTEST_ARGS)

image-test: image-setup ## all of that, and boot it in QEMU: pages, stick, no network (ARCH=arm64 PYTEST_ARGS="-k flashed_disk": the other machine)
	@$(VENV)/pytest -o faulthandler_timeout=5400 tests/image $(PYTEST_ARGS)

bench: setup ## the figures that the project promises, measured here
	@$(VENV)/python -m benchmarks $(BENCH_ARGS)

lint: setup ## ruff, mypy, shellcheck, the floor rule: the same tests that `make test` runs
	@$(VENV)/pytest tests/lint $(PYTEST_ARGS)

matrices: setup ## docs/security/*.md of the TOML files beside them
	@$(VENV)/python tools/matrices.py

sbom: setup ## build/madoguchi.cdx.json: what a box is made of, as CycloneDX (SBOM_ARGS="--debian FILE" for an image's own list)
	@$(VENV)/python tools/sbom.py $(SBOM_ARGS)

advisories: setup ## known vulnerabilities of the locked packages, by OSV=all.zip, a copy of OSV's database for PyPI
	@$(VENV)/python tools/advisories.py $(if $(OSV),$(OSV),$(error give OSV=FILE, the export that osv.dev offers for PyPI))

crawler-lock: setup ## pin and hash the crawler anew (tools/crawler.in)
	@CUSTOM_COMPILE_COMMAND='make crawler-lock' $(VENV)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links $(LOCK_ARGS) -o tools/crawler.lock tools/crawler.in

# CUSTOM_COMPILE_COMMAND is what the files' headers say; --no-emit-* keeps this machine's mirrors out of them.
LOCK := CUSTOM_COMPILE_COMMAND='make lock' $(VENV)/pip-compile --quiet --generate-hashes --strip-extras \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

lock: setup ## pin and hash the dependencies anew (LOCK_ARGS=--upgrade for newer versions)
	@$(LOCK) --allow-unsafe --extra face --extra demo --extra dev $(LOCK_ARGS) -o requirements.lock pyproject.toml
	@$(LOCK) --constraint requirements.lock --extra face $(LOCK_ARGS) -o requirements-box.lock pyproject.toml
	@$(LOCK) --allow-unsafe $(LOCK_ARGS) -o tools/sslyze.lock tools/sslyze.in

clean: ## remove .venv and every cache
	rm -rf .venv .crawler .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist *.egg-info appliance/web/patient/static/voice
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
