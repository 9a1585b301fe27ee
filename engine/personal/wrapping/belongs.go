package wrapping

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/tink-crypto/tink-go/v2/tink"

	"example.com/pgcqrs/engine/personal/operator"
)

// ErrForeign says that an operator's key does not belong to the database: this key has not wrapped
// the keys that are stored in the database. If this key wrapped a new key, the processes with the
// right operator's key could not unwrap the new key.
var ErrForeign = errors.New("KEY_URI does not decrypt the key of the look-ups: it is an old copy, or another database's")

// QueryRow runs a query for one row, and scans the row.
type QueryRow func(ctx context.Context, sql string, args []any, into ...any) error

// Belongs returns ErrForeign if the operator's key does not decrypt the newest secret of look-ups,
// with which searches find persons. The parameter prefixes has the prefixes of the operator's key.
// If the database has no secret of look-ups, Belongs looks at the persons' keys. If the database
// has persons' keys, but the operator's key has wrapped none of them, Belongs also returns
// ErrForeign. In all other cases Belongs returns nil, unless the query fails.
func Belongs(ctx context.Context, query QueryRow, key tink.AEAD, prefixes [][]byte) error {
	const sql = `SELECT coalesce(newest.name, ''), newest.wrapped, others.are
		FROM (SELECT EXISTS (SELECT FROM keys.persons) AND NOT EXISTS (SELECT FROM keys.persons WHERE substr(wrapped, 1, 5) = ANY ($2)) AS are) others
		LEFT JOIN (SELECT name, wrapped FROM keys.secrets WHERE name = $1 OR name LIKE $1 || ' %'
		           ORDER BY length(name) DESC, name DESC LIMIT 1) newest ON true`
	var name string
	var wrapped []byte
	var foreign bool // all persons' keys are wrapped by other keys
	if prefixes == nil {
		prefixes = [][]byte{}
	}
	if err := query(ctx, sql, []any{Lookups, prefixes}, &name, &wrapped, &foreign); err != nil {
		return fmt.Errorf("read the key of the look-ups: %w", err)
	}
	if name == "" {
		if foreign {
			return ErrForeign
		}
		return nil
	}
	if !operator.Has(prefixes, wrapped) {
		return ErrForeign
	}
	if _, err := key.Decrypt(wrapped, []byte(name)); err != nil {
		return fmt.Errorf("%w (%w)", ErrForeign, err)
	}
	return nil
}

// QueryIn returns a QueryRow that runs its query in a transaction.
func QueryIn(tx pgx.Tx) QueryRow {
	return func(ctx context.Context, sql string, args []any, into ...any) error {
		return tx.QueryRow(ctx, sql, args...).Scan(into...)
	}
}

// QueryOf returns a QueryRow that runs its query on a pool.
func QueryOf(pool *pgxpool.Pool) QueryRow {
	return func(ctx context.Context, sql string, args []any, into ...any) error {
		return pool.QueryRow(ctx, sql, args...).Scan(into...)
	}
}
