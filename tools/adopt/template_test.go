package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is shown before is what is done: files that go are not among those that change.
func TestThePreviewCountsWhatStays(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		says string
	}{
		{[]string{"acme.test/shop"}, "  .               3 places in   2 files\n  tools/lab, "},
		{[]string{"-keep-lab", "acme.test/shop"}, "  .               3 places in   2 files\n  tools           2 places in   1 files\n  tools/lab/adopt, "},
	} {
		dir := smallCopy(t)
		for path, text := range map[string]string{
			"go.mod": "module " + oldModule + "\n", "Dockerfile": oldModule + "/cmd " + oldService + "\n",
			"internal/docs_test.go": "package internal // " + oldModule + "\n", ".ci/run": oldService + "\n", "tools/lab/adopt/a_test.go": "package adopt // " + oldModule + "\n",
		} {
			if err := writeFile(dir, path, text); err != nil {
				t.Fatal(err)
			}
		}
		if said := adopt(t, dir, test.args...); !strings.Contains(said, "\n\n"+test.says) {
			t.Errorf("%v: it says %s, want %s", test.args, said, test.says)
		}
	}
}

// A service that has no sample loses what a later tools/ brings of it, and keeps what is its own: other files
// of its may be called as the sample's were, or have routes of that name.
func TestTheSamplesPartOfLaterTools(t *testing.T) {
	t.Parallel()
	dir := copyOf(t)
	for _, path := range []string{"tools/test/mine/mine_test.go", "docs/performance.md", "internal/read/balances/balances.go", "internal/write/account/decide.go"} {
		if err := writeFile(dir, path, "package mine // is about /v1/accounts\n"); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(filepath.Join(dir, sampleMigration)); err != nil {
		t.Fatal(err)
	}
	paths, err := inTools(dir)
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Join(paths, " ")
	for _, goes := range []string{"tools/dev/sample.go", "tools/test/dev"} {
		if !strings.Contains(said+" ", goes+" ") {
			t.Errorf("%s stays: it lists %s", goes, said)
		}
	}
	if strings.Contains(said, "mine") || strings.Contains(said, "docs/") || strings.Contains(said, "internal/") {
		t.Errorf("what is the service's own goes: %s", said)
	}
	for _, path := range paths {
		if err := removeShipped(dir, path, &strings.Builder{}); err != nil {
			t.Error(err)
		}
	}
	var out strings.Builder
	if err := run(t.Context(), dir, []string{"-remove-sample"}, strings.NewReader(""), &out); err != nil || !strings.HasPrefix(out.String(), "nothing to do") {
		t.Errorf("once more: %s, %v", out.String(), err)
	}
	for _, path := range []string{"docs/performance.md", "internal/read/balances/balances.go", "internal/write/account/decide.go"} {
		if _, err := fs.Stat(os.DirFS(dir), path); err != nil {
			t.Errorf("%s is gone: %v", path, err)
		}
	}
}
