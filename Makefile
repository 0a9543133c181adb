# Two commands matter: `make demo` shows it, `make test` proves it. Both prepare what they need and say what is missing.
.PHONY: help demo test test-long bench check fix words setup clean
.DEFAULT_GOAL := help
.SILENT:

# One worker a processor for SQLite, one more because one of them waits for a browser most of the time, and one for
# PostgreSQL (tests/conftest.py).
WORKERS := $(shell echo $$(( $$(nproc 2>/dev/null || echo 2) + 1 )))
POSTGRES := --tx popen//env:NORTHING_TEST_DATABASE=postgres
PYTEST := .venv/bin/python -m pytest --dist loadfile --tx $(WORKERS)*popen $(POSTGRES)

help:
	echo 'make demo       load a sample organisation, start the server, print the address and a login'
	echo 'make test       every test, and the checks'
	echo 'make test-long  the tests that take minutes: kills, power cuts, large files, laws on new examples'
	echo 'make bench      measure, against limits and peers'
	echo 'make check      style, types, layers (also part of make test)'
	echo 'make fix        let ruff format and mend what it can'
	echo 'make words      collect the words on screen for translators'

setup:
	sh scripts/setup

demo: setup
	.venv/bin/northing demo

test:
	sh scripts/setup --tests
	$(PYTEST) $(TESTS)

test-long:
	sh scripts/setup --tests
	$(PYTEST) -m long $(TESTS)
	$(PYTEST) --hypothesis-profile=searching tests/laws tests/portfolio tests/record tests/measure

bench: setup
	.venv/bin/python -m bench $(BENCH)

check: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

fix: setup
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

words: setup
	.venv/bin/pybabel --quiet extract --mapping babel.toml --sort-by-file --no-location --project northing --keyword about:1 --keyword word:1 --keyword several:1,2 \
		--output src/northing/locale/django.pot src/northing

clean:
	rm -rf .venv .bootstrap build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
