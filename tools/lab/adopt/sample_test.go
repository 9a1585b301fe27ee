//go:build all

package adopt_test

import (
	"strings"
	"testing"
)

const (
	// engineTests are the folders, and some files of others, that stay when the sample goes.
	engineTests = "engine/test/pg engine/test/epoch engine/test/eventlog engine/test/personal engine/test/projection engine/test/outbox engine/test/chain " +
		"test/http/door_test.go test/privacy/trigger_test.go"
	// oldNames looks for the template's name in what is the service's own, which imports the engine by its path.
	oldNames = `grep -rniI --exclude-dir=.dev --exclude-dir=engine --exclude-dir=tools 'pg''cqrs' . | sed -E 's#example\.com/pg''cqrs/(engine|tools)##g' | grep -i 'pg''cqrs' | grep -v /var/lib/pg''cqrs-dev || true`
	// ofMigrations are the engine's tests that look at whatever tables the migrations make.
	ofMigrations = "'TestRolesAreApart|TestEveryTableIsGranted|TestServiceLogin'"
)

// What a team does on its first day: another name, the sample goes, what is left runs, and
// something of their own begins. TestAGrownCloneStaysGreen runs all tests without the sample.
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

	tries := func(command string) string { // what it says to paste
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

// left are the packages whose tests are run without the sample. With -short they are those that
// removing it changes, less tools/test, which starts it time and again; the service starts when it
// has an aggregate again.
func left() string {
	if testing.Short() {
		return "./internal/... ./tools/dev/..."
	}
	return "./cmd/... ./internal/... ./engine/auth ./engine/process/... ./tools/..."
}

// isEmpty says that it serves, and that nothing has happened.
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
