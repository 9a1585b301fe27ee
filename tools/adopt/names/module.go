package names

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/pgcqrs/tools/adopt/template"
)

// ModuleOf returns the path of the module in a folder.
func ModuleOf(dir, folder string) (string, error) {
	content, err := os.ReadFile(filepath.Join(dir, folder, "go.mod")) //nolint:gosec // the folder is the user's
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(content)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "module" {
			return strings.Trim(fields[1], `"`), nil
		}
	}
	return "", fmt.Errorf("%s/go.mod names no module", folder)
}

// OfTheService reports whether adopt replaces the template's names in a file. The result is false
// for files of the engine, for files of the tools, and for the template's own texts. It is true for
// files of the lab (tools/lab), because the lab tests the service's programs.
func OfTheService(path string) bool {
	path = filepath.ToSlash(path)
	return strings.HasPrefix(path, template.Lab+"/") || !slices.ContainsFunc([]string{"engine/", "tools/", template.Folder + "/"}, func(others string) bool { return strings.HasPrefix(path, others) })
}
