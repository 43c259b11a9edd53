# Two commands do everything on a fresh machine: make demo, make test.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

# Browsers at work at the same time.
WORKERS ?= 2

export PORT ?= 8000
export THIRD_PARTY_PORT ?= 8001

.PHONY: demo test lint browser libreoffice databases test-databases test-wheel test-peers java benchmark messages clean

demo: $(INSTALLED) ## The clinic's page, before and after, with its third parties
	@$(BIN)/python tests/site/manage.py demo

test: $(INSTALLED) lint browser libreoffice ## Everything: lint, types, import contracts, unit and end-to-end tests
	$(BIN)/python -m pytest -n $(WORKERS)

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

browser: $(INSTALLED)
	@$(BIN)/python -m tests.e2e.chromium
	@$(BIN)/python -m tests.e2e.firefox

libreoffice: $(INSTALLED) ## A real spreadsheet, to open exports in
	@$(BIN)/python -m tests.libreoffice

test-databases: $(INSTALLED) databases libreoffice ## The suite without the browser, on SQLite, PostgreSQL and MariaDB: private servers of its own
	$(BIN)/python -m tests.databases

databases: $(INSTALLED)
	@$(BIN)/python -m tests.databases.install

test-wheel: $(INSTALLED) ## Build sdist and wheel, test in the one, serve a page from the other in a clean environment
	$(BIN)/python -m tests.wheel.serve

test-peers: $(INSTALLED) browser java ## htmx, Turbo and a bundled app under the guard; HTML checkers on every page (needs Node 20.19 or newer)
	npm ci --prefix tests/peers --ignore-scripts
	npm run --prefix tests/peers build
	$(BIN)/python -m pytest tests/peers/inserting.py tests/peers/returning.py tests/peers/checking.py

java: ## For the Nu checker; root on Debian gets the distribution's
	@command -v java >/dev/null || { apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq default-jre-headless >/dev/null; }

benchmark: $(INSTALLED) ## Figures beside peers, into docs/performance.md (what needs Node or Chromium: where there is one)
	@$(BIN)/python -m tests.e2e.chromium || true
	@$(BIN)/python -m tests.databases.install || true
	@npm ci --prefix tests/benchmarks --omit=dev --ignore-scripts --silent || \
		echo "npm did not run: nothing is measured beside vanilla-cookieconsent." >&2
	$(BIN)/python -m tests.benchmarks

CATALOGUE := locale/es/LC_MESSAGES/django.po

messages: $(INSTALLED) ## Collect and compile the translations (needs GNU gettext)
	cd consent && ../$(BIN)/django-admin makemessages --locale es --no-obsolete --add-location file
	@# No guesses, and no dates that change with every run.
	cd consent && msgattrib --clear-fuzzy --clear-previous --empty -o $(CATALOGUE).new $(CATALOGUE)
	cd consent && sed '/^"POT-Creation-Date: /d; /^"Report-Msgid-Bugs-To: /d; 1{/^#$$/d;}' \
		$(CATALOGUE).new > $(CATALOGUE) && rm $(CATALOGUE).new
	cd consent && ../$(BIN)/django-admin compilemessages

$(INSTALLED): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: set PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

clean:
	rm -rf $(VENV) dist tests/site/demo.sqlite3*
