// Package migration adds an empty migration to a service (adopt -new-migration). The migration's
// number is one that no other migration has.
package migration

import (
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"time"

	"example.com/pgcqrs/tools/adopt/worktree"
)

// numberLayout is the format, for package time, of the numbers of a service's migrations. A number
// is the UTC time, in seconds, at which the migration was created. So migrations of two git
// branches hardly ever have the same number.
const numberLayout = "20060102150405"

// migrationName matches the names that migrations may have.
var migrationName = regexp.MustCompile(`^[a-z][a-z0-9_]{1,59}$`)

// New creates a migration that contains no statements.
func New(dir, name string, out io.Writer) error {
	if !migrationName.MatchString(name) {
		return fmt.Errorf("name %q: must be 2 to 60 lower-case letters, digits and _, a letter first, like add_due_dates", name)
	}
	path, err := Path(dir, name+".sql")
	if err != nil {
		return err
	}
	const skeleton = `-- What question, or which rule, is this for?

-- +goose Up
-- It only adds: the release before must run on it. A read model's table also needs
-- SELECT grant_read_model('its_name');

-- +goose Down
`
	if err := worktree.Write(dir, path, skeleton); err != nil {
		return err
	}
	fmt.Fprintf(out, "  %s is new\n", path)
	return nil
}

// Path returns the path of a new migration. Its number is the present time or, if a migration with
// this number exists, the first later second without a migration.
func Path(dir, name string) (string, error) {
	for at := time.Now().UTC(); ; at = at.Add(time.Second) {
		number := at.Format(numberLayout)
		taken, err := filepath.Glob(filepath.Join(dir, "migrations", number+"_*.sql"))
		if err != nil {
			return "", err
		}
		if len(taken) == 0 {
			return "migrations/" + number + "_" + name, nil
		}
	}
}
