package workflow

import (
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pgcqrs/tools/adopt/patch"
	"example.com/pgcqrs/tools/adopt/worktree"
)

const root = "../../.."

// Some names are not allowed by the engine, by Go or by the list of workflows. New refuses such a
// name before it writes a file.
func TestNamesThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, says := range map[string]string{
		"":                      "lower-case letters, digits and single hyphens",
		"x":                     "must be 2 to 60",
		"Late-fees":             "lower-case letters",
		"late_fees":             "lower-case letters",
		"late--fees":            "single hyphens",
		"-late":                 "a letter first",
		"late-":                 "single hyphens",
		"2nd":                   "a letter first",
		"../late":               "lower-case letters",
		"late'fees":             "lower-case letters",
		strings.Repeat("x", 61): "must be 2 to 60",
		"type":                  "a keyword of the Go language",
		"error":                 "a keyword of the Go language",
		"write":                 "imports a package write",
		"event":                 "imports a package event",
		"account":               "imports another package account",
	} {
		if err := New(t.Context(), root, name, io.Discard); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", name, err, says)
		}
	}
}

func TestOneThatIsThere(t *testing.T) {
	t.Parallel()
	var said strings.Builder
	if err := New(t.Context(), root, "transfers", &said); err != nil || !strings.HasPrefix(said.String(), "nothing to do: internal/workflows/transfers exists already") {
		t.Errorf("%s, %v", said.String(), err)
	}
}

// New refuses a service without an aggregate, because a workflow could not send any command.
func TestAnAggregateIsNeeded(t *testing.T) {
	t.Parallel()
	dir := copyOf(t, list, "go.mod", "engine/go.mod")
	if err := worktree.Write(dir, "internal/write/write.go", "package write\n"); err != nil {
		t.Fatal(err)
	}
	if err := New(t.Context(), dir, "late-fees", io.Discard); err == nil || !strings.Contains(err.Error(), "-new-aggregate NAME") {
		t.Errorf("%v", err)
	}
}

// The name of the new Go package is the workflow's name without hyphens. The new code is written
// for the service's module and its first aggregate, and the patch of the list of workflows can be
// applied.
func TestTheCodeIsTheServices(t *testing.T) {
	t.Parallel()
	dir := copyOf(t, list, "internal/write/write.go", "engine/go.mod")
	if err := worktree.Write(dir, "go.mod", "module github.com/acme/orders\n"); err != nil {
		t.Fatal(err)
	}
	words, err := wordsFor(dir, "late-fees", "latefees")
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{"latefees.go": code, "latefees_test.go": test} {
		text = filled(text, words)
		if _, err := parser.ParseFile(token.NewFileSet(), path, text, 0); err != nil || strings.Contains(text, "{{") {
			t.Errorf("%v\n%s", err, text)
		}
		if !strings.Contains(text, `"github.com/acme/orders/internal/write"`) || !strings.Contains(text, "write.Accounts.StreamType") {
			t.Errorf("%s is\n%s", path, text)
		}
	}
	if !strings.Contains(filled(code, words), `Name: "late-fees"`) {
		t.Error("the workflow has another name")
	}
	if err := patch.Apply(dir, filled(listing, words), io.Discard); err != nil {
		t.Fatal(err)
	}
	listed, err := os.ReadFile(filepath.Join(dir, list))
	if err != nil || !strings.Contains(string(listed), "\t\tlatefees.Workflow.Definition(),\n") || !strings.Contains(string(listed), `"github.com/acme/orders/internal/workflows/latefees"`) {
		t.Errorf("%v\n%s", err, listed)
	}
}

// copyOf returns a folder with some of the repository's files.
func copyOf(t *testing.T, paths ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, path := range paths {
		text, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		if err := worktree.Write(dir, path, string(text)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
