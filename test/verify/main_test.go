package main

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

const formatted, unformatted = "package a\n\nvar B = 1\n", "package a\nvar  B = 1\n"

func file(content string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(content)} }

func TestVerify(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		generate func(files fstest.MapFS) error
		says     string
	}{
		"nothing changes":            {func(fstest.MapFS) error { return nil }, ""},
		"the same is written":        {func(f fstest.MapFS) error { f["a.go"] = file(formatted); return nil }, ""},
		"a file changes":             {func(f fstest.MapFS) error { f["a.go"] = file(formatted + "\nvar C = 2\n"); return nil }, "not current; they are now: commit a.go"},
		"a file is new":              {func(f fstest.MapFS) error { f["b/b.go"] = file(formatted); return nil }, "commit b/b.go"},
		"a file goes":                {func(f fstest.MapFS) error { delete(f, "a.sql"); return nil }, "commit a.sql"},
		"a tool is missing":          {func(fstest.MapFS) error { return errors.New("no oapi-codegen") }, "go generate ./...: no oapi-codegen"},
		"what git ignores changes":   {func(f fstest.MapFS) error { f["bin/a"] = file("x"); f[".git/index"] = file("x"); return nil }, ""},
		"a file that does not parse": {func(f fstest.MapFS) error { f["a.go"] = file("package"); return nil }, "format a.go"},
	} {
		files := fstest.MapFS{"a.go": file(formatted), "a.sql": file("SELECT 1")}
		err := verify(files, func() error { return tc.generate(files) }, io.Discard)
		if tc.says == "" && err != nil || tc.says != "" && (err == nil || !strings.Contains(err.Error(), tc.says)) {
			t.Errorf("%s: %v, want %q", name, err, tc.says)
		}
	}
}

func TestVerifyFormatting(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"a.go": file(formatted), "b/b.go": file(unformatted), "vendor/c.go": file(unformatted)}
	err := verify(files, func() error { return nil }, io.Discard)
	if err == nil || err.Error() != "gofmt would change b/b.go" {
		t.Errorf("%v", err)
	}
}

// Command verify must run on every machine that has make and Go, and must not need other programs.
func TestVerifyNeedsGoOnly(t *testing.T) {
	t.Parallel()
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	_, recipe, found := strings.Cut(string(makefile), "\nverify:")
	recipe, _, _ = strings.Cut(recipe, "\n\n")
	lines := strings.Split(recipe, "\n\t")[1:]
	if !found || len(lines) < 4 {
		t.Fatalf("the target is %q", lines)
	}
	for _, line := range lines {
		if !strings.HasPrefix(line, "go ") || strings.ContainsAny(line, "|$;&") {
			t.Errorf("make verify runs %q, want go alone", line)
		}
	}
}

func TestModulesAreFound(t *testing.T) {
	t.Parallel()
	tree := fstest.MapFS{
		"go.mod": {}, "engine/go.mod": {}, "tools/lab/go.mod": {}, "vendor/a.test/b/go.mod": {}, ".dev/go.mod": {}, "internal/a.go": {},
	}
	found, err := modulesIn(tree)
	if want := ". engine tools/lab"; err != nil || strings.Join(found, " ") != want {
		t.Errorf("got %q, %v; want %s", found, err, want)
	}
}
