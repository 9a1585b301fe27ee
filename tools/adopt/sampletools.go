package main

import (
	"context"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// toolsFolder is the module that a service takes anew with each later version: it brings the sample's part back.
const toolsFolder = "tools/"

// inTools lists what tools/ has of the sample: files, and folders of tests, that the template brought.
func inTools(dir string) (paths []string, err error) {
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
	tests, err := testsOfSample(dir, strings.TrimSuffix(toolsFolder, "/"))
	paths = append(paths, slices.Sorted(maps.Keys(tests))...)
	return slices.DeleteFunc(slices.Compact(paths), func(path string) bool { return !isShipped(path) }), err
}

// takeOutOfTools removes from tools/ alone what takeOutSample does: the rest is the service's own by now, and a file
// of its may be called as one of the sample's was.
func takeOutOfTools(ctx context.Context, dir string, out, progress io.Writer) error {
	for _, pattern := range templateOnly {
		if !strings.HasPrefix(pattern, toolsFolder) {
			continue
		}
		if err := remove(dir, pattern, out); err != nil {
			return err
		}
	}
	paths, err := inTools(dir)
	if err != nil {
		return err
	}
	for _, path := range paths {
		if err := removeShipped(dir, path, out); err != nil {
			return err
		}
	}
	for _, c := range cuts {
		if !strings.HasPrefix(c.file, toolsFolder) {
			continue
		}
		if err := rewrite(dir, c.file, func(text string) string { return cut(text, c.lines) }, out); err != nil {
			return err
		}
	}
	for _, args := range [][]string{{"-C", "tools", "fmt", "./..."}, {"-C", "tools", "build", "./..."}} {
		if err := goTool(ctx, dir, progress, args...); err != nil {
			return err
		}
	}
	tidy(ctx, dir, out, progress, "tools")
	return nil
}
