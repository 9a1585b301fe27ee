//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestItBecomesTheProgramOfItsClone(t *testing.T) {
	t.Parallel()
	c := newClone(t, fake)
	want := fmt.Sprintln(os.Getpid(), []string{"test", "-run", "X", "./..."}, "hello", "")
	got := c.run(t, nil, "test", "-run", "X", "./...")
	if _, said, _ := strings.Cut("\n"+got.out, "\ndev | building the developer's tool: 1 to 2 minutes the first time, seconds later\n"); got.code != 7 || said != want || got.err != "" {
		t.Errorf("the first time: got %+v, want exit code 7 and, after a line on the build, %q", got, want)
	}
	program := filepath.Join(c.root, ".dev/dev")
	if kept := c.kept(t); !slices.Equal(kept, []string{program}) {
		t.Errorf("built %v, want %s alone", kept, program)
	}
	before, err := os.Stat(program)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.run(t, nil, "test", "-run", "X", "./..."); got != (outcome{7, want, ""}) {
		t.Errorf("the second time: got %+v, want exit code 7 and %q", got, want)
	}
	if after, err := os.Stat(program); err != nil || !os.SameFile(before, after) {
		t.Errorf("the program was linked again: %v", err)
	}
	c.write(t, "tools/dev/main.go", strings.ReplaceAll(fake, "Exit(7)", "Exit(8)"))
	if got := c.run(t, nil, "run"); got.code != 8 {
		t.Errorf("after a change of the program: got %+v, want exit code 8", got)
	}
}

func TestWhereNobodyMayWriteTheProgramGoesToTheCache(t *testing.T) {
	t.Parallel()
	c := newClone(t, fake)
	c.write(t, ".dev", "no folder")
	if got, kept := c.run(t, nil, "run"), c.kept(t); got.code != 7 || len(kept) != 1 || !strings.HasPrefix(kept[0], c.home) {
		t.Errorf("got %+v; built %v, want it in %s", got, kept, c.home)
	}
	if err := os.RemoveAll(c.home); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(c.home, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	temporary := t.TempDir()
	got := c.run(t, []string{"TMPDIR=" + temporary}, "run")
	if kept, _ := filepath.Glob(temporary + "/pgcqrs-dev-*/dev"); got.code != 7 || len(kept) != 1 {
		t.Errorf("without a cache: got %+v; built %v, want it in %s", got, kept, temporary)
	}
}

func TestWhatDoesNotCompileIsShown(t *testing.T) {
	t.Parallel()
	c := newClone(t, "package main\n\nfunc main() { undefinedName() }\n")
	if got := c.run(t, nil, "run"); got.code != 1 || !strings.Contains(got.err, "main.go:3:15: undefined: undefinedName\n") {
		t.Errorf("got %+v", got)
	}
}

func TestWithoutGoItSaysSo(t *testing.T) {
	t.Parallel()
	c := newClone(t, fake)
	if got := c.run(t, []string{"PATH=/nonexistent"}, "run"); got.code != 1 || !strings.HasPrefix(got.err, "dev: there is no go command on PATH") {
		t.Errorf("got %+v", got)
	}
}

func TestHelpAndMistakesNeedNoBuild(t *testing.T) {
	t.Parallel()
	c := newClone(t, fake)
	for line, want := range map[string]int{"-h": 0, "help run": 0, "test -h": 0, "seed -h": 0, "seed now": 2, "-version": 0, "version": 0, "run -nosuch": 2, "fly": 2, "": 2, "run -without broker": 2} {
		got := c.run(t, []string{"PATH=/nonexistent"}, strings.Fields(line)...)
		if got.code != want || (got.out == "") != (want == 2) || (got.err == "") != (want == 0) {
			t.Errorf("%q: got %+v, want exit code %d", line, got, want)
		}
	}
	if kept := c.kept(t); kept != nil {
		t.Errorf("built %v", kept)
	}
}
