# The words a newcomer types. `make run` and `make test` set everything up by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
COMPILE := $(BIN)/python -c "from wiki.core import i18n, translations; translations.compile_stale(i18n.FOLDER)"
GARE_INSTANCE ?= instance
export GARE_INSTANCE

.PHONY: help run test test-long test-postgres quick bench format messages docs setup

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "%-15s %s\n", $$1, $$2}'

run: $(VENV)/.run ## serve the demo network on http://127.0.0.1:8000
	@if [ ! -f $(GARE_INSTANCE)/wiki.db ]; then $(BIN)/python scripts/demo.py; fi
	$(BIN)/gare serve --host 127.0.0.1 --port $(PORT)

# The second run reads only the files that name its mark: reading them all takes longer than many of their tests.
test: setup ## every test; SQLite, then what touches data on PostgreSQL
	$(BIN)/pytest -n 3 -m "not slow"
	$(BIN)/pytest -n 2 -m "data and not slow" --database postgres $$(grep -rl "mark\.data" tests --include=*.py)

test-long: setup ## the full sizes: 1,600 saves, 50 kills…; what knows dates, at ten moments
	$(BIN)/pytest -m slow
	$(BIN)/python -m tests.at_moments -n 3

test-postgres: setup ## every test on PostgreSQL
	$(BIN)/pytest -n 3 -m "not slow" --database postgres

quick: $(VENV)/.dev ## lint, types, imports, scripts and styles: a minute at most
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python scripts/lint_words.py
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python -m scripts.front check
	$(BIN)/mypy

bench: setup ## speeds as ratios to a bare Flask page
	$(BIN)/python -m bench

format: $(VENV)/.dev ## put code in form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/python -m scripts.front format

messages: $(VENV)/.dev ## gather texts to translate and compile the translations
	$(BIN)/python -m scripts.messages

docs: $(VENV)/.dev ## write the references that are made from the code
	$(BIN)/python -m scripts.macros_doc
	$(BIN)/python -m scripts.docs_tables

setup: $(VENV)/.dev ## all that `make test` needs, without running it
	$(BIN)/python scripts/machine.py

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python requirements.lock
	@if [ ! -f $(VENV)/.dev ]; then $(BIN)/pip install --quiet --require-hashes -r requirements.lock; $(BIN)/pip install --quiet --no-deps -e .; fi
	@$(COMPILE)
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python requirements-dev.lock
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --no-deps -e .
	@$(COMPILE)
	@touch $@ $(VENV)/.run
