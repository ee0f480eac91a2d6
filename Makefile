# Paths are relative and programs are called as modules, so that a folder with a space in its name works.
PYTHON_BIN := .venv/bin/python
RUNTIME := .venv/.installed
DEV := .venv/.installed-dev
MUTANTS := all
# Hundreds of starts of Python read what one of them has compiled.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test unit versions stories grid engines lint types generate check mutants bench clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

demo: $(RUNTIME) ## compile the specs that ship and show what came out
	@tools/demo

# Two of three workers play the stories of servers first, which mostly wait.
test: $(DEV) ## the tests of the gate: units, promtool and amtool of three versions, real servers
	@tools/fetch-oracles --quiet
	@tools/fetch-engines --quiet
	@$(PYTHON_BIN) -m pytest -n 3 --dist loadgroup

unit: $(DEV) ## what needs no program of others and is quick: to run while working
	@$(PYTHON_BIN) -m pytest -n 2 -m "not oracle and not server and not slow"

versions: $(DEV) ## what is asked of one version in turn, of every one; and the whole proof of what ships
	@tools/fetch-oracles --quiet
	@SLOGEN_VERSIONS=all $(PYTHON_BIN) -m pytest -n 2 --dist loadgroup -m "oracle or in_turn" --ignore tests/grid

stories: $(DEV) ## every traffic story, not just some of each kind (eight minutes)
	@tools/fetch-oracles --quiet
	@SLOGEN_STORIES=each $(PYTHON_BIN) -m pytest -n 2 tests/scenarios

grid: $(DEV) ## every kind, objective and window in its own proof, not just a sample (hours)
	@tools/fetch-oracles --quiet
	@SLOGEN_GRID=each $(PYTHON_BIN) -m pytest -n 2 tests/grid

engines: $(DEV) ## what has to be built: the newest versions, clusters' own checks, and 80 minutes of traffic on all engines
	@tools/fetch-oracles --quiet
	@tools/fetch-engines --build
	@SLOGEN_VERSIONS=all $(PYTHON_BIN) -m pytest -n 2 --dist loadgroup -rs -m built
	@$(PYTHON_BIN) -m tools.engines

lint: $(DEV) ## format and lint check
	@$(PYTHON_BIN) -m ruff format --check .
	@$(PYTHON_BIN) -m ruff check .

types: $(DEV) ## mypy: strict for slogen, and what the tests do with it
	@$(PYTHON_BIN) -m mypy

generate: $(RUNTIME) ## specs/ to generated/ and promtool-tests/
	@$(PYTHON_BIN) -m slogen generate

check: $(RUNTIME) ## fail when a generated file is not current
	@$(PYTHON_BIN) -m slogen check

mutants: $(DEV) ## break the code on purpose and see a test go red (MUTANTS=sample for a few)
	@tools/fetch-oracles --quiet
	@$(PYTHON_BIN) tools/mutants.py $(MUTANTS)

bench: $(DEV) ## measure; no pass or fail
	@$(PYTHON_BIN) -m benchmarks

clean: ## remove .venv, .oracles and caches
	@rm -rf .venv .oracles .slogen-cache .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUNTIME): pyproject.toml
	@tools/make-venv
	@touch $@

# The dev extra contains the runtime: one install serves both stamps.
$(DEV): pyproject.toml
	@tools/make-venv dev
	@touch $(RUNTIME) $@
