package main

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// find returns the findings in a tree of files. Each finding has the form "file:line: what: the
// text".
func find(root fs.FS) (found []string, err error) {
	err = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (slices.Contains([]string{"bin", "vendor", "node_modules"}, name) || name != "." && strings.HasPrefix(name, ".")):
			return fs.SkipDir
		case !entry.Type().IsRegular():
			return nil
		}
		split, known := map[string]func(string) ([]paragraph, error){
			".go": ofGo, ".md": ofMarkdown, ".sql": ofSQL, ".yaml": ofYAML,
		}[path.Ext(name)]
		if !known || path.Ext(name) == ".yaml" && path.Base(name) != "openapi.yaml" {
			return nil
		}
		content, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		paragraphs, err := split(string(content))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, p := range paragraphs {
			for _, habit := range append(p.habits(), p.hard()...) {
				found = append(found, fmt.Sprintf("%s:%d: %s", name, p.line, habit))
			}
		}
		return nil
	})
	return found, err
}
