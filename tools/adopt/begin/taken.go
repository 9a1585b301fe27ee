package begin

import (
	"cmp"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"example.com/pgcqrs/tools/adopt/declared"
	"example.com/pgcqrs/tools/adopt/paste"
)

// refuseDeclared fails if a file of the page declares or imports a name that another file of the
// same package already uses. Such a clash is possible, because all aggregates share the package
// that turns requests into commands.
func refuseDeclared(dir, page string) error {
	for _, file := range paste.Created.FindAllStringSubmatch(page, -1) {
		if filepath.Ext(file[1]) != ".go" || strings.HasSuffix(file[1], "_test.go") {
			continue
		}
		made, err := declared.Of(file[1], file[2])
		if err != nil {
			return err
		}
		there, err := declared.In(dir, path.Dir(file[1]))
		if err != nil {
			return err
		}
		if err := made.Meets(there); err != nil {
			return fmt.Errorf("%s would %w; choose another name", file[1], err)
		}
	}
	return nil
}

// engineHasTable reports whether the engine's migrations create a table of this name.
func engineHasTable(dir, table string) (bool, error) {
	made := regexp.MustCompile(`(?mi)^CREATE TABLE ` + table + `\b`)
	migrations, err := filepath.Glob(filepath.Join(dir, "migrations/engine/*.sql"))
	if err != nil {
		return false, err
	}
	for _, file := range migrations {
		text, err := os.ReadFile(file) //nolint:gosec // the folder is the user's
		if err != nil || made.Match(text) {
			return err == nil, err
		}
	}
	return false, nil
}

// refuseTaken fails if a route, a table or a type of the API contract already uses the name. It
// also fails if a package that the new files import has the name.
func refuseTaken(dir, name, plural string) error {
	many := name + plural
	if slices.Contains([]string{"event", "events", "read", "write", "command", "commands", "query", "queries", "server"}, name) {
		return fmt.Errorf("name %q: the engine uses this name; choose another name", name)
	}
	if taken, err := engineHasTable(dir, many); err != nil || taken {
		return cmp.Or(err, fmt.Errorf("name %q: the engine has a table %s; choose another name", name, many))
	}
	contract, err := os.ReadFile(filepath.Join(dir, "api/openapi.yaml")) //nolint:gosec // the folder is the user's
	if err != nil {
		return err
	}
	if regexp.MustCompile(`(?m)^  /v1/`+many+`(/.*)?:`).Match(contract) || regexp.MustCompile(`(?mi)^    `+name+`:`).Match(contract) {
		return fmt.Errorf("name %q: api/openapi.yaml already has /v1/%s, or a schema of that name; choose another name", name, many)
	}
	return nil
}
