# Everything below works where only Python >= 3.11 with pip, and make, exist.
PYTHON ?= python3
PORT ?= 8000
TODAY ?=

UV := .tools/bin/uv
PY := .venv/bin/python
# Which Python runs the tests on PostgreSQL: another version, to try both in one go.
PY_POSTGRESQL ?= $(PY)
export UV_PYTHON_DOWNLOADS := never
export PYTHONUNBUFFERED := 1

.PHONY: help setup run test test-sqlite test-postgresql test-elasticsearch lint bench bench-search bench-trade schema messages clean

help:  ## list what can be done
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=/path/to/python3")'
	@echo "Fetching uv into .tools …"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-warn-script-location --no-user --upgrade --target .tools "uv>=0.13.9,<0.14"

.venv/.in-step: $(UV) uv.lock pyproject.toml
	@$(UV) sync --quiet --frozen --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')"
	@touch $@

setup: .venv/.in-step  ## the virtual environment in .venv, and nothing outside this folder

run: setup  ## the shop with demo data on http://127.0.0.1:8000/ (PORT=8001, TODAY=2028-06-20)
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py load_places --verbosity 0
	@TODAY= $(PY) manage.py seed_demo --port $(PORT)
	@TODAY=$(TODAY) $(PY) manage.py runserver --noreload 127.0.0.1:$(PORT)

test: setup test-sqlite test-postgresql test-elasticsearch  ## every test; those that need a missing service say so and skip

test-sqlite: setup
	$(PY) -m pytest --numprocesses auto

test-postgresql: setup
	$(PY) -m tests.services.postgresql $(PY_POSTGRESQL) -m pytest --numprocesses auto -m "not browser"

test-elasticsearch: setup
	$(PY) -m tests.services.postgresql $(PY) -m tests.services.elasticsearch $(PY) -m pytest --numprocesses auto -m elasticsearch

lint: setup  ## format, lint, types, layers, migrations, deploy check, API schema
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/djade --check $$(git ls-files '*.html')
	.venv/bin/django-upgrade --check --target-version 5.2 $$(git ls-files '*.py')
	$(PY) -m mypy .
	.venv/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	@SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))') DATABASE_URL=sqlite:///:memory: SITE_URL=https://shop.example.vn \
		DJANGO_SETTINGS_MODULE=marketplace.settings.production $(PY) manage.py check --deploy --fail-level WARNING
	@$(PY) manage.py spectacular --validate --fail-on-warn --file .venv/openapi.yaml
	diff -u docs/openapi.yaml .venv/openapi.yaml

schema: setup  ## write docs/openapi.yaml anew
	$(PY) manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

messages: setup  ## collect and compile translations (needs GNU gettext)
	$(PY) manage.py makemessages --locale vi --no-location --no-obsolete --no-wrap --ignore .venv --ignore .tools --ignore .cache --ignore var --ignore bench --ignore tests --ignore docs
	$(PY) manage.py compilemessages --ignore .venv --ignore .tools --ignore .cache

bench: setup  ## our API beside a bare view with hand-written SQL, in one run
	$(PY) bench/run.py

bench-search: setup  ## every search engine at three sizes, up to a million products (the first run makes them; 10 GB)
	$(PY) -m bench.search

bench-trade: setup  ## checkout beside a bare insert of the same rows, lists beside checkouts (PostgreSQL)
	$(PY) -m bench.trade

clean:  ## the demo's database and pictures
	rm -rf var
