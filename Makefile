# run, demo, test, check, bench: see README.md. Everything lives in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run demo system test test-slow test-vcam check bench format

run: $(STAMP)
	@$(BIN)/avatar-app

demo: $(STAMP)
	@$(BIN)/avatar-app demo

system:
	@packaging/system.sh install

$(STAMP): pyproject.toml packaging/constraints.txt
	@packaging/system.sh
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q -c packaging/constraints.txt uv
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install -q -c packaging/constraints.txt -e '.[dev]'
	@touch $@

test: $(STAMP)
	@$(BIN)/python -m pytest

test-slow: $(STAMP)
	@$(BIN)/python -m pytest -m slow --timeout 3600

test-vcam: $(STAMP)
	@$(BIN)/python -m pytest -m vcam --timeout 900

check: $(STAMP)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: $(STAMP)
	@$(BIN)/avatar-app bench

format: $(STAMP)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
