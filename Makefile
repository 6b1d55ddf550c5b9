# Alta's commands. `make run`, `make demo` and `make test` need nothing but Python 3.11 or newer, make and git.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard app/translations/*/LC_MESSAGES/messages.po))
COMPILE_LOCK = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock"

.PHONY: run demo test lint lock check-lock screenshots bench words format clean

run: .venv/.run $(CATALOGUES)
	@exec $(BIN)/flask --app wsgi serve --host "$(HOST)" --port "$(PORT)"

demo: .venv/.run $(CATALOGUES)
	@$(BIN)/flask --app wsgi demo

test: .venv/.dev $(CATALOGUES)
	@$(BIN)/python -m tests.support.browser install
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: .venv/.dev $(CATALOGUES) check-lock
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/deptry .
	$(BIN)/python -m tests.support.words

lock: .venv/.dev
	$(COMPILE_LOCK) --output-file requirements.lock
	$(COMPILE_LOCK) --constraints requirements.lock --extra test --extra lint --output-file requirements-dev.lock
	$(COMPILE_LOCK) --constraints requirements-dev.lock --extra test --extra bench --output-file requirements-bench.lock

# A lock that no longer answers pyproject.toml would be changed by compiling it again.
check-lock: .venv/.dev
	@$(BIN)/python -m tests.support.locks

screenshots: .venv/.dev $(CATALOGUES)
	@$(BIN)/python -m tests.support.browser install
	$(BIN)/python -m tests.support.screenshots

bench: .venv/.bench $(CATALOGUES)
	.venv-bench/bin/python -m tests.bench

# Merge the words of code and templates into each language's catalogue, and name those still to translate.
words: .venv/.dev
	$(BIN)/python -m tests.support.words update

format: .venv/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

%.mo: %.po
	@$(BIN)/pybabel -q compile -i $< -o $@ -l $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $<)))

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Alta needs Python 3.11 or newer; set PYTHON=…" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv

.venv/.run: requirements.lock | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/.dev: requirements-dev.lock | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ .venv/.run

.venv/.bench: requirements-bench.lock | .venv/bin/python
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@

clean:
	rm -rf .venv .venv-bench instance $(CATALOGUES)
