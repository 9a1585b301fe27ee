package keyring

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"example.com/pgcqrs/engine/pg/gather"

	"github.com/google/uuid"
	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/jackc/pgx/v5"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"

	"example.com/pgcqrs/engine/personal/wrapping"
)

// ErrErased says that the person's key was destroyed, so that nobody can read the person's text any
// more.
var ErrErased = errors.New("the person was erased")

const (
	held    = 50_000          // largest number of persons whose keys are in memory
	heldFor = 5 * time.Second // time for which keys stay in memory; so long a process may decrypt text of a person whom another process has erased
)

// Ring has the persons' keys. Ring is safe for concurrent use.
type Ring struct {
	wrapper *wrapping.Wrapper
	ciphers *expirable.LRU[uuid.UUID, tink.AEAD]
	fresh   *expirable.LRU[uuid.UUID, Key] // new keys, of which this process does not know whether they are stored
	makes   sync.Mutex                     // locked while a key is made, so that each person gets one key
	finding *gather.Gather[uuid.UUID, foundKey]
}

// Key has a person's cipher. Wrapped is the person's key in the form that an append stores, or nil
// if the key is stored already.
type Key struct {
	Cipher  tink.AEAD
	Wrapped []byte
}

// foundKey has a person's key, or the reason why the person has no key.
type foundKey struct {
	key Key
	err error
}

// Forget drops a person's key from memory.
func (r *Ring) Forget(person uuid.UUID) {
	r.ciphers.Remove(person)
	r.fresh.Remove(person)
}

// ForgetAll drops all keys from memory. ForgetAll must be called after the database has returned to
// an earlier state. The database may then lack newer keys, and nobody could ever decrypt a text
// that is encrypted with a missing key.
func (r *Ring) ForgetAll() {
	r.ciphers.Purge()
	r.fresh.Purge()
}

// Cipher returns the cipher of a person's stored key. Cipher returns ErrErased for an erased
// person, and wrapping.ErrKeysAway if no key is stored or the key can't be reached.
func (r *Ring) Cipher(ctx context.Context, person uuid.UUID) (tink.AEAD, error) {
	// A person who was erased stays erased, even if a restored backup has brought the key back.
	const sql = `SELECT ''::bytea, true FROM keys.erased WHERE person_id = $1
		UNION ALL SELECT wrapped, false FROM keys.persons WHERE person_id = $1 ORDER BY 2 DESC LIMIT 1`
	if cipher, ok := r.ciphers.Get(person); ok {
		return cipher, nil
	}
	ctx, cancel := context.WithTimeout(ctx, wrapping.FetchFor)
	defer cancel()
	var wrapped []byte
	var erased bool
	err := r.wrapper.Pool.QueryRow(ctx, sql, []any{person}, &wrapped, &erased)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, fmt.Errorf("%w: there is none for person %s, who was not erased", wrapping.ErrKeysAway, person)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", wrapping.ErrKeysAway, err)
	case erased:
		return nil, ErrErased
	}
	return r.Unwrap(person, wrapped)
}

// Unwrap unwraps a person's stored key, and keeps the key in memory.
func (r *Ring) Unwrap(person uuid.UUID, wrapped []byte) (tink.AEAD, error) {
	key, err := r.wrapper.Operator.Decrypt(wrapped, WrappedFor(person))
	if err != nil {
		return nil, fmt.Errorf("%w: unwrap that of person %s: %w", wrapping.ErrKeysAway, person, err)
	}
	return r.hold(person, key)
}

// hold keeps a person's key in memory, and returns the cipher that uses this key.
func (r *Ring) hold(person uuid.UUID, key []byte) (tink.AEAD, error) {
	cipher, err := subtle.NewXChaCha20Poly1305(key)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", wrapping.ErrKeysAway, err)
	}
	r.ciphers.Add(person, cipher)
	return cipher, nil
}

// WrappedFor returns the associated data with which a person's key is wrapped. Because of this
// data, the key can't be unwrapped for another person.
func WrappedFor(person uuid.UUID) []byte { return []byte("person " + person.String()) }
