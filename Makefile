# make run    everything from nothing to an open page on the sample creator
# make test   everything the project promises, checked
# make check  format, lint, types, layers, licences (seconds, no models)
# make bench  ours against a named peer, NAME=chat, ARGS="--creator SLUG"; results in docs/lab.md
# make web    the pages, built into the package
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
export FENSHEN_HOME ?= $(CURDIR)/var/home
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run test check bench web clean

run: $(VENV)/.installed src/fenshen/web/static/index.html
	@$(BIN)/fenshen demo

test: $(VENV)/.installed-dev src/fenshen/web/static/index.html
	@tools/services.sh
	@$(MAKE) --no-print-directory check
	@npm --prefix frontend test --silent
	@tools/test_models.sh
	@$(BIN)/pytest -q -n 2 --dist worksteal

check: $(VENV)/.installed-dev frontend/node_modules/.installed
	@$(BIN)/ruff format --check src tests bench
	@$(BIN)/ruff check src tests bench
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@npm --prefix frontend run lint --silent
	@$(BIN)/python tools/licences.py

bench: $(VENV)/.installed-dev
	@$(BIN)/python -m bench $(NAME) $(ARGS)

web: src/fenshen/web/static/index.html

$(VENV)/.installed: pyproject.toml
	@tools/install.sh $(PYTHON) $(VENV) "train,voice,fetch"
	@touch $@

$(VENV)/.installed-dev: pyproject.toml
	@tools/install.sh $(PYTHON) $(VENV) "train,voice,fetch,cluster,dev"
	@touch $@ $(VENV)/.installed

frontend/node_modules/.installed: frontend/package-lock.json
	@echo "pages: installing"; npm --prefix frontend ci --no-audit --no-fund --loglevel=error
	@touch $@

src/fenshen/web/static/index.html: frontend/node_modules/.installed $(shell find frontend/src frontend/index.html frontend/docs.html -type f)
	@echo "pages: building"; npm --prefix frontend run build --silent

clean:
	rm -rf $(VENV) frontend/node_modules src/fenshen/web/static var
