// Package shipped knows which files that may be removed with the sample came with the template, so
// that no file of the user's is removed with them.
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

// List names the files of the template that are removed with the sample, one per line. Any other
// file is the user's own. TestShippedIsCurrent writes it.
//
//go:embed shipped.txt
var List string

// Has reports whether the template has brought a file, or something in a folder.
func Has(path string) bool {
	return slices.ContainsFunc(strings.Fields(List), func(brought string) bool {
		return brought == path || strings.HasPrefix(brought, path+"/")
	})
}

// RefuseOwn fails if the files that match a pattern include some that the template did not bring.
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

// Remove removes what the template brought, and fails if other files are among it.
func Remove(dir, pattern string, out io.Writer) error {
	if err := RefuseOwn(dir, pattern); err != nil {
		return err
	}
	return worktree.Remove(dir, pattern, out)
}
