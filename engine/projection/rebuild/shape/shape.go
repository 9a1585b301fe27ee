package shape

import (
	"context"
	_ "embed" // embeds the queries
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

// Pair has the live tables, and the tables that will replace them or that they have replaced.
type Pair struct {
	Tables   []string    // names without a schema
	Live     string      // schema of the live tables
	Copied   string      // schema of the other tables; "" if there are none
	By       stage.Stage // stage of the replacing tables
	Switched bool        // true: the tables in Copied were replaced by those in Live
}

// CreateLike creates empty tables with the shape of the live tables.
func (p Pair) CreateLike(ctx context.Context, tx pgx.Tx) error {
	const database = `SET LOCAL default_tablespace = ''` // for tables whose tablespace is not set
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

// Align gives the new tables those properties of the live tables that can be changed later: owner,
// privileges, comments, storage parameters, settings of columns and statistics, and replica
// identity. Align writes no row. Some statements depend on the result of other statements; for
// example, privileges depend on the new owner. For this reason, if Align had to run statements, it
// computes and runs the statements once more.
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

// Free returns an error that names the objects that would be lost if the live tables were replaced.
// If there are no such objects, Free returns nil.
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

// Match returns an error if objects would be lost with the old tables, as Free does. Otherwise
// Match aligns the new tables with the live tables, as Align does. Then Match returns an error that
// lists the remaining differences, as Compare does. If there are none, Match returns nil.
func (p Pair) Match(ctx context.Context, tx pgx.Tx) error {
	if err := p.Free(ctx, tx); err != nil {
		return err
	}
	if err := p.Align(ctx, tx); err != nil {
		return err
	}
	return p.Compare(ctx, tx)
}

// Compare returns an error if the tables differ in anything that the catalog has about them, except
// the columns in the map immaterial.
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

// TakePlaces replaces the live tables by the new tables in publications, and moves the extended
// statistics of both sets of tables to the schemas of their tables. The parameter kept is the
// schema to which the old tables will move.
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

// ofBoth runs a query on both sets of tables. The query consists of parts.sql and the given SQL.
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
