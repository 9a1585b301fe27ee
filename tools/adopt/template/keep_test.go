package template

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pgcqrs/tools/adopt/worktree"
)

// When adopt turns a copy into a service, adopt stores the template's texts together with the name
// of their git commit. It also starts a new changelog. Later runs of adopt change neither the
// stored texts nor the changelog.
func TestTheTemplatesTextsAreKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	before := map[string]string{
		"README.md": "# T\n\n[a](docs/a.md) [b](https://b.test) [c](#c) ![d](docs/d.svg)\n", Changelog: "# Changelog\n\n## 0.7.0 - unreleased\n\n- Much.\n",
		"LICENSE": "Apache License\n", inTemplate: "package internal\n",
	}
	for path, text := range before {
		if err := worktree.Write(dir, path, text); err != nil {
			t.Fatal(err)
		}
	}
	commit := inGit(t, dir)
	for range 2 { // the second time, nothing is left to do
		if err := Keep(t.Context(), dir, io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{
		Folder + "/README.md":    "[a](../../docs/a.md) [b](https://b.test) [c](#c) ![d](../../docs/d.svg)\n",
		Folder + "/" + Changelog: "# Changelog\n\n## 0.7.0 - unreleased\n\n- Much.\n",
	} {
		if text := textOf(t, dir, path); !strings.HasSuffix(text, want) || !strings.Contains(text, "as of commit "+commit+".") {
			t.Errorf("%s is %s", path, text)
		}
	}
	if text := textOf(t, dir, Folder+"/LICENSE"); text != before["LICENSE"] {
		t.Errorf("LICENSE is %s", text)
	}
	if text := textOf(t, dir, Changelog); !strings.HasSuffix(text, "\n\n## 0.7.0 - unreleased\n") || strings.Contains(text, "Much") {
		t.Errorf("the service's changelog is %s", text)
	}
	if err := Drop(t.Context(), dir, io.Discard); err != nil {
		t.Fatal(err)
	}
	const own = "# Changelog\n\n## 1.0.0\n\n- Invoices.\n"
	if err := worktree.Write(dir, Changelog, own); err != nil {
		t.Fatal(err)
	}
	if err := Drop(t.Context(), dir, io.Discard); err != nil || textOf(t, dir, Changelog) != own {
		t.Errorf("the second time: %v, %s", err, textOf(t, dir, Changelog))
	}
}

// inGit commits all files of a folder, and returns the commit.
func inGit(t *testing.T, dir string) string {
	t.Helper()
	var said []byte
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"-c", "user.name=a", "-c", "user.email=a@a.test", "commit", "-qm", "all"}, {"rev-parse", "HEAD"}} {
		command := exec.CommandContext(t.Context(), "git", args...)
		command.Dir = dir
		var err error
		if said, err = command.Output(); err != nil {
			t.Fatalf("git %v: %v", args, err)
		}
	}
	return strings.TrimSpace(string(said))
}

func textOf(t *testing.T, dir, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
