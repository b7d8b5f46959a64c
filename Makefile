# Every recipe is one line that can be typed by hand; `make help` lists them.
PYTHON ?= python3
ENV := .venv/bin
ARGS ?=
ONLY ?=
NAME ?=

.DEFAULT_GOAL := help
.PHONY: help setup run demo-idp demo-card test test-unit test-browser mutants lint fix bench translations widget config lock

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install what the portal needs (make run does it by itself)
	@$(PYTHON) tools/setup.py

run: setup ## Run the portal with demo practices: http://localhost:8000 (PORT=8080 changes it)
	@$(ENV)/python tools/run.py

demo-idp: ## Run the portal with a test CSAM beside it: sign in with a digital key
	@$(PYTHON) tools/setup.py --tests
	@$(ENV)/python -m tools.idp

test: ## Install what the tests need, and run them all (ARGS="-k booking" chooses)
	@$(PYTHON) tools/setup.py --dev --tests
	@$(ENV)/python -m pytest -p tools.suites -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

test-unit: ## Run the tests that need neither database nor browser
	@$(PYTHON) tools/setup.py --dev
	@$(ENV)/python -m pytest tests/unit $(ARGS)

test-browser: ## Run the journeys in a real Chromium
	@$(PYTHON) tools/setup.py --dev --tests
	@$(ENV)/python -m pytest tests/browser $(ARGS)

mutants: ## Bend every condition of the SAML guard and see a test document notice
	@$(PYTHON) tools/setup.py --dev
	@$(ENV)/python tools/mutants.py

lint: ## Check style, floors, templates and types
	@$(PYTHON) tools/setup.py --dev
	$(ENV)/ruff check .
	$(ENV)/ruff format --check .
	$(ENV)/lint-imports
	$(ENV)/djlint --quiet --lint templates
	$(ENV)/mypy

fix: ## Correct what can be corrected without thinking
	@$(PYTHON) tools/setup.py --dev
	$(ENV)/ruff check --fix .
	$(ENV)/ruff format .

bench: ## Measure against the goals (ONLY=P1,P13 measures some)
	@$(PYTHON) tools/setup.py --dev --tests
	@$(ENV)/python -m tools.bench $(ONLY)

demo-card: ## Insert a virtual eID card and start the card agent beside `make run` (KIND=v17, SITE=…)
	@$(PYTHON) tools/setup.py --dev --tests
	@$(ENV)/python -m tools.virtual_card

translations: ## Bring the four catalogues up to date with code and templates
	@$(PYTHON) tools/setup.py
	@$(ENV)/python tools/translations.py

widget: ## Make the files of a new widget: NAME=my_allergies
	@$(PYTHON) tools/widget.py $(NAME)

config: ## List the settings of the portal
	@$(PYTHON) tools/setup.py
	@$(ENV)/python -c 'from app.config import table; [print(f"{name:28}{what}") for name, what in table()]'

lock: ## Write requirements*.txt anew from requirements*.in (needs uv)
	@for name in requirements requirements-dev card_agent/requirements-agent; do uv pip compile --quiet --universal --python-version 3.11 \
	  --generate-hashes --no-annotate --no-header $$name.in --output-file $$name.txt || exit 1; done
