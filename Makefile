# What a person types. `make` alone lists it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
STAMPS := .venv/.stamps
ASSETS := ravs/core/static/core/build
WORKERS ?= auto
# More words for `ravs demo`, such as OPTIONS="--keep --port 8100".
OPTIONS ?=
# How many vaccinations `make bench` has in place.
SIZE ?= 5000000

.PHONY: help
help: ## List what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(STAMPS)/package $(STAMPS)/assets ## Install everything into .venv and build the front end

$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv .venv
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/requirements: $(STAMPS)/venv requirements/base.txt requirements/dev.txt
	$(BIN)/pip install --quiet --require-hashes -r requirements/base.txt -r requirements/dev.txt
	@touch $@

$(STAMPS)/package: $(STAMPS)/requirements pyproject.toml requirements/base.in
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/node: package.json package-lock.json $(wildcard .npmrc) | $(STAMPS)/venv
	@command -v npm >/dev/null || { echo "npm is missing: apt-get install nodejs npm" >&2; exit 1; }
	npm ci
	@touch $@

$(STAMPS)/assets: $(STAMPS)/node $(wildcard frontend/*)
	npm run --silent build
	@touch $@

.PHONY: demo
demo: setup ## Run a believable world on http://127.0.0.1:8000
	@exec $(BIN)/ravs demo --end-with-parent $(OPTIONS)

.PHONY: dev
dev: setup ## The same, begun again whenever the code changes
	@exec $(BIN)/ravs demo --end-with-parent --keep --reload $(OPTIONS)

.PHONY: screenshots
screenshots: setup ## Take the pictures of the README anew, of a demo of their own
	$(BIN)/python -m tests.demo.screenshots

.PHONY: test
test: setup test-system ## Run every test: both databases, browser journeys, guards
	bash .ci/tests

.PHONY: test-long
test-long: setup test-system ## The same with every long test at its full count
	LONG=1 bash .ci/tests

.PHONY: test-system
test-system: $(STAMPS)/venv
	@$(BIN)/python -m tests.system

.PHONY: check
check: setup ## Lint, types, import order, templates, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --config-file ravs_identity/mypy.ini
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet ravs ravs_identity
	DJANGO_SETTINGS_MODULE=ravs.config.settings.bare $(BIN)/python -m django makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=ravs_identity.settings_test $(BIN)/python -m django makemigrations --check --dry-run

.PHONY: bench
bench: setup ## Print how long things take beside references (SIZE=20000000 for more)
	$(BIN)/python -m bench --size $(SIZE)

.PHONY: wheel
wheel: setup ## Build an installable wheel, front end inside, into dist/
	rm -rf build
	$(BIN)/python -m build --wheel --no-isolation

.PHONY: requirements
requirements: ## Lock the requirements anew (needs uv on the PATH)
	@command -v uv >/dev/null || { echo "uv is missing: pip install uv" >&2; exit 1; }
	for name in base dev; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-emit-index-url --no-emit-find-links --allow-unsafe \
	    requirements/$$name.in --output-file requirements/$$name.txt; \
	done

.PHONY: permissions
permissions: setup ## Write docs/permissions.md anew
	$(BIN)/python -m tests.guards.permissions_page

.PHONY: clean
clean: ## Remove what set-up, tests and builds leave behind
	rm -rf .venv node_modules var build dist *.egg-info $(ASSETS) test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
