# The short way to everything. Each target does its own set-up, or says in one line what to install.
.PHONY: run demo test lint fuzz bench bench-ui functions tools ui ui-types e2e workbook package deploy lint-aws test-aws

CARGO := cargo
ADDRESS := 127.0.0.1:8080
DATA := data
ZONES := ^(UTC|Etc/UTC|Asia/.*)$$
FUNCTIONS := intake-web notify escalate rollup admin
UI := functions/admin/ui
SAM := infra/aws/.venv/lint/made
EMULATOR := infra/aws/.venv/run/made
LEAN := -C relocation-model=static -C force-unwind-tables=no
# What the libraries bring along for unwinding is of no use to a program that aborts: a tenth of it.
UNWOUND := objcopy -R .eh_frame -R .eh_frame_hdr -R .gcc_except_table

# A page at http://127.0.0.1:8080 that takes complaints; data in ./data.
run: tools ui
	$(CARGO) run --locked --release -p kesu -- serve --listen $(ADDRESS) --data $(DATA)

# The same with a year of sample complaints in ./data-demo.
demo: tools ui
	$(CARGO) run --locked --release -p kesu -- serve --listen $(ADDRESS) --data $(DATA)-demo --demo

# Everything: the program and the Lambda functions are built, then all tests run.
test: tools ui
	cd $(UI) && npm test
	$(CARGO) build --locked --workspace --all-features
	$(CARGO) test --locked --workspace --all-features
	@if command -v chromium >/dev/null; then $(MAKE) --no-print-directory e2e; else echo "no chromium: the browser's stories were left out (apt-get install chromium)"; fi

lint: tools
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-features --all-targets -- -D warnings

# A million mutated mails through the reader, and the public corpora that can be fetched here; `make test` has a short run.
fuzz: tools
	samples/mail/corpora.sh
	$(CARGO) test --locked -p kesu-intake-mail --test read -- --include-ignored --nocapture corpora mutated

# The Lambda binaries, small and quick to start: they carry the time zones of ZONES only (a pattern; `.*` for all), stand at a
# fixed address, which saves a table of everything that would have to be moved, and have no tables for unwinding but where a
# panic must end in quarantine.
functions: tools ui
	@for function in $(FUNCTIONS); do \
	  CHRONO_TZ_TIMEZONE_FILTER='$(ZONES)' $(CARGO) rustc --locked --profile lambda --features aws -p kesu-$$function --bin $$function -- $(LEAN) \
	    && $(UNWOUND) target/lambda/$$function || exit 1; \
	done
	CHRONO_TZ_TIMEZONE_FILTER='$(ZONES)' $(CARGO) rustc --locked --profile lambda-mail --features aws -p kesu-intake-mail --bin intake-mail -- -C relocation-model=static
	CHRONO_TZ_TIMEZONE_FILTER='$(ZONES)' $(CARGO) rustc --locked --profile lambda-mail --features aws -p kesu-import --bin import -- -C relocation-model=static
	cp target/lambda-mail/intake-mail target/lambda-mail/import target/lambda/

# The workbook: its libraries from the lock file, its types checked, its files packed and weighed.
ui: $(UI)/dist/index.html

