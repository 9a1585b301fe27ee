package main

import (
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/eventlog/notify"
	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/position"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/httpapi"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/history"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/internal/write/account"
	"example.com/pgcqrs/test/testdb"
	"example.com/pgcqrs/tools/lab/load/baselines"
	"example.com/pgcqrs/tools/lab/load/baselines/findings"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
	"example.com/pgcqrs/tools/lab/load/drive/measure"
	"example.com/pgcqrs/tools/lab/load/drive/mixes"
)

// To run a function of package standin, this program starts itself again with a special argument.
// In a test, this program is the test binary.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && standIns[os.Args[1]] != nil {
		os.Exit(run(os.Args[1:]))
	}
	for name, value := range map[string]string{ // settings of the lab's programs on the tests' server, which may allow only 100 connections
		"UNSAFE_DATABASE": "accept", "WRITE_CONNECTIONS": "3", "READ_CONNECTIONS": "2",
	} {
		_ = os.Setenv(name, value)
	}
	os.Exit(m.Run())
}

// service starts an API and a projector in the process of the test, and returns the API's URL.
func service(t *testing.T) string {
	t.Helper()
	pool, err := pg.Open(t.Context(), testdb.New(t), t.Name(), 16)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	store := eventlog.New(pool, eventlog.Config{Decode: events.DecodeEvent, MessageOf: event.PublicMessage})
	api, err := httpapi.New(httpapi.Options{
		Accounts: httpapi.Accounts{
			Handle:     command.NewHandler(store, "account", account.Decide, account.Evolve).Handle,
			Balances:   balances.NewQueries(pool),
			Statements: statements.NewQueries(pool),
			History:    history.NewQueries(store, "account"),
		},
		Edge: edge.Options{
			Wait:   position.NewPoller(pool).Wait,
			Ready:  pool.Ping,
			Check:  auth.Anybody,
			Probes: true,
			Logger: slog.New(slog.DiscardHandler),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	listener := notify.NewListener(pool.Config().ConnConfig, slog.New(slog.DiscardHandler), nil)
	projector := projection.NewProjector(pool, store, projection.Config{
		Decode: events.DecodeEvent, Subscribe: listener.Subscribe, Logger: slog.New(slog.DiscardHandler),
	})
	projector.Add(balances.Name, balances.Apply)
	projector.Add(statements.Name, statements.Apply)
	group, ctx := errgroup.WithContext(t.Context())
	group.Go(func() error { return store.Run(ctx) })
	group.Go(func() error { return listener.Run(ctx) })
	group.Go(func() error { return projector.Run(ctx) })
	t.Cleanup(func() {
		if err := group.Wait(); err != nil {
			t.Error(err)
		}
	})
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	return server.URL
}

func TestEveryMix(t *testing.T) {
	t.Parallel()
	url := service(t)
	for _, mix := range mixes.All {
		for loop, flags := range map[string][]string{"closed": {"-c", "8"}, "open": {"-rate", "50,200"}} {
			t.Run(mix.Name+"/"+loop, func(t *testing.T) {
				t.Parallel()
				out := filepath.Join(t.TempDir(), "out")
				args := append([]string{
					"-url", url, "-mix", mix.Name, "-accounts", "50", "-d", "300ms", "-warmup", "50ms", "-json", out + ".json", "-plot", out + ".svg",
				}, flags...)
				if code := run(args); code != 0 {
					t.Fatalf("it ended with %d", code)
				}
				nothingFailed(t, out+".json", len(strings.Split(flags[1], ",")))
				if picture, err := os.ReadFile(out + ".svg"); err != nil || !strings.HasPrefix(string(picture), "<svg") {
					t.Errorf("no picture: %v", err)
				}
			})
		}
	}
}

func nothingFailed(t *testing.T, path string, runs int) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var found struct{ Runs []measure.Result }
	if err := json.Unmarshal(content, &found); err != nil {
		t.Fatal(err)
	}
	if len(found.Runs) != runs {
		t.Fatalf("%d runs, want %d", len(found.Runs), runs)
	}
	for _, r := range found.Runs {
		if len(r.Parts) == 0 {
			t.Error("nothing was measured")
		}
		for _, p := range r.Parts {
			if p.Count == 0 || p.Failed > 0 || p.Latency.P50 <= 0 {
				t.Errorf("%s: %d went well, %d failed: %v", p.Name, p.Count, p.Failed, p.Errors)
			}
		}
	}
}

// This test runs every benchmark with the smallest possible numbers, to see that it works. Its
// measured figures are not meaningful.
func TestEveryContest(t *testing.T) {
	t.Parallel()
	held := map[string]bool{}
	for _, row := range holdContests(t, "-d", "200ms") {
		held[row.Contest] = true
		if row.Value.Median > 0 || row.Contest == "overload" { // under overload, no write may be answered within so short a time
			continue
		}
		for _, again := range holdContests(t, "-d", "3s", "-only", row.Contest) { // a busy machine may answer nothing within so short a time
			if again.Title == row.Title && again.Value.Median <= 0 {
				t.Errorf("%s: %v", row.Title, again.Value)
			}
		}
	}
	if len(held) != len(baselines.Names()) {
		t.Errorf("only %v were held", held)
	}
}

func holdContests(t *testing.T, arguments ...string) []score.Row {
	t.Helper()
	dir := t.TempDir()
	document := filepath.Join(dir, "performance.md")
	if err := os.WriteFile(document, []byte("<!-- measured rates -->\n<!-- end -->\n<!-- measured -->\n<!-- end -->\n<!-- measured goals -->\n<!-- end -->\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code := run(append([]string{
		"-baselines", "-database", testdb.Empty(t), "-rounds", "1", "-warmup", "0", "-accounts", "50", "-big", "1000",
		"-data", dir, "-out", dir, "-document", document,
	}, arguments...))
	if code != 0 {
		t.Fatalf("it ended with %d", code)
	}
	content, err := os.ReadFile(filepath.Join(dir, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	var found findings.Report
	if err := json.Unmarshal(content, &found); err != nil {
		t.Fatal(err)
	}
	return found.Rows
}
