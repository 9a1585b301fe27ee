//go:build all

package adopt_test

import (
	"strings"
	"testing"
)

const (
	// engineTests lists the folders, and some files of others, that stay when the sample is
	// removed.
	engineTests = "engine/test/pg engine/test/epoch engine/test/eventlog engine/test/personal engine/test/projection engine/test/outbox engine/test/chain " +
		"test/http/door_test.go test/privacy/trigger_test.go"
	// oldNames looks for the template's name in the service's own files, which import the engine by
	// its path.
	oldNames = `grep -rniI --exclude-dir=.dev --exclude-dir=engine --exclude-dir=tools 'pg''cqrs' . | sed -E 's#example\.com/pg''cqrs/(engine|tools)##g' | grep -i 'pg''cqrs' | grep -v /var/lib/pg''cqrs-dev || true`
	// ofMigrations matches the engine's tests that check all tables that the migrations make.
	ofMigrations = "'TestRolesAreApart|TestEveryTableIsGranted|TestServiceLogin'"
)

// TestAServiceOfOnesOwn does what a team does on its first day: it renames the template, removes
// the sample, runs what is left, and begins an aggregate of its own. TestAGrownCloneStaysGreen runs
// all tests without the sample.
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
	paste(t, dir, "ls "+engineTests+" >/dev/null") // the engine keeps its tests
	paste(t, dir, "go vet -tags=all,docker ./... && go run ./cmd/dev test -all "+left())
	if !testing.Short() {
		start(t, dir).isEmpty(t)
	}

	tries := func(command string) string { // runs the commands that the tool tells to paste
		_, block, _ := strings.Cut(paste(t, dir, command), "try it:\n\n")
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

// left returns the packages whose tests are run without the sample. With -short these are the
// packages that its removal changes, except tools/test, which starts the service again and again;
// the service is started once it has an aggregate again.
func left() string {
	if testing.Short() {
		return "./internal/... ./tools/dev/..."
	}
	return "./cmd/... ./internal/... ./engine/auth ./engine/process/... ./tools/..."
}

// isEmpty checks that the service serves, and that nothing has happened.
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
