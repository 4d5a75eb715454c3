# Everything that people and CI run. `make help` lists it.
.DEFAULT_GOAL := help
SPEC ?= ./spec
OUT  ?= out
ARGS ?=

.PHONY: help generate check prove drift test golden fuzz fuzz-lint bench bench-slo bench-instrument e2e lint build clean

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{printf "  %-17s %s\n", $$1, $$2}'

build: ## build bin/belfry
	@go build -o bin/belfry ./cmd/belfry

generate: build ## compile the spec into out/
	@bin/belfry generate $(SPEC) --out $(OUT) $(ARGS)

check: build ## report mistakes in the spec
	@bin/belfry check $(SPEC) $(ARGS)

prove: build ## prove that every alert fires, resolves and reaches somebody
	@bin/belfry prove $(SPEC) $(if $(filter --write,$(ARGS)),--out $(OUT)) $(ARGS)

drift: build ## fail where out/ is not what the spec compiles to
	@bin/belfry drift $(SPEC) --out $(OUT) $(ARGS)

test: ## run every test that needs nothing but Go
	go vet ./...
	go test -timeout 60m ./...
	go -C cmd/belfry-cost-exporter vet ./...
	go -C cmd/belfry-cost-exporter test -timeout 60m ./...

golden: ## compile the golden cases anew; review the diff
	go test $$(grep -rl --include='*_test.go' 'internal/goldenfile"' . | xargs -n1 dirname | sort -u) -update

FUZZTIME ?= 20s
fuzz: ## run every fuzzer for FUZZTIME, at random
	@for package in $$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do \
		for target in $$(grep -rhoE --include='*_test.go' '^func Fuzz[A-Za-z0-9]+' $$package | sed 's/^func //' | sort -u); do \
			.ci/fuzz $$package $$target $(FUZZTIME) || exit 1; \
		done; \
	done

fuzz-lint: ## fuzz belfry lint and the typing of PromQL, half a minute a fuzzer, the same each time
	FUZZSEED=1 .ci/fuzz ./internal/lint FuzzLint 30s
	FUZZSEED=1 .ci/fuzz ./internal/lint FuzzTexts 30s
	FUZZSEED=1 .ci/fuzz ./internal/promql FuzzAnalyze 30s

bench: build ## measure whole processes and the split by pass
	go test ./golden -run '^$$' -bench . -benchtime 3x -timeout 30m

bench-slo: ## measure what the rules of SLOs cost, how exact they are and when they fire, with Prometheus' engine
	@go test -C golden/burnrate -long -timeout 30m

bench-instrument: ## measure what recording a metric costs, beside client_golang's own ways
	@go test ./generator/instrument/internal/speed -run '^TestTable$$' -table -v -count 1

e2e: build ## run the output in the real Prometheus, Alertmanager, rulers and Kubernetes API server
	cd e2e && go test ./... -timeout 60m

STATICCHECK := bin/staticcheck
$(STATICCHECK): .ci/tools/go.mod
	go build -C .ci/tools -o ../../$(STATICCHECK) honnef.co/go/tools/cmd/staticcheck

lint: $(STATICCHECK) ## gofmt, go vet and staticcheck
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$unformatted" || { echo "not gofmt-ed:"; echo "$$unformatted"; exit 1; }
	go vet ./...
	$(STATICCHECK) ./...
	cd cmd/belfry-cost-exporter && ../../$(STATICCHECK) ./...

clean: ## remove what was built, but not out/
	rm -rf bin
