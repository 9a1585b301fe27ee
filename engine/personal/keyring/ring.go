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

// ErrErased says that the person's key was destroyed: nobody can read it any more.
var ErrErased = errors.New("the person was erased")

const (
	held    = 50_000          // persons whose keys are in memory
	heldFor = 5 * time.Second // how long: that is how long a process can read a person whom another has erased
)

// Ring has the persons' keys. It can be used from many goroutines.
type Ring struct {
	wrapper *wrapping.Wrapper
	ciphers *expirable.LRU[uuid.UUID, tink.AEAD]
	fresh   *expirable.LRU[uuid.UUID, Key] // keys that are not stored yet, as far as is known
	makes   sync.Mutex                     // one key for each
	finding *gather.Gather[uuid.UUID, foundKey]
}

// Key is a person's cipher, with its key as an append stores it; nil: it is stored.
type Key struct {
	Cipher  tink.AEAD
	Wrapped []byte
}

// foundKey is what encrypts for a person, or why nothing does.
type foundKey struct {
	key Key
	err error
}

// Forget drops a person's key from memory.
func (r *Ring) Forget(person uuid.UUID) {
	r.ciphers.Remove(person)
	r.fresh.Remove(person)
}

// ForgetAll drops everything from memory: the database went back, and keys that were made
// since may not be there any more. A text that is encrypted by one of them could never be decrypted.
func (r *Ring) ForgetAll() {
	r.ciphers.Purge()
	r.fresh.Purge()
}

// Cipher returns a person's, as it is.
func (r *Ring) Cipher(ctx context.Context, person uuid.UUID) (tink.AEAD, error) {
	// A person who was erased stays so, whatever a restored backup has brought back.
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

// Unwrap unwraps a person's key, and keeps it in memory.
func (r *Ring) Unwrap(person uuid.UUID, wrapped []byte) (tink.AEAD, error) {
	key, err := r.wrapper.Operator.Decrypt(wrapped, WrappedFor(person))
	if err != nil {
		return nil, fmt.Errorf("%w: unwrap that of person %s: %w", wrapping.ErrKeysAway, person, err)
	}
	return r.hold(person, key)
}

// hold keeps a person's key in memory.
func (r *Ring) hold(person uuid.UUID, key []byte) (tink.AEAD, error) {
	cipher, err := subtle.NewXChaCha20Poly1305(key)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", wrapping.ErrKeysAway, err)
	}
	r.ciphers.Add(person, cipher)
	return cipher, nil
}

// WrappedFor returns what a person's key is wrapped with: unwrapped for another one it fails.
func WrappedFor(person uuid.UUID) []byte { return []byte("person " + person.String()) }
