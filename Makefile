# Two commands for a newcomer: `make demo` and `make test`. Both set up everything that they need.
PYTHON ?= python3.11
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup demo test lint types bubblewrap browser engine clean

setup: bubblewrap $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	$(BIN)/python -m pip install --quiet --no-deps 'mini-swe-agent>=2.4,<3'
	@touch $@

# The default sandbox. Installed where we may; otherwise one line says what to do.
bubblewrap:
	@sh scripts/need.sh bwrap bubblewrap

# For the tests that open the report in a real browser.
browser:
	@sh scripts/need.sh chromium chromium
	@sh scripts/need.sh chromedriver chromium-driver

# For the tests of the docker sandbox, which start an engine of their own; without one they are skipped.
engine:
	@sh scripts/need.sh dockerd docker.io || echo "the tests of the docker sandbox are skipped" >&2

demo: setup
	$(BIN)/synth-gym demo

test: setup browser engine lint types
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

clean:
	rm -rf $(VENV) runs build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
