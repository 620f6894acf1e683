# The project's words. Everything runs in .venv, which `make setup` builds from the hashed lock.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

help:  ## list these words
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

setup: $(READY)  ## build .venv with everything that is needed

$(READY): tests/requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or later is needed: install python3 and python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "the venv module is missing: install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY)  ## try it: a seller's orders over SP-API and over MWS, on the simulator
	@$(BIN)/python scripts/demo.py

test: $(READY)  ## run the tests
	@bash scripts/test.sh

check: $(READY)  ## format, lint, types, import rules, generated files
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest tests/test_architecture.py
	@$(BIN)/python scripts/generate.py --check

generate: $(READY)  ## write component.json and the generated documentation
	@$(BIN)/python scripts/generate.py

lock: $(READY)  ## renew the hashed requirements from pyproject.toml (needs uv on the path)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml --group dev -o tests/requirements.lock

.DEFAULT_GOAL := help
.PHONY: help setup demo test check generate lock
