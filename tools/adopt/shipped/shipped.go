// Package shipped knows which files the template brought that may go with the sample, so that none of
// somebody's own goes with them.
package shipped

import (
	_ "embed"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/pgcqrs/tools/adopt/worktree"
)

// List names the files of the template that go with the sample, a line each: what is
// not in it is somebody's own. TestShippedIsCurrent writes it.
//
//go:embed shipped.txt
var List string

// Has reports whether the template brought a file, or something in a folder.
func Has(path string) bool {
	return slices.ContainsFunc(strings.Fields(List), func(brought string) bool {
		return brought == path || strings.HasPrefix(brought, path+"/")
	})
}

// RefuseOwn fails if what a pattern stands for holds files that the template did not bring.
func RefuseOwn(dir, pattern string) error {
	shipped := strings.Fields(List)
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

// Remove removes what the template brought, and fails where something else is among it.
func Remove(dir, pattern string, out io.Writer) error {
	if err := RefuseOwn(dir, pattern); err != nil {
		return err
	}
	return worktree.Remove(dir, pattern, out)
}
