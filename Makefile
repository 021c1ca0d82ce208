# What people and machines run; README.md explains each. Everything lives in .venv.
SUITED = import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))
PYTHON ?= $(shell for p in python3 python3.12 python3.11; do \
    $$p -c '$(SUITED)' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev

.PHONY: run demo bench bundle system test test-slow test-vcam check format

run: $(STAMP)
	@$(BIN)/avatar-app

demo: $(STAMP)
	@$(BIN)/avatar-app demo

bench: $(STAMP)
	@$(BIN)/avatar-app bench

# The desktop bundle of this system, in dist/; packaging/README.md.
bundle:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or 3.12 is needed: make bundle PYTHON=python3.11" >&2; exit 2; }
	@$(PYTHON) packaging/bundle.py

system:
	@packaging/system.sh install

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or 3.12 is needed: make PYTHON=python3.11" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 2; }

$(STAMP): pyproject.toml packaging/constraints.txt | $(BIN)/python
	@packaging/system.sh
	@echo "Installing into $(VENV): about 1.4 GB, a minute or two."
	@packaging/install.sh $(VENV) .
	@touch $@

$(DEV_STAMP): $(STAMP)
	@echo "Installing what the tests need, torch among it: 0.7 to 4 GB, by the build of torch."
	@packaging/install.sh $(VENV) '.[dev,train]'
	@touch $@

test: $(DEV_STAMP)
	@$(BIN)/python -m pytest

test-slow: $(DEV_STAMP)
	@$(BIN)/python -m pytest -m slow --timeout 3600

# VCAM_VM: a folder with run_in_vm.sh, where this kernel has no v4l2loopback (tests/hardware/README.md).
VCAM_VM ?=
test-vcam: $(DEV_STAMP)
	@$(if $(VCAM_VM),$(VCAM_VM)/run_in_vm.sh --timeout 2400) $(BIN)/python -m pytest -m vcam \
	    --timeout 1500 -p no:pytest-qt -p no:cacheprovider -rs -vv --durations 5 tests/hardware

check: $(DEV_STAMP)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: $(DEV_STAMP)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
