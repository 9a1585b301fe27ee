//go:build all

package adopt_test

import (
	"strings"
	"testing"
)

const (
	// engineTests lists tests of the engine that remain after the sample was removed. The list has
	// whole folders, and single files from other folders.
	engineTests = "engine/test/pg engine/test/epoch engine/test/eventlog engine/test/personal engine/test/projection engine/test/outbox engine/test/chain " +
		"test/http/door_test.go test/privacy/trigger_test.go"
	// oldNames searches the service's own files for the template's name. oldNames ignores imports
	// of the engine, because the engine keeps its import path.
	oldNames = `grep -rniI --exclude-dir=.dev --exclude-dir=engine --exclude-dir=tools 'pg''cqrs' . | sed -E 's#example\.com/pg''cqrs/(engine|tools)##g' | grep -i 'pg''cqrs' | grep -v -e /var/lib/pg''cqrs-dev -e '^./docs/template/' || true`
	// ofMigrations matches the names of the engine's tests that check every table of the
	// migrations.
	ofMigrations = "'TestRolesAreApart|TestEveryTableIsGranted|TestServiceLogin'"
)

// TestAServiceOfOnesOwn does what a team does on its first day: the test renames the template,
// removes the sample, runs the remaining tests, and adds an aggregate. TestAGrownCloneStaysGreen
// runs all tests without the sample.
func TestAServiceOfOnesOwn(t *testing.T) {
	t.Parallel()
	dir := clone(t)
	paste(t, dir, "go run ./cmd/adopt -yes github.com/acme/orders && go run ./cmd/adopt -remove-sample")
	if said := paste(t, dir, "go run ./cmd/adopt -remove-sample"); !strings.Contains("\n"+said, "\nnothing to do") {
		t.Errorf("once more: %s", said)
	}
	if left := paste(t, dir, oldNames); left != "" {
		t.Errorf("these have the old name: %s", left)
	}
	if left := paste(t, dir, `grep -rlE '/v1/(accounts|customers)\b|events\.(Account|Customer|Money)' --include='*.go' --include='*.yaml' --include='*.sql' . | grep -v ^./tools/adopt/ || true`); left != "" {
		t.Errorf("these speak of the sample: %s", left)
	}
	paste(t, dir, "ls "+engineTests+" >/dev/null") // removing the sample keeps the engine's tests
	paste(t, dir, "go vet -tags=all,docker ./... && go run ./cmd/dev test -all "+left())
	if !testing.Short() {
		start(t, dir).isEmpty(t)
	}

	tries := func(command string) string { // tries runs the commands that adopt prints for the user to paste
		said := paste(t, dir, command)
		_, block, found := strings.Cut(said, "try them:\n\n")
		if !found {
			t.Errorf("%s does not say how to try it:\n%s", command, said)
		}
		return block
	}
	invoices, letters := tries("go run ./cmd/adopt -new-aggregate invoice"), tries("go run ./cmd/adopt -new-projection letters && go vet ./...")
	paste(t, dir, "go run ./cmd/dev test ./cmd/... ./internal/... && go run ./cmd/dev test -run "+ofMigrations+" ./engine/test/eventlog ./engine/enginetest/testdb")
	if said := paste(t, dir, "go run ./cmd/adopt -new-aggregate invoice"); !strings.Contains("\n"+said, "\nnothing to do") {
		t.Errorf("once more: %s", said)
	}
	service := start(t, dir)
	service.isEmpty(t)
	service.use(t, "invoice", invoices)
	service.counts(t, "letters", "invoice", letters)
}

// left returns the packages whose tests are run after the sample was removed. With -short, left
// returns only packages that change when the sample is removed. It then omits tools/test, because
// the tests of tools/test start the service many times.
func left() string {
	if testing.Short() {
		return "./internal/... ./tools/dev/..."
	}
	return "./cmd/... ./internal/... ./engine/auth ./engine/process/... ./tools/..."
}

// isEmpty checks that the service answers requests, and that the log is empty.
func (s *service) isEmpty(t *testing.T) {
	t.Helper()
	said := paste(t, s.dir, `curl -fsS `+s.probes+`/healthz && curl -fsS `+s.probes+`/readyz &&
		curl -fsSi `+s.api+`/v1/trail -H "Authorization: Bearer $(curl -fsS '`+s.issuer+`/tokens/ops?scope=operate')"`)
	for _, want := range []string{"Event-Position: 0\r", `{"items":[]}`} {
		if !strings.Contains(said, want) {
			t.Errorf("it lacks %s:\n%s", want, said)
		}
	}
}
