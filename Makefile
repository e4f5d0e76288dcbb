# The steps that ./run and ./test call, and the rest. `make` shows them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

ENV := source tools/environment.sh
GROUPS_RUN := build runtime mlops challenger data
GROUPS_DEV := $(GROUPS_RUN) dev

.PHONY: help
help:  ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

.PHONY: venv
venv:  ## Make .venv with all that the package needs (hash-locked)
	@tools/venv.sh $(GROUPS_RUN)

.PHONY: venv-dev
venv-dev:  ## The same, with test and lint tools
	@tools/venv.sh $(GROUPS_DEV)

.PHONY: package
package: venv  ## Build the core and install the package into .venv
	@tools/develop.sh

.PHONY: develop
develop: venv-dev  ## Build the package into .venv for development (editable, incremental)
	@tools/develop.sh

.PHONY: core
core: venv-dev  ## Build the C++ core and its tests, release flags
	@$(ENV); cmake --preset release >build/release.log || { cat build/release.log; exit 1; }; cmake --build --preset release
