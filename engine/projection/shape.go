package projection

import (
	"context"
	_ "embed" // the queries
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/eventstore"
)

//go:embed parts.sql
var partsSQL string

//go:embed copy.sql
var copySQL string

//go:embed align.sql
var alignSQL string

//go:embed dependents.sql
var dependentsSQL string

//go:embed differences.sql
var differencesSQL string

//go:embed places.sql
var placesSQL string

// createLike makes empty tables like those in service.
func (r *replacement) createLike(ctx context.Context, tx pgx.Tx) error {
	const database = `SET LOCAL default_tablespace = ''` // where nothing else is said
	if _, err := tx.Exec(ctx, database); err != nil {
		return fmt.Errorf("set tablespace: %w", err)
	}
	for _, table := range r.live.tables {
		statements, err := lines(ctx, tx, copySQL, table, r.service, r.stage.schema(r.live.name))
		if err == nil {
			err = execAll(ctx, tx, statements)
		}
		if err != nil {
			return fmt.Errorf("make table like %s: %w", table, err)
		}
	}
	return nil
}

// align gives the new tables what those in service have beside their shape: owner, privileges, comments, storage
// parameters, settings of columns and statistics, replica identity. It writes no row. A statement may depend on what
// another one has changed, a new owner's privileges: the second pass sees it.
func (r *replacement) align(ctx context.Context, tx pgx.Tx) error {
	for range 2 {
		statements, err := r.ofBoth(ctx, tx, r.sides(), alignSQL)
		if err == nil {
			err = execAll(ctx, tx, statements)
		}
		if err != nil {
			return fmt.Errorf("align the new tables with those in service: %w", err)
		}
		if len(statements) == 0 {
			break
		}
	}
	return nil
}

// mostNamed bounds what an error lists.
const mostNamed = 20

// free fails if something would be lost with the tables in service, and names it.
func (r *replacement) free(ctx context.Context, on eventstore.Querier, of sides) error {
	found, err := r.ofBoth(ctx, on, of, dependentsSQL)
	switch {
	case err != nil:
		return fmt.Errorf("look for what depends on the tables: %w", err)
	case len(found) > 0:
		return &dependentsError{r.stage, found[:min(mostNamed, len(found))]}
	}
	return nil
}

// match makes the new tables like those in service in what can be changed at any time, and fails if they are not
// alike then in all that the catalog knows, or if something would be lost with the old ones. It names what it finds.
func (r *replacement) match(ctx context.Context, tx pgx.Tx) error {
	if err := r.free(ctx, tx, r.sides()); err != nil {
		return err
	}
	if err := r.align(ctx, tx); err != nil {
		return err
	}
	return r.compare(ctx, tx, r.sides())
}

// compare fails if the tables are not alike in all that the catalog knows.
func (r *replacement) compare(ctx context.Context, on eventstore.Querier, of sides) error {
	found, err := r.ofBoth(ctx, on, of, differencesSQL, slices.Sorted(maps.Keys(immaterial)))
	switch {
	case err != nil:
		return fmt.Errorf("compare the tables: %w", err)
	case len(found) > 0:
		return &differencesError{r.stage, of.live == r.service && of.copied == kept.schema(r.live.name), found[:min(mostNamed, len(found))]}
	}
	return nil
}

// dependentsError names what a rebuild, or an undo, would take the tables away from.
type dependentsError struct {
	stage stage
	found []string
}

func (e *dependentsError) Error() string {
	by := "rebuild"
	if e.stage == undone {
		by = "undo"
	}
	return "the tables can't be replaced: " + strings.Join(e.found, "; ") + ": drop that, and make it again after the " + by
}

// differencesError names what the new tables have not got, or have beside.
type differencesError struct {
	stage    stage
	switched bool // the new ones serve, and lack or have what the old ones don't
	found    []string
}

func (e *differencesError) Error() string {
	found := strings.Join(e.found, "; ")
	switch {
	case e.switched:
		return "the tables in service are not like the old ones, here the copy: " + found + ": change those in service, where that is meant"
	case e.stage == undone:
		return "the kept tables are not like those in service: " + found + ": change one of them, or drop the kept ones with rebuild -drop"
	}
	return "the new tables are not like those in service: " + found + ": take that away and rebuild; or the rebuild was begun before a migration: start over, with -restart"
}

// takePlaces gives the new tables the places of those in service in publications and statistics; kept is the old ones' schema.
func (r *replacement) takePlaces(ctx context.Context, tx pgx.Tx, kept string) error {
	statements, err := r.ofBoth(ctx, tx, r.sides(), placesSQL, kept)
	if err == nil {
		err = execAll(ctx, tx, statements)
	}
	if err != nil {
		return fmt.Errorf("take the places of the tables in service: %w", err)
	}
	return nil
}

// sides are the schemas of tables that are compared.
type sides struct {
	live   string
	copied string // none where it is empty
}

func (r *replacement) sides() sides { return sides{r.service, r.stage.schema(r.live.name)} }

// ofBoth runs a query that goes on from parts.sql.
func (r *replacement) ofBoth(ctx context.Context, on eventstore.Querier, of sides, sql string, arguments ...any) ([]string, error) {
	arguments = append([]any{r.live.tables, of.live, of.copied}, arguments...)
	return lines(ctx, on, partsSQL+sql, arguments...)
}

func lines(ctx context.Context, on eventstore.Querier, sql string, arguments ...any) ([]string, error) {
	rows, err := on.Query(ctx, sql, arguments...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

func execAll(ctx context.Context, tx pgx.Tx, statements []string) error {
	for _, statement := range statements {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// withDependents adds the objects to an error that says that there are some.
func withDependents(err error) error {
	const dependentObjectsStillExist = "2BP01"
	if refusal, ok := errors.AsType[*pgconn.PgError](err); ok && refusal.Code == dependentObjectsStillExist {
		return fmt.Errorf("%w: %s: drop or change that first", err, strings.ReplaceAll(refusal.Detail, "\n", "; "))
	}
	return err
}
