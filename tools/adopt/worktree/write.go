package worktree

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Write writes a file of a copy. If the file's folder does not exist, Write creates it.
func Write(dir, path, content string) error {
	full := filepath.Join(dir, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil { //nolint:gosec // source code may be readable by everybody
		return err
	}
	return os.WriteFile(full, []byte(content), 0o644) //nolint:gosec // source code may be readable by everybody
}

func Remove(dir, pattern string, out io.Writer) error {
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		return err
	}
	for _, path := range found {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		fmt.Fprintf(out, "  %s is removed\n", filepath.ToSlash(name))
	}
	return nil
}

// Rewrite replaces the content of a file with the result of the function change. If the file does
// not exist, Rewrite does nothing.
func Rewrite(dir, path string, change func(string) string, out io.Writer) error {
	full := filepath.Join(dir, path)
	info, err := os.Stat(full)
	if err != nil {
		return nil //nolint:nilerr // the user has removed the file
	}
	text, err := os.ReadFile(full) //nolint:gosec // the folder is the user's
	if err != nil {
		return err
	}
	changed := change(string(text))
	if less := strings.Count(string(text), "\n") - strings.Count(changed, "\n"); less > 0 {
		fmt.Fprintf(out, "  %s: %d lines removed\n", path, less)
	} else if changed != string(text) {
		fmt.Fprintf(out, "  %s: text removed\n", path)
	}
	return os.WriteFile(full, []byte(changed), info.Mode().Perm())
}
