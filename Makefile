# What can be done here: `make` prints it. Go is enough for all but the console; `make test` brings what it needs.
.DEFAULT_GOAL := help
.PHONY: help run test test-go race check lint fmt fuzz soak soak-vouchers soak-ledger month bench bench-inbound bench-webhook bench-throttle bench-sync bench-claim bench-books chaos-claim console gen clean

help: ## print this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## the demo: a community on a simulated WeChat, with the console in the browser
	go run ./cmd/siyu demo

test: ## everything, on SQLite and MariaDB; installs what is missing on Debian, elsewhere says what to install
	@bash .ci/test

test-go: ## Go tests with Go alone, on SQLite; ends with what was skipped and why
	@out=$$(mktemp -d) && trap 'rm -rf "$$out"' EXIT && go build -o "$$out/gotest" ./.ci/gotest && \
	go test -json ./... 2>&1 | "$$out/gotest" "$$out/totals"

race: ## all Go tests under the race detector, on the engines that are there (many minutes)
	go test -race -timeout=60m ./...

check: lint test-go ## the quick half of `make test`: lint and Go tests

lint: ## formatting and the rules of .golangci.yml
	@bash .ci/lint

fmt: ## format all Go files
	@git ls-files -co --exclude-standard '*.go' | xargs -r gofmt -w

fuzz: ## fuzz the parsers of pushes, codes and pictures, each for FUZZTIME (5s)
	@bash .ci/fuzz internal/weixin offers

soak: ## the throttle's long proofs: ten million steps against an oracle, and two minutes of workers that are killed
	@bash .ci/soak

soak-vouchers: ## a million steps of vouchers at the till against a model, on both engines (many minutes)
	@bash .ci/soak-vouchers

soak-ledger: ## a million steps of points and charges beside a model, on both engines (many minutes)
	@bash .ci/soak-ledger

month: ## a simulated month of 500 groups and a server killed every day, on both engines: the book against what happened
	@bash .ci/month

chaos-claim: ## claims, then redemptions, while three servers and their MariaDB are killed: exactly the stock, each used once, nothing told is lost; on SQLite too
	@bash .ci/chaos-claim

bench: ## all benchmarks, each beside its peer or floor of the same run
	@$(MAKE) --no-print-directory bench-inbound
	@$(MAKE) --no-print-directory bench-webhook
	@$(MAKE) --no-print-directory bench-throttle
	@bash .ci/bench-sync -groups 500
	@bash .ci/bench-claim -rounds 1
	go test -run '^$$' -bench . -benchmem ./...

bench-inbound: ## a push from its bytes to the answer, beside the SDK; ends with one line of JSON
	go run ./internal/weixin/benchinbound

bench-webhook: ## pushes answered a second, stored first, beside a bare net/http server; ends with one line of JSON
	@bash .ci/bench-webhook

bench-throttle: ## a decision, a week's plan and durable reservations, beside their naive forms; ends with one line of JSON
	@bash .ci/bench-throttle

bench-sync: ## 5,000 WeCom groups of 200 people read, killed in the middle; ends with one line of JSON (many minutes)
	@bash .ci/bench-sync

bench-claim: ## vouchers of one hot offer claimed a second, beside the plain transaction; ends with one line of JSON
	@bash .ci/bench-claim

bench-books: ## the books of a million vouchers proved, on both engines if SIYU_TEST_MYSQL_DSN names a server (minutes)
	SIYU_BENCH_BOOKS=$${SIYU_BENCH_BOOKS:-1000000} go test -vet=off -count=1 -timeout=120m -v -run '^TestBooksAtScale$$' ./offers/reconcile

console: ## build the console into console/dist, which is committed
	cd console && npm ci --no-audit --no-fund && npm run typecheck && npm run build

gen: ## write anew what is generated: config/siyu.sample.yaml, the parameters in docs/whatif.md and the console's types
	SIYU_TEST_WRITE_SAMPLE=1 go test -count=1 -run TestSampleFile ./config
	SIYU_TEST_WRITE_WHATIF=1 go test -count=1 -run TestPageListsEveryParameter ./throttle/whatif
	@if [ -d console/node_modules ]; then cd console && npm run gen; else echo "console types: run make console first"; fi

clean: ## remove what building, testing and measuring leave behind
	rm -rf siyu bin console/node_modules console/test-results
	rm -f *.test *.prof *.out siyu.db siyu.db-shm siyu.db-wal siyu.db.lock
