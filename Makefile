# The book's commands. `make help` lists them; the README has the same steps for machines without make.

PYTHON ?= python3
MATHJAX_VERSION := 3.2.2
MATHJAX_PARTS := startup.js core.js adaptors/liteDOM.js input/tex.js output/chtml.js output/chtml/fonts/tex.js \
	a11y/assistive-mml.js
MATHJAX := book/softmax_site/vendor/mathjax
MATHJAX_FONTS := book/assets/vendor/mathjax
CHARTJS_VERSION := 4.6.1
SERIF_VERSION := 5.3.1
SANS_VERSION := 5.3.1
MONO_VERSION := 5.3.0
# The letters of Latin 1, dashes, quotation marks, primes, arrows and the minus.
LETTERS := U+20-7E,U+A0-FF,U+2010-2014,U+2018-201D,U+2022,U+2026,U+202F,U+2032,U+2190-2193,U+2212
FEATURES := kern,liga,tnum,lnum,ccmp,locl,mark
PORT ?= 8000

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif

INSTALLED := .venv/.installed
FRAMEWORKS := .venv/.frameworks
PAGE := _build/html/index.html
KERNEL := node_modules/.package-lock.json
EVERYWHERE := _toc.yml _config.yml book/softmax_site/*.py book/softmax_site/*/*.py book/softmax_site/templates/* book/descriptions.yml book/assets/*.css book/assets/*/*.css

.PHONY: help book read pdf offline lab notebooks format lint test test-all frameworks accuracy oldest links mutants lighthouse \
	reading errors bench cluster experiments dist lock vendor wheels checksums clean
.DEFAULT_GOAL := help

help:  ## list the commands
	@awk '/^##@/ {print "\n" substr($$0, 5)} /^[a-z-]+:.*  ## / {split($$0, goal, ":.*  ## "); printf "  make %-12s %s\n", goal[1], goal[2]}' \
		$(MAKEFILE_LIST)

# The stamp is older than the lock exactly when something has to be installed.
$(INSTALLED): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check --requirement requirements.txt
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(FRAMEWORKS): $(INSTALLED) requirements-frameworks.txt
	$(BIN)/python -m pip install --disable-pip-version-check --requirement requirements-frameworks.txt
	$(BIN)/python -m pip install --disable-pip-version-check --group torch
	@touch $@

# The lock holds the kernel that runs cells in the page to its checksum. Without npm the book is built, and runs none.
$(KERNEL): package-lock.json
	@if command -v npm > /dev/null; then npm ci --omit=dev --ignore-scripts --no-audit --no-fund --silent; \
		else echo "npm is not installed, so that no cell will run in the page"; fi

##@ Read

# What every page shows makes every page anew. A failed build forgets its state, else the next one would not show the
# warnings of pages that did not change.
book: $(INSTALLED) $(KERNEL)  ## install what is missing, build the book, say where it is
	@test -z "$$(find $(EVERYWHERE) -newer $(PAGE) 2>&1)" || rm -rf _build/.doctrees _build/html
	@$(BIN)/jupyter-book build . -W -n --keep-going || { rm -rf _build/.doctrees; exit 1; }
	@test -f $(PAGE)
	@echo "The book is built. Open: file://$(CURDIR)/$(PAGE)"

read: book  ## build the book and serve it on localhost
	@echo "Read the book at http://localhost:$(PORT)/ (Ctrl-C ends it)"
	@$(BIN)/python -m http.server $(PORT) --bind localhost --directory _build/html

pdf: book  ## print the whole book into one PDF; needs Chromium or Chrome
	@$(BIN)/python -m softmax_site.export pdf

offline: book  ## pack a copy of the built book that works from the file system
	@$(BIN)/python -m softmax_site.export zip

##@ Write

lab: $(INSTALLED)  ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab --notebook-dir book

notebooks: $(INSTALLED)  ## run the notebooks again and store them in canonical form
	$(BIN)/python -m softmax_site.notebooks book

format: $(INSTALLED)  ## format the code, and mend what ruff can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

##@ Test

test: lint book  ## test the library, every notebook whose imports are installed, and the built book
	$(BIN)/python -m pytest --numprocesses auto --dist loadscope --no-loadscope-reorder $(PYTEST_ARGS)

test-all: $(FRAMEWORKS)  ## install PyTorch, TensorFlow, JAX and Gymnasium too, and test everything
	@$(MAKE) --no-print-directory test PYTEST_ARGS=--all-notebooks

