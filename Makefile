# Each target is a short name for a longer command, which can also be typed.
.DEFAULT_GOAL := help
TOOL := go tool -modfile=$(CURDIR)/tools.mod
# Every Go module of this repository, the service's module first. The repository has no go.work,
# because with a go.work the engine could import the service.
MODULES := . $(patsubst %/go.mod,%,$(wildcard engine/go.mod tools/go.mod tools/lab/go.mod))
export GOWORK := off
comma := ,
# each COMMAND runs the command in the folder of every module.
each = @for module in $(MODULES); do echo "== $$module"; (cd $$module && $(1)) || exit 1; done
COMPOSE ?= $(shell docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose)

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## Start a database, migrations, the broker, the API and the projector; Ctrl-C ends them
	go run ./cmd/dev run $(ARGS)

.PHONY: test
test: ## Run the service's tests on a temporary database (ARGS: flags of go test; ./... adds the tests of engine/ and tools/)
	go run ./cmd/dev test $(ARGS)

.PHONY: test-all
test-all: ## Run all tests, including those that need PgBouncer, a browser or PostgreSQL's programs
	go run ./cmd/dev test -all $(ARGS)

# OF_ALL lists the files of the tests that `make test-more` runs: those with the build tag "all".
# `make test-more` selects the tests by their names, so that it does not repeat the other tests of
# their folders. It leaves out the tests that LAB_ALONE names, which run elsewhere; LAB_ALONE is
# empty in a repository without tools/lab.
OF_ALL = grep -rl '^//go:build all' --include='*_test.go' engine test tools

.PHONY: test-more
test-more: ## Run only the tests that need more than Go and a database
	go run ./cmd/dev test -all -short -count=1 -timeout 50m -run "^($$($(OF_ALL) | xargs grep -hoE '^func (Test|Example|Fuzz)\w+' | sed 's/func //' | grep -vxE 'TestMain|$(LAB_ALONE)' | paste -sd '|'))$$" $$($(OF_ALL) | xargs dirname | sort -u | sed 's|^|./|') $(ARGS)

# Packages that CI tests with the race detector (RACED). Because the detector doubles the time of
# the tests, these are only the packages of the engine and the service that have tests and start or
# synchronize goroutines, and the engine's tests on PostgreSQL. RACED leaves out the tests that
# start separate processes, which the detector does not see, and engine/test/pg, which tests roles
# and settings. RACED also leaves out the packages in SLOW_RACED, which would need 13 minutes of
# processor time with the detector. `make test-race ARGS=./engine/test/...` tests them with it. All
# tests run with -count=1, because the go command does not notice that a test builds and starts
# programs, and would reuse an earlier result.
SLOW_RACED = engine/test/chain engine/test/eventlog engine/test/personal engine/test/projection
TESTED = $(sort $(shell grep -rLE '^//go:build (all|docker)' --include='*_test.go' --exclude-dir='.?*' --exclude-dir=testdata --exclude-dir=vendor * | xargs dirname))
GUARDED = $(sort $(shell grep -rlE '^[[:space:]]+go [^ ]+|"(golang.org/x/)?sync' --include='*.go' engine internal test | xargs dirname))
RACED = $(filter-out engine/test/edge engine/test/pg test/http engine/enginetest/% $(SLOW_RACED),$(filter $(GUARDED) engine/test/%,$(TESTED)))

.PHONY: test-ci
test-ci: ## Run the tests as CI does: packages with goroutines with the race detector, all others without
	go run ./cmd/dev test -short -count=1 -race -timeout 20m $(addprefix ./,$(RACED)) $(ARGS)
	go run ./cmd/dev test -short -count=1 -timeout 20m $(addprefix ./,$(filter-out $(RACED),$(TESTED))) $(ARGS)

.PHONY: test-race
test-race: ## Run the service's tests with the race detector
	go run ./cmd/dev test -race $(ARGS)

.PHONY: test-docker
test-docker: ## Run the service's tests on PostgreSQL in a container
	go run ./cmd/dev test -db docker $(ARGS)

.PHONY: cover
cover: ## Run the tests and show the coverage of each package (ARGS="-floor 70": fail below 70 %)
	go run ./cmd/dev test -cover $(ARGS)

.PHONY: test-container
test-container: ## Test the service on PostgreSQL in a container, even if this machine has PostgreSQL
	go test -tags=docker -count=1 ./test/docker $(ARGS)
	go -C engine test -tags=docker -count=1 ./test/container $(ARGS)

