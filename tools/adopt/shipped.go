package main

import (
	_ "embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// shippedList names the files of the template that go with the sample, a line each: what is
// not in it is somebody's own. TestShippedIsCurrent writes it.
//
//go:embed shipped.txt
var shippedList string

// goesWithSample reports whether a file of the template may go with the sample.
func goesWithSample(path string) bool {
	if testOf(path) != "" {
		return true
	}
	return isUnder(path, sampleFiles)
}

// isUnder reports whether a pattern stands for a path, or for a folder that it is in.
func isUnder(path string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		for at := path; at != "."; at = filepath.ToSlash(filepath.Dir(at)) {
			if ok, err := filepath.Match(pattern, at); ok && err == nil {
				return true
			}
		}
		return false
	})
}

// isShipped reports whether the template brought a file, or something in a folder.
func isShipped(path string) bool {
	return slices.ContainsFunc(strings.Fields(shippedList), func(brought string) bool {
		return brought == path || strings.HasPrefix(brought, path+"/")
	})
}

// refuseOwn fails if what a pattern stands for holds files that the template did not bring.
func refuseOwn(dir, pattern string) error {
	shipped := strings.Fields(shippedList)
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		return err
	}
	var own []string
	for _, root := range found {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			relative, err := filepath.Rel(dir, path)
			if relative = filepath.ToSlash(relative); !slices.Contains(shipped, relative) {
				own = append(own, relative)
			}
			return err
		})
		if err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	if len(own) > 0 {
		return fmt.Errorf("these are not the template's, and would go with the sample: %s; move them, or take them out, first", strings.Join(own, ", "))
	}
	return nil
}
