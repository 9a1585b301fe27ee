package main

import (
	"flag"
	"os"
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
	want, err := ops.Document(string(have), "migrate", &Config{})
	if err != nil {
		t.Fatal(err)
	}
	if want == string(have) {
		return
	}
	if !*update {
		t.Fatal("README.md is not current: go test ./cmd/migrate -update")
	}
	if err := os.WriteFile(readme, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestAnEmptyVariableMeansItsDefault(t *testing.T) { //nolint:paralleltest // it changes the environment
	opstest.EmptyIsNotSet[Config](t)
}
