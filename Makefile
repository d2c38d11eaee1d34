# Two commands matter: `make demo` and `make test`. Everything they need is prepared by `make env`.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
VAR ?= var
CASES ?= 50000
EXAMPLES ?= 2000
SEED ?= 0
ROUNDS ?= 50
ARGS ?=

.PHONY: env demo test browser images security rehearse lint types imports licences ci bench hot load fuzz faults truth week lock schema examples docs erd monitoring standby footprint backup-rehearsal backup restore dev compose audit sbom

env:
	@$(PYTHON) embedded/prepare.py

demo: env
	@$(BIN)/python -m embedded.demo --port $(PORT) --var $(VAR) $(ARGS)

test: env
	@$(BIN)/python -m pytest $(ARGS)

# The same on Docker, for a developer: the sources mounted, everything on localhost; Ctrl-C stops it.
dev:
	@test -d secrets || docker/make-secrets.sh
	@mkdir -p var/dev/mail var/dev/media var/dev/vendor
	@DEV_USER=$$(id -u):$$(id -g) docker compose -f docker-compose.yml -f docker/compose.dev.yml up --build --watch $(ARGS)

# The Compose files by Compose itself, the Dockerfile and the shell scripts by their linters; no Docker engine is needed.
compose: env
	@$(BIN)/python -m tests.compose

# A simulated week of forty accounts whose vendor fails in every way; ARGS="--days 1" for less of it.
week: env
	@$(BIN)/python -m tests.week --seed $(SEED) $(ARGS)

# Every page of the demo in Chromium, on a phone and a desktop, in both themes, and with axe; about fifteen minutes.
# CHROMIUM names the browser, else one on the PATH, else npm's; ARGS="--only alerts" for some of the pages.
browser: env
	@$(BIN)/python -m tests.browser $(ARGS)

# The pictures of README and docs, from the demo.
images: env
	@$(BIN)/python -m tests.browser --pictures

# On Debian's PostgreSQL, from the machine or by apt; DATABASE_URL names another server, as its superuser.
security: env
	@$(BIN)/python -m tests.security

# nginx before three web processes: one is killed under load, all are replaced by a new version, no request may fail.
# DATABASE_URL names a real server, as its superuser; ARGS="--from REVISION" another version to begin with.
rehearse: env
	@$(BIN)/python -m tests.rehearsal $(ARGS)

# Configuration, rules and their cases, by Prometheus's own tools: from the machine or by apt.
monitoring: env
	@$(BIN)/python -m tests.monitoring $(ARGS)

# A replica, PgBouncer and sentinels, real ones, and what is left when one goes; ARGS="replica" for one of them.
standby: env
	@$(BIN)/python -m tests.standby $(ARGS)

# Bytes and memory for docs/capacity.md, on the server of DATABASE_URL that nobody else uses.
footprint: env
	@$(BIN)/python -m bench.footprint

# A database is destroyed and comes back: on Debian's PostgreSQL with Debian's pgBackRest, from the machine or by apt.
backup-rehearsal: env
	@$(BIN)/python -m tests.backup_rehearsal $(ARGS)

# The folder of a demo that is stopped: make backup FILE=demo.age KEY=demo.key ARGS=--new-key
backup: env
	@$(BIN)/python -m embedded.backup --var $(VAR) --key $(KEY) $(ARGS) $(FILE)

restore: env
	@$(BIN)/python -m embedded.restore --var $(VAR) --key $(KEY) $(ARGS) $(FILE)

lint: env
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/sqlfluff lint --processes 2 sql
	@$(BIN)/bandit --quiet --recursive --configfile pyproject.toml .
	@$(BIN)/python -m tests.supply_chain.secrets

types: env
	@$(BIN)/mypy

imports: env
	@$(BIN)/lint-imports

licences: env
	@$(BIN)/python -m tests.licences

# Asks the registries' databases of holes: 1 where there is one, 2 where they did not answer for all.
audit: env
	@$(BIN)/python -m tests.supply_chain.audit

# The bill of materials of a release, to var/sbom.json.
sbom: env
	@$(BIN)/python -m tests.supply_chain.sbom

# What needs no server goes side by side, and what each says comes out in one piece.
ci: env
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint types imports licences docs
	@$(MAKE) --no-print-directory test

bench: env
	@$(BIN)/python -m bench $(ARGS)

# Requests made from the document, by every role: many more than `make test` sends.
fuzz: env
	@$(BIN)/python -m tests.fuzz --cases $(CASES) --seed $(SEED) $(ARGS)

# Real processes that are killed, a full disk, a clock that jumps: what must hold after each; about twenty minutes.
faults: env
	@$(BIN)/python -m tests.faults --rounds $(ROUNDS) --seed $(SEED) $(ARGS)

# Scenarios between vendor and storage: many more than `make test` tries.
truth: env
	@TRUTH_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest tests/integration/truth --hypothesis-seed=$(SEED) $(ARGS)

hot: env
	@$(BIN)/python -m bench.hot $(ARGS)

load: env
	@$(BIN)/python -m bench.load $(ARGS)

# After a change of the API; ARGS=--release when a version is released.
schema: env
	@$(BIN)/python -m tests.contract $(ARGS)

# After a change of an answer: writes what the examples of the document are answered now.
examples: env
	@WRITE_EXAMPLES=1 $(BIN)/python -m pytest tests/api/test_examples.py
	@$(BIN)/python -m tests.contract

# After a change of requirements*.in. The header that uv writes is how Renovate knows the command.
lock: env
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements.in -o requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements-dev.in -o requirements-dev.txt -c requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements-docs.in -o requirements-docs.txt -c requirements-dev.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes tests/compose/requirements.in -o tests/compose/requirements.txt

# The documentation as a site in var/docs; a link or an anchor that leads nowhere fails it.
docs: env
	@$(BIN)/python -m docs.site --into $(VAR)/docs $(ARGS)

# After a change of the models: the diagrams of docs/erd.
erd: env
	@$(BIN)/python -m docs.diagrams --write
