# Short names for longer commands, all of which can also be typed.
.DEFAULT_GOAL := help
TOOL := go tool -modfile=$(CURDIR)/tools.mod
# Every Go module of this repository, the service's own first. There is no go.work, because with one the engine could
# import the service.
MODULES := . $(patsubst %/go.mod,%,$(wildcard engine/go.mod tools/go.mod tools/lab/go.mod))
export GOWORK := off
comma := ,
# each COMMAND runs the command in the folder of each module.
each = @for module in $(MODULES); do echo "== $$module"; (cd $$module && $(1)) || exit 1; done
COMPOSE ?= $(shell docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose)

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## Start a database, migrations, the broker, the API and the projector; Ctrl-C ends them
	go run ./cmd/dev run $(ARGS)

.PHONY: test
test: ## Run the service's tests on a database of their own (ARGS: flags of go test; ./... adds the tests of engine/ and tools/)
	go run ./cmd/dev test $(ARGS)

.PHONY: test-all
test-all: ## Run all tests, including those that need PgBouncer, a browser or PostgreSQL's programs
	go run ./cmd/dev test -all $(ARGS)

# What `make test-more` runs: the tests in files with this mark, by their names, so that the others of those folders do not
# run once more; less those that LAB_ALONE names, if there is a lab, which run elsewhere.
OF_ALL = grep -rl '^//go:build all' --include='*_test.go' engine test tools

.PHONY: test-more
test-more: ## Run only the tests that need more than Go and a database
	go run ./cmd/dev test -all -short -count=1 -timeout 50m -run "^($$($(OF_ALL) | xargs grep -hoE '^func (Test|Example|Fuzz)\w+' | sed 's/func //' | grep -vxE 'TestMain|$(LAB_ALONE)' | paste -sd '|'))$$" $$($(OF_ALL) | xargs dirname | sort -u | sed 's|^|./|') $(ARGS)

# What CI tests with the race detector, which makes all of it take twice as long: the packages of the engine and of the service
# that start or guard goroutines, as far as they have tests, and the tests of the engine on PostgreSQL. Not those whose
# subjects are processes of their own, which the detector does not see, nor engine/test/pg, which has roles and settings to try.
# Nothing counts from an earlier run: Go does not know that a test builds and starts programs.
TESTED = $(sort $(shell grep -rLE '^//go:build (all|docker)' --include='*_test.go' --exclude-dir='.?*' --exclude-dir=testdata --exclude-dir=vendor * | xargs dirname))
GUARDED = $(sort $(shell grep -rlE '^[[:space:]]+go [^ ]+|"(golang.org/x/)?sync' --include='*.go' engine internal test | xargs dirname))
RACED = $(filter-out engine/test/edge engine/test/pg test/http engine/enginetest/%,$(filter $(GUARDED) engine/test/%,$(TESTED)))

.PHONY: test-ci
test-ci: ## Run the tests as CI does: with the race detector those of what has goroutines, and the others without
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

# How long `make fuzz` runs each fuzz target.
FUZZTIME ?= 1m

.PHONY: fuzz
fuzz: ## Fuzz every parser (FUZZTIME: time for each, default 1m)
	@for module in $(MODULES); do (cd $$module && grep -rhoE --include='*_test.go' --exclude-dir=engine --exclude-dir=tools '^func Fuzz[A-Za-z]+' . | sed 's/func //' | sort | while read -r target; do \
	  go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "./$$(dirname "$$(grep -rlE --include='*_test.go' --exclude-dir=engine --exclude-dir=tools "^func $$target\(" .)")" || exit 1; done) || exit 1; done

# Targets of tools/lab, which measures and breaks the template. Without the folder they do not exist.
-include tools/lab/lab.mk

.PHONY: cross
cross: ## Vet all code as Windows and macOS compile it
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
secrets: ## Look for secrets in the repository's history
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
generate: ## Generate the generated files again
	$(call each,go generate ./...)

.PHONY: verify
verify: ## Prove that generated files, formatting and go.mod are current, and that the English keeps to its rules
	go run ./test/verify
	go run ./test/verify go mod tidy -diff
	go run ./test/verify go mod verify
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
smoke: ## Run the README's commands on the service in containers
	test/compose/smoke.sh
