package sample

import (
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/pgcqrs/tools/adopt/begin"
	"example.com/pgcqrs/tools/adopt/cut"
	"example.com/pgcqrs/tools/adopt/shipped"
	"example.com/pgcqrs/tools/adopt/template"
	"example.com/pgcqrs/tools/adopt/worktree"
)

// Has reports whether the file at a path may be removed together with the sample.
func Has(path string) bool {
	if TestOf(path) != "" {
		return true
	}
	return worktree.IsUnder(path, sampleFiles)
}

// LeaveOut removes the sample's files, and removes the sample's lines from other files.
func LeaveOut(ctx context.Context, dir string, out io.Writer) error {
	var toCome strings.Builder
	for _, like := range []begin.Example{begin.Aggregate, begin.Projection} {
		text, err := os.ReadFile(filepath.Join(dir, like.Page)) //nolint:gosec // the folder is the user's
		if err != nil {
			return err
		}
		toCome.Write(text)
	}
	if err := template.Drop(ctx, dir, out); err != nil {
		return err
	}
	if err := cut.Documents(dir, "sample", out); err != nil {
		return err
	}
	for _, pattern := range sampleFiles {
		if err := shipped.Remove(dir, pattern, out); err != nil {
			return err
		}
	}
	for _, c := range cuts {
		if err := worktree.Rewrite(dir, c.file, func(text string) string { return cut.Lines(text, c.lines) }, out); err != nil {
			return err
		}
	}
	if err := worktree.Rewrite(dir, workflowList, withoutUnused, out); err != nil {
		return err
	}
	if err := worktree.Rewrite(dir, "README.md", withoutBlanks, out); err != nil {
		return err
	}
	return worktree.Rewrite(dir, "api/openapi.yaml", func(text string) string { return prune(text, toCome.String()) }, out)
}

// toolsFolder is the folder of the tools' module. A service may replace this module with the tools'
// module of a later version of the template. Then the folder contains the sample's files again.
const toolsFolder = "tools/"

// InTools lists the files of the sample in tools/, and the folders of tests of the sample. InTools
// lists only files that came with the template.
func InTools(dir string) (paths []string, err error) {
	for _, pattern := range sampleFiles {
		if !strings.HasPrefix(pattern, toolsFolder) {
			continue
		}
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return nil, err
		}
		for _, path := range found {
			name, err := filepath.Rel(dir, path)
			if err != nil {
				return nil, err
			}
			paths = append(paths, filepath.ToSlash(name))
		}
	}
	tests, err := Tests(dir, strings.TrimSuffix(toolsFolder, "/"))
	paths = append(paths, slices.Sorted(maps.Keys(tests))...)
	return slices.DeleteFunc(slices.Compact(paths), func(path string) bool { return !shipped.Has(path) }), err
}

// LeaveOutOfTools does what LeaveOut does, but only in tools/, and removes the tests that use the
// sample. LeaveOutOfTools changes no file outside tools/: those files now belong to the service,
// even if a file has the name of a former file of the sample.
func LeaveOutOfTools(dir string, out io.Writer) error {
	for _, pattern := range template.Only {
		if !strings.HasPrefix(pattern, toolsFolder) {
			continue
		}
		if err := worktree.Remove(dir, pattern, out); err != nil {
			return err
		}
	}
	paths, err := InTools(dir)
	if err != nil {
		return err
	}
	for _, path := range paths {
		if err := shipped.Remove(dir, path, out); err != nil {
			return err
		}
	}
	for _, c := range cuts {
		if !strings.HasPrefix(c.file, toolsFolder) {
			continue
		}
		if err := worktree.Rewrite(dir, c.file, func(text string) string { return cut.Lines(text, c.lines) }, out); err != nil {
			return err
		}
	}
	return nil
}
