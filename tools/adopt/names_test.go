package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pgcqrs/tools/adopt/names"
	"example.com/pgcqrs/tools/adopt/worktree"
)

// smallCopy creates a folder with the template's four modules and a few files.
func smallCopy(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for path, text := range map[string]string{
		"go.mod":           "module " + names.OldModule + "\n\nrequire " + names.OldModule + "/engine v0.0.0\n\nreplace " + names.OldModule + "/engine => ./engine\n",
		"engine/go.mod":    "module " + names.OldModule + "/engine\n",
		"engine/x/x.go":    "package x\n\nimport _ \"" + names.OldModule + "/engine/y\"\n",
		"tools/go.mod":     "module " + names.OldTools + "\n\nrequire " + names.OldModule + "/engine v0.0.0\n",
		"tools/lab/go.mod": "module " + names.OldTools + "/lab\n\nrequire " + names.OldModule + " v0.0.0\n",
		"Dockerfile":       "-X " + names.OldModule + "/engine/process/cli.version=1 -X " + names.OldModule + "/internal/x.y=1 " + names.OldService + "\n",
	} {
		if err := worktree.Write(dir, path, text); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// contents returns the text of each file of a copy, by path.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files, err := worktree.Files(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]string)
	for _, path := range files {
		found[path] = textOf(t, dir, path)
	}
	return found
}

func holds(t *testing.T, dir, path, want string) {
	t.Helper()
	if content, err := os.ReadFile(filepath.Join(dir, path)); err != nil || string(content) != want {
		t.Errorf("%s is %q, %v; want %q", path, content, err, want)
	}
}

func TestTheEngineGetsAnotherPath(t *testing.T) {
	t.Parallel()
	const engine = "github.com/acme/" + names.OldService + "-engine/v2"
	dir := smallCopy(t)
	for range 2 { // the second time, nothing is left to change
		if err := run(t.Context(), dir, []string{"-yes", "-engine-path", engine}, strings.NewReader(""), io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	holds(t, dir, "engine/go.mod", "module "+engine+"\n")
	holds(t, dir, "engine/x/x.go", "package x\n\nimport _ \""+engine+"/y\"\n")
	holds(t, dir, "tools/go.mod", "module "+names.OldTools+"\n\nrequire "+engine+" v2.0.0\n")
	if err := run(t.Context(), dir, []string{"-yes", "-keep-lab", "acme.test/shop"}, strings.NewReader(""), io.Discard); err != nil {
		t.Fatal(err)
	}
	holds(t, dir, "go.mod", "module acme.test/shop\n\nrequire "+engine+" v2.0.0\n\nreplace "+engine+" => ./engine\n")
	holds(t, dir, "tools/lab/go.mod", "module acme.test/shop/tools/lab\n\nrequire acme.test/shop v0.0.0\n")
	holds(t, dir, "Dockerfile", "-X "+engine+"/process/cli.version=1 -X acme.test/shop/internal/x.y=1 shop\n")
	holds(t, dir, "engine/go.mod", "module "+engine+"\n")
}

// adopt refuses a service path that clashes with the engine's path, before it changes any file. The
// service path must not equal the engine's path or begin with it. No folder of the service may have
// the engine's import path, except the folder engine/.
func TestServicesThatTheEngineIsInTheWayOf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ engine, service, says string }{
		{"acme.test/shop", "acme.test/shop", "path must not be that, nor begin with it"},
		{"acme.test/shop", "acme.test/shop/api", "path must not be that, nor begin with it"},
		{"acme.test/shop/tools", "acme.test/shop", "would be that of the service's folder tools/"},
		{"acme.test/shop/engine", "acme.test/shop", ""},
		{"acme.test/shop-engine", "acme.test/shop", ""},
	} {
		dir := smallCopy(t)
		if err := run(t.Context(), dir, []string{"-yes", "-engine-path", test.engine}, strings.NewReader(""), io.Discard); err != nil {
			t.Fatal(err)
		}
		before := contents(t, dir)
		err := run(t.Context(), dir, []string{"-yes", "-service", "shop", test.service}, strings.NewReader(""), io.Discard)
		if test.says == "" {
			if err != nil {
				t.Errorf("%v: %v", test, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), test.engine) {
			t.Errorf("%v: %v", test, err)
		}
		for path, text := range before {
			holds(t, dir, path, text)
		}
	}
}

func TestPathsThatTheEngineCannotHave(t *testing.T) {
	t.Parallel()
	for path, says := range map[string]string{
		"engine": "must be a host", "acme.test/my engine": "letters, digits", "acme.test//engine": "letters, digits",
		names.OldModule: "of this repository", "example.com": "of this repository", names.OldTools: "of this repository",
		names.OldModule + "/tools/x": "the service's folder tools/", "acme.test/internal/engine": "can't be imported by the tools",
	} {
		dir := smallCopy(t)
		err := run(t.Context(), dir, []string{"-yes", "-engine-path", path}, strings.NewReader(""), io.Discard)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", path, err, says)
		}
		holds(t, dir, "engine/go.mod", "module "+names.OldModule+"/engine\n")
	}
	err := run(t.Context(), smallCopy(t), []string{"-engine-path", "acme.test/engine", "acme.test/shop"}, strings.NewReader(""), io.Discard)
	if err == nil || !strings.Contains(err.Error(), "one at a time") {
		t.Errorf("with a module: %v", err)
	}
}
