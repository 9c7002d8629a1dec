# The short way to everything. Each target does its own set-up, or says in one line what to install.
.PHONY: run demo test lint fuzz bench functions tools

CARGO := cargo
ADDRESS := 127.0.0.1:8080
DATA := data
ZONES := ^(UTC|Etc/UTC|Asia/.*)$$

# A page at http://127.0.0.1:8080 that takes complaints; data in ./data.
run: tools
	$(CARGO) run --locked --release -p kesu -- serve --listen $(ADDRESS) --data $(DATA)

# The same with a year of sample complaints in ./data-demo.
demo: tools
	$(CARGO) run --locked --release -p kesu -- serve --listen $(ADDRESS) --data $(DATA)-demo --demo

# Everything: the program and the Lambda functions are built, then all tests run.
test: tools
	$(CARGO) build --locked --workspace --all-features
	$(CARGO) test --locked --workspace --all-features

lint: tools
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-features --all-targets -- -D warnings

# A million mutated mails through the reader, and the public corpora that can be fetched here; `make test` has a short run.
fuzz: tools
	samples/mail/corpora.sh
	$(CARGO) test --locked -p kesu-intake-mail --test read -- --include-ignored --nocapture corpora mutated

# The Lambda binaries, small and quick to start: they carry the time zones of ZONES only (a pattern; `.*` for all).
functions: tools
	CHRONO_TZ_TIMEZONE_FILTER='$(ZONES)' $(CARGO) build --locked --profile lambda --features aws -p kesu-intake-web -p kesu-notify -p kesu-escalate -p kesu-admin

# Ratios against baselines of the same run; never a test.
bench: functions
	$(CARGO) build --locked --profile lambda -p kesu-hello
	$(CARGO) run --locked --release -p kesu-bench --bin units
	$(CARGO) run --locked --release -p kesu-bench --bin sweep
	$(CARGO) run --locked --release -p kesu-bench --bin rules
	$(CARGO) run --locked --release -p kesu-bench --bin coldstart

tools:
	@command -v cargo >/dev/null && command -v cc >/dev/null || { echo "install Rust 1.95 or newer (https://rustup.rs) and a C compiler (apt-get install build-essential)"; exit 1; }
