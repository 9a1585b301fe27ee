package privacy

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// errForeign says that a key is not the database's: what it wraps, nobody else reads.
var errForeign = errors.New("KEY_URI does not decrypt the key of the look-ups: it is an old copy, or another database's")

// queryRow asks for one row, and scans it.
type queryRow func(ctx context.Context, sql string, args []any, into ...any) error

// belongs returns errForeign unless an operator's key, with these prefixes, decrypts the newest key of look-ups. Where there is
// none of those, that of any person counts.
func belongs(ctx context.Context, query queryRow, operator tink.AEAD, prefixes [][]byte) error {
	const sql = `SELECT coalesce(newest.name, ''), newest.wrapped, others.are
		FROM (SELECT EXISTS (SELECT FROM keys.persons) AND NOT EXISTS (SELECT FROM keys.persons WHERE substr(wrapped, 1, 5) = ANY ($2)) AS are) others
		LEFT JOIN (SELECT name, wrapped FROM keys.secrets WHERE name = $1 OR name LIKE $1 || ' %'
		           ORDER BY length(name) DESC, name DESC LIMIT 1) newest ON true`
	var name string
	var wrapped []byte
	var foreign bool // all persons' keys are
	if prefixes == nil {
		prefixes = [][]byte{}
	}
	if err := query(ctx, sql, []any{lookupName, prefixes}, &name, &wrapped, &foreign); err != nil {
		return fmt.Errorf("read the key of the look-ups: %w", err)
	}
	if name == "" {
		if foreign {
			return errForeign
		}
		return nil
	}
	if !has(prefixes, wrapped) {
		return errForeign
	}
	if _, err := operator.Decrypt(wrapped, []byte(name)); err != nil {
		return fmt.Errorf("%w (%w)", errForeign, err)
	}
	return nil
}

// queryIn asks in a transaction.
func queryIn(tx pgx.Tx) queryRow {
	return func(ctx context.Context, sql string, args []any, into ...any) error {
		return tx.QueryRow(ctx, sql, args...).Scan(into...)
	}
}

// queryOf asks a pool.
func queryOf(pool *pgxpool.Pool) queryRow {
	return func(ctx context.Context, sql string, args []any, into ...any) error {
		return pool.QueryRow(ctx, sql, args...).Scan(into...)
	}
}

// FirstKey makes the key file that the URI names, if there is none, unless the database has keys that another has wrapped.
func FirstKey(ctx context.Context, pool *pgxpool.Pool, uri string) (made bool, err error) {
	return newKeyFile(ctx, uri, func() error {
		var tables bool
		const there = `SELECT to_regclass('keys.persons') IS NOT NULL AND to_regclass('keys.secrets') IS NOT NULL`
		if err := pool.QueryRow(ctx, there).Scan(&tables); err != nil || !tables {
			return err
		}
		stored, err := storedBesides(ctx, pool, nil)
		if err != nil || len(stored) == 0 {
			return err
		}
		return fmt.Errorf("there is no file, and the database has keys that were wrapped by %s: put the file back that has them. A new one would decrypt none. "+
			"If it is gone for good, see KeysUnreadable in docs/operations.md", named(stored))
	})
}

// wrappedBy is how many stored keys one has wrapped, that the prefix names.
type wrappedBy struct {
	Prefix []byte
	Count  int64
}

// named lists keys, by their numbers in a key file.
func named(all []wrappedBy) string {
	said := make([]string, 0, len(all))
	for _, by := range all {
		said = append(said, fmt.Sprintf("key %d (%d keys)", keyID(by.Prefix), by.Count))
	}
	return strings.Join(said, ", ")
}

// storedBesides returns which keys have wrapped others, but for one (nil: all), the ten that have wrapped most.
func storedBesides(ctx context.Context, db interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}, prefix []byte) ([]wrappedBy, error) {
	const sql = `SELECT prefix, count(*) FROM (
			SELECT substr(wrapped, 1, 5) AS prefix FROM keys.persons WHERE substr(wrapped, 1, 5) < $1 OR substr(wrapped, 1, 5) > $1
			UNION ALL SELECT substr(wrapped, 1, 5) FROM keys.secrets WHERE name <> $2 AND substr(wrapped, 1, 5) <> $1
		) stored GROUP BY prefix ORDER BY count(*) DESC, prefix LIMIT 10`
	if prefix == nil {
		prefix = []byte{} // comes before all
	}
	rows, _ := db.Query(ctx, sql, prefix, fingerprintName) // its error is that of the rows
	stored, err := pgx.CollectRows(rows, pgx.RowToStructByPos[wrappedBy])
	if err != nil {
		return nil, fmt.Errorf("count what keys have wrapped: %w", err)
	}
	return stored, nil
}
