# Targets of the Makefile that includes this.

verify: $(if $(wildcard tools/lab/words),words)

.PHONY: words
words: ## Find sentences of comments, pages and the contract that have to be read twice
	go -C tools/lab run ./words ../..

# Tests that `make lab` runs and `make test-more` does not. This one grows a clone, and tests the whole of it with every page
# pasted and once more without the sample, which takes a quarter of an hour; the template's CI grows one like it and uses it.
LAB_ALONE := TestAGrownCloneStaysGreen

.PHONY: campaign
campaign: ## Break every part for ten minutes and prove that nothing was lost (ARGS="-short", "-seed 7"; -h lists all)
	go -C tools/lab run ./campaign $(ARGS)

.PHONY: attacks
attacks: ## Let one client attack the service in every way, and measure what another client notices (ARGS="-short"; -h lists all)
	go -C tools/lab run ./attacks $(ARGS)

.PHONY: lab
lab: ## Run all checks that take three hours, once per change of a guarantee: all tests with the race detector and coverage, every page of docs/ in a running clone (only in the template), the three campaigns of docs/guarantees.md, and the attacks of docs/security.md
	go run ./cmd/dev test -short -count=1 -race -cover -floor 60 -timeout 40m ./...
	test ! -d tools/lab/adopt || go run ./cmd/dev test -all -count=1 -timeout 90m ./tools/lab/adopt
	test ! -d tools/lab/adopt || .ci/run -adopted
	go -C tools/lab run ./campaign -d 26m -every 1300ms
	go -C tools/lab run ./campaign -promotions 20
	go -C tools/lab run ./campaign -promotions 20 -lossy
	go -C tools/lab run ./attacks

.PHONY: load
load: ## Put load on a service that AUTH=off make run has started (ARGS="-mix read -c 16"; -h lists all)
	go -C tools/lab run ./load $(ARGS)

# Folder for the report of `make performance`, with its pictures: git ignores it.
OUT ?= .dev/performance

.PHONY: performance
performance: ## Measure every figure of docs/performance.md and of the lab's goals again: half an hour on a quiet machine
	go -C tools/lab run ./load -baselines -big 10000000 -out $(OUT) -document docs/performance.md,tools/lab/load/README.md $(ARGS)
