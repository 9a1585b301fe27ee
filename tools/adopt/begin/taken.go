package begin

import (
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

// refuseDeclared fails if a file that a page makes declares a name that its package has already, or
// imports a package under such a name: two aggregates share a package where requests become commands.
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
			return fmt.Errorf("%s would %w; name the thing in other words", file[1], err)
		}
	}
	return nil
}

// refuseTaken fails if something else has the name already: a route, a table or a type of the
// contract, or a package that the new files import.
func refuseTaken(dir, name, plural string) error {
	many := name + plural
	if slices.Contains([]string{"event", "events", "read", "write", "command", "commands", "query", "queries", "server"}, name) {
		return fmt.Errorf("name %q: the engine has it; name the thing in other words", name)
	}
	contract, err := os.ReadFile(filepath.Join(dir, "api/openapi.yaml")) //nolint:gosec // the folder is the user's
	if err != nil {
		return err
	}
	if regexp.MustCompile(`(?m)^  /v1/`+many+`(/.*)?:`).Match(contract) || regexp.MustCompile(`(?mi)^    `+name+`:`).Match(contract) {
		return fmt.Errorf("name %q: api/openapi.yaml has /v1/%s, or a schema of that name, already", name, many)
	}
	return nil
}
