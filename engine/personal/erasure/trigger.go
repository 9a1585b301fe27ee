package erasure

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrNoTrigger says that a trigger is missing. Without this trigger, an event that erases a person
// does not destroy the person's key.
var ErrNoTrigger = errors.New("an event type that erases has no trigger which destroys the key (keys.erase_person, see \"Add a personal field\" in docs/privacy.md): a migration has to make it")

// queryFor is the time limit of a query, because a broken connection may give no error.
const queryFor = 15 * time.Second

// WithoutTrigger returns the event types, among the given types, for which no database trigger
// destroys a key. A trigger without a WHEN condition counts as a trigger for all types.
func WithoutTrigger(ctx context.Context, pool *pgxpool.Pool, types []string) ([]string, error) {
	const sql = `
		SELECT type FROM unnest($1::text[]) AS type WHERE NOT EXISTS (
			SELECT FROM pg_trigger t
			WHERE t.tgrelid = 'events'::regclass AND t.tgfoid = to_regprocedure('keys.erase_person()') AND t.tgenabled IN ('O', 'A')
			  AND t.tgtype & 1 = 1 AND t.tgtype & 4 = 4 -- for each row that is inserted
			  AND (t.tgqual IS NULL OR strpos(pg_get_triggerdef(t.oid), quote_literal(type)) > 0))`
	ctx, cancel := context.WithTimeout(ctx, queryFor)
	defer cancel()
	rows, _ := pool.Query(ctx, sql, types) // CollectRows returns the error of Query
	without, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("look for the triggers that destroy keys: %w", err)
	}
	return without, nil
}
