package paste

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pgcqrs/tools/adopt/worktree"
)

// A service may lack a file that a page changes. adopt -page then fails before it changes any file,
// and prints the same message for every page.
func TestAPageForSomethingElseIsRefused(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../../../docs/how-to/*.md")
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for _, page := range pages {
		page = "docs/how-to/" + filepath.Base(page)
		dir, text := t.TempDir(), fileOf(t, page)
		if !Patched.MatchString(text) {
			continue
		}
		if err := refuseMissing("../../..", text); err != nil {
			t.Errorf("%s does not fit the template: %v", page, err)
		}
		if err := worktree.Write(dir, page, text); err != nil {
			t.Fatal(err)
		}
		err := Page(t.Context(), dir, page, io.Discard)
		if err == nil || !strings.Contains(err.Error(), page+" does not fit: ") || !strings.Contains(err.Error(), " is not there: this edit is for a service that has it; nothing was changed") {
			t.Errorf("%s: %v", page, err)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
			t.Errorf("%s leaves %v, %v", page, entries, err)
		}
		refused++
	}
	if refused < 8 {
		t.Errorf("only %d pages are to be pasted", refused)
	}
}

// A page may change a file that the page itself creates. Such a file need not exist when adopt
// starts.
func TestAPageFindsWhatItMakes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const script = "mkdir -p a/b c\ncat > a/b/d.go <<'EOF'\npackage b\nEOF\ncat >> a/b/d.go <<'EOF'\n\nEOF\ngo run ./cmd/adopt -edit <<'EOF'\n--- a/a/b/d.go\n+++ b/a/b/d.go\nEOF\n"
	if err := refuseMissing(dir, script); err != nil {
		t.Error(err)
	}
	if err := refuseMissing(dir, "cat > e/f.go <<'EOF'\npackage e\nEOF\n"); err == nil || !strings.HasPrefix(err.Error(), "e is not there") {
		t.Errorf("a file in a folder that is not there: %v", err)
	}
}

func fileOf(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../..", path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
