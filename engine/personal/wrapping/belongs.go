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

// ErrForeign says that a key is not the database's: what it wraps, no other process could read.
var ErrForeign = errors.New("KEY_URI does not decrypt the key of the look-ups: it is an old copy, or another database's")

// QueryRow asks for one row, and scans it.
type QueryRow func(ctx context.Context, sql string, args []any, into ...any) error

// Belongs returns ErrForeign unless an operator's key, with these prefixes, decrypts the newest key
// of look-ups, or, if there is none, any person's key.
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

// QueryIn returns a QueryRow of a transaction.
func QueryIn(tx pgx.Tx) QueryRow {
	return func(ctx context.Context, sql string, args []any, into ...any) error {
		return tx.QueryRow(ctx, sql, args...).Scan(into...)
	}
}

// QueryOf returns a QueryRow of a pool.
func QueryOf(pool *pgxpool.Pool) QueryRow {
	return func(ctx context.Context, sql string, args []any, into ...any) error {
		return pool.QueryRow(ctx, sql, args...).Scan(into...)
	}
}
