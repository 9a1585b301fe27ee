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

// Pair is the tables in service and those that are to replace them, or have replaced them.
type Pair struct {
	Tables   []string    // without a schema
	Live     string      // schema of the tables in service
	Copied   string      // schema of the others; empty if there are none
	By       stage.Stage // stage of the replacing tables
	Switched bool        // the copied tables are those that were replaced
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

// Align gives the new tables the properties of those in service beside their shape: owner,
// privileges, comments, storage parameters, settings of columns and statistics, replica identity.
// It writes no row. A statement may depend on the result of another, such as a new owner's
// privileges: the second pass sees it.
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

// Free fails if anything would be lost with the tables in service, and names it.
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

// Match makes the new tables like those in service in everything that can be changed at any time.
// It fails if they still differ in anything that the catalog knows, or if anything would be lost
// with the old ones, and names what it finds.
func (p Pair) Match(ctx context.Context, tx pgx.Tx) error {
	if err := p.Free(ctx, tx); err != nil {
		return err
	}
	if err := p.Align(ctx, tx); err != nil {
		return err
	}
	return p.Compare(ctx, tx)
}

// Compare fails if the tables differ in anything that the catalog knows.
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

// TakePlaces gives the new tables the places of those in service in publications and statistics;
// kept is the old ones' schema.
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

// ofBoth runs a query that continues parts.sql.
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
