# Targets of the Makefile that includes this.

.PHONY: campaign
campaign: ## Break everything for ten minutes and prove that nothing was lost (ARGS="-short", "-seed 7"; -h lists all)
	go run ./tools/lab/campaign $(ARGS)

.PHONY: attacks
attacks: ## Have one client attack the service in every way, and measure what another notices (ARGS="-short"; -h lists all)
	go run ./tools/lab/attacks $(ARGS)

.PHONY: lab
lab: ## Run what takes an hour and a half: the three campaigns of docs/guarantees.md, and the attacks of docs/security.md
	go run ./tools/lab/campaign -d 26m -every 1300ms
	go run ./tools/lab/campaign -promotions 20
	go run ./tools/lab/campaign -promotions 20 -lossy
	go run ./tools/lab/attacks

.PHONY: load
load: ## Put load on the service that AUTH=off make run has started (ARGS="-mix read -c 16"; -h lists all)
	go run ./tools/lab/load $(ARGS)

# Where the report of `make performance` goes, with its pictures.
OUT ?= docs/performance

.PHONY: performance
performance: ## Measure every figure of docs/performance.md again: half an hour on a quiet machine
	go run ./tools/lab/load -baselines -big 10000000 -out $(OUT) -document docs/performance.md $(ARGS)
