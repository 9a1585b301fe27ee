package privacy

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// personKey is a person's cipher, with its key as an append stores it; nil: it is stored.
type personKey struct {
	tink.AEAD
	wrapped []byte
}

// keyFor returns what encrypts for a person. Without a stored key that is a new one, which whoever encrypts for the
// person in the next seconds shares: the first append stores it.
func (k *Keys) keyFor(ctx context.Context, person uuid.UUID) (personKey, error) {
	if cipher, ok := k.ciphers.Get(person); ok {
		return personKey{cipher, nil}, nil
	}
	if made, ok := k.fresh.Get(person); ok {
		return made, nil
	}
	found, err := k.finding.Get(ctx, person)
	if err != nil {
		return personKey{}, fmt.Errorf("%w: %w", ErrKeysAway, err)
	}
	return found.personKey, found.err
}

// foundKey is what encrypts for a person, or why nothing does.
type foundKey struct {
	personKey
	err error
}

// find looks for the persons' keys, and makes those that are not there.
func (k *Keys) find(ctx context.Context, persons []uuid.UUID) (map[uuid.UUID]foundKey, error) {
	// Whoever was erased is, whatever a restored backup has brought back.
	const sql = `SELECT person_id, ''::bytea, true FROM keys.erased WHERE person_id = ANY ($1)
		UNION ALL SELECT person_id, wrapped, false FROM keys.persons p
		WHERE person_id = ANY ($1) AND NOT EXISTS (SELECT FROM keys.erased e WHERE e.person_id = p.person_id)`
	all := make(map[uuid.UUID]foundKey, len(persons))
	var person uuid.UUID
	var wrapped []byte
	var erased bool
	keep := func() {
		if erased {
			all[person] = foundKey{err: ErrErased}
			return
		}
		cipher, err := k.unwrap(person, wrapped)
		all[person] = foundKey{personKey{cipher, nil}, err}
	}
	err := k.pool.Query(ctx, func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&person, &wrapped, &erased}, func() error {
			keep()
			return nil
		})
		return err
	}, sql, persons)
	if err != nil {
		return nil, err
	}
	for _, person := range persons {
		if _, there := all[person]; !there {
			made, err := k.newKey(ctx, person)
			all[person] = foundKey{made, err}
		}
	}
	return all, nil
}

// newKey returns a new key for a person, or the one that was made just before.
func (k *Keys) newKey(ctx context.Context, person uuid.UUID) (personKey, error) {
	k.makes.Lock()
	defer k.makes.Unlock()
	if made, ok := k.fresh.Get(person); ok {
		return made, nil
	}
	key := make([]byte, keyBytes)
	_, _ = rand.Read(key) // it never fails
	wrapped, err := k.wrap(ctx, key, wrappedFor(person))
	if err != nil {
		return personKey{}, fmt.Errorf("%w: wrap: %w", ErrKeysAway, err)
	}
	cipher, err := subtle.NewXChaCha20Poly1305(key)
	if err != nil {
		return personKey{}, fmt.Errorf("%w: %w", ErrKeysAway, err)
	}
	made := personKey{cipher, wrapped}
	k.fresh.Add(person, made)
	return made, nil
}

// wrap wraps a new key by the operator's, once that is known for the database's: by a foreign one it would be lost.
func (k *Keys) wrap(ctx context.Context, key, associated []byte) (wrapped []byte, err error) {
	for range mostRereads {
		if wrapped, err = k.operator.Encrypt(key, associated); err != nil {
			return nil, err
		}
		if proven := k.proven.Load(); proven != nil && bytes.HasPrefix(wrapped, *proven) {
			return wrapped, nil
		}
		prefixes, err := k.operator.Prefixes()
		if err != nil {
			return nil, err
		}
		if !has(prefixes, wrapped) {
			continue // the file was replaced in between
		}
		ctx, cancel := context.WithTimeout(ctx, fetchFor)
		err = belongs(ctx, k.pool.QueryRow, k.operator, prefixes)
		cancel()
		if err != nil {
			return nil, err
		}
		proven := wrapped[:len(prefixes[0])]
		k.proven.Store(&proven)
		return wrapped, nil
	}
	return nil, errors.New("KEY_URI changes all the time")
}

// refused forgets what the database has refused of a person, with the secrets of look-ups, and reads the operator's key again.
func (k *Keys) refused(person uuid.UUID) error {
	k.Forget(person)
	k.secrets.Store(nil)
	if _, err := k.operator.Prefixes(); err != nil {
		return fmt.Errorf("%w: %w", ErrKeysAway, err)
	}
	return fmt.Errorf("%w: the database refuses what they are wrapped by, or look-ups are made by: the key was rotated, and not in this KEY_URI", ErrKeysAway)
}
