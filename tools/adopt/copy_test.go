package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pgcqrs/tools/adopt/worktree"
)

const root = "../.."

// copyOf copies the repository's files without the .git folder.
func copyOf(t *testing.T) string {
	t.Helper()
	files, err := worktree.Files(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, path := range files {
		content, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			continue // git also lists deleted files
		}
		info, err := os.Stat(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, content, info.Mode().Perm()); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func adopt(t *testing.T, dir string, args ...string) string {
	t.Helper()
	var said strings.Builder
	if err := run(t.Context(), dir, append([]string{"-yes"}, args...), strings.NewReader(""), &said); err != nil {
		t.Fatal(err)
	}
	return said.String()
}
