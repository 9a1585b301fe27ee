package privacy

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// mostFound bounds how many persons a look-up may find.
const mostFound = 100

// Find returns who may have this text in a field, but for what Fold makes the same: candidates, whose
// data has to be compared by Fold. It looks for an HMAC-SHA-256 (RFC 2104) of the text.
func (k *Keys) Find(ctx context.Context, field, text string) ([]uuid.UUID, error) {
	const sql = `SELECT person_id FROM keys.lookups WHERE field = $1 AND index = ANY ($2) GROUP BY person_id LIMIT $3`
	var indexes [][]byte
	for _, form := range folds(text) {
		index, err := k.index(ctx, field, form)
		if err != nil {
			return nil, err
		}
		indexes = append(indexes, index)
	}
	var found [][16]byte
	err := k.pool.Query(ctx, func(rows pgx.Rows) (err error) {
		found, err = pgx.CollectRows(rows, pgx.RowTo[[16]byte])
		return err
	}, sql, field, indexes, mostFound)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeysAway, err)
	}
	persons := make([]uuid.UUID, len(found))
	for i, id := range found {
		persons[i] = id
	}
	return persons, nil
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
	if wrapped, err = k.operator.Encrypt(key, []byte(lookupName)); err != nil {
		return nil, err
	}
	if _, err = k.pool.Exec(ctx, `INSERT INTO keys.secrets (name, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING`, lookupName, wrapped); err != nil {
		return nil, err
	}
	err = k.pool.QueryRow(ctx, read, []any{lookupName}, &wrapped) // perhaps another's, who was quicker
	return wrapped, err
}

func (k *Keys) rewrapSecrets(ctx context.Context) error {
	wrapped, err := k.secret(ctx)
	if err != nil {
		return err
	}
	key, err := k.operator.Decrypt(wrapped, []byte(lookupName))
	if err != nil {
		return fmt.Errorf("unwrap the key of the look-ups: %w", err)
	}
	if wrapped, err = k.operator.Encrypt(key, []byte(lookupName)); err != nil {
		return err
	}
	_, err = k.pool.Exec(ctx, `UPDATE keys.secrets SET wrapped = $2 WHERE name = $1`, lookupName, wrapped)
	return err
}
