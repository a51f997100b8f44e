# One verb a chore; bare `make` prints them.
PYTHON ?= python3
PORT ?= 8000
T ?= tests
LOG ?= $(lastword $(sort $(wildcard var/evidence/2*)))
VENV := .venv
BIN := $(VENV)/bin
export PORT

.DEFAULT_GOAL := help
.PHONY: help run test check audit bench shell lock docs english clean

help: ## print this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

# The environment is made again only when a lock file changes. `uv` is used where it is found: it is faster.
define install
	@test -x $(BIN)/python || { echo "准备 Python 环境…"; $(PYTHON) -m venv $(VENV); }
	@echo "安装依赖（$(1)）…"
	@if command -v uv >/dev/null 2>&1; then \
	   uv pip install -q --python $(BIN)/python --require-hashes -r $(1); \
	 else $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1); fi
	@$(BIN)/python -c "import pathlib, sysconfig; \
	pathlib.Path(sysconfig.get_paths()['purelib'], 'ggzy-src.pth').write_text(str(pathlib.Path('src').resolve()) + '\n')"
	@printf '#!/bin/sh\nexec "$$(dirname "$$0")/python" -m ggzy.web.cli "$$@"\n' > $(BIN)/ggzy && chmod +x $(BIN)/ggzy
endef

$(VENV)/.run: requirements.lock
	$(call install,requirements.lock)
	@touch $@

$(VENV)/.dev: requirements-dev.lock
	$(call install,requirements-dev.lock)
	@touch $@ $(VENV)/.run

run: $(VENV)/.run ## everything from nothing: database, demo data, server on http://localhost:8000 (PORT=… moves it)
	@$(BIN)/ggzy run --port $(PORT)

test: $(VENV)/.dev ## all tests, or those of T=path
	@sh tests/system_packages.sh
	@$(BIN)/python -m pytest -n 2 $(T)

check: $(VENV)/.dev ## ruff, mypy, import floors, generated pages
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/ggzy docs --check
	@$(BIN)/ggzy english --check

audit: $(VENV)/.dev ## a log checked by software that is not ours (Go's own library); LOG=folder
	@$(BIN)/python -m tests.auditors.go $(LOG)

bench: $(VENV)/.dev ## all benches, or B=name; prints ratios against a baseline of the same run
	@for b in $(if $(B),bench/$(B).py,bench/[a-z]*.py); do $(BIN)/python $$b || exit 1; done

shell: $(VENV)/.run ## a Python prompt with the platform loaded
	@$(BIN)/ggzy shell

docs: $(VENV)/.run ## write the pages of docs/ that are made from the code
	@$(BIN)/ggzy docs

english: $(VENV)/.dev ## gather what the platform says, merge and compile its English
	@$(BIN)/ggzy english

lock: ## compile the lock files again (needs uv)
	@uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url requirements.in -o requirements.lock
	@uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url requirements-dev.in -o requirements-dev.lock

clean: ## forget the environment and all local data
	rm -rf $(VENV) var