$(UI)/dist/index.html: $(UI)/node_modules/.package-lock.json $(UI)/index.html $(wildcard $(UI)/*.ts $(UI)/src/* $(UI)/src/*/* $(UI)/src/*/*/* $(UI)/src/*/*/*/*)
	cd $(UI) && npm run build

$(UI)/node_modules/.package-lock.json: $(UI)/package-lock.json
	@command -v npm >/dev/null || { echo "install Node.js 20 or newer with npm"; exit 1; }
	cd $(UI) && npm ci --no-audit --no-fund
	@touch $@

# After the API has changed: the document and the types that the workbook is made with.
ui-types: $(UI)/node_modules/.package-lock.json
	$(CARGO) test --locked -p kesu-admin write_the_document -- --ignored
	cd $(UI) && npm run types

# Stories in a browser (Debian's chromium) against the real program.
e2e: tools ui
	$(CARGO) build --locked -p kesu
	cd tests/e2e && npm ci --no-audit --no-fund && npm test

# What Lambda gets: a folder with `bootstrap` for each function, and how large it is.
package: workbook functions
	@for function in $(FUNCTIONS) intake-mail import; do \
	  mkdir -p target/aws/$$function && cp target/lambda/$$function target/aws/$$function/bootstrap || exit 1; \
	  size=$$(stat -c %s target/aws/$$function/bootstrap); zip=$$(gzip -c target/aws/$$function/bootstrap | wc -c); \
	  echo "$$function: $$size bytes, $$zip packed"; \
	done

# Without it the staff's pages would be packed without their workbook.
workbook:
	@test -f $(UI)/dist/index.html || { echo "the workbook is not built: run make ui first"; exit 1; }

# Puts up the stack, or brings it up to date; the first time it asks for everything (docs/deploy.md).
deploy: package $(SAM)
	cd infra/aws && .venv/lint/bin/sam deploy --template template.yaml --resolve-s3 --capabilities CAPABILITY_IAM \
	  $$(test -f samconfig.toml || echo --guided)

# Reads the template as CloudFormation, SAM and a security reviewer do.
lint-aws: $(SAM)
	infra/aws/.venv/lint/bin/cfn-lint infra/aws/template.yaml
	infra/aws/.venv/lint/bin/sam validate --lint --region eu-central-1 --template infra/aws/template.yaml
	infra/aws/.venv/lint/bin/checkov --config-file infra/aws/checkov.yaml --file infra/aws/template.yaml

# The compiled functions on an emulator that runs them, and the same story on one machine; stops everything by itself.
test-aws: tools $(EMULATOR)
	$(CARGO) build --locked --workspace --all-features
	cd tests/aws && ../../infra/aws/.venv/run/bin/python -m pytest -q -p no:cacheprovider

infra/aws/.venv/lint/made: infra/aws/lint.txt
	@command -v python3 >/dev/null || { echo "install Python 3.11 or newer with venv (apt-get install python3-venv)"; exit 1; }
	python3 -m venv infra/aws/.venv/lint && infra/aws/.venv/lint/bin/pip install -q -r $< && touch $@

infra/aws/.venv/run/made: tests/aws/requirements.txt
	@command -v python3 >/dev/null || { echo "install Python 3.11 or newer with venv (apt-get install python3-venv)"; exit 1; }
	python3 -m venv infra/aws/.venv/run && infra/aws/.venv/run/bin/pip install -q -r $< && touch $@

# Ratios against baselines of the same run; never a test. Handlers in Node and Python are compared with where they can be had.
bench: functions
	@if command -v npm >/dev/null; then cd bench/coldstart && npm ci --no-audit --no-fund --silent; fi
	@if command -v python3 >/dev/null; then $(MAKE) --no-print-directory $(EMULATOR); fi
	$(CARGO) rustc --locked --profile lambda -p kesu-hello --bin hello -- $(LEAN)
	$(CARGO) rustc --locked --profile lambda -p kesu-hello --features put --bin put -- $(LEAN)
	$(UNWOUND) target/lambda/hello && $(UNWOUND) target/lambda/put
	$(CARGO) run --locked --release -p kesu-bench --bin units
	$(CARGO) run --locked --release -p kesu-bench --bin sweep
	$(CARGO) run --locked --release -p kesu-bench --bin cost
	$(CARGO) run --locked --release -p kesu-bench --bin rules
	$(CARGO) run --locked --release -p kesu-bench --bin ledger
	$(CARGO) run --locked --release -p kesu-bench --bin registers
	$(CARGO) run --locked --release -p kesu-bench --bin rollups
	$(CARGO) run --locked --release -p kesu-bench --bin coldstart

# How quick the workbook is over 100,000 complaints, beside a bare grid; ROWS=N fills the demo with N before.
bench-ui: tools ui
	$(CARGO) build --locked --release -p kesu
	cd $(UI) && npx vite build --config bench/vite.config.ts --logLevel warn
	cd tests/e2e && npm ci --no-audit --no-fund && KESU=../../target/release/kesu node bench.mjs

tools:
	@command -v cargo >/dev/null && command -v cc >/dev/null || { echo "install Rust 1.95 or newer (https://rustup.rs) and a C compiler (apt-get install build-essential)"; exit 1; }
