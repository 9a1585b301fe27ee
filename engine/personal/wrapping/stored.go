package wrapping

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/personal/operator"
)

// By has the prefix of one of the operator's keys, and the number of stored keys that this key has
// wrapped.
type By struct {
	Prefix []byte
	Count  int64
}

// Named returns a text that lists the operator's keys in the parameter all. For each key, the text
// has the key's number in the key file, and the number of stored keys that this key has wrapped.
func Named(all []By) string {
	said := make([]string, 0, len(all))
	for _, by := range all {
		said = append(said, fmt.Sprintf("key %d (%d keys)", operator.KeyID(by.Prefix), by.Count))
	}
	return strings.Join(said, ", ")
}

// StoredBesides returns at most ten of the operator's keys: those that have wrapped the most stored
// keys. StoredBesides leaves out the key with the given prefix. If the prefix is nil, StoredBesides
// leaves out no key.
func StoredBesides(ctx context.Context, db interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}, prefix []byte) ([]By, error) {
	const sql = `SELECT prefix, count(*) FROM (
			SELECT substr(wrapped, 1, 5) AS prefix FROM keys.persons WHERE substr(wrapped, 1, 5) < $1 OR substr(wrapped, 1, 5) > $1
			UNION ALL SELECT substr(wrapped, 1, 5) FROM keys.secrets WHERE name <> $2 AND substr(wrapped, 1, 5) <> $1
		) stored GROUP BY prefix ORDER BY count(*) DESC, prefix LIMIT 10`
	if prefix == nil {
		prefix = []byte{} // sorts before all prefixes
	}
	rows, _ := db.Query(ctx, sql, prefix, Fingerprints) // CollectRows returns the error of Query
	stored, err := pgx.CollectRows(rows, pgx.RowToStructByPos[By])
	if err != nil {
		return nil, fmt.Errorf("count what keys have wrapped: %w", err)
	}
	return stored, nil
}
