package privacy

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Indexes returns what keys.lookups has where a person may be found by this text in a field, or by
// one that Fold makes the same: an HMAC-SHA-256 (RFC 2104) for each form. The rows that have one
// are everybody's: join them with the rows of whoever asks before any bound, or others decide what
// is found. What is found are candidates, whose data has to be compared by Fold.
func (k *Keys) Indexes(ctx context.Context, field, text string) (indexes [][]byte, err error) {
	for _, form := range folds(text) {
		index, err := k.index(ctx, field, form)
		if err != nil {
			return nil, err
		}
		indexes = append(indexes, index)
	}
	return indexes, nil
}

// index is what a folded text is found by.
func (k *Keys) index(ctx context.Context, field, folded string) ([]byte, error) {
	key, err := k.lookupKey(ctx)
	if err != nil {
		return nil, err
	}
	sum := hmac.New(sha256.New, key)
	sum.Write([]byte(field + "\n" + folded))
	return sum.Sum(nil), nil
}

const lookupName = "lookups"

// lookupKey is the key of all indexes. Whoever is first gets it, perhaps twice.
func (k *Keys) lookupKey(ctx context.Context) ([]byte, error) {
	if key := k.lookup.Load(); key != nil {
		return *key, nil
	}
	wrapped, err := k.secret(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeysAway, err)
	}
	key, err := k.operator.Decrypt(wrapped, []byte(lookupName))
	if err != nil {
		return nil, fmt.Errorf("%w: unwrap that of the look-ups: %w", ErrKeysAway, err)
	}
	k.lookup.Store(&key)
	return key, nil
}

// secret is the wrapped key of the look-ups, which is made if there is none yet.
func (k *Keys) secret(ctx context.Context) (wrapped []byte, err error) {
	const read = `SELECT wrapped FROM keys.secrets WHERE name = $1`
	ctx, cancel := context.WithTimeout(ctx, fetchFor)
	defer cancel()
	if err = k.pool.QueryRow(ctx, read, []any{lookupName}, &wrapped); !errors.Is(err, pgx.ErrNoRows) {
		return wrapped, err
	}
	key := make([]byte, keyBytes)
	_, _ = rand.Read(key) // it never fails
	err = k.byNewest(func() error {
		if wrapped, err = k.operator.Encrypt(key, []byte(lookupName)); err != nil {
			return err
		}
		_, err = k.pool.Exec(ctx, `INSERT INTO keys.secrets (name, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING`, lookupName, wrapped)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = k.pool.QueryRow(ctx, read, []any{lookupName}, &wrapped) // perhaps another's, who was quicker
	return wrapped, err
}
