package worktree

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNothingIsDoneByHalves runs a function that changes, creates and removes files, and then
// fails. Afterwards every file must be as it was before.
func TestNothingIsDoneByHalves(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	before := map[string]string{"a.txt": "one\n", "deep/b.txt": "two\n"}
	for path, content := range before {
		if err := Write(dir, path, content); err != nil {
			t.Fatal(err)
		}
	}
	err := Wholly(t.Context(), dir, func() error {
		return errors.Join(Write(dir, "a.txt", "changed\n"), os.RemoveAll(filepath.Join(dir, "deep")), Write(dir, "new/c.txt", "three\n"), errors.New("no"))
	})
	if err == nil || !strings.Contains(err.Error(), "nothing was changed") {
		t.Errorf("it says %v", err)
	}
	after := make(map[string]string)
	paths, err := Files(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		content, _ := os.ReadFile(filepath.Join(dir, path))
		after[path] = string(content)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
	if _, err := os.Stat(filepath.Join(dir, "new")); err == nil {
		t.Error("an empty folder was left")
	}
}
