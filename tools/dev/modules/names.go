package modules

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// Names maps the folder of each existing module to the module's import path. When a service is
// renamed, its engine and its tools keep their import paths.
type Names map[string]string

func NamesOf(root string) (Names, error) {
	named := make(Names)
	for _, folder := range modules {
		name, err := moduleName(filepath.Join(root, folder))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		named[folder] = name
	}
	return named, nil
}

// ImportPath returns the import path of a folder of the repository.
func (m Names) ImportPath(folder string) string {
	home := "."
	for candidate := range m {
		if beneath(candidate, folder) && len(candidate) >= len(home) {
			home = candidate
		}
	}
	return path.Join(m[home], strings.TrimPrefix(relative(home, folder), "."))
}

// Folder returns the folder of the repository with the given import path.
func (m Names) Folder(imported string) string {
	home := "."
	for candidate, name := range m {
		if beneath(name, imported) && len(name) >= len(m[home]) {
			home = candidate
		}
	}
	return path.Join(home, strings.TrimPrefix(imported, m[home]))
}

var moduleLine = regexp.MustCompile(`(?m)^module (\S+)$`)

func moduleName(root string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod")) //nolint:gosec // the folder is the developer's
	if err != nil {
		return "", fmt.Errorf("read the module's name: %w", err)
	}
	found := moduleLine.FindSubmatch(text)
	if found == nil {
		return "", errors.New("read the module's name: go.mod has none")
	}
	return string(found[1]), nil
}
