package shape

import (
	"errors"
	"fmt"
	"strings"

	"example.com/pgcqrs/engine/pg/failure"

	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/projection/rebuild/stage"
)

// mostNamed limits the number of findings that an error lists.
const mostNamed = 20

// DependentsError names objects that depend on the tables which a rebuild or an undo would replace.
type DependentsError struct {
	by    stage.Stage
	Found []string
}

func (e *DependentsError) Error() string {
	by := "rebuild"
	if e.by == stage.Undone {
		by = "undo"
	}
	return "the tables can't be replaced: " + strings.Join(e.Found, "; ") + ": drop that, and make it again after the " + by
}

// DifferencesError names what the new tables lack or have in addition, compared to the live tables.
type DifferencesError struct {
	by       stage.Stage
	switched bool // true: the new tables serve queries already
	found    []string
}

func (e *DifferencesError) Error() string {
	found := strings.Join(e.found, "; ")
	switch {
	case e.switched:
		return "the tables in service are not like the old ones, here the copy: " + found + ": change those in service, where that is meant"
	case e.by == stage.Undone:
		return "the kept tables are not like those in service: " + found + ": change one of them, or drop the kept ones with rebuild -drop"
	}
	return "the new tables are not like those in service: " + found + ": take that away and rebuild; or the rebuild was begun before a migration: start over, with -restart"
}

// WithDependents adds the names of the dependent objects to an error in which PostgreSQL says only
// that some objects depend on the tables.
func WithDependents(err error) error {
	if refusal, ok := errors.AsType[*pgconn.PgError](err); ok && refusal.Code == failure.DependentObjectsExist {
		return fmt.Errorf("%w: %s: drop or change that first", err, strings.ReplaceAll(refusal.Detail, "\n", "; "))
	}
	return err
}
