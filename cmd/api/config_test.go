package main

import (
	"flag"
	"os"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/ops"
	"example.com/pgcqrs/engine/ops/opstest"
)

var update = flag.Bool("update", false, "write the configuration table into README.md")

func TestReadmeShowsTheConfiguration(t *testing.T) {
	t.Parallel()
	const readme = "../../README.md"
	have, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	want, err := ops.Document(string(have), "api", &Config{})
	if err != nil {
		t.Fatal(err)
	}
	if want == string(have) {
		return
	}
	if !*update {
		t.Fatal("README.md is not current: go test ./cmd/api -update")
	}
	if err := os.WriteFile(readme, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestAnEmptyVariableMeansItsDefault(t *testing.T) { //nolint:paralleltest // it changes the environment
	opstest.EmptyIsNotSet[Config](t)
}

// A time to wait for one's turn that leaves nothing of a request's own is refused before anything starts.
func TestATimeToWaitIsBounded(t *testing.T) {
	t.Setenv("DATABASE_URL", "postgres://u:p@127.0.0.1:1/none")
	t.Setenv("AUTH", "off")
	for given, refused := range map[string]bool{"2s": false, "2001ms": true} {
		t.Setenv("MAX_QUEUE_TIME", given)
		if err := run(t.Context()); err == nil || strings.Contains(err.Error(), "MAX_QUEUE_TIME") != refused {
			t.Errorf("%s: %v", given, err)
		}
	}
}
