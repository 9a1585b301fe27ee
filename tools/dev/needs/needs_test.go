package needs

import (
	"errors"

	"example.com/pgcqrs/engine/enginetest/devtool/arguments"

	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestItSaysThatTestsAreLeftOut(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]bool{
		"": true, "-race ./test/...": true, "./tools/lab/pooler": true, "./engine/test/eventlog": false, "./internal/events": false, "-run X ./tools/dev": false,
		"-all": false, "-tags=all": false, "-tags a,all ./...": false, "-tags small": true,
	} {
		if got := LeavesOut(parsed(t, line)); got != want {
			t.Errorf("%q: got %v, want %v", line, got, want)
		}
	}
}

func TestMissingIsOneLineWithItsCommand(t *testing.T) { //nolint:paralleltest // the test changes environment variables
	none, here := func() bool { return false }, func() bool { return true }
	root := t.TempDir()
	for _, folder := range []string{"tools/lab/pooler", "tools/lab/browser"} {
		if err := os.MkdirAll(filepath.Join(root, folder), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, folder, "a_test.go"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all := []Need{
		{"PgBouncer", []string{"tools/lab/pooler"}, "pgbouncer", "pgbouncer", none},
		{"Chromium", []string{"tools/lab/browser"}, "chromium", "--cask google-chrome", none},
		{"git", []string{"tools/lab/pooler"}, "git", "git", here},
		{"curl", []string{"tools/lab/adopt"}, "curl", "curl", none}, // the tests of this folder were removed
	}
	const what = "dev: -all needs programs that this machine lacks: PgBouncer, Chromium. "
	for _, manager := range []struct{ program, command string }{
		{"apt-get", "apt-get install pgbouncer chromium\n"},
		{"brew", "To get it: brew install pgbouncer && brew install --cask google-chrome\n"},
		{"none", "Install it with your system's package manager\n"},
	} {
		bin := t.TempDir()
		if err := os.WriteFile(filepath.Join(bin, manager.program), nil, 0o700); err != nil {
			t.Fatal(err)
		}
		t.Setenv("PATH", bin)
		err := Missing(root, all)
		if err == nil || !strings.HasPrefix(err.Error(), what) || !strings.HasSuffix(err.Error(), manager.command) || strings.Count(err.Error(), "\n") != 1 {
			t.Errorf("with %s: got %q", manager.program, err)
		}
		if _, mistake := errors.AsType[arguments.Mistake](err); !mistake {
			t.Errorf("%v is no mistake of the developer's", err)
		}
	}
	if err := Missing(root, all[2:]); err != nil {
		t.Errorf("nothing is missing: got %v", err)
	}
}

// A need is a program that the tests of some folders require. Each need names folders whose tests
// run only with -all. If none of a need's folders exists, the need is ignored.
func TestNeedsAreThoseOfTaggedTests(t *testing.T) {
	t.Parallel()
	tagged := make(map[string]bool)
	for _, where := range []string{"test", "engine/test", "tools", "tools/lab"} {
		files, err := filepath.Glob("../../../" + where + "/*/*_test.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(string(source), "//go:build all") {
				tagged[where+"/"+filepath.Base(filepath.Dir(file))] = true
			}
		}
	}
	named := make(map[string]bool)
	for _, n := range All(false) {
		for _, folder := range n.folders {
			if hasTests(filepath.Join("../../..", folder)) {
				named[folder] = true
			}
		}
	}
	if diff := cmp.Diff(tagged, named); diff != "" {
		t.Errorf("folders with //go:build all, and folders that needs names (-tagged +named):\n%s", diff)
	}
}

func parsed(t *testing.T, line string) arguments.Test {
	t.Helper()
	read, err := arguments.Parse("shop", strings.Fields("test "+line))
	if err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return *read.Test
}
