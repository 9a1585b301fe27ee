// Package shipped lists the files that came with the template. Only these files are removed with
// the sample, so no file of the user is removed.
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

// List names the files of the template that are removed with the sample, one per line. Every other
// file belongs to the user. TestShippedIsCurrent generates the list.
//
//go:embed shipped.txt
var List string

// Has reports whether a file came with the template. For a folder, it reports whether at least one
// file of the folder came with the template.
func Has(path string) bool {
	return slices.ContainsFunc(strings.Fields(List), func(brought string) bool {
		return brought == path || strings.HasPrefix(brought, path+"/")
	})
}

// RefuseOwn returns an error if a file that matches the pattern did not come with the template.
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
		return fmt.Errorf("these files are not the template's, and would be removed with the sample: %s; move or delete them first", strings.Join(own, ", "))
	}
	return nil
}

// Remove removes the files that match a pattern. If one of the files did not come with the
// template, Remove fails and removes none of them.
func Remove(dir, pattern string, out io.Writer) error {
	if err := RefuseOwn(dir, pattern); err != nil {
		return err
	}
	return worktree.Remove(dir, pattern, out)
}
