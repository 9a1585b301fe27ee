package worktree

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Files lists the files that git tracks, and files that `git add` would add. Without git, Files
// lists all files.
func Files(ctx context.Context, dir string) ([]string, error) {
	if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
		command := exec.CommandContext(ctx, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
		command.Dir = dir
		output, err := command.Output()
		if err != nil {
			return nil, fmt.Errorf("git ls-files: %w", err)
		}
		return strings.FieldsFunc(string(output), func(r rune) bool { return r == 0 }), nil
	}
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && entry.Name() == ".dev" { // the folder with the binary of this program
			return fs.SkipDir
		}
		if entry.Type().IsRegular() {
			relative, err := filepath.Rel(dir, path)
			files = append(files, relative)
			return err
		}
		return nil
	})
	return files, err
}

// IsUnder reports whether one of the patterns matches a path, or matches a folder that contains the
// path.
func IsUnder(path string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		for at := path; at != "."; at = filepath.ToSlash(filepath.Dir(at)) {
			if ok, err := filepath.Match(pattern, at); ok && err == nil {
				return true
			}
		}
		return false
	})
}
