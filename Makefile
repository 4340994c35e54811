# Everything a user or developer does. `make` alone lists it.
# Set-up needs Python 3.11 or later with venv, and git; all else is installed from the hashed locks into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
AS_OF := 2023-09-01
MEETING := 2023-09-14

.DEFAULT_GOAL := help
.PHONY: help briefing test lint lint-types lint-sql bench bench-signals soak golden clean setup setup-dev lock extracts

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | column -t -s '|'

briefing: setup ## make the example briefing: Wiltshire's panel, meeting of 14 September 2023
	@$(BIN)/panelbrief run --panel example/wiltshire --meeting $(MEETING) --as-of $(AS_OF) --home var

test: setup-dev lint ## lint, then every test (installs Chromium and sshd with apt when root)
	@sh tests/needs.sh
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(PYTEST_FLAGS)

lint: setup-dev ## ruff, mypy, sqlfluff and the import rules
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory -j2 lint-types lint-sql

lint-types: setup-dev
	@$(BIN)/mypy

lint-sql: setup-dev
	@$(BIN)/sqlfluff lint --disable-progress-bar sql

bench: setup ## measure speed and memory as ratios against a floor
	@$(BIN)/python -m benchmarks

bench-signals: setup ## measure false flags and steps found, of the tests and of the chart rules (5 to 10 minutes)
	@$(BIN)/python -m benchmarks.signals

soak: setup-dev ## the long sweeps
	@sh tests/needs.sh
	@PANELBRIEF_SOAK=1 $(BIN)/python -m pytest -n 2 -m soak

golden: setup-dev ## renew the reviewed texts in tests/golden; read the difference before you commit it
	@PANELBRIEF_GOLDEN=1 $(BIN)/python -m pytest tests/golden; git diff --stat -- tests/golden

extracts: setup ## compute the example's extracts anew from ../shared/data
	@$(BIN)/python example/make_extracts.py

clean: ## remove what was made: the environment, briefings, caches
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info

lock: setup ## resolve the locks anew from pyproject.toml
	@for lock in "requirements.lock" "requirements-dev.lock --group dev"; do set -- $$lock; out=$$1; shift; \
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  pyproject.toml "$$@" -o $$out; done
	@echo "uv" | $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  - -o requirements-uv.lock

setup: $(VENV)/.ready
setup-dev: $(VENV)/.ready-dev

$(VENV)/.uv: requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "panelbrief needs Python 3.11 or later: install it (Debian: apt install python3) or say which: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv is missing: install it (Debian: apt install python3-venv)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

define install
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install -q --compile-bytecode --require-hashes -r $(1)
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install -q --no-deps --no-build-isolation --editable .
	@touch $@
endef

$(VENV)/.ready: $(VENV)/.uv requirements.lock pyproject.toml
	$(call install,requirements.lock)

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	$(call install,requirements-dev.lock)
