# Two commands: `make demo` and `make test`. Each does all the set-up it needs; a second call does no work twice.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.12 python3.13 python3.14 python3; do \
	if $$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; then command -v $$p; break; fi; done)
PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.DEFAULT_GOAL := help
.PHONY: help demo app test check bench crash recovery lock sample-data clean

help:
	@echo "make demo    set everything up, fit the demo client, open the app on localhost"
	@echo "make app     the app without the demo client"
	@echo "make test    set everything up and run the tests"
	@echo "make check   format, lint, types, layers, spelling, doctests"
	@echo "make bench   measure the performance goals"
	@echo "make recovery  count how often ranges hold the truth of simulated clients, into docs/recovery.md"
	@echo "make crash   kill worker, scheduler and app fifty times and count what is lost"

demo: $(VENV)/.runtime
	$(BIN)/mmm-workshop demo

app: $(VENV)/.runtime
	$(BIN)/mmm-workshop app

# Three at a time on two cores: each of them may run the app, a browser and a fit, and many wait for one of these.
test: $(VENV)/.dev
	$(BIN)/python -m pytest --numprocesses=3 --dist=loadfile $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/python -m pytest --quiet --doctest-modules mmm_core --ignore=mmm_core/storage/migrations -W ignore -p no:cacheprovider \
		--override-ini=addopts=--import-mode=importlib

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

# The number of clients of the first case: MMM_WORKSHOP_CLIENTS, 40 by default.
recovery: $(VENV)/.dev
	$(BIN)/python -m benchmarks.recovery

crash: $(VENV)/.dev
	$(BIN)/python -m benchmarks.crash

sample-data: $(VENV)/.dev
	$(BIN)/python -m mmm_core.simulation sample_data

lock: $(VENV)/.dev
	$(BIN)/uv pip compile pyproject.toml --extra build --python-version 3.12 --generate-hashes --no-emit-index-url \
		--no-annotate --no-header --quiet --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra build --extra dev --constraint requirements.lock --python-version 3.12 \
		--generate-hashes --no-emit-index-url --no-annotate --no-header --quiet --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) build *.egg-info

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "No Python 3.12 or newer was found. Install Python 3.12 with its venv module, or call"; \
		echo "make with PYTHON=/path/to/python3.12."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(PIP_INSTALL) --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(PIP_INSTALL) --requirement requirements-dev.lock
	@touch $@
