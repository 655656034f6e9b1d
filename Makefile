# `make help` lists what there is. `make run` and `make test` set up what they need inside this checkout.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help run setup test check fmt coverage bench shots house release lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: $(VENV)/.runtime ## the bot where QALA_BOT_TOKEN is set, else a local Telegram in the browser
	@if [ -n "$$QALA_BOT_TOKEN$$QALA_BOT_TOKEN_FILE" ] || grep -Eiqs '^[^#]*QALA_BOT_TOKEN(_FILE)?[[:space:]]*=[[:space:]]*[^[:space:]]' .env; then exec $(BIN)/qala run; else exec $(BIN)/qala sandbox; fi

setup: $(VENV)/.runtime ## only what running needs

test: $(VENV)/.dev ## lint, types, import rules and all tests, in some four minutes
	@$(BIN)/python tests/everything.py

check: $(VENV)/.dev ## the same without the tests: half a minute
	@$(BIN)/python tests/everything.py --no-tests

fmt: $(VENV)/.dev ## format the code, sort its imports, draw the house and the table of texts anew
	@$(BIN)/ruff check --quiet --fix --select I,F401,RUF022 . && $(BIN)/ruff format --quiet .
	@$(BIN)/python tools/house.py
	@$(BIN)/python -m locales

CONVERSATION := $(foreach one,alerts another_bot awkward_moments bans channels_in channels_out every_screen forums full_text group_rights groups inline morning reader said searching sources_chat stats whole_life,tests/bot/test_$(one).py)

coverage: $(VENV)/.dev ## which branches of what decides no test takes: news, the ledger, the views
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -q -p no:cacheprovider tests/news tests/handlers tests/storage tests/bot/sending tests/bot/collecting $(CONVERSATION)
	@$(BIN)/coverage report

bench: $(VENV)/.dev ## the page of speed beside a bare bot; NAME=list: all benchmarks; NAME=lines runs one (ARGS="…")
	@$(BIN)/python tools/bench.py $(NAME) $(ARGS)

shots: $(VENV)/.dev ## the pictures of the journeys, the digests and searches anew (Chromium, ImageMagick)
	@rm -rf /tmp/qala-shots && mkdir /tmp/qala-shots
	@PICTURES_FOLDER=/tmp/qala-shots $(BIN)/pytest -q tests/bot/test_journeys.py
	@$(BIN)/python docs/pictures/sheets.py /tmp/qala-shots
	@$(BIN)/python -m docs.pictures.digests
	@$(BIN)/python -m docs.pictures.charts
	@$(BIN)/python -m docs.pictures.searches

release: $(VENV)/.dev ## make release VERSION=0.3.0: version, CHANGELOG, commit, tag, and the wheel in dist/
	@$(BIN)/python tools/release.py $(VERSION)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Qala needs Python 3.11 or newer; $(PYTHON) is older. Name another: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing: install the package python3-venv (Debian, Ubuntu: sudo apt install python3-venv)"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Setting up in $(VENV) (once; a minute or so)…"
	@$(PIP) install --no-deps --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@$(PIP) install --require-hashes --requirement requirements-dev.lock
	@touch $@

lock: ## requirements*.lock from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra postgres --group build pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --constraint requirements.lock --group dev pyproject.toml --output-file requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --constraint requirements.lock --extra semantic pyproject.toml --output-file requirements-semantic.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --constraint requirements.lock --extra stats pyproject.toml --output-file requirements-stats.lock
	$(BIN)/python tests/targets.py

clean: ## all that was made in this folder
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
