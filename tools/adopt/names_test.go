package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// smallCopy is a folder with the four modules, and little in them.
func smallCopy(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for path, text := range map[string]string{
		"go.mod":           "module " + oldModule + "\n\nrequire " + oldModule + "/engine v0.0.0\n\nreplace " + oldModule + "/engine => ./engine\n",
		"engine/go.mod":    "module " + oldModule + "/engine\n",
		"engine/x/x.go":    "package x\n\nimport _ \"" + oldModule + "/engine/y\"\n",
		"tools/go.mod":     "module " + oldTools + "\n\nrequire " + oldModule + "/engine v0.0.0\n",
		"tools/lab/go.mod": "module " + oldTools + "/lab\n\nrequire " + oldModule + " v0.0.0\n",
		"Dockerfile":       "-X " + oldModule + "/engine/process/cli.version=1 -X " + oldModule + "/internal/x.y=1 " + oldService + "\n",
	} {
		if err := writeFile(dir, path, text); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func holds(t *testing.T, dir, path, want string) {
	t.Helper()
	if content, err := os.ReadFile(filepath.Join(dir, path)); err != nil || string(content) != want {
		t.Errorf("%s is %q, %v; want %q", path, content, err, want)
	}
}

func TestOtherModulesKeepTheirPaths(t *testing.T) {
	t.Parallel()
	for _, module := range []string{"acme.test/shop", oldModule + "/engine/shop", oldModule + "x"} {
		n, err := newNames(module, "shop")
		if err != nil {
			t.Fatal(err)
		}
		const text = oldModule + "/engine " + oldModule + "/engine/event " + oldTools + "/dev " + oldTools + "/lab/load " + oldModule + "/engines " + oldModule + "/cmd/api"
		want := oldModule + "/engine " + oldModule + "/engine/event " + oldTools + "/dev " + module + "/tools/lab/load " + module + "/engines " + module + "/cmd/api"
		if got, count := n.in(text); got != want || count != 3 {
			t.Errorf("%d places, %q; want %q", count, got, want)
		}
	}
}

func TestTheEngineGetsAnotherPath(t *testing.T) {
	t.Parallel()
	const engine = "github.com/acme/" + oldService + "-engine/v2"
	dir := smallCopy(t)
	for range 2 { // the second has nothing to do
		if err := run(t.Context(), dir, []string{"-yes", "-engine-path", engine}, strings.NewReader(""), io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	holds(t, dir, "engine/go.mod", "module "+engine+"\n")
	holds(t, dir, "engine/x/x.go", "package x\n\nimport _ \""+engine+"/y\"\n")
	holds(t, dir, "tools/go.mod", "module "+oldTools+"\n\nrequire "+engine+" v2.0.0\n")
	if err := run(t.Context(), dir, []string{"-yes", "-keep-lab", "acme.test/shop"}, strings.NewReader(""), io.Discard); err != nil {
		t.Fatal(err)
	}
	holds(t, dir, "go.mod", "module acme.test/shop\n\nrequire "+engine+" v2.0.0\n\nreplace "+engine+" => ./engine\n")
	holds(t, dir, "tools/lab/go.mod", "module acme.test/shop/tools/lab\n\nrequire acme.test/shop v0.0.0\n")
	holds(t, dir, "Dockerfile", "-X "+engine+"/process/cli.version=1 -X acme.test/shop/internal/x.y=1 shop\n")
	holds(t, dir, "engine/go.mod", "module "+engine+"\n")
}

// A service that can't stand beside the engine is refused before anything is changed: one of its path, one below it,
// and one by which the engine's path is that of a folder of the service's. One above it is as the template has it.
func TestServicesThatTheEngineIsInTheWayOf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ engine, service, says string }{
		{"acme.test/shop", "acme.test/shop", "can have neither that nor a path that begins with it"},
		{"acme.test/shop", "acme.test/shop/api", "can have neither that nor a path that begins with it"},
		{"acme.test/shop/tools", "acme.test/shop", "is that of the service's folder tools/"},
		{"acme.test/shop/engine", "acme.test/shop", ""},
		{"acme.test/shop-engine", "acme.test/shop", ""},
	} {
		dir := smallCopy(t)
		if err := run(t.Context(), dir, []string{"-yes", "-engine-path", test.engine}, strings.NewReader(""), io.Discard); err != nil {
			t.Fatal(err)
		}
		before, err := snapshotOf(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		err = run(t.Context(), dir, []string{"-yes", "-service", "shop", test.service}, strings.NewReader(""), io.Discard)
		if test.says == "" {
			if err != nil {
				t.Errorf("%v: %v", test, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), test.engine) {
			t.Errorf("%v: %v", test, err)
		}
		for path, file := range before.files {
			holds(t, dir, path, string(file.content))
		}
	}
}

func TestPathsThatTheEngineCannotHave(t *testing.T) {
	t.Parallel()
	for path, says := range map[string]string{
		"engine": "must be a host", "acme.test/my engine": "letters, digits", "acme.test//engine": "letters, digits",
		oldModule: "of this repository", "example.com": "of this repository", oldTools: "of this repository",
		oldModule + "/tools/x": "the service's folder tools/", "acme.test/internal/engine": "from importing it",
	} {
		dir := smallCopy(t)
		err := run(t.Context(), dir, []string{"-yes", "-engine-path", path}, strings.NewReader(""), io.Discard)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", path, err, says)
		}
		holds(t, dir, "engine/go.mod", "module "+oldModule+"/engine\n")
	}
	err := run(t.Context(), smallCopy(t), []string{"-engine-path", "acme.test/engine", "acme.test/shop"}, strings.NewReader(""), io.Discard)
	if err == nil || !strings.Contains(err.Error(), "one at a time") {
		t.Errorf("with a module: %v", err)
	}
}
