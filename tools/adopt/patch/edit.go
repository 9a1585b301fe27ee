// Package patch applies a patch to files that may have changed since the patch was written (adopt
// -edit). Package patch finds the position of each change by the lines above and below it.
package patch

import (
	"errors"
	"fmt"
	"go/format"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/pgcqrs/tools/adopt/worktree"
)

// Apply applies a patch. Apply finds the position of each change by the lines above and below it,
// even if other lines were inserted since. Apply changes all files of the patch, or no file.
func Apply(dir, patch string, out io.Writer) error {
	e := editing{dir: dir, files: make(map[string]string)}
	if err := e.take(patch); err != nil {
		return fmt.Errorf("%w; nothing was changed", err)
	}
	return e.write(out)
}

// editing holds the contents of the files that a patch changes. adopt writes these files only when
// the position of every change is known.
type editing struct {
	dir   string
	paths []string
	files map[string]string
	said  strings.Builder
}

// take applies a patch to the files' contents in memory, and writes no file.
func (e *editing) take(patch string) error {
	patch = strings.ReplaceAll(patch, "\r\n", "\n")
	parts := strings.Split("\n"+patch, "\n--- a/")[1:]
	if len(parts) == 0 {
		return errors.New("the edit names no file: it must begin with --- a/PATH, like a git patch")
	}
	for _, part := range parts {
		path, rest, _ := strings.Cut(part, "\n")
		if err := e.open(path); err != nil {
			return err
		}
		content, more, less := strings.Split(e.files[path], "\n"), 0, 0
		for _, hunk := range strings.Split(rest, "\n@@ ")[1:] {
			_, lines, _ := strings.Cut(hunk, "\n")
			for _, c := range changesOf(strings.Split(strings.TrimSuffix(lines, "\n"), "\n")) {
				var err error
				if content, err = c.apply(content); err != nil {
					return fmt.Errorf("%s: %w", path, err)
				}
				more, less = more+len(c.added), less+len(c.removed)
			}
		}
		e.files[path] = strings.Join(content, "\n")
		fmt.Fprintf(&e.said, "  %s: +%d -%d lines\n", path, more, less)
	}
	return nil
}

func (e *editing) open(path string) error {
	if _, opened := e.files[path]; opened {
		return nil
	}
	if err := inside(e.dir, path); err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(e.dir, path)) //nolint:gosec // the folder is the user's
	if errors.Is(err, os.ErrNotExist) {
		return Missing(path)
	}
	if err != nil {
		return err
	}
	e.paths = append(e.paths, path)
	e.files[path] = strings.ReplaceAll(string(text), "\r\n", "\n")
	return nil
}

// Missing returns the error for a file of the patch that this copy does not have.
func Missing(path string) error {
	return fmt.Errorf("%s is not there: this edit is for a service that has it", path)
}

// inside returns an error if the path leads out of the folder: by elements like "..", or, for a
// file that exists, through a symbolic link. inside also returns an error for a path in the folder
// .git.
func inside(dir, path string) error {
	root, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return err
	}
	local := filepath.IsLocal(path) && strings.SplitN(filepath.ToSlash(filepath.Clean(path)), "/", 2)[0] != ".git"
	if target, err := filepath.EvalSymlinks(filepath.Join(dir, path)); err == nil {
		relative, err := filepath.Rel(root, target)
		local = local && err == nil && filepath.IsLocal(relative)
	}
	if !local {
		return fmt.Errorf("%s is not in this folder", path)
	}
	return nil
}

// write formats the files and writes them to disk.
func (e *editing) write(out io.Writer) error {
	for _, path := range e.paths {
		if !strings.HasSuffix(path, ".go") {
			continue
		}
		formatted, err := format.Source([]byte(e.files[path]))
		if err != nil {
			return fmt.Errorf("%s would no longer be valid Go (%w); nothing was changed", path, err)
		}
		e.files[path] = string(formatted)
	}
	for _, path := range e.paths {
		if err := worktree.Write(e.dir, path, e.files[path]); err != nil {
			return err
		}
	}
	_, err := io.WriteString(out, e.said.String())
	return err
}

// changesOf splits a hunk of a patch into its changes. The lines above a change include the lines
// that earlier changes of the hunk add. The lines below a change do not include the lines that
// later changes add.
func changesOf(hunk []string) (changes []lineChange) {
	hunk = slices.DeleteFunc(slices.Clone(hunk), func(line string) bool { return strings.HasPrefix(line, `\ No newline`) })
	kind := func(i int) byte {
		if hunk[i] == "" {
			return ' ' // an empty context line that lacks its leading space
		}
		return hunk[i][0]
	}
	text := func(i int) string { return strings.TrimPrefix(hunk[i], string(kind(i))) }
	var above []string
	for i := 0; i < len(hunk); {
		if kind(i) == ' ' {
			above = append(above, text(i))
			i++
			continue
		}
		c := lineChange{above: slices.Clone(above)}
		for ; i < len(hunk) && kind(i) != ' '; i++ {
			if kind(i) == '-' {
				c.removed = append(c.removed, text(i))
			} else {
				c.added = append(c.added, text(i))
			}
		}
		for j := i; j < len(hunk); j++ {
			if kind(j) != '+' {
				c.below = append(c.below, text(j))
			}
		}
		above = append(above, c.added...)
		changes = append(changes, c)
	}
	return changes
}

// apply makes the change in the content, at the change's position. apply fails if the content has
// no such position, or more than one.
func (c lineChange) apply(content []string) ([]string, error) {
	if c.isThere(content) {
		return nil, fmt.Errorf("%q exists there already", strings.TrimSpace(c.added[0]))
	}
	at := c.place(content)
	if at < 0 && len(c.removed) > 0 {
		return nil, fmt.Errorf("%q is missing, or occurs more than once: make the change by hand", strings.TrimSpace(c.removed[0]))
	}
	if at < 0 {
		return nil, fmt.Errorf("there is no unique place for %q: insert it by hand", strings.TrimSpace(c.added[0]))
	}
	return slices.Replace(slices.Clone(content), at, at+len(c.removed), c.added...), nil
}

// isThere reports whether the content already has the added lines, next to a neighbouring line of
// the patch.
func (c lineChange) isThere(content []string) bool {
	if len(c.added) == 0 {
		return false
	}
	for _, at := range occurrences(content, c.added) {
		after := at + len(c.added)
		if len(c.above) > 0 && at > 0 && same(content[at-1], c.above[len(c.above)-1]) ||
			len(c.below) > 0 && after < len(content) && same(content[after], c.below[0]) {
			return true
		}
	}
	return false
}