frameworks: $(FRAMEWORKS)  ## install PyTorch, TensorFlow, JAX and Gymnasium, which some notebooks import

# deptry takes for ours what lies in the folders that it is given.
lint: dist  ## check style, types, spelling, dependencies, workflows and the package to release
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/codespell
	$(BIN)/deptry --no-ansi . book benchmarks experiments tools tools/wasm tests tests/book tests/lib tests/site book/softmax_site/in_page
	$(BIN)/zizmor --offline --quiet --persona=auditor .github
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.citation-file-format CITATION.cff
	$(BIN)/validate-pyproject pyproject.toml
	$(BIN)/twine check --strict _build/dist/*
	$(BIN)/check-wheel-contents _build/dist

accuracy: $(INSTALLED)  ## test the library on many more and longer rows, others each time, and print the largest errors
	$(BIN)/python -m pytest tests/lib --thorough --hypothesis-profile fresh -rP --numprocesses auto

oldest:  ## test the library with the oldest dependencies that pyproject.toml allows
	rm -rf _build/oldest
	$(PYTHON) -m venv _build/oldest
	_build/oldest/bin/python -m pip install --quiet uv
	_build/oldest/bin/uv pip install --python _build/oldest --resolution lowest-direct ".[dask]" --group test-lib
	_build/oldest/bin/python -m pytest tests/lib

links: $(INSTALLED)  ## open each external link, and compare the bibliography with the registries of its DOIs
	$(BIN)/jupyter-book build . --builder linkcheck
	$(BIN)/python tools/bibliography.py

mutants: $(INSTALLED)  ## change the library in small ways, and list those that no test notices and no reason excuses
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --group mutants
	$(BIN)/cosmic-ray init --force tools/mutants.toml _build/mutants.sqlite
	$(BIN)/cr-filter-operators _build/mutants.sqlite tools/mutants.toml
	$(BIN)/python tools/mutants.py

lighthouse: book  ## score five pages with Lighthouse, by npx, and fail below 95
	@PYTHONPATH=tests:tests/site $(BIN)/python tools/lighthouse.py

reading: book  ## measure what readers see of each chapter: pictures, open code, captions, what a phone cuts
	@$(BIN)/python tools/reading.py

##@ Measure

errors: $(INSTALLED)  ## measure the errors of the library, SciPy and the textbook formula, and store them for the book
	$(BIN)/python benchmarks/errors.py --write
	@$(BIN)/python -m softmax_site.checksums

bench: $(FRAMEWORKS)  ## compare the speed with SciPy's and PyTorch's, and store the result for the book
	$(BIN)/python benchmarks/compare.py --write
	@$(BIN)/python -m softmax_site.checksums

cluster: $(INSTALLED)  ## measure two worker processes on 20 GB of logits, and store the result for the book
	$(BIN)/python benchmarks/many_machines.py --write
	@$(BIN)/python -m softmax_site.checksums

EXPERIMENTS := $(filter-out experiments/chapter.py,$(wildcard experiments/*.py))

experiments: $(FRAMEWORKS)  ## repeat at length what the chapters train in small, and store the result for the book
	@for experiment in $(EXPERIMENTS); do echo $$experiment; $(BIN)/python $$experiment || exit; done
	@$(BIN)/python -m softmax_site.checksums

##@ Maintain

dist: $(INSTALLED)  ## build the wheel and the source distribution of softmax_lib
	@rm -rf _build/dist
	@$(BIN)/hatchling build --directory _build/dist

UPGRADE := --upgrade
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" .venv-lock/bin/uv pip compile pyproject.toml \
	--universal --python-version 3.11 $(UPGRADE) --no-annotate --no-emit-index-url --generate-hashes --quiet

lock:  ## compile the requirements files from the ranges in pyproject.toml; with UPGRADE= only what is new
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet uv
	$(COMPILE) --extra book --group dev --output-file requirements.txt
	$(COMPILE) --extra book --group dev --group frameworks --no-emit-package torch --constraint requirements.txt \
		--output-file requirements-frameworks.txt
	$(COMPILE) --group build --group test-lib --constraint requirements.txt --output-file requirements-library.txt
	rm -rf .venv-lock

# A face of a variable font, in the weights and with the letters that the book uses. Its licence reserves its name for the
# whole font, so that the part has none.
COMMA := ,
define face
	rm -rf _build/vendor/package && mkdir -p book/assets/vendor/$(1)
	cd _build/vendor && npm pack --silent @fontsource-variable/$(2)@$(3) && tar xzf fontsource-variable-$(2)-$(3).tgz
	_build/vendor/fonttools/bin/fonttools varLib.instancer --quiet --no-recalc-timestamp --output _build/vendor/$(6).ttf \
		_build/vendor/package/files/$(2)-$(4).woff2 $(5)
	_build/vendor/fonttools/bin/pyftsubset _build/vendor/$(6).ttf --output-file=book/assets/vendor/$(1)/$(6).woff2 \
		--flavor=woff2 --unicodes=$(LETTERS) --layout-features=$(7) --no-hinting --desubroutinize --obfuscate-names
	cp _build/vendor/package/LICENSE book/assets/vendor/$(1)
endef

# The same in one weight, as Matplotlib reads and finds it.
define chart_face
	_build/vendor/fonttools/bin/fonttools varLib.instancer --quiet --no-recalc-timestamp --output _build/vendor/chart.ttf \
		_build/vendor/package/files/source-sans-3-latin-wght-normal.woff2 wght=$(1)
	_build/vendor/fonttools/bin/pyftsubset _build/vendor/chart.ttf --output-file=_build/vendor/part.ttf \
		--unicodes=$(LETTERS) --layout-features=kern --no-hinting
	_build/vendor/fonttools/bin/python tools/name_face.py _build/vendor/part.ttf book/assets/vendor/source-sans/$(2).ttf
endef

vendor: $(INSTALLED)  ## fetch the vendored files again
	rm -rf _build/vendor $(MATHJAX) $(MATHJAX_FONTS) && mkdir -p _build/vendor $(MATHJAX) $(MATHJAX_FONTS)
	cd _build/vendor && npm pack --silent mathjax@$(MATHJAX_VERSION) && tar xzf mathjax-$(MATHJAX_VERSION).tgz
	tar c -C _build/vendor/package/es5 $(MATHJAX_PARTS) | tar x -C $(MATHJAX)
	cp _build/vendor/package/LICENSE $(MATHJAX)
	cp _build/vendor/package/LICENSE _build/vendor/package/es5/output/chtml/fonts/woff-v2/*.woff $(MATHJAX_FONTS)
	rm -rf _build/vendor/package && mkdir -p book/assets/vendor/chartjs
	cd _build/vendor && npm pack --silent chart.js@$(CHARTJS_VERSION) && tar xzf chart.js-$(CHARTJS_VERSION).tgz
	cp _build/vendor/package/dist/chart.umd.min.js book/assets/vendor/chartjs/
	cp _build/vendor/package/LICENSE.md book/assets/vendor/chartjs/LICENSE
	rm -rf node_modules && npm ci --ignore-scripts --no-audit --no-fund --silent
	npx esbuild tools/codemirror.js --bundle --format=esm --minify --charset=utf8 --legal-comments=none --log-level=warning \
		--outfile=book/assets/vendor/codemirror/codemirror.js
	cp node_modules/@codemirror/view/LICENSE book/assets/vendor/codemirror/
	$(BIN)/python -m venv _build/vendor/fonttools
	_build/vendor/fonttools/bin/python -m pip install --quiet "fonttools[woff]==4.68.0"
	$(call face,source-serif,source-serif-4,$(SERIF_VERSION),latin-wght-normal,wght=400:600,serif,$(FEATURES))
	$(call face,source-serif,source-serif-4,$(SERIF_VERSION),latin-wght-italic,wght=400,serif-italic,$(FEATURES))
	$(call face,source-sans,source-sans-3,$(SANS_VERSION),latin-wght-normal,wght=400:600,sans,$(FEATURES))
	$(call chart_face,400,Regular)
	$(call chart_face,600,Bold)
	$(call face,jetbrains-mono,jetbrains-mono,$(MONO_VERSION),latin-wght-normal,wght=400,mono,ccmp$(COMMA)zero)
	@$(BIN)/python -m softmax_site.checksums

# It needs Debian, root and 2 GB: the compiler works in a folder of its own.
wheels: $(INSTALLED) $(KERNEL)  ## build the wheels that run in the page from source, and store them
	$(BIN)/python tools/wasm/build.py
	@$(BIN)/python -m softmax_site.checksums

checksums: $(INSTALLED)  ## sum up anew what is vendored, taken over or measured, after it was changed on purpose
	@$(BIN)/python -m softmax_site.checksums

clean:  ## remove the environment and everything that was built
	rm -rf .venv _build
