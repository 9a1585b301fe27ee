package cut

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pgcqrs/tools/adopt/worktree"
)

func TestMarkedPartsGo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const text = "A<!-- sample -->, b<!-- /sample -->, c.\n\n<!-- sample -->\nOf the sample.\n<!-- /sample -->\n\nMore<!-- template -->, d<!-- /template -->.\n"
	if err := worktree.Write(dir, "docs/deep/page.md", text); err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string]string{"sample": "A, c.\n\nMore", "template": "More."} {
		if err := Documents(dir, kind, &strings.Builder{}); err != nil {
			t.Fatal(err)
		}
		if left, err := os.ReadFile(filepath.Join(dir, "docs/deep/page.md")); err != nil || !strings.Contains(string(left), want) {
			t.Errorf("without %s it is %q, %v", kind, left, err)
		}
	}
}

// A marked part of a document may be about both the lab (tools/lab) and the template's sample. This
// part is removed when the lab or the sample is removed, and no marker remains.
func TestMarksGoWithTheLastOfTheirPart(t *testing.T) {
	t.Parallel()
	const text = "A<!-- lab --><!-- sample -->, b<!-- /sample --><!-- /lab -->.\n\n<!-- lab -->\n<!-- sample -->\nC.\n<!-- /sample -->\n<!-- /lab -->\n\nD<!-- lab -->, e<!-- /lab -->.\n"
	for kind, want := range map[string]string{"sample": "A.\n\nD<!-- lab -->, e<!-- /lab -->.\n", "lab": "A.\n\nD.\n"} {
		if got := Marked(text, kind); got != want {
			t.Errorf("without %s it is %q, want %q", kind, got, want)
		}
	}
}
