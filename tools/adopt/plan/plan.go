// Package plan applies an edit (a function that changes a file's text) to each file of a copy of the
// template, and computes which files change. Package plan writes no file until all changes are
// known.
package plan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/format"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/pgcqrs/tools/adopt/worktree"
)

// change is the new content of a file.
type change struct {
	path    string
	content []byte
	mode    fs.FileMode
	places  int
}

type Plan []change

// Of returns the changes that the function edit would make in the files of a folder. Of changes no
// file.
func Of(ctx context.Context, dir string, edit func(path, text string) (edited string, places int)) (Plan, error) {
	files, err := worktree.Files(ctx, dir)
	if err != nil {
		return nil, err
	}
	var p Plan
	for _, path := range files {
		c, err := changeOf(dir, path, edit)
		if err != nil {
			return nil, err
		}
		if c.places > 0 {
			p = append(p, c)
		}
	}
	if len(p) == 0 {
		return nil, nil
	}
	return p, worktree.RefuseDirty(ctx, dir)
}

// changeOf returns the change that the function edit would make to one file.
func changeOf(dir, path string, edit func(path, text string) (string, int)) (change, error) {
	full := filepath.Join(dir, path)
	info, err := os.Lstat(full)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return change{}, nil // git also lists deleted files and links
	}
	if err != nil {
		return change{}, err
	}
	content, err := os.ReadFile(full) //nolint:gosec // the folder is the user's
	if err != nil {
		return change{}, err
	}
	if bytes.IndexByte(content, 0) >= 0 {
		return change{}, nil // not a text file
	}
	text, places := edit(path, string(content))
	c := change{path: path, content: []byte(text), mode: info.Mode().Perm(), places: places}
	if places > 0 && strings.HasSuffix(path, ".go") { // a name of another length changes gofmt's alignment
		if c.content, err = format.Source(c.content); err != nil {
			return change{}, fmt.Errorf("format %s: %w", path, err)
		}
	}
	return c, nil
}

// Write writes the new contents to the files.
func (p Plan) Write(dir string) error {
	for _, c := range p {
		full := filepath.Join(dir, c.path)
		if err := os.WriteFile(full, c.content, c.mode); err != nil {
			return err
		}
		if err := os.Chmod(full, c.mode); err != nil {
			return err
		}
	}
	return nil
}

// Without returns a plan that omits the files that match one of the patterns.
func (p Plan) Without(patterns []string) Plan {
	return slices.DeleteFunc(slices.Clone(p), func(c change) bool { return worktree.IsUnder(filepath.ToSlash(c.path), patterns) })
}

// Count prints the number of changes in each folder, and then the given additional text.
func (p Plan) Count(out io.Writer, besides string) {
	files, places := make(map[string]int), make(map[string]int)
	total := 0
	for _, c := range p {
		folder, _, nested := strings.Cut(filepath.ToSlash(c.path), "/")
		if !nested {
			folder = "."
		}
		files[folder]++
		places[folder] += c.places
		total += c.places
	}
	folders := make([]string, 0, len(files))
	for folder := range files {
		folders = append(folders, folder)
	}
	slices.Sort(folders)
	for _, folder := range folders {
		fmt.Fprintf(out, "  %-12s %4d places in %3d files\n", folder, places[folder], files[folder])
	}
	fmt.Fprint(out, besides)
	fmt.Fprintf(out, "  %-12s %4d places in %3d files\n\n", "in all", total, len(p))
}
