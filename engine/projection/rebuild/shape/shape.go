package shape

import (
	"context"
	_ "embed" // the queries
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/projection/rebuild/stage"
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

// Pair is tables in service and those that are to take their place, or have taken it.
type Pair struct {
	Tables   []string    // without a schema
	Live     string      // the schema of those in service
	Copied   string      // the schema of the others; none where it is empty
	By       stage.Stage // of those that take the place
	Switched bool        // the copied ones are those that have left it
}

// CreateLike makes empty tables like those in service.
func (p Pair) CreateLike(ctx context.Context, tx pgx.Tx) error {
	const database = `SET LOCAL default_tablespace = ''` // where nothing else is said
	if _, err := tx.Exec(ctx, database); err != nil {
		return fmt.Errorf("set tablespace: %w", err)
	}
	for _, table := range p.Tables {
		statements, err := lines(ctx, tx, copySQL, table, p.Live, p.Copied)
		if err == nil {
			err = execAll(ctx, tx, statements)
		}
		if err != nil {
			return fmt.Errorf("make table like %s: %w", table, err)
		}
	}
	return nil
}

// Align gives the new tables what those in service have beside their shape: owner, privileges, comments, storage
// parameters, settings of columns and statistics, replica identity. It writes no row. A statement may depend on what
// another one has changed, a new owner's privileges: the second pass sees it.
func (p Pair) Align(ctx context.Context, tx pgx.Tx) error {
	for range 2 {
		statements, err := p.ofBoth(ctx, tx, alignSQL)
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

// Free fails if something would be lost with the tables in service, and names it.
func (p Pair) Free(ctx context.Context, on eventlog.Querier) error {
	found, err := p.ofBoth(ctx, on, dependentsSQL)
	switch {
	case err != nil:
		return fmt.Errorf("look for what depends on the tables: %w", err)
	case len(found) > 0:
		return &DependentsError{p.By, found[:min(mostNamed, len(found))]}
	}
	return nil
}

// Match makes the new tables like those in service in what can be changed at any time, and fails if they are not
// alike then in all that the catalog knows, or if something would be lost with the old ones. It names what it finds.
func (p Pair) Match(ctx context.Context, tx pgx.Tx) error {
	if err := p.Free(ctx, tx); err != nil {
		return err
	}
	if err := p.Align(ctx, tx); err != nil {
		return err
	}
	return p.Compare(ctx, tx)
}

// Compare fails if the tables are not alike in all that the catalog knows.
func (p Pair) Compare(ctx context.Context, on eventlog.Querier) error {
	found, err := p.ofBoth(ctx, on, differencesSQL, slices.Sorted(maps.Keys(immaterial)))
	switch {
	case err != nil:
		return fmt.Errorf("compare the tables: %w", err)
	case len(found) > 0:
		return &DifferencesError{p.By, p.Switched, found[:min(mostNamed, len(found))]}
	}
	return nil
}

// TakePlaces gives the new tables the places of those in service in publications and statistics; kept is the old ones' schema.
func (p Pair) TakePlaces(ctx context.Context, tx pgx.Tx, kept string) error {
	statements, err := p.ofBoth(ctx, tx, placesSQL, kept)
	if err == nil {
		err = execAll(ctx, tx, statements)
	}
	if err != nil {
		return fmt.Errorf("take the places of the tables in service: %w", err)
	}
	return nil
}

// ofBoth runs a query that goes on from parts.sql.
func (p Pair) ofBoth(ctx context.Context, on eventlog.Querier, sql string, arguments ...any) ([]string, error) {
	arguments = append([]any{p.Tables, p.Live, p.Copied}, arguments...)
	return lines(ctx, on, partsSQL+sql, arguments...)
}

func lines(ctx context.Context, on eventlog.Querier, sql string, arguments ...any) ([]string, error) {
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
