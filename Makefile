# The steps that ./run and ./test call, and the rest. `make` shows them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

ENV := source tools/environment.sh
GROUPS_RUN := build runtime mlops challenger rigging data
GROUPS_DEV := $(GROUPS_RUN) dev

.PHONY: help
help:  ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-16s %s\n", $$1, $$2}'

# What builds the package comes first; the rest is fetched while the package compiles (`package`, `develop`).
.PHONY: venv-build
venv-build:
	@tools/venv.sh build

.PHONY: venv
venv: venv-build  ## Make .venv with all that the package needs (hash-locked)
	@tools/venv.sh $(GROUPS_RUN)

.PHONY: venv-dev
venv-dev: venv-build  ## The same, with test and lint tools
	@tools/venv.sh $(GROUPS_DEV)

.PHONY: extension
extension: venv-build
	@tools/develop.sh

.PHONY: package
package:  ## Build the core and install the package into .venv
	@$(MAKE) -j2 venv extension

.PHONY: develop
develop:  ## Build the package into .venv for development (editable, incremental)
	@$(MAKE) -j2 venv-dev extension

.PHONY: core
core: venv-dev  ## Build the C++ core and its tests, release flags
	@$(ENV); $(call configure,release); cmake --build --preset release -- --quiet

# Quiet configuration: what CMake says goes to a log, which is shown when it fails.
configure = mkdir -p build; cmake --preset $(1) >build/$(1).log 2>&1 || { cat build/$(1).log; exit 1; }
# $(1): preset, $(2): further arguments of ctest
run_tests = mkdir -p build/results; rm -rf build/$(1)/gtest; \
	ctest --preset $(1) --output-junit "$$PWD/build/results/ctest-$(1).xml" $(2)

# What ccache asks for where a precompiled header is used, whose source CMake has just written; no build of what is
# shipped is so lenient.
store_precompiled = CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime

.PHONY: test-cpp
test-cpp: venv-dev  ## C++ tests under ASan and UBSan, with their line coverage gate (95 %, C++ tests alone)
	@$(ENV); $(call configure,coverage); $(store_precompiled) cmake --build --preset coverage -- --quiet
	@$(ENV); find build/coverage -name '*.gcda' -delete; $(call run_tests,coverage,-j $$(nproc))
	@$(ENV); tools/coverage_cpp.sh

.PHONY: test-tsan
test-tsan: venv-dev  ## C++ tests whose name has "thread" and the threaded example, under ThreadSanitizer
	@$(ENV); $(store_precompiled) tools/test_tsan.sh

.PHONY: kill
kill: develop  ## Kill the voyage at 80 moments with SIGKILL and verify that nothing recorded is lost (an hour or more)
	@tools/system_packages.sh kill
	@$(ENV); PYTHONPATH=tests python -m kill_campaign

.PHONY: duels
duels: develop  ## Method against method on 20,000 trades of each product, some hours; goes on where the last run stopped
	@$(ENV); PYTHONPATH=tests python -m duels

.PHONY: fuzz
fuzz: develop  ## Every fuzz target for FUZZ_SECONDS (60) under libFuzzer; FUZZ_TARGETS names some
	@tools/system_packages.sh fuzz
	@$(ENV); tools/fuzz.sh $(FUZZ_TARGETS)

.PHONY: fuzz-readers
fuzz-readers: develop  ## The readers of books, snapshots and reference tables alone, FUZZ_SECONDS (10) each
	@$(ENV); FUZZ_SECONDS=$${FUZZ_SECONDS:-10} tools/fuzz.sh book snapshot reference

.PHONY: test-package
test-package: venv-dev  ## Install the CMake package, build and run examples/cpp against it
	@$(ENV); tools/test_package.sh

.PHONY: test-py
test-py: develop  ## Python tests with their line and branch coverage gate (95 %)
	@$(ENV); mkdir -p build/results; python -m pytest -n $$(nproc) --dist loadfile --cov --cov-report=term:skip-covered \
		--cov-report=json:build/results/coverage-python.json --junitxml=build/results/pytest.xml; \
		python tools/coverage_gate.py python

.PHONY: wheel
wheel:  ## Build the wheel into dist/; the same commit gives the same bytes
	@tools/venv.sh build
	@tools/build_package.sh wheel

.PHONY: sdist
sdist:  ## Build the source archive into dist/
	@tools/venv.sh build
	@tools/build_package.sh sdist

.PHONY: runtime
runtime: wheel  ## Install the wheel and what it needs into PREFIX=FOLDER, where no compiler is seen
	@tools/install_wheel.sh $(or $(PREFIX),$(error say where: make runtime PREFIX=FOLDER)) $(filter-out build,$(GROUPS_RUN))

.PHONY: test-wheel
test-wheel: venv-dev wheel sdist  ## Wheel and sdist: what is in them, and a smoke test without a compiler
	@$(ENV); tools/test_wheel.sh

.PHONY: reproduce-wheel
reproduce-wheel: wheel sdist  ## Compile the wheel again, without ccache, in another folder: the same bytes
	@$(ENV); tools/reproduce_wheel.sh

.PHONY: sbom
sbom: venv-dev wheel  ## Bill of materials of the wheel into dist/ (CycloneDX: Python, C++, system)
	@$(ENV); SOURCE_DATE_EPOCH=$$(tools/source_date.sh); export SOURCE_DATE_EPOCH; PYTHONPATH=tools python -m sbom $(or $(WHEEL),dist/plimsoll-*.whl) \
		--out dist/plimsoll.cdx.json

.PHONY: image
image: venv-dev wheel  ## Build and try the container image by buildah, on a base made by debootstrap (root)
	@tools/system_packages.sh image-build
	@$(ENV); tools/image.sh

.PHONY: lint
lint: export PLIMSOLL_WARNINGS_AS_ERRORS := ON
lint: venv-dev develop  ## Every linter: black, ruff, mypy, clang-format, clang-tidy, workflows
	@$(ENV); tools/lint.sh

.PHONY: format
format: venv-dev  ## Put every file in form
	@$(ENV); black --quiet python tests tools examples; \
		git ls-files -co --exclude-standard '*.cpp' '*.hpp' | xargs -r clang-format -i; \
		ruff check --quiet --fix python tests tools examples

.PHONY: bench
bench: venv-dev  ## Build and run the benchmarks; ratios to peers are kept in .cache/bench-history.jsonl
	@tools/system_packages.sh bench
	@grep -m1 'model name' /proc/cpuinfo | sed 's/.*: /machine: /'; echo "cores: $$(nproc)"
	@$(ENV); $(call configure,release); cmake --build --preset release -- --quiet
	@for program in build/release/core/plimsoll_bench_*; do if [ -x "$$program" ]; then "$$program" .cache/bench-history.jsonl; fi; done

.PHONY: bench-python
bench-python: develop  ## Bulk options through Python with NumPy and Arrow, in turns with C++: at least 85 % of its throughput
	@$(ENV); $(call configure,release); cmake --build --preset release --target plimsoll_bench_bulk -- --quiet
	@$(ENV); python tests/performance/bulk_throughput.py build/release/core/plimsoll_bench_bulk

.PHONY: lock
lock:  ## Resolve requirements/*.in into hash-locked requirements/*.txt (needs uv)
	@tools/lock.sh

.PHONY: hooks
hooks: venv-dev  ## Install the pre-commit hook
	@$(ENV); pre-commit install

.PHONY: clean
clean:  ## Remove what was built; .venv and the caches stay
	@rm -rf build dist out .plimsoll

.PHONY: distclean
distclean: clean  ## Remove .venv and the caches too
	@rm -rf .venv .cache .ccache
