// Package worktree lists, writes and removes the files of a copy of the template. Package worktree
// makes a change to several files completely or not at all. The package does not know the meaning
// of the files.
package worktree

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Wholly runs a function that changes the files of a copy. If the function fails or is interrupted,
// Wholly restores every file.
func Wholly(ctx context.Context, dir string, do func() error) error {
	before, err := snapshotOf(ctx, dir)
	if err != nil {
		return err
	}
	if err := do(); err != nil {
		if undone := before.restore(context.WithoutCancel(ctx)); undone != nil {
			return errors.Join(err, fmt.Errorf("and the change could not be undone: %w", undone))
		}
		return fmt.Errorf("%w\nnothing was changed", err)
	}
	return nil
}

// snapshot maps a path to the file's content, for each file that git tracks and each file that `git
// add` would add.
type snapshot struct {
	dir   string
	files map[string]saved
}

type saved struct {
	content []byte
	mode    fs.FileMode
}

func snapshotOf(ctx context.Context, dir string) (snapshot, error) {
	s := snapshot{dir, make(map[string]saved)}
	paths, err := Files(ctx, dir)
	if err != nil {
		return s, err
	}
	for _, path := range paths {
		info, err := os.Lstat(filepath.Join(dir, path))
		if err != nil || !info.Mode().IsRegular() {
			continue // git also lists deleted files and links
		}
		content, err := os.ReadFile(filepath.Join(dir, path)) //nolint:gosec // the folder is the user's
		if err != nil {
			return s, err
		}
		s.files[path] = saved{content, info.Mode().Perm()}
	}
	return s, nil
}

// restore restores every file of the snapshot, and removes the files that were created after it.
func (s snapshot) restore(ctx context.Context) error {
	now, err := Files(ctx, s.dir)
	if err != nil {
		return err
	}
	for _, path := range now {
		if _, was := s.files[path]; was {
			continue
		}
		full := filepath.Join(s.dir, path)
		if err := os.Remove(full); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for folder := filepath.Dir(full); folder != s.dir && os.Remove(folder) == nil; {
			folder = filepath.Dir(folder) // go on with the parent, which may be empty now
		}
	}
	for path, file := range s.files {
		full := filepath.Join(s.dir, path)
		if content, err := os.ReadFile(full); err == nil && bytes.Equal(content, file.content) { //nolint:gosec // the folder is the user's
			continue
		}
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil { //nolint:gosec // source code may be readable by everybody
			return err
		}
		if err := os.WriteFile(full, file.content, file.mode); err != nil {
			return err
		}
	}
	return nil
}
