# Needs Python 3.11 and pip, and makes everything else. `make` alone says what there is to make.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
DJANGO ?= 5.2
CHOSEN := $(filter-out file,$(origin PYTHON) $(origin DJANGO))
VENV := $(if $(CHOSEN),.venv-$(notdir $(PYTHON))-django$(DJANGO),.venv)
BIN := $(VENV)/bin
# the pins are for Django 5.2: another Django brings its own asgiref
PINS := $(if $(filter 5.2,$(DJANGO)),cat,grep -viE '^(django|asgiref)==') constraints.txt

.PHONY: help demo test explore docs bench bench-quick

help:
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' Makefile
	@echo 'Other versions: make test PYTHON=python3.13 DJANGO=6.1'

demo: $(VENV)/installed ## start the example site, with an S3 server beside it
	@$(BIN)/python -m example

test: $(VENV)/installed ## regenerate everything, run every notebook, check types and links
	@$(BIN)/python tools/check.py

explore: $(VENV)/installed ## run the notebooks of nbs/explore at full length and keep what they show
	@$(BIN)/python tools/notebooks.py --save --timeout 1800 $(sort $(wildcard nbs/explore/*.ipynb))
	@$(BIN)/python tools/docs.py

docs: $(VENV)/installed ## build docs/ and README.md
	@$(BIN)/python tools/docs.py

bench: $(VENV)/bench ## measure against nginx and others on a quiet machine, half an hour, and keep the figures
	@$(BIN)/python -m benchmarks --save
	@$(BIN)/python tools/notebooks.py --save nbs/explore/benchmarks.ipynb
	@$(BIN)/python tools/docs.py

bench-quick: $(VENV)/bench ## the same in two minutes, to look at: keeps nothing
	@$(BIN)/python -m benchmarks --quick

$(VENV)/bench: $(VENV)/installed
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c $(VENV)/constraints.txt -e '.[bench]'
	@touch $@

$(VENV)/installed: settings.ini setup.py pyproject.toml constraints.txt
	@echo "Installing into $(VENV): a minute or two the first time"
	@$(PYTHON) -m venv $(VENV) || \
	  ($(PYTHON) -m venv --without-pip $(VENV) && $(PYTHON) -m pip --python $(BIN)/python install -q pip)
	@$(PINS) > $(VENV)/constraints.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c $(VENV)/constraints.txt \
	  'django~=$(DJANGO).0' -e '.[s3,obstore,checksums,dev]'
	@touch $@
