# The Makefile in the root of the repository includes this file.

verify: $(if $(wildcard tools/lab/words),words)

.PHONY: words
words: ## Find sentences in comments, pages and the contract that must be read twice
	go -C tools/lab run ./words ../..

# LAB_ALONE names the tests that `make lab` runs and `make test-more` does not.
# TestAGrownCloneStaysGreen turns a clone of the template into a larger service. It runs all tests
# of the clone after the code of every page of docs/ was added, and again without the sample. This
# takes a quarter of an hour. The template's CI also turns a clone into a larger service, and uses
# it.
LAB_ALONE := TestAGrownCloneStaysGreen

.PHONY: campaign
campaign: ## Cause faults in every part of the service for ten minutes, and prove that nothing was lost (ARGS="-short", "-seed 7"; -h lists all)
	go -C tools/lab run ./campaign $(ARGS)

.PHONY: attacks
attacks: ## Let one client attack the service in every known way, and measure the effect on another client (ARGS="-short"; -h lists all)
	go -C tools/lab run ./attacks $(ARGS)

.PHONY: lab
lab: ## Run all checks, which takes three hours; do so once per change of a guarantee. The checks are all tests with the race detector and coverage, every page of docs/ in a running clone (only in the template), the three campaigns of docs/guarantees.md, and the attacks of docs/security.md
	go run ./cmd/dev test -short -count=1 -race -cover -floor 60 -timeout 40m ./...
	go run ./cmd/dev test -count=1 -timeout 60m ./tools/lab/racers
	test ! -d tools/lab/adopt || go run ./cmd/dev test -all -count=1 -timeout 90m ./tools/lab/adopt
	test ! -d tools/lab/adopt || .ci/run -adopted
	go -C tools/lab run ./campaign -d 26m -every 1300ms
	go -C tools/lab run ./campaign -promotions 20
	go -C tools/lab run ./campaign -promotions 20 -lossy
	go -C tools/lab run ./attacks

.PHONY: load
load: ## Put load on a service that AUTH=off make run has started (ARGS="-mix read -c 16"; -h lists all)
	go -C tools/lab run ./load $(ARGS)

# Folder for the report and the pictures of `make performance`. Git ignores this folder.
OUT ?= .dev/performance

.PHONY: performance
performance: ## Measure every figure of docs/performance.md and of the lab's goals again, which takes half an hour on an idle machine
	go -C tools/lab run ./load -baselines -big 10000000 -out $(OUT) -document docs/performance.md,tools/lab/load/README.md $(ARGS)
