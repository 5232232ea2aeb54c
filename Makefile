# Everything a developer or a fresh machine needs; `make help` lists it.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$p && break; done)
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin
# the peers that cannot share our environment: morph-kgc and yatter, ckanext-dcat, udata, Oxigraph's server, npm's
PEERS := $(or $(VIJFSTER_PEERS),$(HOME)/.cache/vijfster)
# parts of CKAN are not there as wheels
WHEELS_oracle := --only-binary :all:
EDITOR := app/web/static/yasqe.js

.DEFAULT_GOAL := help
.PHONY: help run test editor check lint types contracts check-data fmt bench peers lock clean python

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: .venv/run editor ## Install, build and serve at http://localhost:$(PORT)
	@$(BIN)/vijfster up --host $(HOST) --port $(PORT)

test: .venv/dev editor ## Run all tests
	@$(BIN)/python -m pytest -q

editor: $(EDITOR) ## Fetch the editor of /sparql, where npm is there; the page works without it

check: lint types contracts check-data ## Lint, types, import contracts, data

lint: .venv/dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: .venv/dev
	@$(BIN)/mypy

contracts: .venv/dev
	@$(BIN)/lint-imports --no-cache

check-data: .venv/dev ## Check tables, code lists, vocabularies, shapes, and the tables against their sources
	@$(BIN)/python -m pytest -q tests/data/test_data.py tests/data/test_sources.py

fmt: .venv/dev ## Format the code
	@$(BIN)/ruff check --fix-only -q .
	@$(BIN)/ruff format .

bench: .venv/dev ## Print the measured comparisons (needs wrk)
	@$(BIN)/python -m bench

peers: $(PEERS)/oracle/ready $(PEERS)/ckan/ready $(PEERS)/udata/ready $(PEERS)/oxigraph/ready $(PEERS)/npm/ready ## Install the tools we compare with, each in an environment of its own

$(PEERS)/%/ready: requirements/%.lock | python
	@$(PYTHON) -m venv $(@D)
	@$(@D)/bin/python -m pip install -q --disable-pip-version-check --require-hashes \
		$(WHEELS_$*) -r $<
	@touch $@

$(PEERS)/npm/ready: requirements/npm/package-lock.json
	@mkdir -p $(@D)
	@cp requirements/npm/package.json $< $(@D)
	@cd $(@D) && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

$(EDITOR): requirements/editor/package-lock.json
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && cp requirements/editor/*.json "$$folder" && \
	(cd "$$folder" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=0 --fetch-timeout=15000) >/dev/null 2>&1 && \
	cp "$$folder"/node_modules/@zazuko/yasqe/build/yasqe.min.css $(basename $@).css && \
	grep -v '^//# sourceMappingURL' "$$folder"/node_modules/@zazuko/yasqe/build/yasqe.min.js > "$$folder"/yasqe.js && \
	cp "$$folder"/yasqe.js $@ || \
	echo "No editor on /sparql: npm is absent or reached nothing. A plain field takes its place."

lock: ## Pin the dependencies anew (needs uv)
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra build -o requirements/run.lock pyproject.toml
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra build --extra dev -c requirements/run.lock -o requirements/dev.lock pyproject.toml
	@for peer in oracle ckan udata oxigraph; do uv pip compile -q --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate -o requirements/$$peer.lock requirements/$$peer.in; done

clean: ## Remove the environment (never var/: the ledger cannot be made again)
	rm -rf .venv

python:
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "Vijfster needs Python 3.11 or newer; '$(PYTHON)' is not. \
	Install it, or name one: make PYTHON=/path/to/python3.11 run"; exit 1; }

.venv/bin/python: | python
	@$(PYTHON) -m venv .venv || { echo "$(PYTHON) cannot make a virtual environment; \
	on Debian and Ubuntu: apt install python3-venv"; rm -rf .venv; exit 1; }

.venv/run: requirements/run.lock pyproject.toml | .venv/bin/python
	@echo "Installing (about half a minute) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/run.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: requirements/dev.lock .venv/run
	@echo "Installing what tests need ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@