.PHONY: test-fast
test-fast: ## Run only the tests that need neither a database nor another program
	go test ./internal/... ./cmd/... $(ARGS)
	cd engine && go test $$(go list ./... | grep -vE '/(test|enginetest)/') $(ARGS)
	go -C tools test ./dev/... ./adopt/... $(ARGS)

.PHONY: bench
bench: ## Run the benchmarks that need no server
	go test -run '^$$' -bench . -benchmem ./internal/... $(ARGS)
	cd engine && go test -run '^$$' -bench . -benchmem $$(go list ./... | grep -vE '/(test|enginetest)/') $(ARGS)

# The time for which `make fuzz` runs each fuzz target.
FUZZTIME ?= 1m

.PHONY: fuzz
fuzz: ## Fuzz every parser (FUZZTIME: time for each, default 1m)
	@for module in $(MODULES); do (cd $$module && grep -rhoE --include='*_test.go' --exclude-dir=engine --exclude-dir=tools '^func Fuzz[A-Za-z]+' . | sed 's/func //' | sort | while read -r target; do \
	  go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "./$$(dirname "$$(grep -rlE --include='*_test.go' --exclude-dir=engine --exclude-dir=tools "^func $$target\(" .)")" || exit 1; done) || exit 1; done

# This file has the targets that measure the template or inject faults into it. If the folder
# tools/lab does not exist, these targets are missing.
-include tools/lab/lab.mk

.PHONY: cross
cross: ## Vet all code as it is compiled for Windows and macOS
	GOOS=windows go build ./...
	$(call each,GOOS=windows go vet -tags=all$(comma)docker ./... && GOOS=darwin go vet -tags=all$(comma)docker ./...)

.PHONY: lint
lint: ## Check the code with golangci-lint
	$(call each,$(TOOL) golangci-lint run)

.PHONY: vuln
vuln: ## Look for known vulnerabilities in the code that the binaries use
	$(call each,$(TOOL) govulncheck ./...)

.PHONY: vuln-image
vuln-image: ## Look for known vulnerabilities in the binaries of the image (IMAGE, default pgcqrs:local)
	@dir=$$(mktemp -d) && container=$$(docker create $(or $(IMAGE),pgcqrs:local)) && \
	for program in api projector migrate ops; do \
	  docker cp -q $$container:/$$program $$dir/ && echo $$program && $(TOOL) govulncheck -mode binary $$dir/$$program || failed=yes; done; \
	docker rm $$container >/dev/null; rm -rf $$dir; test -z "$$failed"

.PHONY: secrets
secrets: ## Search the repository's history for secrets
	go run github.com/zricethezav/gitleaks/v8@v8.30.1 git --no-banner .

.PHONY: sbom
sbom: ## Write bills of materials (CycloneDX, with licences) to bin/
	@mkdir -p bin
	@for program in api projector migrate ops; do \
	  go run github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0 app -json -licenses -main cmd/$$program -output bin/$$program.cdx.json . && \
	  echo bin/$$program.cdx.json; done

.PHONY: format
format: ## Format the sources
	$(call each,$(TOOL) golangci-lint fmt)

.PHONY: generate
generate: ## Regenerate the generated files
	$(call each,go generate ./...)

.PHONY: verify
verify: ## Check that generated files, formatting and go.mod are current, and that the English follows its rules
	go run ./test/verify
	go run ./test/verify go mod tidy -diff
	go run ./test/verify go mod verify
	go run ./test/verify go vet ./...
	go run ./test/verify go vet -tags=all,docker ./...

.PHONY: work
work: ## Write a go.work for editors; git and all commands here ignore it
	rm -f go.work go.work.sum
	GOWORK= go work init $(MODULES)

.PHONY: build
build: ## Build the binaries into bin/
	CGO_ENABLED=0 go build -trimpath -o bin/ ./cmd/api ./cmd/projector ./cmd/migrate ./cmd/ops

.PHONY: image
image: ## Build the container image
	$(COMPOSE) build

.PHONY: up
up: ## Start the whole service in containers
	$(COMPOSE) up --build -d

.PHONY: down
down: ## Stop the containers (ARGS=-v also deletes their data)
	$(COMPOSE) down $(ARGS)

.PHONY: smoke
smoke: ## Start the service in containers and run the README's commands on it
	test/compose/smoke.sh
