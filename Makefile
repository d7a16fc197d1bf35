# Two commands do all the set-up: `make run` and `make test`. Both may be repeated; what is done already is not done again.
PYTHON ?= python3
PORT ?= 8000
UV_VERSION := 0.13.9
LIGHTHOUSE_VERSION := 12
MESSAGES := $(wildcard fieldstudy/translations/*/LC_MESSAGES/messages.po)
CATALOGUES := $(MESSAGES:.po=.mo)
TEMPLATE := .venv/messages.pot
STATIC := $(wildcard static/*/*.css static/*/*.js static/*/*.svg static/*/*/*.js)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test setup setup-dev check lint types contract bench bench-import bench-release screens messages \
	test-browsers test-postgresql audit soak fuzz settings sbom
# An activated environment of something else must not be taken for ours.
unexport VIRTUAL_ENV
# Without compiled modules every start would take seconds longer.
unexport PYTHONDONTWRITEBYTECODE

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

run: setup ## Set everything up and serve the demo study on http://127.0.0.1:8000 (another port: make run PORT=8001)
	@bin/system-packages run
	@bin/serve-demo $(PORT)

test: setup-dev ## Set everything up and run every test (only some: make test ARGS=tests/core)
	@bin/system-packages test
	@.venv/bin/pytest -n 2 --dist worksteal $(ARGS)

setup: .venv/.installed $(CATALOGUES) .venv/.packed ## Prepare .venv with what the application needs

setup-dev: .venv/.installed-dev $(CATALOGUES) .venv/.packed ## Prepare .venv with what tests and checks need as well

check: lint types contract ## Lint, types and import contract

lint: setup-dev ## Look for mistakes and untidy code (ruff)
	@.venv/bin/ruff check .

types: setup-dev ## Check the types (mypy)
	@.venv/bin/mypy

contract: setup-dev ## Check who imports whom (import-linter)
	@.venv/bin/lint-imports --no-logo

bench: setup-dev ## Measure speed, print a table and write bench/results.json
	@bin/system-packages test
	@.venv/bin/python -m bench

bench-release: setup-dev ## Measure how long a release keeps others from writing, and its memory
	@bin/system-packages test
	@.venv/bin/python -m bench.releases

bench-import: setup-dev ## Measure how long a file with 10,000 visits keeps others from writing, and its memory
	@bin/system-packages test
	@.venv/bin/python -m bench.imports

test-postgresql: setup-dev ## Run every test on PostgreSQL, also those that otherwise meet SQLite alone
	@bin/system-packages test
	@.venv/bin/pytest -n 2 --dist worksteal --database postgresql $(ARGS)

test-browsers: setup-dev ## Run the offline journey in Firefox and WebKitGTK as well
	@bin/system-packages browsers
	@.venv/bin/pytest -p no:cacheprovider tests/browsers/offline.py $(ARGS)

soak: setup-dev ## Kill servers and workers 300 times under load, on SQLite and PostgreSQL (more: make soak KILLS=1000)
	@bin/system-packages test
	@KILLS=$(or $(KILLS),300) .venv/bin/pytest tests/journeys/test_crashes.py tests/journeys/test_faults.py tests/reports/endless.py $(ARGS)

fuzz: setup-dev ## Send 5,000 mutated bodies to the doors of the phones, and 500 mutated files to the pages (more: make fuzz BODIES=20000 UPLOADS=2000)
	@bin/system-packages test
	@BODIES=$(or $(BODIES),5000) UPLOADS=$(or $(UPLOADS),500) \
		.venv/bin/pytest tests/web/test_api_bodies.py tests/web/test_mutated_uploads.py $(ARGS)

sbom: setup ## Write what the application is made of as CycloneDX: sbom.json
	@.venv/bin/uv -q export --format cyclonedx1.5 --frozen --no-dev --all-extras --output-file sbom.json >/dev/null

audit: setup-dev .venv/node/.installed ## Measure the phone's pages in a browser, print it and write bench/audit.json (needs Node)
	@bin/system-packages audit
	@.venv/bin/python -m bench.audit

screens: setup-dev ## Draw the pictures of README.md anew from the demo study
	@bin/system-packages test
	@.venv/bin/python -m bench.screens

messages: setup-dev ## Collect the visible texts, bring the Italian catalogue up to date and compile it
	@mkdir -p fieldstudy/translations
	@.venv/bin/pybabel -q extract -F babel.cfg -k lazy_gettext -k _l -k lazy_ngettext:1,2 -k lazy_pgettext:1c,2 \
		--project fieldstudy --copyright-holder '' --sort-by-file -o $(TEMPLATE) .
	@test -f fieldstudy/translations/it/LC_MESSAGES/messages.po || \
		.venv/bin/pybabel -q init -i $(TEMPLATE) -d fieldstudy/translations -l it
	@.venv/bin/pybabel -q update -i $(TEMPLATE) -d fieldstudy/translations --no-fuzzy-matching --ignore-pot-creation-date
	@.venv/bin/pybabel compile -d fieldstudy/translations --statistics

settings: setup-dev ## Write docs/settings.md anew from fieldstudy/config.py
	@.venv/bin/python -c 'from tests import settings_page; settings_page.write()'

%.mo: %.po | .venv/.installed
	@.venv/bin/pybabel -q compile -i $< -o $@

# What travels is compressed here once, and not for everybody who asks.
.venv/.packed: $(STATIC) fieldstudy/web/packing.py fieldstudy/web/field/slim.py | .venv/.installed
	@.venv/bin/python -c 'from fieldstudy.web import packing; packing.main()'
	@touch $@

.venv/bin/python:
	@bin/create-venv $(PYTHON)

# --inexact: neither of the two may take away what the other, or pip, put there.
.venv/.installed: pyproject.toml uv.lock | .venv/bin/python
	@bin/sync $(UV_VERSION) --no-dev
	@touch $@

.venv/.installed-dev: pyproject.toml uv.lock | .venv/bin/python
	@bin/sync $(UV_VERSION)
	@touch $@ .venv/.installed

# Not needed by the application, nor by its tests.
.venv/node/.installed: | .venv/bin/python
	@bin/system-packages audit
	@mkdir -p $(@D)
	@npm install --prefix $(@D) --no-save --no-audit --no-fund --loglevel error lighthouse@$(LIGHTHOUSE_VERSION)
	@touch $@
