package personal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/personal/wrapping"
)

// FingerprintKey returns the key of the HMACs that distinguish requests with the same idempotency
// key. All processes that use one database have the same key. The first process that needs the key
// makes it. The key is not wrapped by the operator's key, so that commands without personal data
// need no KEY_URI. The key is in the database schema "keys". A dump without this schema discloses
// nothing about a request, because nobody can compute the HMACs without the key.
func FingerprintKey(ctx context.Context, pool *pgxpool.Pool) (key []byte, err error) {
	const read = `SELECT wrapped FROM keys.secrets WHERE name = $1`
	ctx, cancel := context.WithTimeout(ctx, wrapping.FetchFor)
	defer cancel()
	err = pool.QueryRow(ctx, read, wrapping.Fingerprints).Scan(&key)
	if errors.Is(err, pgx.ErrNoRows) {
		key = make([]byte, wrapping.KeyBytes)
		_, _ = rand.Read(key) // rand.Read never fails
		if _, err = pool.Exec(ctx, `INSERT INTO keys.secrets (name, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING`, wrapping.Fingerprints, key); err == nil {
			err = pool.QueryRow(ctx, read, wrapping.Fingerprints).Scan(&key) // another process may have stored its key first
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the key of fingerprints: %w", err)
	}
	return key, nil
}
