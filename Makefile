# make demo | test | check | bench | clean
# Everything runs in an environment of the project's own (.venv, from uv.lock); uv comes from PyPI where absent.
.DEFAULT_GOAL := help
.PHONY: help demo test lint check bench screenshots clean

UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
RUN := $(UV) run --frozen --quiet

help:
	@echo "make demo   a demo bank, its graph in a local Neo4j, its opportunities, the dashboard"
	@echo "make test   every test, against a real Neo4j"
	@echo "make check  linter, type checker and tests"
	@echo "make bench  the benchmarks (about an hour)"
	@echo "make screenshots  the README's pictures, from the bank of make demo"
	@echo "make clean  remove what these commands made here"

.tools/bin/uv:
	python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "guanxi needs Python 3.11 or newer")'
	python3 -m venv .tools
	.tools/bin/python -m pip install --quiet 'uv>=0.9'

.venv/.synced: $(filter .tools/bin/uv,$(UV)) pyproject.toml uv.lock
	$(UV) sync --frozen --quiet
	@touch $@

demo: .venv/.synced
	$(RUN) guanxi demo --home demo-bank $(ARGS)

test: .venv/.synced
	$(RUN) pytest -n 2 --dist loadfile $(ARGS)

lint: .venv/.synced
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) basedpyright --level error
	$(RUN) hadolint Dockerfile
	$(RUN) check-jsonschema --builtin-schema vendor.compose-spec compose.yaml

check: lint test

bench: .venv/.synced
	for script in benchmarks/bench_*.py; do echo "== $$script"; $(RUN) python $$script || exit 1; done

screenshots: .venv/.synced
	$(RUN) python tests/screenshots.py demo-bank

clean:
	rm -rf .venv .tools demo-bank dist .pytest_cache .ruff_cache .hypothesis
