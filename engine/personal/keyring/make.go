package keyring

import (
	"context"
	"crypto/rand"
	"fmt"

	"example.com/pgcqrs/engine/pg/gather"

	"github.com/google/uuid"
	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/jackc/pgx/v5"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"

	"example.com/pgcqrs/engine/personal/wrapping"
)

// newKey makes a key for a person. If this process has made a key for the person in the last 5
// seconds, newKey returns that key.
func (r *Ring) newKey(ctx context.Context, person uuid.UUID) (Key, error) {
	r.makes.Lock()
	defer r.makes.Unlock()
	if made, ok := r.fresh.Get(person); ok {
		return made, nil
	}
	key := make([]byte, wrapping.KeyBytes)
	_, _ = rand.Read(key) // rand.Read never fails
	wrapped, err := r.wrapper.Wrap(ctx, key, WrappedFor(person))
	if err != nil {
		return Key{}, fmt.Errorf("%w: wrap: %w", wrapping.ErrKeysAway, err)
	}
	cipher, err := subtle.NewXChaCha20Poly1305(key)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", wrapping.ErrKeysAway, err)
	}
	made := Key{cipher, wrapped}
	r.fresh.Add(person, made)
	return made, nil
}

// find reads the stored keys of persons. If a person has no stored key and was not erased, find
// makes a key.
func (r *Ring) find(ctx context.Context, persons []uuid.UUID) (map[uuid.UUID]foundKey, error) {
	// A person who was erased stays erased, even if a restored backup has brought the key back.
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
		cipher, err := r.Unwrap(person, wrapped)
		all[person] = foundKey{Key{Cipher: cipher}, err}
	}
	err := r.wrapper.Pool.Query(ctx, func(rows pgx.Rows) error {
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
			made, err := r.newKey(ctx, person)
			all[person] = foundKey{made, err}
		}
	}
	return all, nil
}

// New returns a Ring. The Wrapper wraps the keys that the Ring makes.
func New(wrapper *wrapping.Wrapper) *Ring {
	r := &Ring{wrapper: wrapper}
	r.ciphers = expirable.NewLRU[uuid.UUID, tink.AEAD](held, nil, heldFor)
	r.fresh = expirable.NewLRU[uuid.UUID, Key](held, nil, heldFor)
	r.finding = gather.New(r.find)
	return r
}

// For returns the key with which text of a person is encrypted. If the person has no stored key and
// was not erased, the method For makes a key. If the person was erased, For fails with ErrErased.
// For some seconds, this process encrypts all texts of the person with the new key. The first
// append with such a text stores the key.
func (r *Ring) For(ctx context.Context, person uuid.UUID) (Key, error) {
	if cipher, ok := r.ciphers.Get(person); ok {
		return Key{Cipher: cipher}, nil
	}
	if made, ok := r.fresh.Get(person); ok {
		return made, nil
	}
	found, err := r.finding.Get(ctx, person)
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", wrapping.ErrKeysAway, err)
	}
	return found.key, found.err
}
