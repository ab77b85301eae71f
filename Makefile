# Two commands do all set-up: `make run` and `make test`. Only Python 3.11+ and PyPI are needed.
PYTHON ?= python3
PORT   ?= 8501
API_PORT ?= 5000
VENV   := .venv
BIN    := $(VENV)/bin
# Tests share the cores, a worker each. More than four would start more servers than they save time.
# A module stays with one worker, so that what its tests share is made once; the longest come first,
# by tests/conftest.py rather than by how many tests they have. A worker that crashes ends the run:
# where it is replaced, xdist 3.8 waits for ever for the rest of its module. PROCESSES says another
# number of workers than that of the cores: a browser and its server wait for one another at times.
WORKERS ?= 4
PROCESSES ?= logical
PYTEST := $(BIN)/python -m pytest -n $(PROCESSES) --maxprocesses $(WORKERS) --dist loadscope \
	--no-loadscope-reorder --max-worker-restart 0

# Servers and workers that tests start read what the first has compiled: most of a second for each.
# Where an image forbids Python to keep it, as those of containers do, every one compiles all anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run serve-api test test-newest lint audit fuzz speed pack county screenshots clean

run: $(VENV)/.app
	$(BIN)/python -m layers.serve --port $(PORT)

serve-api: $(VENV)/.api
	$(BIN)/python -m layers.publish --port $(API_PORT)

test: $(VENV)/.dev
	$(PYTEST)

# What another Python can change: syntax, warnings, and what libraries are built for it. So every
# module is imported and every calculation meets its figures, files and SQLite are written and read.
# Long searches for rare failures (hypothesis), servers, texts and screens are the same code
# whichever runs it.
GEO := tests/unit/geo
test-newest: $(VENV)/.dev
	$(PYTEST) -m "not hypothesis" tests/unit/test_imports.py $(wildcard $(GEO)/test_*.py) \
		$(addprefix $(GEO)/, catalogue cli/test_cli.py formats geometry growth \
		intake/test_sites.py intake/test_tables.py land ledger/test_store.py ledger/test_sheets.py \
		pack register report schema screening search transport) tests/unit/layers/app/heavy \
		--ignore $(GEO)/land/test_account_towns.py --ignore $(GEO)/land/test_account_threads.py \
		--ignore $(GEO)/geometry/test_rectangle_spans.py --ignore $(GEO)/pack/test_versions.py \
		--ignore $(GEO)/schema/test_constraint_kinds.py

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports

# Whether a pinned package has a known hole, by PyPI's advisories: see .ci/audit.py.
audit: .venv-audit/.made
	.venv-audit/bin/python .ci/audit.py --program .venv-audit/bin/pip-audit

# Links with whatever anybody may write into them, and many more examples of every property, than
# `make test` has time for.
fuzz: $(VENV)/.dev
	$(PYTEST) -m hypothesis --hypothesis-profile long
	NAERINGSAREAL_FUZZ_LINKS=5000 $(BIN)/python -m pytest tests/pages/test_link_fuzz.py -v

speed: $(VENV)/.dev
	$(BIN)/python -m tests.speed.overview
	$(BIN)/python -m tests.speed.felt
	$(BIN)/python -m tests.speed.growth_rule
	$(BIN)/python -m tests.speed.reserve_page
	$(BIN)/python -m tests.speed.reserve --sizes 10000 40000
	$(BIN)/python -m tests.speed.rivals --sizes 10000 40000
	$(BIN)/python -m tests.speed.land_time
	$(BIN)/python -m tests.speed.build
	$(BIN)/python -m tests.speed.doctor
	$(BIN)/python -m tests.speed.search
	$(BIN)/python -m tests.speed.search_page
	$(BIN)/python -m tests.speed.compare_page
	$(BIN)/python -m tests.speed.screening
	$(BIN)/python -m tests.speed.heavy
	$(BIN)/python -m tests.speed.layers
	$(BIN)/python -m tests.speed.waits
	$(BIN)/python -m tests.speed.sosi
	$(BIN)/python -m tests.speed.intake
	$(BIN)/python -m tests.speed.following
	$(BIN)/python -m tests.speed.load --sessions 30 --seconds 300
	$(BIN)/python -m tests.speed.load --sessions 100 --seconds 300
	$(BIN)/python -m tests.speed.memory --runs 5000
	$(BIN)/python -m tests.speed.norway --municipalities 20 --plots 200000

# Twenty fresh servers, each with twelve first visits at the same moment; ends with an error on any.
first-visits: $(VENV)/.dev
	$(BIN)/python -m tests.speed.first_visits

# Pictures of every page at every size, for the user guide; Chromium is needed.
screenshots: $(VENV)/.dev
	$(BIN)/python -m tests.screenshots

pack: $(VENV)/.app
	$(BIN)/python -m data.build

# The invented county of the page that compares municipalities, through `python -m geo distribute`.
county: $(VENV)/.distribute
	$(BIN)/python -m data.comparison.build

clean:
	rm -rf $(VENV) .venv-newest .venv-audit .cache .pytest_cache .mypy_cache .ruff_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=python3.11 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.app: requirements.txt constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.api: requirements-api.txt $(VENV)/.app
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-api.txt
	touch $@

# For `python -m geo distribute`: figures of many municipalities, on many processes or machines.
$(VENV)/.distribute: requirements-distribute.txt $(VENV)/.app
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-distribute.txt
	touch $@

# All at once: pip works out anew what fits together each time that it is called.
$(VENV)/.dev: requirements-dev.txt requirements-api.txt requirements-distribute.txt requirements.txt constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $(VENV)/.app $(VENV)/.api $(VENV)/.distribute $@

.venv-audit/.made: requirements-audit.txt
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-audit.txt
	touch $@
